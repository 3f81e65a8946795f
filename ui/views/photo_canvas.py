"""A photo on a dark ground: fitted into the room there is, or zoomed into and moved about."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

GROUND = QColor(22, 22, 24)

ZOOM_STEP = 1.25
_WHEEL_STEP = 120
_MAX_ZOOM = 8.0
# A small picture is not blown up without end when it is fitted.
_MAX_FIT_ZOOM = 4.0
# Enlarged that far, people want to see the pixels as they are.
_PIXELS_ZOOM = 4.0


class PhotoCanvas(QWidget):
    """Paints one photo, at hand in one or more sizes; zoom 1 is a photo's pixel on a screen's.

    Signals:
        zoomed(): the zoom differs.
        box_changed(QSize): there is room for so many pixels of the screen.
        full_wanted(): what is shown is less sharp than the photo's file may be.
    """

    zoomed = Signal()
    box_changed = Signal(QSize)
    full_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pixmap: QPixmap | None = None
        self._full: QPixmap | None = None
        self._size = QSizeF()
        self._zoom: float | None = None
        self._middle = QPointF()
        self._grabbed: QPointF | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Photo"))
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    # -- what it shows

    def show_photo(self) -> None:
        """Another photo follows: it is fitted, and nothing is seen until it is there."""
        self._pixmap, self._full, self._size = None, None, QSizeF()
        self._zoom = None
        self._changed()

    def set_picture(self, pixmap: QPixmap, photo_size: QSize) -> None:
        """Show the photo, or show it sharper: it stays where it is."""
        size = QSizeF(photo_size)
        if not self._size.isEmpty() and self._zoom is not None:
            # What is in the middle stays there, and as large, though the numbers differ.
            ratio = size.width() / self._size.width()
            self._middle *= ratio
            self._zoom /= ratio
        self._pixmap, self._size = pixmap, size
        self._changed()

    def set_full(self, pixmap: QPixmap | None) -> None:
        """The photo with all its pixels, for when it is zoomed into."""
        self._full = pixmap
        self.update()

    @property
    def is_empty(self) -> bool:
        """Whether there is no picture yet."""
        return self._pixmap is None

    @property
    def is_fitted(self) -> bool:
        """Whether the whole photo is to be seen, however large the window is."""
        return self._zoom is None

    @property
    def zoom(self) -> float:
        """Pixels of the screen to one of the photo."""
        return self._zoom if self._zoom is not None else self._fit_zoom()

    @property
    def box(self) -> QSize:
        """The room there is, in pixels of the screen."""
        return (QSizeF(self.size()) * self.devicePixelRatioF()).toSize()

    def target(self) -> QRectF:
        """Where the whole photo lies, in pixels of the app; parts of it may be outside."""
        scale = self.zoom / self.devicePixelRatioF()
        size = self._size * scale
        middle = QPointF(self.width() / 2, self.height() / 2)
        corner = middle - self._shown_middle() * scale
        return QRectF(corner, size)

    # -- zooming

    def fit(self) -> None:
        """Show the whole photo."""
        self._zoom = None
        self._changed()

    def zoom_to(self, zoom: float, at: QPointF | None = None) -> None:
        """Zoom; what lies at a point of this widget, or in its middle, stays there."""
        if self._size.isEmpty():
            return
        fit_zoom = self._fit_zoom()
        zoom = min(max(zoom, min(fit_zoom, 1.0)), _MAX_ZOOM)
        at = at if at is not None else QPointF(self.width() / 2, self.height() / 2)
        from_middle = (at - QPointF(self.width() / 2, self.height() / 2)) * self.devicePixelRatioF()
        fixed = self._shown_middle() + from_middle / self.zoom
        self._zoom = None if zoom <= fit_zoom <= 1.0 else zoom
        self._middle = self._held(fixed - from_middle / zoom)
        self._changed()

    def zoom_in(self) -> None:
        """One step."""
        self.zoom_to(self.zoom * ZOOM_STEP)

    def zoom_out(self) -> None:
        """One step."""
        self.zoom_to(self.zoom / ZOOM_STEP)

    def toggle_zoom(self, at: QPointF | None = None) -> None:
        """From the whole photo to its pixels, and back."""
        if self.is_fitted:
            self.zoom_to(1.0 if self._fit_zoom() < 1.0 else 2 * self._fit_zoom(), at)
        else:
            self.fit()

    def _fit_zoom(self) -> float:
        if self._size.isEmpty():
            return 1.0
        box = QSizeF(self.box)
        zoom = min(box.width() / self._size.width(), box.height() / self._size.height())
        return max(min(zoom, _MAX_FIT_ZOOM), 1e-4)

    def _shown_middle(self) -> QPointF:
        """The point of the photo in the middle of this widget, in pixels of the photo."""
        if self._zoom is None:
            return QPointF(self._size.width() / 2, self._size.height() / 2)
        return self._middle

    def _held(self, middle: QPointF) -> QPointF:
        """So that no more ground is seen than must be."""
        return QPointF(
            _between(middle.x(), self.box.width() / 2 / self.zoom, self._size.width()),
            _between(middle.y(), self.box.height() / 2 / self.zoom, self._size.height()),
        )

    def _changed(self) -> None:
        shape = Qt.CursorShape.ArrowCursor if self.is_fitted else Qt.CursorShape.OpenHandCursor
        self.setCursor(shape)
        if self._needs_full():
            self.full_wanted.emit()
        self.zoomed.emit()
        self.update()

    def _needs_full(self) -> bool:
        if self._pixmap is None or self._full is not None or self.is_fitted:
            return False
        return self._size.width() * self.zoom > 1.1 * self._pixmap.width()

    # -- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), GROUND)
        pixmap = self._best()
        if pixmap is None:
            return
        painter.setRenderHint(
            QPainter.RenderHint.SmoothPixmapTransform, self.zoom < _PIXELS_ZOOM or self.is_fitted
        )
        target = self._on_pixels(self.target())
        # Only what is seen: to scale all of a large photo for a part of it takes seconds.
        seen = target.intersected(QRectF(self.rect()))
        scale = QPointF(pixmap.width() / target.width(), pixmap.height() / target.height())
        source = QRectF(
            (seen.x() - target.x()) * scale.x(),
            (seen.y() - target.y()) * scale.y(),
            seen.width() * scale.x(),
            seen.height() * scale.y(),
        )
        painter.drawPixmap(seen, pixmap, source)

    def _best(self) -> QPixmap | None:
        """The smallest picture that is sharp enough: to reduce a large one looks worse."""
        if self._pixmap is None or self._full is None:
            return self._pixmap
        needed_px = self._size.width() * self.zoom
        return self._full if needed_px > 1.1 * self._pixmap.width() else self._pixmap

    def _on_pixels(self, rect: QRectF) -> QRectF:
        """The nearest rectangle of whole screen pixels: one between them is blurred."""
        ratio = self.devicePixelRatioF()
        left, top = round(rect.left() * ratio), round(rect.top() * ratio)
        width, height = round(rect.width() * ratio), round(rect.height() * ratio)
        return QRectF(left / ratio, top / ratio, max(width, 1) / ratio, max(height, 1) / ratio)

    # -- mouse

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._zoom is not None:
            self._middle = self._held(self._middle)
        self.box_changed.emit(self.box)
        self._changed()

    def wheelEvent(self, event: QWheelEvent) -> None:
        delta = event.angleDelta().y() / _WHEEL_STEP
        if delta:
            self.zoom_to(self.zoom * ZOOM_STEP**delta, event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and not self.is_fitted:
            self._grabbed = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            event.accept()
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grabbed is None or self._zoom is None:
            super().mouseMoveEvent(event)
            return
        moved = (event.position() - self._grabbed) * self.devicePixelRatioF()
        self._grabbed = event.position()
        self._middle = self._held(self._middle - moved / self._zoom)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grabbed = None
        self._changed()
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.toggle_zoom(event.position())

    def pan(self, by: QPoint) -> None:
        """Move the part that is seen, by pixels of the app."""
        if self._zoom is not None:
            step = QPointF(by) * self.devicePixelRatioF() / self._zoom
            self._middle = self._held(self._middle + step)
            self.update()


def _between(value: float, margin: float, length: float) -> float:
    return length / 2 if 2 * margin >= length else min(max(value, margin), length - margin)
