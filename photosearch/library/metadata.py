"""What a photo says of itself: dimensions as displayed, and date, camera and place from EXIF."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from PIL import ExifTags, Image

from photosearch.library.formats import TURNED_BY_READER
from photosearch.types import PhotoFacts

Tags = Mapping[int, Any]

_DATE = re.compile(r"(\d{4})[:/.-](\d\d)[:/.-](\d\d)[ T](\d\d):(\d\d):(\d\d)")
# Photography is younger; such a year comes from a camera whose clock was never set.
_FIRST_YEAR = 1800


def read_facts(image: Image.Image) -> PhotoFacts:
    """What the header and the EXIF of an opened image say; call it before the pixels are loaded.

    Rotten EXIF never raises: what cannot be read is None.
    """
    base, details, place = _read_tags(image)
    orientation = _orientation(image, base)
    width_px, height_px = image.size
    if orientation >= 5 and image.format not in TURNED_BY_READER:
        width_px, height_px = height_px, width_px
    latitude, longitude = _position(place)
    return PhotoFacts(
        width_px=width_px,
        height_px=height_px,
        orientation=orientation,
        taken_at=_taken_at(base, details),
        camera=_camera(base),
        lens=_text(details.get(ExifTags.Base.LensModel)),
        latitude=latitude,
        longitude=longitude,
    )


def _read_tags(image: Image.Image) -> tuple[Tags, Tags, Tags]:
    """The main tags, those of the Exif part, and those of the GPS part."""
    try:
        exif = image.getexif()
    except Exception:  # rotten EXIF raises nearly anything; the picture may be fine
        return {}, {}, {}
    return (
        _plain(exif),
        _part(exif, ExifTags.IFD.Exif),
        _part(exif, ExifTags.IFD.GPSInfo),
    )


def _part(exif: Image.Exif, tag: int) -> Tags:
    try:
        return _plain(exif.get_ifd(tag))
    except Exception:  # see above
        return {}


def _plain(tags: Any) -> Tags:
    """A copy without surprises: Pillow decodes a tag when it is asked for, and may raise then."""
    plain = {}
    for tag in list(tags):
        try:
            plain[tag] = tags[tag]
        except Exception:  # see above
            continue
    return plain


def _orientation(image: Image.Image, base: Tags) -> int:
    value = image.info.get("original_orientation") or base.get(ExifTags.Base.Orientation)
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _taken_at(base: Tags, details: Tags) -> str | None:
    candidates = (
        details.get(ExifTags.Base.DateTimeOriginal),
        details.get(ExifTags.Base.DateTimeDigitized),
        base.get(ExifTags.Base.DateTime),
    )
    return next((date for date in map(_date, candidates) if date), None)


def _date(value: object) -> str | None:
    match = _DATE.match(_text(value) or "")
    if match is None:
        return None
    try:
        moment = datetime.strptime("".join(match.groups()), "%Y%m%d%H%M%S")
    except ValueError:
        return None
    return moment.isoformat() if moment.year >= _FIRST_YEAR else None


def _camera(base: Tags) -> str | None:
    """Make and model, the make once: ``NIKON CORPORATION`` + ``NIKON D70`` is ``NIKON D70``."""
    make, model = _text(base.get(ExifTags.Base.Make)), _text(base.get(ExifTags.Base.Model))
    if make is None or model is None:
        return model or make
    if model.split()[0].casefold() == make.split()[0].casefold():
        return model
    return f"{make} {model}"


def _text(value: object) -> str | None:
    """A tag as readable text: Pillow reads every byte as Latin-1, cameras also write UTF-8."""
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    if not isinstance(value, str):
        return None
    text = value.partition("\0")[0]
    with suppress(UnicodeError):
        text = text.encode("latin-1").decode("utf-8")
    return " ".join("".join(c if c.isprintable() else " " for c in text).split()) or None


def _position(place: Tags) -> tuple[float, float] | tuple[None, None]:
    """Latitude and longitude, both or neither."""
    latitude = _degrees(place, ExifTags.GPS.GPSLatitude, ExifTags.GPS.GPSLatitudeRef, "NS", 90)
    longitude = _degrees(place, ExifTags.GPS.GPSLongitude, ExifTags.GPS.GPSLongitudeRef, "EW", 180)
    if latitude is None or longitude is None:
        return None, None
    if latitude == longitude == 0:  # what a receiver without a fix writes
        return None, None
    return latitude, longitude


def _degrees(
    place: Tags, value_tag: int, reference_tag: int, references: str, limit: float
) -> float | None:
    reference = (_text(place.get(reference_tag)) or "?")[0].upper()
    if reference not in references:
        return None
    try:
        degrees, minutes, seconds = (*map(float, place[value_tag]), 0.0, 0.0)[:3]
    except (KeyError, TypeError, ValueError, ArithmeticError):
        return None
    angle = degrees + minutes / 60 + seconds / 3600
    if min(degrees, minutes, seconds) < 0 or not angle <= limit or not math.isfinite(angle):
        return None
    return -angle if reference == references[1] else angle
