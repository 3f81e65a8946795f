"""Other programs that only note what they are asked."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from photosearch.errors import IntegrationError
from ui.models.programs import Program

GEEQIE = Program(
    "geeqie", "Geeqie", "An entry in its menus.", "Start Geeqie again.", takes_photos=True
)
DIGIKAM = Program(
    "digikam", "digiKam", "An entry.", takes_photos=True, folders=(Path("/albums"), Path("/photos"))
)
FOLDER = Program(
    "folder", "Folder of links", "Nothing in menus.", has_entries=False, takes_photos=True
)
THUNAR = Program("thunar", "Thunar", "An entry in its menus.", is_here=False)


class MadeUpPrograms:
    """Four programs, one of which is not on this machine."""

    def __init__(self) -> None:
        self.programs = (DIGIKAM, GEEQIE, FOLDER, THUNAR)
        self.asked: list[tuple[object, ...]] = []
        self.threads: set[threading.Thread] = set()
        self.left: tuple[str, ...] = ()
        self.error: IntegrationError | None = None
        self.skipped = 0

    def look(self) -> tuple[Program, ...]:
        self.threads.add(threading.current_thread())
        return self.programs

    def switch(self, name: str, *, is_on: bool) -> tuple[str, ...]:
        self._note("switch", name, is_on)
        self.programs = tuple(
            replace(one, is_on=is_on) if one.name == name and not self.left else one
            for one in self.programs
        )
        return self.left

    def send(self, name: str, title: str, photos: Sequence[Path]) -> tuple[str, int]:
        self._note("send", name, title, list(photos))
        return "They are there.", self.skipped

    def take_back(self, name: str) -> int:
        self._note("take back", name)
        return 3

    def _note(self, *what: object) -> None:
        self.threads.add(threading.current_thread())
        if self.error is not None:
            raise self.error
        self.asked.append(what)
