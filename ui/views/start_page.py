"""What is seen first every day: words to begin with, and what was searched for before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.models.examples import examples
from ui.models.history import History
from ui.views.chips import Chip
from ui.views.flow_layout import FlowLayout
from ui.views.icon_label import IconLabel
from ui.views.labels import MutedWords, Title

_RECENT_MAX = 6
_WIDTH_CHARS = 96


class StartHeader(QWidget):
    """What stands above the search field while nothing is asked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        line = self.fontMetrics().height()
        mark = IconLabel("photosearch", line * 4, self)
        self.title = Title(self.tr("What are you looking for?"), self)
        self.title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, line, 0, line)
        column.setSpacing(line // 2)
        column.addWidget(mark, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.title)


class StartPage(QWidget):
    """Below the search field: examples and recent searches as chips, and how else to search.

    Signals:
        chosen(str): words that were clicked.
    """

    chosen = Signal(str)

    def __init__(self, history: History, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._history = history
        self._recent_shown: tuple[str, ...] | None = None
        self.recent = _Chips("history", self)
        self.examples = _Chips("", self)
        self._build()
        self.recent.chosen.connect(self.chosen)
        self.examples.chosen.connect(self.chosen)
        history.changed.connect(self._show_recent)
        self._show_recent()

    def show_photo_count(self, count: int) -> None:
        """Say how many photos there are to be found; nothing while that is not known."""
        self._count.setText(self.tr("%Ln photo(s) can be found", "", count) if count else "")

    def _build(self) -> None:
        line = self.fontMetrics().height()
        self._recent_head = QWidget(self)
        forget = Chip(self.tr("Forget these"), parent=self._recent_head)
        forget.clicked.connect(self._history.clear)
        head = QHBoxLayout(self._recent_head)
        head.setContentsMargins(0, 0, 0, 0)
        head.addStretch(1)
        head.addWidget(_quiet(self.tr("You searched for"), self._recent_head))
        head.addWidget(forget)
        head.addStretch(1)
        self._count = _quiet("", self)
        tip = self.tr(
            "Or drop a photo anywhere in this window, or paste one, to find others like it."
        )
        middle = QWidget(self)
        middle.setMaximumWidth(self.fontMetrics().averageCharWidth() * _WIDTH_CHARS)
        row = QHBoxLayout(self)
        row.setContentsMargins(line, 0, line, 0)
        row.addStretch(1)
        row.addWidget(middle, 1_000)
        row.addStretch(1)
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, line, 0, line)
        column.setSpacing(line * 2 // 3)
        column.addWidget(_quiet(self.tr("For example"), self))
        column.addWidget(self.examples)
        column.addSpacing(line)
        column.addWidget(self._recent_head)
        column.addWidget(self.recent)
        column.addStretch(1)
        column.addWidget(_quiet(tip, self))
        column.addWidget(self._count)
        self.examples.show_texts(examples(date.today().toordinal()))

    def _show_recent(self) -> None:
        texts = self._history.texts[:_RECENT_MAX]
        self.recent.show_texts(texts)
        for part in (self._recent_head, self.recent):
            part.setVisible(bool(texts))


class _Chips(QWidget):
    """Words as chips in rows, each of which can be chosen."""

    chosen = Signal(str)

    def __init__(self, icon_name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._icon_name = icon_name
        self._texts: tuple[str, ...] = ()
        self.chips: list[Chip] = []
        self._flow = FlowLayout(self)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_texts(self, texts: Sequence[str]) -> None:
        """Show these in place of those that were there."""
        if tuple(texts) == self._texts:
            return
        self._texts = tuple(texts)
        for chip in self.chips:
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self.chips = [Chip(text, self._icon_name, self) for text in texts]
        for chip in self.chips:
            chip.clicked.connect(self._choose)
            self._flow.addWidget(chip)
            chip.show()

    def _choose(self) -> None:
        chip = self.sender()
        if isinstance(chip, Chip):
            self.chosen.emit(chip.text())


def _quiet(text: str, parent: QWidget) -> MutedWords:
    words = MutedWords(text, parent)
    words.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return words
