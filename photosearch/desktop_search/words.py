"""What somebody types into the search of the desktop, where it may be words for a photo."""

from __future__ import annotations

from collections.abc import Iterable

_MIN_BYTES = 3
"""Of UTF-8: three letters of most scripts, and one sign of those where that is a word."""
_MAX_CHARS = 300
"""Models read about 60 words."""
_OTHER_QUESTIONS = ("/", "~", "=", "\\")
"""A path or a sum, which the desktop itself answers."""


def words_of(typed: Iterable[str]) -> str:
    """The terms as one text; empty where they are too few, or are no words at all."""
    words = " ".join(" ".join(typed).split())[:_MAX_CHARS].strip()
    if words.startswith(_OTHER_QUESTIONS) or "://" in words:
        return ""
    if len(words.encode("utf-8", "replace")) < _MIN_BYTES or not any(map(str.isalpha, words)):
        return ""
    return words
