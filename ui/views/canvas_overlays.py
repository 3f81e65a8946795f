"""What lies over a photo that is seen large: buttons at its edges, and a quiet line of words."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QToolButton, QWidget

from ui.theme import icon
from ui.views.preview_bar import INK

_SHADE = QColor(0, 0, 0, 80)
_SHADE_NEAR = QColor(0, 0, 0, 170)
_SHADE_OF_WORDS = QColor(0, 0, 0, 190)
_FAR_OPACITY = 0.7


class EdgeButton(QToolButton):
    """A round button at the edge of the photo, plain to see only when the mouse is near."""

    def __init__(self, name: str, tip: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setIcon(icon(name, INK))
        side_px = round(1.4 * self.fontMetrics().height())
        self.setIconSize(QSize(side_px, side_px))
        self.setToolTip(tip)
        self.setAccessibleName(tip)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.ArrowCursor)

    def sizeHint(self) -> QSize:
        return self.iconSize() * 1.8

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.isEnabled():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_near = self.underMouse() or self.hasFocus()
        painter.setBrush(_SHADE_NEAR if is_near else _SHADE)
        painter.setPen(INK if self.hasFocus() else Qt.PenStyle.NoPen)
        painter.drawEllipse(QRectF(self.rect()).adjusted(1, 1, -1, -1))
        painter.setOpacity(1.0 if is_near else _FAR_OPACITY)
        place = QRect(0, 0, self.iconSize().width(), self.iconSize().height())
        place.moveCenter(self.rect().center())
        self.icon().paint(painter, place)


class CanvasNote(QLabel):
    """Words at the lower edge of the photo, as wide as they need."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setMargin(self.fontMetrics().height() // 2)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def set_text(self, text: str) -> None:
        """Say something, or nothing."""
        self.setText(text)
        self.setVisible(bool(text))

    def place(self, room: QRect) -> None:
        """Lie at the lower edge of a rectangle, in its middle."""
        words = self.fontMetrics().horizontalAdvance(self.text()) + 4 * self.margin()
        width = min(words, room.width())
        height = self.heightForWidth(width)
        left = room.left() + (room.width() - width) // 2
        self.setGeometry(left, room.bottom() - height, width, height)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_SHADE_OF_WORDS)
        radius = self.margin()
        painter.drawRoundedRect(QRectF(self.rect()), radius, radius)
        painter.end()
        super().paintEvent(event)
