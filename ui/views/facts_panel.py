"""The facts of a photo, one below the other, to be read and copied."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from ui.models.facts import Fact
from ui.theme import muted
from ui.views.scrolled import Scrolled

_LETTERS, _LEAST_LETTERS = 38, 20
_SMALL = 0.87
_LONG_WORD = 24


class FactsPanel(Scrolled):
    """A column as wide as the text needs, which scrolls when it is too high.

    Signals:
        link_wanted(str): a web address was asked for.
    """

    link_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(QWidget(), parent, is_stop=True)
        self.setAccessibleName(self.tr("Facts about the photo"))
        self.set_facts(())

    def set_facts(self, facts: Sequence[Fact]) -> None:
        """Show the facts of another photo."""
        column = QWidget()
        layout = QVBoxLayout(column)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(2)
        for fact in facts:
            self._add(layout, fact)
        layout.addStretch(1)
        self._column = column
        self.setWidget(column)
        column.setAutoFillBackground(False)

    def sizeHint(self) -> QSize:
        width = self.fontMetrics().averageCharWidth() * _LETTERS
        return QSize(width, self._column.sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().averageCharWidth() * _LEAST_LETTERS, 0)

    def _add(self, layout: QVBoxLayout, fact: Fact) -> None:
        label = QLabel(fact.label)
        label.setFont(_small(label.font()))
        palette = QPalette()
        palette.setColor(QPalette.ColorRole.WindowText, muted(self.palette()))
        label.setPalette(palette)
        layout.addWidget(label)
        for line in fact.lines:
            layout.addWidget(self._line(fact, line))
        if fact.link:
            button = QPushButton(self.tr("Show on a map"))
            button.setAutoDefault(True)
            button.setToolTip(self.tr("Opens openstreetmap.org in the browser, with this place"))
            button.clicked.connect(lambda: self.link_wanted.emit(fact.link))
            layout.addSpacing(4)
            layout.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addSpacing(12)

    def _line(self, fact: Fact, line: str) -> QLabel:
        breakable = _breakable(line) if len(line) > _LONG_WORD else line
        words = QLabel(breakable)
        words.setTextFormat(Qt.TextFormat.PlainText)
        words.setWordWrap(True)
        words.setAccessibleName(f"{fact.label}: {fact.spoken or line}")
        if breakable == line:  # what is copied is to be what is meant
            words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return words


def _small(font: QFont) -> QFont:
    small = QFont(font)
    small.setPointSizeF(font.pointSizeF() * _SMALL)
    return small


def _breakable(line: str) -> str:
    """Long names and paths may be broken behind their signs, or anywhere if they have none."""
    signs = r"/\\_-"
    return re.sub(rf"([{signs}](?=\S)|[^\s{signs}]{{{_LONG_WORD}}})", "\\1\u200b", line)
