"""GNOME Files 43 with nautilus-python 4, as Debian has them."""

from __future__ import annotations

from pathlib import Path

from desk import Desk
from in_file_manager import InFileManager, wait_until_still


class TestNautilus(InFileManager):
    """The entries stand above the last one, which is that for properties."""

    name = "nautilus"
    title = "^{}$"
    to_similar = ("Up", "Up")
    to_words = ("Up", "Up")

    def open(self, desk: Desk, folder: Path) -> str:
        """With all thumbnails: each one that is new renews the menu, which then hears no key."""
        window = super().open(desk, folder)
        photos = [path for path in folder.iterdir() if path.is_file()]
        thumbnails = desk.home / ".cache" / "thumbnails"
        desk.wait(lambda: len(list(thumbnails.rglob("*.png"))) >= len(photos))
        wait_until_still(desk)
        return window
