"""Draws a folder of the library: its name, and below it, smaller, where it lies."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPalette
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from photosearch.errors import shown
from ui.models.roots import ROOT_ROLE
from ui.theme import muted

Index = QModelIndex | QPersistentModelIndex


class FolderDelegate(QStyledItemDelegate):
    """Two lines a row, in the fonts and colours of the view."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        line_px = option.fontMetrics.height()
        return QSize(super().sizeHint(option, index).width(), 2 * line_px + _pad_px(option) * 2)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self.initStyleOption(option, index)
        option.text = ""
        style = option.widget.style() if option.widget else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        path = index.data(ROOT_ROLE).root.path
        pad_px = _pad_px(option)
        room = option.rect.adjusted(2 * pad_px, pad_px, -pad_px, -pad_px)
        half = QRect(room.left(), room.top(), room.width(), room.height() // 2)
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        role = QPalette.ColorRole.HighlightedText if is_selected else QPalette.ColorRole.Text
        painter.save()
        painter.setPen(option.palette.color(role))
        bold = QFont(option.font)
        bold.setWeight(QFont.Weight.DemiBold)
        _draw(painter, bold, half, path.name or str(path))
        if not is_selected:
            painter.setPen(muted(option.palette))
        _draw(painter, option.font, half.translated(0, half.height()), str(path))
        painter.restore()


def _draw(painter: QPainter, font: QFont, room: QRect, text: str) -> None:
    painter.setFont(font)
    cut = painter.fontMetrics().elidedText(shown(text), Qt.TextElideMode.ElideMiddle, room.width())
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, cut)


def _pad_px(option: QStyleOptionViewItem) -> int:
    return int(option.fontMetrics.height()) // 3
