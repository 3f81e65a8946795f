"""A view of a list as a grid: computed places, selection by keys and rubber band, painting."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPalette, QRegion
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyleOptionViewItem, QWidget

from ui.views.grid import Grid

Index = QModelIndex | QPersistentModelIndex

_GAP_PX = 10
_State = QAbstractItemView.State
_Cursor = QAbstractItemView.CursorAction
_Hint = QAbstractItemView.ScrollHint


class GridView(QListView):
    """Equal items side by side. `QListView` keeps the place of each row, this one computes it.

    What is left of `QListView` is what screen readers know it by.

    A photo in view stays where it is while the items change their size, or others are put before
    it: the current one, else the first one that is seen.
    """

    def __init__(self, model: QAbstractListModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._list = model
        self._grid = Grid(0, 1, QSize(1, 1), 0)
        self._anchor: QPersistentModelIndex | None = None
        """What stays where it is; None until something else moves."""
        self._anchor_y = 0
        self._is_holding = False
        self._band_from = self._band_to = QPoint()
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setModel(model)
        model.layoutAboutToBeChanged.connect(self._hold_for_layout)
        model.layoutChanged.connect(self.lay_out)
        model.rowsInserted.connect(self.lay_out)
        model.rowsRemoved.connect(self.lay_out)
        model.modelReset.connect(self._on_reset)

    def item_size(self) -> QSize:
        """The size of every item."""
        raise NotImplementedError

    def lay_out(self) -> None:
        """The items have another size, or there are more or fewer."""
        self.updateGeometries()
        self.viewport().update()

    def visible_rows(self) -> range:
        """The rows that are seen, wholly or in part."""
        top = self.verticalOffset()
        return self._grid.between(top, top + self.viewport().height() - 1)

    # -- places

    def visualRect(self, index: Index) -> QRect:
        if not index.isValid():
            return QRect()
        return self._grid.rect(index.row()).translated(0, -self.verticalOffset())

    def indexAt(self, point: QPoint) -> QModelIndex:
        return self._index(self._grid.row_at(point + QPoint(0, self.verticalOffset())))

    def horizontalOffset(self) -> int:
        return 0

    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    def isIndexHidden(self, index: Index) -> bool:
        return False

    def scrollTo(self, index: Index, hint: _Hint = _Hint.EnsureVisible) -> None:
        if not index.isValid():
            return
        rect = self._grid.rect(index.row())
        top, bottom = rect.top() - _GAP_PX, rect.bottom() + _GAP_PX
        bar, height_px = self.verticalScrollBar(), self.viewport().height()
        if hint is _Hint.PositionAtCenter:
            bar.setValue((top + bottom - height_px) // 2)
        elif hint is _Hint.PositionAtTop or top < bar.value():
            bar.setValue(top)
        elif hint is _Hint.PositionAtBottom or bottom > bar.value() + height_px:
            bar.setValue(min(bottom - height_px, top))

    def updateGeometries(self) -> None:
        viewport, bar = self.viewport(), self.verticalScrollBar()
        is_at_top = bar.value() == 0
        grid = Grid(self._list.rowCount(), viewport.width(), self.item_size(), _GAP_PX)
        if grid != self._grid:
            self._hold()
        self._grid = grid
        self._is_holding = True
        bar.setSingleStep(max(1, grid.line_px // 4))
        bar.setPageStep(max(1, viewport.height() - grid.line_px // 4))
        bar.setRange(0, max(0, grid.height_px - viewport.height()))
        if self._anchor is not None and self._anchor.isValid():
            if not is_at_top:
                bar.setValue(grid.rect(self._anchor.row()).center().y() - self._anchor_y)
            if self._anchor == self.currentIndex():
                self.scrollTo(self._anchor)
        self._is_holding = False
        QAbstractItemView.updateGeometries(self)

    def doItemsLayout(self) -> None:
        """Not that of `QListView`, which goes through all rows."""
        QAbstractItemView.doItemsLayout(self)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        if not self._is_holding:
            self.let_go()
        self.scrollDirtyRegion(dx, dy)
        self.viewport().scroll(dx, dy)

    def let_go(self) -> None:
        """Hold no photo in its place any more: somebody went elsewhere."""
        self._anchor = None

    def _on_reset(self) -> None:
        self.let_go()
        self.lay_out()

    def _hold_for_layout(self) -> None:
        """Who looks at the first rows wants to see the first ones; all others, what they see."""
        if self.verticalOffset() > 0:
            self._hold()

    def _hold(self) -> None:
        if self._anchor is not None and self._anchor.isValid():
            return
        rows, current = self.visible_rows(), self.currentIndex()
        if current.isValid() and current.row() in rows:
            self._anchor = QPersistentModelIndex(current)
        elif rows and self.verticalOffset() > 0:
            self._anchor = QPersistentModelIndex(self._index(rows[0]))
        else:
            self._anchor = None
            return
        self._anchor_y = self.visualRect(self._anchor).center().y()

    def _index(self, row: int | None) -> QModelIndex:
        return QModelIndex() if row is None else self._list.index(row)

    # -- selection

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        """Qt says from where to where: a rubber band, or else all rows between two places."""
        selection = QItemSelection()
        for rows in self._rows_meant(rect.translated(0, self.verticalOffset())):
            selection.select(self._index(rows[0]), self._index(rows[-1]))
        self.selectionModel().select(selection, command)

    def _rows_meant(self, rect: QRect) -> list[range]:
        if self.state() == _State.DragSelectingState:
            return list(self._grid.inside(rect.normalized()))
        ends = [self._grid.row_at(point) for point in (rect.topLeft(), rect.bottomRight())]
        rows = [row for row in ends if row is not None]
        return [range(min(rows), max(rows) + 1)] if rows else []

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        region = QRegion()
        for row in self.visible_rows():
            index = self._index(row)
            if selection.contains(index):
                region += self.visualRect(index)
        return region

    def currentChanged(self, current: Index, previous: Index) -> None:
        self.let_go()
        super().currentChanged(current, previous)

    def moveCursor(self, action: _Cursor, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        current, last = self.currentIndex(), self._grid.count - 1
        if last < 0:
            return QModelIndex()
        columns = self._grid.columns
        page = max(1, self.viewport().height() // self._grid.line_px) * columns
        steps = {
            _Cursor.MoveLeft: -1,
            _Cursor.MovePrevious: -1,
            _Cursor.MoveRight: 1,
            _Cursor.MoveNext: 1,
            _Cursor.MoveUp: -columns,
            _Cursor.MoveDown: columns,
            _Cursor.MovePageUp: -page,
            _Cursor.MovePageDown: page,
        }
        if action not in steps:
            return self._index(0 if action == _Cursor.MoveHome else last)
        if not current.isValid():
            return self._index(self.visible_rows()[0])
        return self._index(self._grid.moved(current.row(), steps[action]))

    # -- rubber band

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._band_from = event.position().toPoint() + QPoint(0, self.verticalOffset())
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if self.state() == _State.DragSelectingState:
            self._band_to = event.position().toPoint()
            self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.state() == _State.DragSelectingState:
            self.viewport().update()
        super().mouseReleaseEvent(event)

    # -- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        plain = option.state & ~(QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_HasFocus)
        focused = self.currentIndex().row() if self.hasFocus() else -1
        top, region, touched = self.verticalOffset(), event.region(), event.rect()
        chosen, delegate = self.selectionModel(), self.itemDelegate()
        for row in self._grid.between(top + touched.top(), top + touched.bottom()):
            rect = self._grid.rect(row).translated(0, -top)
            if not region.intersects(rect):
                continue
            index = self._index(row)
            state = plain
            if chosen.isSelected(index):
                state |= QStyle.StateFlag.State_Selected
            if row == focused:
                state |= QStyle.StateFlag.State_HasFocus
            option.state, option.rect = state, rect
            delegate.paint(painter, option, index)
        if self.state() == _State.DragSelectingState:
            self._paint_band(painter)
        painter.end()

    def _paint_band(self, painter: QPainter) -> None:
        start = self._band_from - QPoint(0, self.verticalOffset())
        accent = self.palette().color(QPalette.ColorRole.Highlight)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(accent)
        accent.setAlphaF(0.2)
        painter.setBrush(accent)
        painter.drawRoundedRect(QRectF(QRect(start, self._band_to).normalized()), 3, 3)
