"""A quiet line above the photos that says how things are, with a button where one helps."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from ui.theme import blend
from ui.views.chips import Chip
from ui.views.icon_label import IconLabel
from ui.views.labels import Words


class Strip(QWidget):
    """Icon, words, and a button.

    Signals:
        pressed(): the button was.
    """

    pressed = Signal()

    def __init__(
        self, icon_name: str, button_text: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.words = Words(parent=self)
        self.button = Chip(button_text, parent=self)
        self.button.setVisible(bool(button_text))
        self.button.clicked.connect(self.pressed)
        line = self.fontMetrics().height()
        row = QHBoxLayout(self)
        row.setContentsMargins(line * 3 // 4, line // 4, line // 2, line // 4)
        row.setSpacing(line // 2)
        row.addWidget(IconLabel(icon_name, line, self))
        row.addWidget(self.words, 1)
        row.addWidget(self.button)
        self.setMinimumHeight(line * 2)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)

    def say(self, words: str) -> None:
        """Say this now."""
        if words != self.words.text():
            self.words.setText(words)
            self.setAccessibleName(words)

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = self.palette()
        window = palette.color(palette.ColorRole.Window)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(blend(window, palette.color(palette.ColorRole.Highlight), 0.14))
        painter.drawRoundedRect(QRectF(self.rect()), 8, 8)
