"""GNOME Files 43 with nautilus-python 4, as Debian has them."""

from __future__ import annotations

from in_file_manager import InFileManager


class TestNautilus(InFileManager):
    """The entries stand above the last one, which is that for properties."""

    name = "nautilus"
    title = "^{}$"
    to_similar = ("Up", "Up")
    to_words = ("Up", "Up")
