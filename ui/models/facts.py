"""What is known of a photo, in words for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QDate, QLocale, QTime

from photosearch.errors import shown
from photosearch.types import PhotoFile, PhotoRecord
from ui.languages import plural

_FOLDERS_SHOWN = 8
_MEGAPIXELS_LEAST = 0.1
"""Of a smaller picture only zero would be said."""

translate = QCoreApplication.translate


class FactKind(StrEnum):
    """What a fact is about."""

    TAKEN = "taken"
    CAMERA = "camera"
    DIMENSIONS = "dimensions"
    FILE = "file"
    FOLDER = "folder"
    COPIES = "copies"
    PLACE = "place"
    RATING = "rating"
    KEYWORDS = "keywords"
    CAPTION = "caption"
    SOURCES = "sources"


@dataclass(frozen=True)
class Fact:
    """One thing known of a photo; each line says a part of it.

    Attributes:
        link: a web address that shows more.
        spoken: what is read aloud for a line of signs.
    """

    kind: FactKind
    label: str
    lines: tuple[str, ...]
    link: str = ""
    spoken: str = ""


def facts_of(record: PhotoRecord, path: Path) -> tuple[Fact, ...]:
    """The facts of a photo, seen as the file at a path; what is not known is left out."""
    files = {file.photo.path: file for file in record.files}
    found = (
        _taken(record),
        _camera(record),
        _dimensions(record),
        _file(files.get(path), path),
        Fact(FactKind.FOLDER, translate("Facts", "Folder"), (shown(str(path.parent)),)),
        _copies([other for other in files if other != path]),
        _place(record),
    )
    return tuple(fact for fact in found if fact is not None)


def size_text(size_bytes: int) -> str:
    """A file's size, as the user's language writes it."""
    return QLocale().formattedDataSize(size_bytes, 1, QLocale.DataSizeFormat.DataSizeSIFormat)


def _taken(record: PhotoRecord) -> Fact | None:
    taken = _day(record)
    if taken is None:
        return None
    time = QTime(taken.hour, taken.minute, taken.second)
    hour = QLocale().toString(time, QLocale.FormatType.ShortFormat)
    return Fact(FactKind.TAKEN, translate("Facts", "Taken"), (_moment(taken), hour))


def _camera(record: PhotoRecord) -> Fact | None:
    lines = tuple(shown(one) for one in (record.facts.camera, record.facts.lens) if one)
    return Fact(FactKind.CAMERA, translate("Facts", "Camera"), lines) if lines else None


def _dimensions(record: PhotoRecord) -> Fact:
    width_px, height_px = record.facts.width_px, record.facts.height_px
    locale = QLocale()
    text = f"{locale.toString(width_px)} × {locale.toString(height_px)}"
    megapixels = width_px * height_px / 1e6
    decimals = 0 if megapixels >= 10 else 1
    size = translate("Facts", "{0} megapixels").format(locale.toString(megapixels, "f", decimals))
    lines = (text, size) if megapixels >= _MEGAPIXELS_LEAST else (text,)
    return Fact(FactKind.DIMENSIONS, translate("Facts", "Dimensions"), lines)


def _file(file: PhotoFile | None, path: Path) -> Fact:
    lines = [shown(path.name)]
    if file is not None:
        lines.append(size_text(file.stamp.size_bytes))
    return Fact(FactKind.FILE, translate("Facts", "File"), tuple(lines))


def _copies(paths: list[Path]) -> Fact | None:
    lines = tuple(shown(str(path)) for path in sorted(paths))
    return Fact(FactKind.COPIES, translate("Facts", "Also at"), lines) if lines else None


def _place(record: PhotoRecord) -> Fact | None:
    latitude, longitude = record.facts.latitude, record.facts.longitude
    if latitude is None or longitude is None:
        return None
    north = translate("Facts", "{0}° N") if latitude >= 0 else translate("Facts", "{0}° S")
    east = translate("Facts", "{0}° E") if longitude >= 0 else translate("Facts", "{0}° W")
    locale = QLocale()
    text = ", ".join(
        words.format(locale.toString(abs(degrees), "f", 5))
        for words, degrees in ((north, latitude), (east, longitude))
    )
    at = f"{latitude:.5f}/{longitude:.5f}"
    marker = f"mlat={latitude:.5f}&mlon={longitude:.5f}"
    link = f"https://www.openstreetmap.org/?{marker}#map=15/{at}"
    return Fact(FactKind.PLACE, translate("Facts", "Place"), (text,), link)


def facts_of_many(records: Sequence[PhotoRecord], paths: Sequence[Path]) -> tuple[Fact, ...]:
    """What several photos come to."""
    seen = set(paths)
    files = [file for record in records for file in record.files if file.photo.path in seen]
    count = plural("%Ln photo(s)", "", len(paths))
    size = size_text(sum(file.stamp.size_bytes for file in files))
    folders = list(dict.fromkeys(shown(str(path.parent)) for path in paths))
    shown_folders = (*folders[:_FOLDERS_SHOWN], *(["…"] if len(folders) > _FOLDERS_SHOWN else []))
    cameras = sorted({shown(one.facts.camera) for one in records if one.facts.camera})
    found = (
        Fact(FactKind.FILE, translate("Facts", "Chosen"), (count, size)),
        _span(records),
        Fact(FactKind.CAMERA, translate("Facts", "Cameras"), tuple(cameras)) if cameras else None,
        Fact(FactKind.FOLDER, translate("Facts", "Folders"), shown_folders),
    )
    return tuple(fact for fact in found if fact is not None)


def _span(records: Sequence[PhotoRecord]) -> Fact | None:
    days = sorted(filter(None, (_day(record) for record in records)))
    if not days:
        return None
    first, last = (_moment(day) for day in (days[0], days[-1]))
    text = first if first == last else f"{first} – {last}"
    return Fact(FactKind.TAKEN, translate("Facts", "Taken"), (text,))


def _day(record: PhotoRecord) -> datetime | None:
    try:
        return datetime.fromisoformat(record.facts.taken_at or "")
    except ValueError:
        return None


def _moment(day: datetime) -> str:
    return QLocale().toString(QDate(day.year, day.month, day.day), QLocale.FormatType.LongFormat)
