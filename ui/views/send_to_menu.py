"""The submenu of the programs that photos can be sent to."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from ui.models.program_list import ProgramList
from ui.models.programs import Program


class SendToMenu(QMenu):
    """Is filled when it opens, since programs come and go.

    Signals:
        chosen(str): the name of a program.
    """

    chosen = Signal(str)

    def __init__(self, programs: ProgramList, parent: QWidget) -> None:
        super().__init__(parent)
        self._programs = programs
        programs.changed.connect(self._fill)
        self.aboutToShow.connect(self._look)

    def _look(self) -> None:
        self._fill()
        self._programs.look()

    def _fill(self) -> None:
        self.clear()
        for program in self._programs.takers:
            self.addAction(self._action(program))
        if not self._programs.is_known:
            self.addAction(self.tr("Looking for programs…")).setEnabled(False)

    def _action(self, program: Program) -> QAction:
        action = QAction(program.title.replace("&", "&&"), self)
        action.triggered.connect(partial(self._choose, program.name))
        return action

    def _choose(self, name: str, _is_checked: bool = False) -> None:
        self.chosen.emit(name)
