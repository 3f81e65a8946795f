"""A card: a rounded ground for what belongs together, with a rim that can be lit."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from ui.theme import blend

_RADIUS_PX = 10


class Card(QWidget):
    """What is put on it brings its own layout."""

    @property
    def is_lit(self) -> bool:
        """Whether its rim is that of what is chosen."""
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = self.palette()
        base, text = palette.color(palette.ColorRole.Base), palette.color(palette.ColorRole.Text)
        rim = palette.color(palette.ColorRole.Highlight) if self.is_lit else blend(base, text, 0.14)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(rim, 1.5 if self.is_lit else 1))
        painter.setBrush(base)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), _RADIUS_PX, _RADIUS_PX)
