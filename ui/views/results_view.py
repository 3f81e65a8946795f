"""The grid of results: what a person may do with photos in it, and what is fetched meanwhile."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QMimeData,
    QModelIndex,
    QPoint,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QDrag,
    QHideEvent,
    QKeyEvent,
    QKeySequence,
    QPaintEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QWidget

from photosearch.types import Hit
from ui.models.results import ResultsModel
from ui.models.window_state import TILE_PX_HIGH, TILE_PX_LOW, TILE_STEP_PX
from ui.views.drag_picture import drag_picture
from ui.views.grid_view import GridView
from ui.views.photo_delegate import PhotoDelegate
from ui.workers.thumbnails import Thumbnails

MimeOf = Callable[[list[Hit]], QMimeData]

_LOOK_MS = 40
"""Between two looks at what is seen; what was not seen twice flies past, and is not fetched."""
_DRAG_PHOTOS = 3
_SELECTED_MAX = 5_000
"""Rows of a selection that are fetched, seen or not; nobody means to copy 100,000 photos."""


class ResultsView(GridView):
    """The photos of a `ResultsModel`.

    Signals:
        preview_wanted(int): a row is to be seen large (Space, Enter, double click).
        menu_wanted(QPoint): the menu of what is selected is to be shown at a place of the screen.
        selection_changed(): other photos are selected, or more of those that are have come.
        tile_px_changed(int): the tiles have another size.
    """

    preview_wanted = Signal(int)
    menu_wanted = Signal(QPoint)
    selection_changed = Signal()
    tile_px_changed = Signal(int)

    def __init__(
        self, model: ResultsModel, thumbnails: Thumbnails, parent: QWidget | None = None
    ) -> None:
        self._thumbnails = thumbnails
        self._results = model
        self._photos = PhotoDelegate(thumbnails)
        super().__init__(model, parent)
        self._photos.setParent(self)
        self.mime_of: MimeOf | None = None
        """Makes what is dragged out; without it nothing is."""
        self._seen: range | None = None
        """The rows at the last look; None when all of them are other photos now."""
        self._unfinished: set[str] = set()
        """Contents that were drawn the quick way in this frame."""
        self._look_timer = QTimer(self, singleShot=True)
        self._repaint_timer = QTimer(self, singleShot=True, interval=0)
        self.setItemDelegate(self._photos)
        self.setAccessibleName(self.tr("Results"))
        self.setFrameShape(QAbstractItemView.Shape.NoFrame)
        self.setDragEnabled(True)
        self._connect()

    def _connect(self) -> None:
        self._results.rows_in_use = self._selected_rows
        self._results.shown_anew.connect(self._on_shown_anew)
        self._results.dataChanged.connect(self._look_soon)
        self._results.layoutChanged.connect(self._look_soon)
        self._results.dataChanged.connect(self._on_photos_came)
        self._results.layoutChanged.connect(self._on_photos_came)
        self._thumbnails.ready.connect(self._on_thumbnail)
        self._photos.unfinished.connect(self._on_unfinished)
        self._look_timer.timeout.connect(self._look)
        self._repaint_timer.timeout.connect(self._finish)
        self.doubleClicked.connect(self._on_double_click)

    # -- what others set and ask

    @property
    def tile_px(self) -> int:
        """The side of the square that a photo is fitted into."""
        return self._photos.tile_px

    def set_tile_px(self, size_px: int) -> None:
        """Make the tiles larger or smaller; the current photo stays in view."""
        size_px = min(max(size_px, TILE_PX_LOW), TILE_PX_HIGH)
        if size_px != self._photos.tile_px:
            self._photos.tile_px = size_px
            self.lay_out()
            self.tile_px_changed.emit(size_px)

    def set_captions(self, is_on: bool) -> None:
        """Show the names of the files, or not."""
        self._photos.has_captions = is_on
        self.lay_out()

    def set_scores(self, is_on: bool) -> None:
        """Show how well each photo answers, or not."""
        self._photos.has_scores = is_on
        self.lay_out()

    def selected_hits(self) -> list[Hit]:
        """The selected photos, best first; those of rows that are not there yet are left out."""
        ranges = sorted(
            (part.top(), part.bottom()) for part in self.selectionModel().selection().toList()
        )
        return [hit for top, bottom in ranges for hit in self._results.hits_between(top, bottom)]

    def _selected_rows(self) -> list[range]:
        parts = self.selectionModel().selection().toList()
        return [range(one.top(), min(one.bottom() + 1, one.top() + _SELECTED_MAX)) for one in parts]

    # -- what a person does

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        for part in selected.toList():
            # What is done with the selected photos is to be done with those further down as well.
            self._results.look_at(part.top(), min(part.bottom(), part.top() + _SELECTED_MAX - 1))
        self.selection_changed.emit()

    def _on_photos_came(self) -> None:
        if self.selectionModel().hasSelection():
            self.selection_changed.emit()

    def keyboardSearch(self, search: str) -> None:
        """Letters do not lead to a name: most names are not there, and would have to come first."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, modifiers = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        is_plain = modifiers == Qt.KeyboardModifier.NoModifier
        if is_plain and key in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.currentIndex().isValid():
                self.preview_wanted.emit(self.currentIndex().row())
        elif event.matches(QKeySequence.StandardKey.ZoomIn) or _is_unshifted_plus(event):
            self.set_tile_px(self.tile_px + TILE_STEP_PX)
        elif event.matches(QKeySequence.StandardKey.ZoomOut):
            self.set_tile_px(self.tile_px - TILE_STEP_PX)
        elif key == Qt.Key.Key_F10 and modifiers == Qt.KeyboardModifier.ShiftModifier:
            self._want_menu_at_current()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            step = TILE_STEP_PX if event.angleDelta().y() > 0 else -TILE_STEP_PX
            self.set_tile_px(self.tile_px + step)
            event.accept()
        else:
            super().wheelEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            self._want_menu(event.globalPos())
        else:
            self._want_menu_at_current()
        event.accept()

    def _want_menu_at_current(self) -> None:
        self.scrollTo(self.currentIndex())
        rect = self.visualRect(self.currentIndex()) & self.viewport().rect()
        self._want_menu(self.viewport().mapToGlobal(rect.center()))

    def _want_menu(self, at: QPoint) -> None:
        # Beside the photos nothing in it could be chosen.
        if self.selectionModel().hasSelection():
            self.menu_wanted.emit(at)

    def _on_double_click(self, index: QModelIndex) -> None:
        self.preview_wanted.emit(index.row())

    def startDrag(self, actions: Qt.DropAction) -> None:
        hits = self.selected_hits()
        if hits and self.mime_of is not None:
            drag = QDrag(self)
            drag.setMimeData(self.mime_of(hits))
            self._draw_drag(drag, hits)
            drag.exec(Qt.DropAction.CopyAction)

    def _draw_drag(self, drag: QDrag, hits: list[Hit]) -> None:
        ratio = self.devicePixelRatioF()
        size_px = self._photos.thumbnail_px(ratio)
        found = (
            self._thumbnails.nearest(hit.photo.content_id, size_px) for hit in hits[:_DRAG_PHOTOS]
        )
        thumbnails = [one for one in found if one is not None]
        picture = drag_picture(thumbnails, len(hits), self.palette(), self.font(), ratio)
        drag.setPixmap(picture)
        middle = picture.deviceIndependentSize() / 2
        drag.setHotSpot(QPoint(round(middle.width()), round(middle.height())))

    # -- what is fetched and painted

    def item_size(self) -> QSize:
        return self._photos.item_size(self.fontMetrics())

    def updateGeometries(self) -> None:
        super().updateGeometries()
        self._look_soon()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        self._look_soon()

    def paintEvent(self, event: QPaintEvent) -> None:
        self._photos.begin_frame(self.palette())
        super().paintEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._photos.forget_names()
            self.lay_out()

    def hideEvent(self, event: QHideEvent) -> None:
        self._look_timer.stop()
        self._repaint_timer.stop()
        super().hideEvent(event)

    def _look_soon(self) -> None:
        if self.isVisible() and not self._look_timer.isActive():
            self._look_timer.start(_LOOK_MS if self._seen else 0)

    def _look(self) -> None:
        """Fetch what is seen, unless it flies past; when it is still, what is near it as well."""
        rows, before = self.visible_rows(), self._seen
        if not rows:
            return
        self._seen = rows
        if rows != before:
            self._look_timer.start(_LOOK_MS)
        if before and not _is_near(rows, before):
            return
        margin = len(rows) if rows == before else 0
        first, last = max(0, rows[0] - margin), min(rows[-1] + margin, self._results.rowCount() - 1)
        self._results.look_at(first, last)
        near = [hit.photo.content_id for hit in self._results.hits_between(first, last)]
        seen = [hit.photo.content_id for hit in self._results.hits_between(rows[0], rows[-1])]
        self._thumbnails.keep_only(set(near))
        size_px = self._photos.thumbnail_px(self.devicePixelRatioF())
        # What is asked for last comes first: the photos that are seen, the upper ones before.
        for content_id in (*near, *reversed(seen)):
            self._thumbnails.pixmap(content_id, size_px, is_fleeting=True)

    def _on_thumbnail(self, content_id: str, size_px: int) -> None:
        self._repaint(content_id)
        if not self._thumbnails.is_known(content_id, size_px):
            self._look_soon()

    def _on_unfinished(self, content_id: str) -> None:
        self._unfinished.add(content_id)
        self._repaint_timer.start()

    def _finish(self) -> None:
        unfinished, self._unfinished = self._unfinished, set()
        for content_id in unfinished:
            self._repaint(content_id)

    def _repaint(self, content_id: str) -> None:
        """Every tile that shows it: copies of a photo have one picture."""
        for row in self.visible_rows():
            hit = self._results.hit(row)
            if hit is not None and hit.photo.content_id == content_id:
                self.viewport().update(self.visualRect(self._results.index(row)))

    def _on_reset(self) -> None:
        super()._on_reset()
        self._seen = None
        self._look_soon()
        self.selection_changed.emit()

    def _on_shown_anew(self) -> None:
        self.let_go()
        self.scrollToTop()
        if self.hasFocus() and not self.currentIndex().isValid():
            # Where the keys go on from is to be seen, though nothing is chosen.
            nothing = QItemSelectionModel.SelectionFlag.NoUpdate
            self.selectionModel().setCurrentIndex(self._results.index(0), nothing)
        self._seen = None
        self._look_timer.start(0)


def _is_near(rows: range, before: range) -> bool:
    """Whether most of what is seen was seen before."""
    both = min(rows[-1], before[-1]) - max(rows[0], before[0]) + 1
    return both * 3 >= len(rows) * 2


def _is_unshifted_plus(event: QKeyEvent) -> bool:
    """Ctrl and the key of plus, which without Shift is the equals sign on many keyboards."""
    is_ctrl = event.modifiers() == Qt.KeyboardModifier.ControlModifier
    return event.key() == Qt.Key.Key_Equal and is_ctrl
