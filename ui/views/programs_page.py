"""Other programs: which of them have photosearch in their menus, with a switch each."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from ui.models.program_list import ProgramList
from ui.models.programs import Program
from ui.theme import icon
from ui.views.labels import Heading, MutedWords, Title, Words
from ui.views.program_card import ProgramCard
from ui.views.scrolled import Scrolled


class ProgramsPage(QWidget):
    """Shows the programs that are here, with what each gets; the others by name.

    Signals:
        closed(): the user wants to go back to the search.
    """

    closed = Signal()

    def __init__(self, programs: ProgramList, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._programs = programs
        self._cards: list[ProgramCard] = []
        self._build_parts()
        self._build_layout()
        self._back.clicked.connect(self.closed)
        programs.changed.connect(self._update)
        shortcut = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self.closed)
        self._update()

    @property
    def cards(self) -> tuple[ProgramCard, ...]:
        """A card each program that is here."""
        return tuple(self._cards)

    def card(self, name: str) -> ProgramCard:
        """The card of a program."""
        return next(card for card in self._cards if card.program.name == name)

    def focusInEvent(self, event: QFocusEvent) -> None:
        first = next((card.switch for card in self._cards if card.program.has_entries), self._back)
        first.setFocus(event.reason())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._programs.look()  # programs come and go

    # -- what it is made of

    def _build_parts(self) -> None:
        line_px = self.fontMetrics().height()
        self._back = QToolButton(self)
        self._back.setIcon(icon("back"))
        self._back.setIconSize(QSize(line_px, line_px))
        self._back.setAutoRaise(True)
        self._back.setAccessibleName(self.tr("Back to the search"))
        self._back.setToolTip(self.tr("Back to the search"))
        self._title = Title(self.tr("Other programs"), self)
        self._about = MutedWords(
            self.tr(
                "Find similar photos from the menus of the programs that you use. What is switched "
                "on writes a few small files for them, and takes every trace away again when you "
                "switch it off."
            ),
            self,
        )
        self._waiting = Words(self.tr("One moment…"), self)
        self._elsewhere = Heading(self.tr("Not found on this computer"), self)
        self.missing = MutedWords(parent=self)

    def _build_layout(self) -> None:
        line_px = self.fontMetrics().height()
        content = QWidget(self)
        layout = QVBoxLayout(content)
        layout.setContentsMargins(2 * line_px, line_px, 2 * line_px, line_px)
        layout.setSpacing(line_px // 2)
        head = QHBoxLayout()
        head.addWidget(self._back)
        head.addWidget(self._title, 1)
        layout.addLayout(head)
        layout.addWidget(self._about)
        layout.addWidget(self._waiting)
        self._column = QVBoxLayout()
        self._column.setSpacing(line_px * 2 // 3)
        layout.addSpacing(line_px // 2)
        layout.addLayout(self._column)
        layout.addSpacing(line_px)
        layout.addWidget(self._elsewhere)
        layout.addWidget(self.missing)
        layout.addStretch(1)
        self._area = Scrolled(content, self)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._area)

    # -- what is shown

    def _update(self) -> None:
        programs = self._programs
        self._waiting.setVisible(not programs.is_known)
        here = [one for one in programs.all if one.is_here or one.is_on]
        missing = [one.title for one in programs.all if one not in here]
        self._elsewhere.setVisible(bool(missing))
        self.missing.setText(", ".join(missing))
        if [one.name for one in here] != [card.program.name for card in self._cards]:
            self._make_cards(here)
        for card, program in zip(self._cards, here, strict=True):
            name = program.name
            card.show_program(program, programs.remark(name), is_busy=programs.is_busy(name))

    def _make_cards(self, programs: list[Program]) -> None:
        had_focus = self.isAncestorOf(self.window().focusWidget() or self.window())
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._cards = [self._make_card(program) for program in programs]
        for card in self._cards:
            self._column.addWidget(card)
        order = [self._back, *(key for card in self._cards for key in card.order_keys())]
        for one, following in pairwise(order):
            QWidget.setTabOrder(one, following)
        if had_focus:
            self.setFocus()

    def _make_card(self, program: Program) -> ProgramCard:
        card = ProgramCard(program, self._area.widget())
        name = program.name
        card.switched.connect(lambda is_on: self._programs.switch(name, is_on=is_on))
        card.folders_wanted.connect(lambda: self._programs.add_folders(card.program))
        card.take_back_wanted.connect(lambda: self._programs.take_back(name))
        return card
