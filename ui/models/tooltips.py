"""Tooltips of words that are not ours: names of files, messages of the service."""

from __future__ import annotations

from html import escape


def tooltip(text: str) -> str:
    """The words as they stand: Qt takes a tooltip that looks like HTML for HTML."""
    if "<" not in text and "&lt;" not in text:
        return text
    return f'<p style="white-space: pre-wrap">{escape(text)}</p>'
