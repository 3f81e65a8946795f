"""Chips: words on a pill to click, and things in the search field that can be taken out."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QIcon, QPainter, QPainterPath, QPaintEvent, QPixmap
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QToolButton,
    QWidget,
)

from ui.models.tooltips import tooltip
from ui.theme import blend, icon
from ui.views.icon_label import IconLabel

_LABEL_CHARS = 18


class Chip(QPushButton):
    """Words on a pill, with or without an icon; a click takes them up."""

    def __init__(self, text: str, icon_name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        if icon_name:
            self.setIcon(icon(icon_name))
        self.setAutoDefault(True)  # Enter presses it as well
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        line = self.fontMetrics()
        icon_width = 0 if self.icon().isNull() else line.height() + line.averageCharWidth()
        return QSize(
            line.horizontalAdvance(self.text()) + icon_width + 2 * line.height(),
            line.height() * 2,
        )

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_pill(painter)
        line = self.fontMetrics()
        space = self.rect().adjusted(line.height() * 4 // 5, 0, -line.height() * 4 // 5, 0)
        if not self.icon().isNull():
            side = line.height()
            self.icon().paint(painter, space.x(), (self.height() - side) // 2, side, side)
            space.setLeft(space.left() + side + line.averageCharWidth())
        painter.setPen(self.palette().color(self.foregroundRole()))
        text = line.elidedText(self.text(), Qt.TextElideMode.ElideRight, space.width())
        side_of_text = (
            Qt.AlignmentFlag.AlignHCenter if self.icon().isNull() else Qt.AlignmentFlag.AlignLeft
        )
        painter.drawText(space, side_of_text | Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_pill(self, painter: QPainter) -> None:
        palette = self.palette()
        back, front = palette.color(palette.ColorRole.Window), palette.color(palette.ColorRole.Text)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        is_under_mouse = bool(option.state & QStyle.StateFlag.State_MouseOver)
        share = 0.16 if self.isDown() else 0.11 if is_under_mouse else 0.06
        pill = QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5)
        painter.setBrush(blend(back, front, share))
        painter.setPen(Qt.PenStyle.NoPen)
        if self.hasFocus():
            pen = painter.pen()
            pen.setStyle(Qt.PenStyle.SolidLine)
            pen.setWidthF(2)
            pen.setColor(palette.color(palette.ColorRole.Highlight))
            painter.setPen(pen)
        painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2)


class RemovableChip(QWidget):
    """A picture or a folder that is searched by, with a button that takes it out.

    Signals:
        removed(): the button was pressed.
    """

    removed = Signal()

    def __init__(self, label: str, remove_text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setToolTip(tooltip(label))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._picture = IconLabel("image", self.side_px, self)
        self._label = QLabel(_short(label), self)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self.button = remove = QToolButton(self)
        remove.setIcon(icon("clear"))
        remove.setAutoRaise(True)
        remove.setIconSize(QSize(self.side_px // 2, self.side_px // 2))
        remove.setToolTip(remove_text)
        remove.setAccessibleName(remove_text)
        remove.clicked.connect(self.removed)
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 3, 2, 3)
        row.setSpacing(6)
        for part in (self._picture, self._label, remove):
            row.addWidget(part)

    @property
    def side_px(self) -> int:
        """How high its picture is."""
        return self.fontMetrics().height() * 3 // 2

    def set_label_visible(self, is_visible: bool) -> None:
        """Show the name, or the picture alone."""
        self._label.setVisible(is_visible)

    def set_picture(self, picture: QPixmap | None) -> None:
        """Show a picture, cut to a square with round corners; None is one that has not come."""
        if picture is not None and not picture.isNull():
            ratio = self.devicePixelRatio()
            self.set_icon(QIcon(_rounded_square(picture, self.side_px, ratio)))

    def set_icon(self, shown: QIcon) -> None:
        """Show an icon in place of a picture."""
        self._picture.set_icon(shown)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._colour())
        painter.drawRoundedRect(self.rect(), 8, 8)

    def _colour(self) -> QColor:
        palette = self.palette()
        base = palette.color(palette.ColorRole.Base)
        return blend(base, palette.color(palette.ColorRole.Highlight), 0.18)


def _short(label: str) -> str:
    return label if len(label) <= _LABEL_CHARS else f"{label[: _LABEL_CHARS - 1]}…"


def _rounded_square(picture: QPixmap, side_px: int, ratio: float) -> QPixmap:
    side = round(side_px * ratio)
    filled = picture.scaled(
        side,
        side,
        Qt.AspectRatioMode.KeepAspectRatioByExpanding,
        Qt.TransformationMode.SmoothTransformation,
    )
    square = QPixmap(side, side)
    square.fill(Qt.GlobalColor.transparent)
    painter = QPainter(square)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    path = QPainterPath()
    path.addRoundedRect(0, 0, side, side, side / 5, side / 5)
    painter.setClipPath(path)
    painter.drawPixmap((side - filled.width()) // 2, (side - filled.height()) // 2, filled)
    painter.end()
    square.setDevicePixelRatio(ratio)
    return square
