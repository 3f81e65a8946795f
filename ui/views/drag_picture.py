"""What hangs at the pointer while photos are dragged: a small stack of them, and how many."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QLocale, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPalette, QPixmap

from ui.views.tile_pictures import fitted

_PHOTO_PX = 96
_SIDE_PX = 128
_MOST_PHOTOS = 3
_ANGLES = (0.0, -7.0, 6.0)
_RADIUS_PX = 5


def drag_picture(
    thumbnails: Sequence[QPixmap], count: int, palette: QPalette, font: QFont, ratio: float
) -> QPixmap:
    """The first few photos on top of each other; several have their count at the corner."""
    picture = QPixmap(round(_SIDE_PX * ratio), round(_SIDE_PX * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHints(
        QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
    )
    stack = list(zip(thumbnails[:_MOST_PHOTOS], _ANGLES, strict=False))
    for thumbnail, angle in reversed(stack):
        _paint_photo(painter, thumbnail, angle)
    if count > 1:
        _paint_count(painter, count, palette, font)
    painter.end()
    return picture


def _paint_photo(painter: QPainter, thumbnail: QPixmap, angle: float) -> None:
    size = fitted(thumbnail.size(), _PHOTO_PX)
    frame = QRectF(-size.width() / 2, -size.height() / 2, size.width(), size.height())
    painter.save()
    painter.translate(_SIDE_PX / 2, _SIDE_PX / 2)
    painter.rotate(angle)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(0, 0, 0, 60))
    painter.drawRoundedRect(frame.adjusted(-1, 0, 1, 2), _RADIUS_PX, _RADIUS_PX)
    painter.drawPixmap(frame, thumbnail, QRectF(thumbnail.rect()))
    painter.restore()


def _paint_count(painter: QPainter, count: int, palette: QPalette, font: QFont) -> None:
    text = QLocale().toString(count)
    bold = QFont(font)
    bold.setBold(True)
    metrics = QFontMetricsF(bold)
    height = metrics.height() + 4
    width = max(height, metrics.horizontalAdvance(text) + height / 2)
    badge = QRectF(QPointF(_SIDE_PX - width - 2, 2), QPointF(_SIDE_PX - 2, 2 + height))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(palette.color(QPalette.ColorRole.Highlight))
    painter.drawRoundedRect(badge, height / 2, height / 2)
    painter.setFont(bold)
    painter.setPen(palette.color(QPalette.ColorRole.HighlightedText))
    painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, text)
