"""What of the typed text is a question about photos."""

from __future__ import annotations

import pytest

from photosearch.desktop_search.words import words_of


def test_terms_are_one_text_without_needless_spaces() -> None:
    assert words_of([" red", "bicycle ", "", " against\ta wall"]) == "red bicycle against a wall"


@pytest.mark.parametrize("word", ["cat", "猫", "été", "犬 猫", "İş"])
def test_short_words_of_any_script_are_words(word: str) -> None:
    assert words_of([word]) == word


@pytest.mark.parametrize("typed", ["", " ", "a", "ab", "é", "\t\n"])
def test_fewer_letters_ask_for_nothing(typed: str) -> None:
    assert words_of([typed]) == ""


@pytest.mark.parametrize(
    "typed",
    [
        "/etc/passwd",
        "~/Pictures",
        "=2*3",
        "12*4+1",
        "https://example.org",
        "\\\\server",
        "....",
        "🙂",
    ],
)
def test_paths_addresses_and_sums_are_no_words(typed: str) -> None:
    assert words_of([typed]) == ""


def test_a_whole_book_is_cut() -> None:
    assert len(words_of(["word " * 100_000])) <= 300
