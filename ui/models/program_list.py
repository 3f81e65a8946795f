"""What a person does with other programs: switch them on and off, send photos, take them back."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from photosearch.errors import PhotoSearchError, shown
from photosearch.interface import PhotoSearchService
from ui.models.programs import Program, Programs
from ui.workers.runner import Lane, Runner, Task

T = TypeVar("T")


class ProgramList(QObject):
    """Lives in the GUI thread; programs are looked at, and written for, in workers.

    Signals:
        changed(): the programs, or what is said of one of them, is another.
        told(str): something was done.
        failed(PhotoSearchError): something could not be done.
    """

    changed = Signal()
    told = Signal(str)
    failed = Signal(object)

    def __init__(self, runner: Runner, programs: Programs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.all: tuple[Program, ...] = ()
        self.is_known = False
        self._runner = runner
        self._programs = programs
        self._remarks: dict[str, str] = {}
        self._busy: set[str] = set()
        self._look: Task | None = None

    def remark(self, name: str) -> str:
        """What the user should know after switching; empty where nothing."""
        return self._remarks.get(name, "")

    def is_busy(self, name: str) -> bool:
        """Whether something that was asked of a program is not done yet."""
        return name in self._busy

    @property
    def takers(self) -> tuple[Program, ...]:
        """The programs that photos can be sent to."""
        return tuple(one for one in self.all if one.takes_photos)

    def look(self) -> None:
        """Look which programs there are, and what is installed for them."""
        if self._look is not None:
            self._look.cancel()
        self._look = self._runner.run(
            self._look_work, self._show, self.failed.emit, lane=Lane.FILES
        )

    def switch(self, name: str, *, is_on: bool) -> None:
        """Put photosearch into a program's menus, or take it out of them."""
        self._busy.add(name)
        self._remarks.pop(name, None)
        self.changed.emit()
        self._run(
            lambda: self._programs.switch(name, is_on=is_on),
            lambda left: self._on_switched(name, left),
            lambda error: self._on_switch_failed(name, error),
        )

    def send(self, name: str, title: str, photos: Sequence[Path]) -> None:
        """Hand photos over to a program, the best first."""
        self._run(lambda: self._programs.send(name, title, photos), self._on_sent)

    def take_back(self, name: str) -> None:
        """Take away all photos that were sent to a program."""
        self._run(lambda: self._programs.take_back(name), partial(self._on_taken_back, name))

    def add_folders(self, program: Program) -> None:
        """Add the folders of a program's library to ours."""

        def done(_: object) -> None:
            count = len(program.folders)
            self.told.emit(self.tr("%Ln folder(s) added to the library.", "", count))
            self.look()

        self._runner.run(
            lambda service: [service.add_root(folder) for folder in program.folders],
            done,
            self.failed.emit,
        )

    # -- what comes

    def _look_work(self, service: PhotoSearchService) -> tuple[Program, ...]:
        """In a worker: the programs, with the folders that our library does not have yet."""
        programs = self._programs.look()
        try:
            added = [root.path for root in service.roots()]
        except PhotoSearchError:
            added = []  # of a service that is lost the window tells elsewhere
        return tuple(
            replace(one, folders=tuple(f for f in one.folders if not _is_within(f, added)))
            for one in programs
        )

    def _show(self, programs: tuple[Program, ...]) -> None:
        self.all, self.is_known = programs, True
        self.changed.emit()

    def _on_switched(self, name: str, left: tuple[str, ...]) -> None:
        self._busy.discard(name)
        if left:
            places = ", ".join(map(shown, left))
            text = self.tr("This is not ours, or was changed by hand, and stays as it is: {0}")
            self._remarks[name] = text.format(places)
        self.look()

    def _on_switch_failed(self, name: str, error: PhotoSearchError) -> None:
        self._busy.discard(name)
        self._remarks[name] = shown(str(error), keep="\n")
        self.look()

    def _on_sent(self, sent: tuple[str, int]) -> None:
        message, skipped = sent
        text = shown(message)
        if skipped:
            text += " " + self.tr("%Ln photo(s) could not be sent.", "", skipped)
        self.told.emit(text)

    def _on_taken_back(self, name: str, count: int) -> None:
        title = next((one.title for one in self.all if one.name == name), name)
        self.told.emit(self.tr("%Ln photo(s) taken back from {0}.", "", count).format(title))

    def _run(
        self,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[PhotoSearchError], None] | None = None,
    ) -> Task:
        return self._runner.run(
            lambda _service: work(), done, failed or self.failed.emit, lane=Lane.FILES
        )


def _is_within(folder: Path, roots: Sequence[Path]) -> bool:
    real = Path(os.path.realpath(folder))
    return any(one.is_relative_to(root) for one in (folder, real) for root in roots)
