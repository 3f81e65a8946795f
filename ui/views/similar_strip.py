"""A row of photos that are like the one that is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QBrush, QColor, QKeyEvent, QPainter, QPalette, QPen, QPixmap, QTransform
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from photosearch.errors import shown
from photosearch.types import Hit
from ui.models.tooltips import tooltip
from ui.workers.thumbnails import Thumbnails, size_for

Index = QModelIndex | QPersistentModelIndex

_SIDE_PX = 84
_GAP_PX = 6
_RADIUS_PX = 6
_RING_PX = 2
_HIT_ROLE = Qt.ItemDataRole.UserRole + 1
_EMPTY = QColor(255, 255, 255, 18)
_HOVER = QColor(255, 255, 255, 160)


class SimilarStrip(QListView):
    """Square cut-outs in one row; as many as fit are seen, the others by scrolling.

    Signals:
        photo_wanted(int): one was clicked, or chosen with Enter.
    """

    photo_wanted = Signal(int)

    def __init__(self, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._photos = _Photos(self)
        self.setModel(self._photos)
        self.setItemDelegate(_CutOut(thumbnails, self))
        self.setAccessibleName(self.tr("Similar photos"))
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setUniformItemSizes(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setFixedHeight(_SIDE_PX + 2 * _GAP_PX)
        self.clicked.connect(self._choose)
        thumbnails.ready.connect(self._repaint)

    @property
    def hits(self) -> tuple[Hit, ...]:
        """The photos in it."""
        return self._photos.hits

    def set_hits(self, hits: Sequence[Hit]) -> None:
        """Show other photos."""
        self._photos.set_hits(hits)
        self.scrollToTop()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self._choose(self.currentIndex())
            return
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End):
            super().keyPressEvent(event)
            return
        event.ignore()  # all others are the page's

    def sizeHint(self) -> QSize:
        return QSize(12 * (_SIDE_PX + _GAP_PX), _SIDE_PX + 2 * _GAP_PX)

    def minimumSizeHint(self) -> QSize:
        return QSize(_SIDE_PX, _SIDE_PX + 2 * _GAP_PX)

    def _choose(self, index: QModelIndex) -> None:
        self.photo_wanted.emit(index.row())

    def _repaint(self, content_id: str, size_px: int) -> None:
        if any(hit.photo.content_id == content_id for hit in self._photos.hits):
            self.viewport().update()


class _Photos(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.hits: tuple[Hit, ...] = ()

    def set_hits(self, hits: Sequence[Hit]) -> None:
        self.beginResetModel()
        self.hits = tuple(hits)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt has it
        return 0 if parent.isValid() else len(self.hits)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        hit = self.hits[index.row()]
        if role == _HIT_ROLE:
            return hit
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return shown(hit.photo.path.name)
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(shown(hit.photo.path.name))
        return None


class _CutOut(QStyledItemDelegate):
    """The middle of a photo in a square with round corners."""

    def __init__(self, thumbnails: Thumbnails, parent: QObject) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(_SIDE_PX + _GAP_PX, _SIDE_PX + 2 * _GAP_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        hit: Hit = index.data(_HIT_ROLE)
        ratio = painter.device().devicePixelRatioF()
        # The shorter side fills the square, and the longer one is what a size tells.
        size_px = size_for(1.5 * _SIDE_PX * ratio)
        pixmap = self._thumbnails.pixmap(hit.photo.content_id, size_px)
        square = QRect(0, 0, _SIDE_PX, _SIDE_PX)
        square.moveCenter(option.rect.center())
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_cut_out(pixmap, square) if pixmap is not None else _EMPTY)
        painter.drawRoundedRect(QRectF(square), _RADIUS_PX, _RADIUS_PX)
        self._paint_state(painter, option, QRectF(square))
        painter.restore()

    def _paint_state(self, painter: QPainter, option: QStyleOptionViewItem, square: QRectF) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(option.palette.color(QPalette.ColorRole.Highlight), _RING_PX))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(QPen(_HOVER, _RING_PX))
        else:
            return
        inset = _RING_PX / 2
        painter.drawRoundedRect(
            square.adjusted(inset, inset, -inset, -inset), _RADIUS_PX, _RADIUS_PX
        )


def _cut_out(pixmap: QPixmap, square: QRect) -> QBrush:
    scale = square.width() / max(min(pixmap.width(), pixmap.height()), 1)
    left = square.center().x() + 1 - pixmap.width() * scale / 2
    top = square.center().y() + 1 - pixmap.height() * scale / 2
    brush = QBrush(pixmap)
    brush.setTransform(QTransform().translate(left, top).scale(scale, scale))
    return brush
