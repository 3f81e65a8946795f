"""The title of the window says what is searched by, and is safe to show."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QLocale

from ui import languages
from ui.models.incoming import label_of
from ui.models.question import Picture, Question
from ui.models.window_title import window_title

CAT = Picture("chelsea.png", path=Path("/a/chelsea.png"))


@pytest.fixture(autouse=True)
def in_english(qapp):
    languages.install(qapp, QLocale("en_GB"))
    yield
    languages.remove(qapp)


@pytest.mark.parametrize(
    ("question", "title"),
    [
        (Question(), "photosearch"),
        (Question("red bicycle "), "red bicycle – photosearch"),
        (Question(pictures=(CAT,)), "chelsea.png – photosearch"),
        (Question("at night", (CAT,)), "chelsea.png, at night – photosearch"),
        (Question(pictures=(CAT,) * 200), "200 photos – photosearch"),
        (Question(folders=(Path("/a"),)), "photosearch"),
        (Question("x" * 200), f"{'x' * 79}… – photosearch"),
        # What Qt would replace by its sign of a changed document.
        (Question("a[*]b"), "a[*][*]b – photosearch"),
    ],
)
def test_it_names_what_is_asked(question, title):
    assert window_title(question) == title


def test_odd_letters_are_shown_and_not_done():
    path = Path("a\n\x1b]0;b\u202eg.\udcff.jpg")
    title = window_title(Question("\x07 c", (Picture(label_of(path), path=path),)))
    assert title == "a\\n\\x1b]0;b\\u202eg.�.jpg, \\x07 c – photosearch"
