"""A ring around what scrolls, or is read, while it has the focus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QPen

_RING_PX = 2

if TYPE_CHECKING:
    from PySide6.QtWidgets import QAbstractScrollArea as _Area
else:
    _Area = object  # of two bases that are Qt's, PySide makes no widget


class FocusRing(_Area):
    """To be inherited before a kind of scroll area, inside whose viewport the ring is drawn."""

    _ring_radius_px = 4

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self.viewport())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            palette = self.palette()
            painter.setPen(QPen(palette.color(palette.ColorRole.Highlight), _RING_PX))
            inside = QRectF(self.viewport().rect()).adjusted(1, 1, -1, -1)
            painter.drawRoundedRect(inside, self._ring_radius_px, self._ring_radius_px)
