"""An icon beside words: it follows light and dark, and is as high as they or as it is told."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import icon

_MUTED = 0.55


class IconLabel(QWidget):
    """Paints its icon anew each time, where a label would keep the colours of the first."""

    def __init__(
        self, name: str, side_px: int | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._icon = icon(name)
        self._side_px = side_px
        self._opacity = 1.0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_icon_name(self, name: str) -> None:
        """Show another one of ours."""
        self.set_icon(icon(name))

    def set_icon(self, shown: QIcon) -> None:
        """Show another one."""
        self._icon = shown
        self.update()

    def set_muted(self) -> None:
        """Paint it more quietly than the words around."""
        self._opacity = _MUTED
        self.update()

    def sizeHint(self) -> QSize:
        side_px = self._side_px or self.fontMetrics().height()
        return QSize(side_px, side_px)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setOpacity(self._opacity)
        self._icon.paint(painter, self.rect())
