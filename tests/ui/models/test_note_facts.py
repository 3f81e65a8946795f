"""What people noted of a photo is said in words, with where it was read."""

from __future__ import annotations

import pytest

from photosearch.types import PhotoNotes
from ui.models.facts import FactKind
from ui.models.note_facts import note_facts


def said(notes: PhotoNotes | None) -> dict[FactKind, tuple[str, ...]]:
    return {fact.kind: fact.lines for fact in note_facts(notes)}


def test_stars_keywords_and_caption_are_said_with_where_they_were_read():
    notes = PhotoNotes(3, ("Animals/Cat", "red"), "A cat,\n\nasleep", "sidecar,digikam,else")
    assert said(notes) == {
        FactKind.CAPTION: ("A cat,", "asleep"),
        FactKind.RATING: ("★★★☆☆",),
        FactKind.KEYWORDS: ("Animals › Cat", "red"),
        FactKind.SOURCES: ("XMP file beside the photo", "digiKam", "else"),
    }


def test_stars_are_read_aloud_as_a_number():
    [rating, _] = note_facts(PhotoNotes(4, source="xmp"))
    assert rating.spoken == "4 of 5 stars"


def test_a_rejected_photo_says_so():
    assert said(PhotoNotes(-1, source="shotwell")) == {
        FactKind.RATING: ("Rejected",),
        FactKind.SOURCES: ("Shotwell",),
    }


@pytest.mark.parametrize("notes", [None, PhotoNotes(), PhotoNotes(0, source="xmp")])
def test_where_nothing_was_noted_nothing_is_said(notes: PhotoNotes | None):
    assert note_facts(notes) == ()


def test_texts_of_others_are_shown_plain_and_not_without_end():
    keywords = tuple(f"k{n}\x1b[31m" for n in range(1_000))
    found = said(PhotoNotes(None, keywords, "line\n" * 1_000, "xmp"))
    assert found[FactKind.KEYWORDS][0] == "k0\\x1b[31m"
    assert len(found[FactKind.KEYWORDS]) == 41
    assert len(found[FactKind.CAPTION]) == 61
