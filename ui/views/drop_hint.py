"""Says over the whole page what happens to what is dragged over it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QWidget

from ui.theme import blend

_TEXT_SCALE = 1.6
_VEIL = 0.86


class DropHint(QWidget):
    """A veil with words; it takes no events, so that the page below gets the drop."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._page = parent
        self._words = self.tr("Drop it to find photos like it")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def cover(self) -> None:
        """Show it over all of the page."""
        self.setGeometry(self._page.rect())
        self.raise_()
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = self.palette()
        window = palette.color(QPalette.ColorRole.Window)
        accent = palette.color(QPalette.ColorRole.Highlight)
        line = self.fontMetrics().height()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = blend(window, accent, 0.12)
        veil.setAlphaF(_VEIL)
        painter.fillRect(self.rect(), veil)
        painter.setPen(QPen(accent, 2, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(line, line, -line, -line), 16, 16)
        font = painter.font()
        font.setPointSizeF(font.pointSizeF() * _TEXT_SCALE)
        painter.setFont(font)
        painter.setPen(palette.color(QPalette.ColorRole.WindowText))
        words = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(self.rect().adjusted(3 * line, 0, -3 * line, 0), words, self._words)
