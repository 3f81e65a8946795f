"""A few words among others in a row, which can be as wide as those of other rows."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel, QWidget


class Fact(QLabel):
    """Plain words on one line; its own least width would count in a label's hint for ever."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._column_px = 0

    def natural_px(self) -> int:
        """How wide the words are."""
        return self.fontMetrics().horizontalAdvance(self.text()) + 1

    def set_column_px(self, width_px: int) -> None:
        """Be at least as wide as the column it stands in."""
        if width_px != self._column_px:
            self._column_px = width_px
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(max(self.natural_px(), self._column_px), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()
