"""One other program: what it gets, the switch for it, and what can be done with its photos."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ui.models.programs import Program
from ui.views.card import Card
from ui.views.icon_label import IconLabel
from ui.views.labels import Heading, MutedWords, Words


class ProgramCard(Card):
    """Shows what it is told of; what the user wants is asked for by signals.

    Signals:
        switched(bool): the user wants it in the program's menus, or out of them.
        folders_wanted(): the folders of the program's library are to be added.
        take_back_wanted(): photos that were sent are to be taken back.
    """

    switched = Signal(bool)
    folders_wanted = Signal()
    take_back_wanted = Signal()

    def __init__(self, program: Program, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.program = program
        self._title = Heading(program.title, self)
        self._adds = MutedWords(parent=self)
        self.then = Words(parent=self)
        self._problem_box = QWidget(self)
        self.problem = Words(parent=self._problem_box)
        self.switch = QCheckBox(self.tr("On"), self)
        self.switch.clicked.connect(self.switched)
        self.folders = QPushButton(self.tr("Add its folders"), self)
        self.folders.clicked.connect(self.folders_wanted)
        self.take_back = QPushButton(self.tr("Take back what was sent"), self)
        self.take_back.clicked.connect(self.take_back_wanted)
        for button in (self.folders, self.take_back):
            button.setAutoDefault(True)  # Enter presses it as well
        self._name_controls(program.title)
        self._build_layout()

    def show_program(self, program: Program, problem: str, *, is_busy: bool) -> None:
        """Show how things are now."""
        self.program = program
        self._adds.setText(in_words(program.adds))
        self.switch.setVisible(program.has_entries)
        self.switch.setChecked(program.is_on)
        self.switch.setEnabled(not is_busy)
        self.switch.setAccessibleDescription(self._adds.text())
        self.then.setText(in_words(program.then))
        self.then.setVisible(bool(program.then) and program.is_on)
        self.problem.setText(problem)
        self._problem_box.setVisible(bool(problem))
        self.folders.setVisible(bool(program.folders))
        self.take_back.setVisible(program.takes_photos)
        self.update()

    def order_keys(self) -> tuple[QWidget, ...]:
        """Its controls, in the order in which they are read."""
        return self.switch, self.folders, self.take_back

    @property
    def is_lit(self) -> bool:
        """It is switched on."""
        return self.program.is_on

    def _name_controls(self, title: str) -> None:
        """For who hears the window rather than sees it."""
        self.setAccessibleName(title)
        self.switch.setAccessibleName(self.tr("photosearch in {0}").format(title))
        self.folders.setAccessibleName(self.tr("Add the folders of {0}").format(title))
        self.take_back.setAccessibleName(self.tr("Take back what was sent to {0}").format(title))

    def _build_layout(self) -> None:
        line_px = self.fontMetrics().height()
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self.switch)
        problem = QHBoxLayout(self._problem_box)
        problem.setContentsMargins(0, 0, 0, 0)
        sign = IconLabel("warning", parent=self._problem_box)
        problem.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        problem.addWidget(self.problem, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(line_px // 2)
        buttons.addWidget(self.folders)
        buttons.addWidget(self.take_back)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(line_px, line_px * 3 // 4, line_px, line_px * 3 // 4)
        column.setSpacing(line_px * 2 // 5)
        column.addLayout(head)
        for words in (self._adds, self.then, self._problem_box):
            column.addWidget(words)
        column.addLayout(buttons)


def in_words(text: str) -> str:
    """A text of the core in the language of the app; `program_texts` lists them."""
    return QCoreApplication.translate("Programs", text)
