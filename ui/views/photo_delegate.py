"""Draws one photo of the results: its picture in a square, its score as a bar, its name below."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import (
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPalette, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from photosearch.types import Hit
from ui.models.incoming import label_of
from ui.models.results import ResultsModel
from ui.theme import blend, icon, muted
from ui.views.tile_pictures import RADIUS_PX, TilePictures, fitted
from ui.workers.thumbnails import Thumbnails, size_for


@dataclass(frozen=True, slots=True)
class _Colours:
    """Those of a palette, mixed once for a frame."""

    faint: QColor
    chosen: QColor
    bar: QColor
    name: QColor
    chosen_name: QColor
    accent: QColor

    @classmethod
    def of(cls, palette: QPalette) -> _Colours:
        base, text, accent = (
            palette.color(role)
            for role in (
                QPalette.ColorRole.Base,
                QPalette.ColorRole.Text,
                QPalette.ColorRole.Highlight,
            )
        )
        return cls(
            faint=blend(base, text, 0.07),
            chosen=blend(base, accent, 0.35),
            bar=blend(base, accent, 0.7),
            name=muted(palette),
            chosen_name=text,
            accent=accent,
        )


_PAD_PX = 6
"""Around the picture: what shows that a photo is chosen."""
_BAR_PX = 3
_FOCUS_PX = 2
_MOST_NAMES = 5_000


class PhotoDelegate(QStyledItemDelegate):
    """What an item of the grid looks like, and how large it is.

    Signals:
        unfinished(str): a content was drawn the quick way, and should be painted again.
    """

    unfinished = Signal(str)

    def __init__(self, thumbnails: Thumbnails, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self._pictures = TilePictures()
        self._colours = _Colours.of(QPalette())
        self._elided: dict[tuple[str, int], str] = {}
        self.tile_px = 176
        self.has_captions = True
        self.has_scores = False

    def begin_frame(self, palette: QPalette) -> None:
        """Items are painted now, in one frame."""
        self._pictures.begin_frame()
        self._colours = _Colours.of(palette)

    def thumbnail_px(self, ratio: float) -> int:
        """The size of thumbnail that fills a tile, with so many pixels of the screen to one."""
        return size_for(self.tile_px * ratio)

    def item_size(self, metrics: QFontMetrics) -> QSize:
        """The size of every item."""
        height_px = self.tile_px
        if self.has_scores:
            height_px += _PAD_PX + _BAR_PX
        if self.has_captions:
            height_px += _PAD_PX // 2 + metrics.height()
        return QSize(self.tile_px + 2 * _PAD_PX, height_px + 2 * _PAD_PX)

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return self.item_size(option.fontMetrics)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        hit: Hit | None = index.data(ResultsModel.HIT_ROLE)
        item = option.rect
        tile = QRect(item.left() + _PAD_PX, item.top() + _PAD_PX, self.tile_px, self.tile_px)
        self._paint_state(painter, option)
        if hit is None:
            self._paint_placeholder(painter, tile)
            return
        self._paint_photo(painter, tile, hit.photo.content_id)
        bottom = tile.bottom() + 1
        if self.has_scores:
            bar = QRect(tile.left(), bottom + _PAD_PX, self.tile_px, _BAR_PX)
            self._paint_score(painter, bar, _share(hit, index.model()))
            bottom = bar.bottom() + 1
        if self.has_captions:
            line = QRect(
                tile.left(), bottom + _PAD_PX // 2, self.tile_px, option.fontMetrics.height()
            )
            self._paint_name(painter, option, line, hit.photo.relative_path.name)

    def _paint_state(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        has_focus = bool(option.state & QStyle.StateFlag.State_HasFocus)
        if not is_selected and not has_focus:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._colours.accent, _FOCUS_PX) if has_focus else Qt.PenStyle.NoPen)
        painter.setBrush(self._colours.chosen if is_selected else Qt.BrushStyle.NoBrush)
        inset = _FOCUS_PX / 2
        painter.drawRoundedRect(
            QRectF(option.rect).adjusted(inset, inset, -inset, -inset),
            RADIUS_PX + _PAD_PX / 2,
            RADIUS_PX + _PAD_PX / 2,
        )

    def _paint_photo(self, painter: QPainter, tile: QRect, content_id: str) -> None:
        ratio = painter.device().devicePixelRatioF()
        size_px = self.thumbnail_px(ratio)
        thumbnail = self._thumbnails.at_hand(content_id, size_px)
        if thumbnail is not None:
            picture = self._pictures.picture(content_id, thumbnail, self.tile_px, ratio)
            if picture is not None:
                place = _centred(picture.deviceIndependentSize().toSize(), tile)
                painter.drawPixmap(place.topLeft(), picture)
                return
            self.unfinished.emit(content_id)
        stand_in = thumbnail or self._thumbnails.nearest(content_id, size_px)
        if stand_in is not None:
            self._paint_quickly(painter, tile, stand_in)
            return
        self._paint_placeholder(painter, tile)
        if self._thumbnails.is_missing(content_id, size_px):
            self._paint_missing(painter, tile)

    def _paint_quickly(self, painter: QPainter, tile: QRect, thumbnail: QPixmap) -> None:
        painter.drawPixmap(_centred(fitted(thumbnail.size(), self.tile_px), tile), thumbnail)

    def _paint_placeholder(self, painter: QPainter, tile: QRect) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._colours.faint)
        painter.drawRoundedRect(QRectF(tile), RADIUS_PX, RADIUS_PX)

    def _paint_missing(self, painter: QPainter, tile: QRect) -> None:
        side_px = self.tile_px // 4
        painter.setOpacity(0.4)
        icon("image").paint(painter, _centred(QSize(side_px, side_px), tile))
        painter.setOpacity(1.0)

    def _paint_score(self, painter: QPainter, bar: QRect, share: float) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._colours.faint)
        painter.drawRoundedRect(QRectF(bar), _BAR_PX / 2, _BAR_PX / 2)
        filled = QRectF(bar)
        filled.setWidth(max(bar.width() * share, _BAR_PX))
        painter.setBrush(self._colours.bar)
        painter.drawRoundedRect(filled, _BAR_PX / 2, _BAR_PX / 2)

    def _paint_name(
        self, painter: QPainter, option: QStyleOptionViewItem, line: QRect, name: str
    ) -> None:
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.setPen(self._colours.chosen_name if is_selected else self._colours.name)
        text = self._elided_name(option.fontMetrics, name, line.width())
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, text)

    def _elided_name(self, metrics: QFontMetrics, name: str, width_px: int) -> str:
        """To shorten a name takes as long as to draw it."""
        key = (name, width_px)
        if key not in self._elided:
            if len(self._elided) > _MOST_NAMES:
                self._elided.clear()
            label = label_of(Path(name))
            self._elided[key] = metrics.elidedText(label, Qt.TextElideMode.ElideMiddle, width_px)
        return self._elided[key]

    def forget_names(self) -> None:
        """The font is another one."""
        self._elided.clear()


def _share(hit: Hit, model: object) -> float:
    """A score as a part of the best one."""
    best = model.best_score if isinstance(model, ResultsModel) else 1.0
    return min(max(hit.score / best, 0.0), 1.0) if best > 0 else 0.0


def _centred(size: QSize, tile: QRect) -> QRect:
    left = tile.left() + (tile.width() - size.width()) // 2
    top = tile.top() + (tile.height() - size.height()) // 2
    return QRect(left, top, size.width(), size.height())
