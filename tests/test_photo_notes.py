"""Of all places that have something noted of a photo, the first that says a thing is believed."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from xmp_packets import packet, words

from photosearch.errors import IntegrationError
from photosearch.library.content import read_photo
from photosearch.photo_notes import NotesReader, merged, tidied
from photosearch.types import (
    Photo,
    PhotoFacts,
    PhotoFile,
    PhotoNotes,
    PhotoRecord,
    PhotoStamp,
)


class Library:
    """A program that knows some photos, or cannot be read."""

    name = "digikam"

    def __init__(self, notes: dict[Path, PhotoNotes], problem: str = "") -> None:
        self._notes = notes
        self._problem = problem

    def folders(self) -> tuple[Path, ...]:
        return ()

    def notes(self, path: Path) -> PhotoNotes | None:
        if self._problem:
            raise IntegrationError(self._problem, "Mend it.")
        return self._notes.get(path)


def record(*paths: Path) -> PhotoRecord:
    """What the index has of a content."""
    content_id = read_photo(paths[-1]).content_id
    files = tuple(
        PhotoFile(Photo(path.parent, Path(path.name), content_id), PhotoStamp(1, 1))
        for path in paths
    )
    return PhotoRecord(content_id, PhotoFacts(1, 1), files)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A JPEG with XMP of its own."""
    from PIL import Image

    path = tmp_path / "a.jpg"
    own = packet(words("dc:subject", "own") + words("dc:description", "Own"), 'xmp:Rating="0"')
    Image.new("RGB", (8, 8)).save(path, xmp=own)
    return path


def test_the_sidecar_goes_before_the_photo_and_the_photo_before_programs(photo: Path) -> None:
    program = Library({photo: PhotoNotes(4, ("theirs",), "Theirs", "digikam")})
    reader = NotesReader(lambda: [program])
    assert reader.of(record(photo)) == PhotoNotes(4, ("own",), "Own", "digikam,xmp")
    photo.with_name("a.jpg.xmp").write_bytes(packet(words("dc:subject", "beside")))
    assert reader.of(record(photo)) == PhotoNotes(4, ("beside",), "Own", "digikam,sidecar,xmp")


def test_a_rating_of_zero_holds_where_nobody_says_more(photo: Path) -> None:
    assert NotesReader(list).of(record(photo)) == PhotoNotes(0, ("own",), "Own", "xmp")
    rejected = [PhotoNotes(0, source="xmp"), PhotoNotes(-1, source="shotwell")]
    assert merged(rejected) == PhotoNotes(-1, source="shotwell")
    assert merged([PhotoNotes(0, source="xmp"), PhotoNotes(0, source="digikam")]).source == "xmp"


def test_who_says_nothing_is_not_named() -> None:
    assert merged([PhotoNotes(source="xmp"), PhotoNotes(3, source="digikam")]) == PhotoNotes(
        3, source="digikam"
    )
    assert merged([]) == PhotoNotes()


def test_a_photo_without_notes_has_empty_ones(tmp_path: Path) -> None:
    (tmp_path / "plain.jpg").write_bytes(b"not even a photo")
    assert NotesReader(list).of(record(tmp_path / "plain.jpg")) == PhotoNotes()


def test_the_first_file_of_a_photo_that_has_notes_speaks(photo: Path, tmp_path: Path) -> None:
    gone = tmp_path / "gone.jpg"
    away = Library({tmp_path / "b.jpg": PhotoNotes(2, source="digikam")})
    reader = NotesReader(lambda: [away])
    assert reader.of(record(gone, photo)).keywords == ("own",)
    (tmp_path / "b.jpg").write_bytes(photo.read_bytes())
    assert reader.of(record(tmp_path / "b.jpg", photo)).rating == 2


def test_a_program_may_know_a_photo_whose_drive_is_away(photo: Path) -> None:
    known = record(photo)
    photo.unlink()
    reader = NotesReader(lambda: [Library({photo: PhotoNotes(2, source="digikam")})])
    assert reader.of(known) == PhotoNotes(2, source="digikam")


def test_another_photo_that_took_the_place_does_not_speak_for_the_indexed_one(
    photo: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.jpg"
    other.write_bytes(b"something else")
    known = record(other)
    other.write_bytes(photo.read_bytes())
    assert NotesReader(list).of(known) == PhotoNotes()


def test_a_program_that_cannot_be_read_is_passed_over_and_told_of_once(
    photo: Path, caplog: pytest.LogCaptureFixture
) -> None:
    broken, fine = Library({}, "It is broken."), Library({photo: PhotoNotes(5, source="shotwell")})
    reader = NotesReader(lambda: [broken, fine])
    with caplog.at_level(logging.WARNING):
        assert reader.of(record(photo)).rating == 5
        assert reader.of(record(photo)).rating == 5
    assert [one.message for one in caplog.records] == ["It is broken.\nMend it."]


def test_each_keyword_comes_once_with_its_parents() -> None:
    assert tidied(["Animals/Cat", "Animals", "Cat", "red", "red", "/Places/", " "]) == (
        "Animals/Cat",
        "red",
        "Places",
    )
    assert tidied(["A/B/C", "A/B", "B/C"]) == ("A/B/C", "B/C")


def test_letters_that_cannot_be_sent_and_texts_without_end_are_cut() -> None:
    notes = merged([PhotoNotes(None, ("caf\udce9",), "x" * 100_000, "digikam")])
    assert notes.keywords == ("caf\ufffd",)
    assert len(notes.caption or "") == 20_000
    assert len(tidied(f"{n}" for n in range(5_000))) == 1_000
