"""Photos as a grid shows them, fitted into a square with rounded corners; made once and kept."""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import NamedTuple

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QImage, QPainter, QPixmap

RADIUS_PX = 8

_MAX_BYTES = 64 * 2**20
"""A screen of 3840 x 2160 pixels, filled, takes 33 MB."""
_FRAME_MS = 3.0
"""What making pictures may take of one frame: 0.2 ms each when small, 0.8 when large."""


class _Key(NamedTuple):
    content_id: str
    size_px: int
    ratio: float


class TilePictures:
    """Finished pictures by content and size.

    To make one takes up to a millisecond, so that in one frame only some are made: what `picture`
    does not give is to be drawn some simpler way, and to be asked for again in the next frame.
    """

    def __init__(self) -> None:
        self._made: OrderedDict[_Key, QPixmap] = OrderedDict()
        self._bytes = 0
        self._until_s = 0.0

    def begin_frame(self) -> None:
        """A frame is painted now."""
        self._until_s = time.perf_counter() + _FRAME_MS / 1e3

    def picture(
        self, content_id: str, thumbnail: QPixmap, size_px: int, ratio: float
    ) -> QPixmap | None:
        """The picture made of a thumbnail; None: there is no time for it in this frame.

        Args:
            size_px: of the square, in pixels of the app.
            ratio: pixels of the screen to one of the app.
        """
        key = _Key(content_id, size_px, ratio)
        made = self._made.get(key)
        if made is not None:
            self._made.move_to_end(key)
            return made
        if time.perf_counter() > self._until_s:
            return None
        made = _made(thumbnail, size_px, ratio)
        self._made[key] = made
        self._bytes += _bytes_of(made)
        while self._bytes > _MAX_BYTES:
            _, oldest = self._made.popitem(last=False)
            self._bytes -= _bytes_of(oldest)
        return made


def fitted(size: QSize, side_px: float) -> QSize:
    """A picture's size when it just fits into a square."""
    longer = max(size.width(), size.height(), 1)
    return QSize(
        max(1, round(size.width() * side_px / longer)),
        max(1, round(size.height() * side_px / longer)),
    )


def _made(thumbnail: QPixmap, size_px: int, ratio: float) -> QPixmap:
    size = fitted(thumbnail.size(), size_px * ratio)
    scaled = thumbnail.toImage().scaled(
        size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
    rounded = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
    rounded.fill(Qt.GlobalColor.transparent)
    painter = QPainter(rounded)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(scaled))
    painter.drawRoundedRect(QRectF(rounded.rect()), RADIUS_PX * ratio, RADIUS_PX * ratio)
    painter.end()
    picture = QPixmap.fromImage(rounded)
    picture.setDevicePixelRatio(ratio)
    return picture


def _bytes_of(pixmap: QPixmap) -> int:
    return pixmap.width() * pixmap.height() * 4
