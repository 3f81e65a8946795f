"""Draws the rows of the library's folders: a name with its place below it, a count, a state."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPalette
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from photosearch.errors import shown
from ui.models.roots import FOLDER, PHOTOS, ROOT_ROLE
from ui.theme import muted

Index = QModelIndex | QPersistentModelIndex


class FolderDelegate(QStyledItemDelegate):
    """Two lines a row with room around them, in the fonts and colours of the view."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        pad_px = _pad_px(option)
        # One more: the advance is rounded, down as well, and the text would be cut.
        text_px = option.fontMetrics.horizontalAdvance(str(index.data())) + 1
        return QSize(text_px + 4 * pad_px, 2 * option.fontMetrics.height() + 2 * pad_px)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self.initStyleOption(option, index)
        option.text = ""
        style = option.widget.style() if option.widget else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        pad_px = _pad_px(option)
        room = option.rect.adjusted(2 * pad_px, pad_px, -2 * pad_px, -pad_px)
        painter.save()
        if index.column() == FOLDER:
            self._paint_folder(painter, option, index, room)
        else:
            _set_pen(painter, option, is_muted=index.column() != PHOTOS)
            _draw(painter, option.font, room, str(index.data()))
        painter.restore()

    def _paint_folder(
        self, painter: QPainter, option: QStyleOptionViewItem, index: Index, room: QRect
    ) -> None:
        path = index.data(ROOT_ROLE).root.path
        half = QRect(room.left(), room.top(), room.width(), room.height() // 2)
        bold = QFont(option.font)
        bold.setWeight(QFont.Weight.DemiBold)
        _set_pen(painter, option, is_muted=False)
        _draw(painter, bold, half, path.name or str(path))
        _set_pen(painter, option, is_muted=True)
        _draw(painter, option.font, half.translated(0, half.height()), str(path))


def _set_pen(painter: QPainter, option: QStyleOptionViewItem, *, is_muted: bool) -> None:
    palette = option.palette
    if option.state & QStyle.StateFlag.State_Selected:
        painter.setPen(palette.color(QPalette.ColorRole.HighlightedText))
    elif is_muted:
        painter.setPen(muted(palette))
    else:
        painter.setPen(palette.color(QPalette.ColorRole.Text))


def _draw(painter: QPainter, font: QFont, room: QRect, text: str) -> None:
    painter.setFont(font)
    cut = painter.fontMetrics().elidedText(shown(text), Qt.TextElideMode.ElideMiddle, room.width())
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, cut)


def _pad_px(option: QStyleOptionViewItem) -> int:
    return int(option.fontMetrics.height()) // 2
