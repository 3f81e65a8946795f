"""Thunar 4.18, as Debian has it."""

from __future__ import annotations

from in_file_manager import InFileManager


class TestThunar(InFileManager):
    """The entry of photos stands above the last one, which is that for properties."""

    name = "thunar"
    title = "^{} - Thunar$"
    to_similar = ("Up", "Up")
    to_words = ("Up",) * 6
