"""Nemo 5.6, as Debian has it."""

from __future__ import annotations

from in_file_manager import InFileManager


class TestNemo(InFileManager):
    """The entries stand above "Cut", below those that open photos."""

    name = "nemo"
    title = "^{}$"
    to_similar = ("Down", "Down", "Down")
    to_words = ("Down", "Down", "Down")
