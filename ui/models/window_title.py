"""What stands in the title of the window: what is searched by."""

from __future__ import annotations

from photosearch.errors import shown
from ui.languages import plural
from ui.models.question import Question

APP = "photosearch"
_LONGEST_CHARS = 80


def window_title(question: Question) -> str:
    """``chelsea.png – photosearch``, ``200 photos – photosearch``, ``red bicycle – photosearch``.

    Safe to show, and with what Qt takes for its sign of changed documents written out.
    """
    asked = asked_for(question)
    return f"{asked.replace('[*]', '[*][*]')} – {APP}" if asked else APP


def asked_for(question: Question) -> str:
    """What is searched by, in a few words that are safe to show; empty where nothing is."""
    asked = ", ".join(part for part in (_pictures(question), _words(question)) if part)
    if len(asked) > _LONGEST_CHARS:
        asked = f"{asked[: _LONGEST_CHARS - 1]}…"
    return asked


def _pictures(question: Question) -> str:
    if len(question.pictures) == 1:
        return question.pictures[0].label
    return plural("%Ln photo(s)", "", len(question.pictures)) if question.pictures else ""


def _words(question: Question) -> str:
    return shown(" ".join(question.text.split()))
