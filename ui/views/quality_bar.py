"""A quiet bar for a model's published quality."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.models.amounts import percent_text
from ui.models.tooltips import tooltip
from ui.theme import blend, muted

_BAR_LETTERS = 12
_RADIUS_SHARE = 0.5


class QualityBar(QWidget):
    """The share of captions that find their own photo first, as a bar and a number."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._share: float | None = None
        self._column_px = 0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_share(self, share: float | None, told: str) -> None:
        """Show a share of 0 to 1; None is one that is not published."""
        self._share = share
        self.setAccessibleName(self.text)
        self.setAccessibleDescription(told)
        self.setToolTip(tooltip(told))
        self.updateGeometry()
        self.update()

    @property
    def text(self) -> str:
        """What is said, the bar apart."""
        if self._share is None:
            return self.tr("Quality: not published")
        return f"{self._label} {self._number}"

    def natural_px(self) -> int:
        """How wide bar and words are."""
        metrics = self.fontMetrics()
        if self._share is None:
            return metrics.horizontalAdvance(self.text) + 1
        words = metrics.horizontalAdvance(self._label) + metrics.horizontalAdvance(self._number)
        return words + self._bar_px + 2 * self._gap_px + 2

    def set_column_px(self, width_px: int) -> None:
        """Be at least as wide as the column it stands in."""
        if width_px != self._column_px:
            self._column_px = width_px
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(max(self.natural_px(), self._column_px), self.fontMetrics().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette, room = self.palette(), QRectF(self.rect())
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.setPen(muted(palette))
        if self._share is None:
            painter.drawText(room, middle, self.text)
            return
        painter.drawText(room, middle, self._label)
        bar_x = self.fontMetrics().horizontalAdvance(self._label) + self._gap_px
        painter.setPen(palette.color(palette.ColorRole.Text))
        room.setLeft(bar_x + self._bar_px + self._gap_px)
        painter.drawText(room, middle, self._number)
        self._paint_bar(painter, bar_x)

    @property
    def _label(self) -> str:
        return self.tr("Quality")

    @property
    def _number(self) -> str:
        return percent_text(self._share or 0)

    def _paint_bar(self, painter: QPainter, x: float) -> None:
        palette = self.palette()
        base = palette.color(palette.ColorRole.Base)
        height = self.fontMetrics().height() * 0.5
        whole = QRectF(x, (self.height() - height) / 2, self._bar_px, height)
        radius = height * _RADIUS_SHARE
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(blend(base, palette.color(palette.ColorRole.Text), 0.10))
        painter.drawRoundedRect(whole, radius, radius)
        part = QRectF(whole)
        part.setWidth(max(height, whole.width() * min(1.0, self._share or 0)))
        painter.setBrush(blend(base, palette.color(palette.ColorRole.Highlight), 0.65))
        painter.drawRoundedRect(part, radius, radius)

    @property
    def _bar_px(self) -> int:
        return _BAR_LETTERS * self.fontMetrics().averageCharWidth()

    @property
    def _gap_px(self) -> int:
        return self.fontMetrics().averageCharWidth()
