"""The submenu of the programs that open the chosen photos."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import QMenu, QWidget

from photosearch.types import Hit
from ui.desktop.interface import Program
from ui.models.photo_files import PhotoFiles
from ui.workers.runner import Task


class OpenWithMenu(QMenu):
    """Is filled when it opens: programs come and go, and looking for them takes a while.

    Signals:
        other_wanted(): another program than those is to be chosen.
    """

    other_wanted = Signal()

    def __init__(self, files: PhotoFiles, parent: QWidget) -> None:
        super().__init__(parent)
        self._files = files
        self._hits: list[Hit] = []
        self._task: Task | None = None
        self.aboutToShow.connect(self._look)

    def set_hits(self, hits: list[Hit]) -> None:
        """The photos to open."""
        self._hits = hits

    def _look(self) -> None:
        if self._task is not None:
            self._task.cancel()
        self._show((), is_looking=True)
        self._task = self._files.programs(self._hits, self._show)

    def _show(self, programs: tuple[Program, ...], *, is_looking: bool = False) -> None:
        self.clear()
        for program in programs:
            self.addAction(self._action(program))
        if is_looking:
            self.addAction(self.tr("Looking for programs…")).setEnabled(False)
        self.addSeparator()
        self.addAction(self.tr("&Other program…")).triggered.connect(self._choose)

    def _action(self, program: Program) -> QAction:
        action = QAction(program_icon(program), program.name.replace("&", "&&"), self)
        action.triggered.connect(partial(self._files.open_with, program, self._hits))
        return action

    def _choose(self) -> None:
        if not self._files.choose_program(self._hits):
            self.other_wanted.emit()


def program_icon(program: Program) -> QIcon:
    """A program's own icon, from the desktop's theme or its file; empty if there is none."""
    if Path(program.icon).is_absolute():
        return QIcon(program.icon)
    return QIcon.fromTheme(program.icon) if program.icon else QIcon()
