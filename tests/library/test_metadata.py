"""What is read of a photo's header and EXIF, and that rotten EXIF does no harm."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from PIL import ExifTags, Image
from PIL.TiffImagePlugin import IFDRational

from photosearch.library.metadata import read_facts
from photosearch.types import PhotoFacts

Encode = Callable[..., bytes]


@pytest.fixture
def facts_of(scene: Callable[..., Image.Image], encode: Encode) -> Callable[..., PhotoFacts]:
    """The facts of a picture of 40 x 30 pixels with these tags."""

    def read(
        base: dict[int, Any] | None = None,
        details: dict[int, Any] | None = None,
        place: dict[int, Any] | None = None,
        file_format: str = "JPEG",
    ) -> PhotoFacts:
        exif = Image.Exif()
        exif.update(base or {})
        exif.get_ifd(ExifTags.IFD.Exif).update(details or {})
        exif.get_ifd(ExifTags.IFD.GPSInfo).update(place or {})
        data = encode(scene(40, 30), file_format, exif=exif.tobytes())
        with Image.open(io.BytesIO(data)) as image:
            return read_facts(image)

    return read


def test_a_picture_without_exif_has_its_dimensions_alone(
    scene: Callable[..., Image.Image], encode: Encode
) -> None:
    for file_format in ("JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF", "AVIF", "HEIF"):
        with Image.open(io.BytesIO(encode(scene(40, 30), file_format))) as image:
            assert read_facts(image) == PhotoFacts(40, 30), file_format


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP", "AVIF", "HEIF", "TIFF"])
def test_dimensions_are_those_of_the_upright_picture(
    facts_of: Callable[..., PhotoFacts], file_format: str
) -> None:
    facts = facts_of({ExifTags.Base.Orientation: 6}, file_format=file_format)
    assert (facts.width_px, facts.height_px, facts.orientation) == (30, 40, 6)


@pytest.mark.parametrize("value", [0, 9, 65535])
def test_an_orientation_that_is_none_is_upright(
    facts_of: Callable[..., PhotoFacts], value: int
) -> None:
    facts = facts_of({ExifTags.Base.Orientation: value})
    assert (facts.width_px, facts.height_px, facts.orientation) == (40, 30, 1)


def test_the_date_of_the_shot_wins_over_those_of_later_changes(
    facts_of: Callable[..., PhotoFacts],
) -> None:
    original = {ExifTags.Base.DateTimeOriginal: "2020:02:29 23:59:58"}
    digitized = {ExifTags.Base.DateTimeDigitized: "2021:01:01 00:00:00"}
    changed = {ExifTags.Base.DateTime: "2022:01:01 00:00:00"}
    assert facts_of(changed, original | digitized).taken_at == "2020-02-29T23:59:58"
    assert facts_of(changed, digitized).taken_at == "2021-01-01T00:00:00"
    assert facts_of(changed).taken_at == "2022-01-01T00:00:00"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2008:05:30 15:56:01\0", "2008-05-30T15:56:01"),
        ("2008-05-30T15:56:01", "2008-05-30T15:56:01"),
        ("2008:05:30 15:56:01.25+02:00", "2008-05-30T15:56:01"),
        ("0000:00:00 00:00:00", None),
        ("    :  :     :  :  ", None),
        ("2021:02:29 10:00:00", None),
        ("2021:13:01 10:00:00", None),
        ("2021:01:01 25:00:00", None),
        ("0001:01:01 00:00:00", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_dates_are_read_where_there_is_such_a_day(
    facts_of: Callable[..., PhotoFacts], written: str, expected: str | None
) -> None:
    assert facts_of(details={ExifTags.Base.DateTimeOriginal: written}).taken_at == expected


def test_an_invalid_date_gives_way_to_the_next(facts_of: Callable[..., PhotoFacts]) -> None:
    changed = {ExifTags.Base.DateTime: "2022:01:01 00:00:00"}
    original = {ExifTags.Base.DateTimeOriginal: "0000:00:00 00:00:00"}
    assert facts_of(changed, original).taken_at == "2022-01-01T00:00:00"


@pytest.mark.parametrize(
    ("make", "model", "expected"),
    [
        ("NIKON CORPORATION", "NIKON D70", "NIKON D70"),
        ("Canon", "Canon EOS 40D", "Canon EOS 40D"),
        ("SONY", "HDR-HC3", "SONY HDR-HC3"),
        ("Apple", "iPhone 11", "Apple iPhone 11"),
        (" Maker \0\0", "  Model\0junk", "Maker Model"),
        ("Maker", "", "Maker"),
        ("", "Model", "Model"),
        ("", "", None),
        ("\0", " ", None),
        ("Zeiß", "Größe", "Zeiß Größe"),
        ("a\x07b", "c\nd", "a b c d"),
    ],
)
def test_the_camera_is_make_and_model_without_saying_the_make_twice(
    facts_of: Callable[..., PhotoFacts], make: str, model: str, expected: str | None
) -> None:
    tags = {ExifTags.Base.Make: make.encode(), ExifTags.Base.Model: model.encode()}
    assert facts_of(tags).camera == expected


def test_the_lens_is_read(facts_of: Callable[..., PhotoFacts]) -> None:
    assert facts_of(details={ExifTags.Base.LensModel: "50mm F1.8"}).lens == "50mm F1.8"


def _place(
    latitude: Any = (43.0, 28.0, 2.814), north: Any = "N", longitude: Any = (11.0, 53.0, 6.0)
) -> dict[int, Any]:
    gps = ExifTags.GPS
    values = {gps.GPSLatitude: latitude, gps.GPSLatitudeRef: north}
    values |= {gps.GPSLongitude: longitude, gps.GPSLongitudeRef: "W"}
    return {tag: value for tag, value in values.items() if value is not None}


def test_places_are_degrees_with_signs(facts_of: Callable[..., PhotoFacts]) -> None:
    facts = facts_of(place=_place())
    assert facts.latitude == pytest.approx(43.467448, abs=1e-6)
    assert facts.longitude == pytest.approx(-11.885, abs=1e-6)
    assert facts_of(place=_place(north="S")).latitude == pytest.approx(-43.467448, abs=1e-6)


@pytest.mark.parametrize(
    "place",
    [
        _place(latitude=(91.0, 0.0, 0.0)),
        _place(latitude=(IFDRational(1, 0), 0.0, 0.0)),
        _place(latitude=(IFDRational(0, 0), 0.0, 0.0)),
        _place(longitude=(180.0, 1.0, 0.0)),
        _place(north="X"),
        _place(north=None),
        _place(latitude=None),
        _place(latitude=(0.0, 0.0, 0.0), longitude=(0.0, 0.0, 0.0)),
    ],
)
def test_a_place_that_cannot_be_is_no_place(
    facts_of: Callable[..., PhotoFacts], place: dict[int, Any]
) -> None:
    facts = facts_of(place=place)
    assert (facts.latitude, facts.longitude) == (None, None)


class _Rotten(Image.Exif):
    """EXIF that raises whatever is asked of it."""

    def __getitem__(self, tag: int) -> Any:
        raise ZeroDivisionError(tag)

    def get_ifd(self, tag: int) -> dict[int, Any]:
        raise RecursionError(tag)


def test_exif_that_raises_does_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    image = Image.new("RGB", (4, 3))
    rotten = _Rotten()
    rotten[ExifTags.Base.Make] = "Maker"
    monkeypatch.setattr(image, "getexif", lambda: rotten)
    assert read_facts(image) == PhotoFacts(4, 3)

    def fail() -> None:
        raise SyntaxError("not a TIFF file")

    monkeypatch.setattr(image, "getexif", fail)
    assert read_facts(image) == PhotoFacts(4, 3)


@pytest.mark.parametrize("value", [5, 5.5, (1, 2), b"\xff\xfe", None, {}, "\ud800"])
def test_tags_of_the_wrong_kind_do_no_harm(monkeypatch: pytest.MonkeyPatch, value: object) -> None:
    image = Image.new("RGB", (4, 3))
    tags = dict.fromkeys([*range(40), 271, 272, 274, 306, 36867, 36868, 42036], value)
    exif = Image.Exif()
    exif.update(tags)
    monkeypatch.setattr(exif, "get_ifd", lambda _: tags)
    monkeypatch.setattr(image, "getexif", lambda: exif)
    facts = read_facts(image)
    assert (facts.taken_at, facts.latitude, facts.longitude) == (None, None, None)
