"""Dolphin 22.12 with KDE Frameworks 5.103, as Debian has them."""

from __future__ import annotations

from desk import ODD_NAMES
from in_file_manager import InFileManager


class TestDolphin(InFileManager):
    """The entries stand above that for properties, the one of photos above another one."""

    name = "dolphin"
    title = "^{} — Dolphin$"
    menu = "Menu"
    to_similar = ("Up", "Up", "Up")
    to_words = ("Up", "Up")
    lost = ODD_NAMES[-1:]  # Qt reads names as UTF-8; what is none becomes another name
