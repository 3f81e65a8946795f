"""What is said of a photo."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale

from photosearch.types import Photo, PhotoFacts, PhotoFile, PhotoRecord, PhotoStamp
from ui.models.facts import FactKind, facts_of, facts_of_many

ROOT = Path("/photos")
FULL = PhotoFacts(
    6000, 4000, 1, "2024-05-01T12:30:00", "Canon EOS 40D", "EF 50mm", 48.20817, -16.37382
)


@pytest.fixture(autouse=True)
def english():
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    yield
    QLocale.setDefault(before)


def record(facts: PhotoFacts = FULL, *names: str) -> PhotoRecord:
    files = [
        PhotoFile(Photo(ROOT, Path(name), "1"), PhotoStamp(5_200_000, 0))
        for name in names or ("a/one.jpg",)
    ]
    return PhotoRecord("1", facts, tuple(files))


def said(one: PhotoRecord, path: Path = ROOT / "a/one.jpg") -> dict[FactKind, tuple[str, ...]]:
    return {fact.kind: fact.lines for fact in facts_of(one, path)}


def test_everything_known_is_said():
    found = said(record())
    day, hour = found.pop(FactKind.TAKEN)
    assert "1 May 2024" in day
    assert hour == "12:30"
    assert found == {
        FactKind.CAMERA: ("Canon EOS 40D", "EF 50mm"),
        FactKind.DIMENSIONS: ("6,000 × 4,000", "24 megapixels"),
        FactKind.FILE: ("one.jpg", "5.2 MB"),
        FactKind.FOLDER: ("/photos/a",),
        FactKind.PLACE: ("48.20817° N, 16.37382° W",),
    }


def test_what_is_not_known_is_left_out():
    assert set(said(record(PhotoFacts(300, 200)))) == {
        FactKind.DIMENSIONS,
        FactKind.FILE,
        FactKind.FOLDER,
    }


def test_a_date_that_is_none_is_left_out():
    assert FactKind.TAKEN not in said(record(replace(FULL, taken_at="0000-00-00")))


def test_other_files_of_the_same_photo_are_named():
    found = said(record(FULL, "a/one.jpg", "b/copy.jpg"))
    assert found[FactKind.COPIES] == ("/photos/b/copy.jpg",)


def test_a_place_leads_to_a_map():
    (place,) = [fact for fact in facts_of(record(), ROOT) if fact.kind is FactKind.PLACE]
    assert "mlat=48.20817&mlon=-16.37382" in place.link


def test_control_characters_are_shown_and_not_obeyed():
    found = said(record(replace(FULL, camera="Can\x1b[31mon")))
    assert found[FactKind.CAMERA][0] == "Can\\x1b[31mon"


def test_several_photos_are_summed_up():
    two = replace(FULL, taken_at="2024-06-02T08:00:00", camera="Nikon")
    records = [record(), record(two, "b/two.jpg")]
    paths = [ROOT / "a/one.jpg", ROOT / "b/two.jpg"]
    facts = {fact.kind: fact.lines for fact in facts_of_many(records, paths)}
    assert facts[FactKind.FILE][1] == "10.4 MB"
    assert facts[FactKind.CAMERA] == ("Canon EOS 40D", "Nikon")
    assert facts[FactKind.FOLDER] == ("/photos/a", "/photos/b")
    assert "1 May 2024" in facts[FactKind.TAKEN][0]
    assert "2 June 2024" in facts[FactKind.TAKEN][0]


def test_a_tiny_picture_has_no_megapixels():
    small = replace(record().facts, width_px=100, height_px=66)
    assert said(replace(record(), facts=small))[FactKind.DIMENSIONS] == ("100 × 66",)
