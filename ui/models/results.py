"""The photos that answer a question, as a list of which only what is looked at is there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from photosearch.errors import shown
from photosearch.types import Answer, Hit, Photo
from ui.models.incoming import label_of
from ui.models.tooltips import tooltip

Index = QModelIndex | QPersistentModelIndex

_Hits = dict[int, Hit]


class ResultsModel(QAbstractListModel):
    """As many rows as the answer has photos; pages of hits are filled in as they come.

    Signals:
        page_wanted(int): the offset of a page that is looked at and is not there; each is wanted
            once, until `page_failed` or the next answer.
        shown_anew(): another question was answered, and should be looked at from its start.
    """

    HIT_ROLE = Qt.ItemDataRole.UserRole + 1
    """The `Hit` of a row, None while it is not there yet."""
    PAGE_ROWS = 200

    KEPT_ROWS = 5_000
    """Hits kept when others are looked at: more make each full collection of garbage stop the
    window, for 100 ms at 100,000 of them."""

    page_wanted = Signal(int)
    shown_anew = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._total = 0
        self._hits: _Hits = {}
        self._rows: dict[Photo, int] = {}
        """By photo, and not by content: copies of one are hits of their own."""
        self._asked: set[int] = set()
        """Offsets of pages that are up to date, or on their way."""
        self._looked_at = 0
        self.rows_in_use: Callable[[], Iterable[range]] = tuple
        """Which rows are kept wherever people look: the selected ones. The view sets it."""

    # -- what is there

    @property
    def best_score(self) -> float:
        """The score of the first hit; 0 without one."""
        return self._hits[0].score if 0 in self._hits else 0.0

    def hit(self, row: int) -> Hit | None:
        """The hit of a row; None while it is not there yet."""
        return self._hits.get(row)

    def hits_between(self, first: int, last: int) -> Iterator[Hit]:
        """The hits that are there, of the rows from ``first`` to ``last``, in their order."""
        if last - first < len(self._hits):
            rows: Iterator[int] | list[int] = iter(range(first, last + 1))
        else:
            rows = sorted(row for row in self._hits if first <= row <= last)
        for row in rows:
            if row in self._hits:
                yield self._hits[row]

    def row_of(self, photo: Photo) -> int | None:
        """The row of a photo, if it is there."""
        return self._rows.get(photo)

    # -- what changes it

    def show(self, answer: Answer, *, is_refresh: bool = False) -> None:
        """Show the first page of a question, instead of all that is shown.

        Selection and current photo follow the photos that are in both. With ``is_refresh`` the
        question is the same as before: later pages stay as they are until they are looked at and
        come anew, and the view stays where it is.
        """
        hits = dict(enumerate(answer.hits))
        if is_refresh:
            hits |= self._later_hits(answer)
        self._asked = _full_pages(len(answer.hits), answer.total)
        if not self._total or not answer.total:
            self._reset(answer.total, hits)
        else:
            self._grow(answer.total)
            self._move(hits, is_refresh=is_refresh)
            self._shrink(answer.total)
        if not is_refresh:
            self.shown_anew.emit()

    def add_page(self, offset: int, answer: Answer) -> None:
        """Fill in a page that was wanted; a photo it has from another row leaves that row."""
        hits = {row: hit for row, hit in enumerate(answer.hits, start=offset) if row < self._total}
        self._asked.add(offset)
        if not hits:
            return
        page = range(offset, offset + self.PAGE_ROWS)
        left = {self._rows[hit.photo] for hit in hits.values() if hit.photo in self._rows}
        left.update(row for row in page if row in self._hits)
        if left:
            kept = {row: hit for row, hit in self._hits.items() if row not in left}
            self._move(kept | hits, is_refresh=True)
            return
        self._hits.update(hits)
        self._rows.update((hit.photo, row) for row, hit in hits.items())
        if len(self._hits) > self.KEPT_ROWS:
            self._let_go()
        self.dataChanged.emit(self.index(offset), self.index(offset + len(hits) - 1))

    def page_failed(self, offset: int) -> None:
        """A page did not come: it may be wanted again."""
        self._asked.discard(offset)

    def look_at(self, first: int, last: int) -> None:
        """Say which rows are looked at: pages that are missing there are wanted."""
        start = max(first, 0) // self.PAGE_ROWS * self.PAGE_ROWS
        self._looked_at = start
        for offset in range(start, min(last + 1, self._total), self.PAGE_ROWS):
            if offset not in self._asked:
                self._asked.add(offset)
                self.page_wanted.emit(offset)

    def clear(self) -> None:
        """Show nothing."""
        self._asked.clear()
        if self._total:
            self._reset(0, {})

    # -- what Qt asks

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - as Qt has it
        return 0 if parent.isValid() else self._total

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return (
            Qt.ItemFlag.ItemIsEnabled
            | Qt.ItemFlag.ItemIsSelectable
            | Qt.ItemFlag.ItemIsDragEnabled
            | Qt.ItemFlag.ItemNeverHasChildren
        )

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        hit = self._hits.get(index.row()) if index.isValid() else None
        if role == self.HIT_ROLE:
            return hit
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return (
                label_of(hit.photo.relative_path) if hit is not None else self._pending(index, role)
            )
        if hit is None:
            return None
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return self.tr("Result {0} of {1}, in the folder {2}").format(
                index.row() + 1, self._total, shown(str(hit.photo.path.parent))
            )
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(shown(str(hit.photo.path)))
        return None

    def _pending(self, index: Index, role: int) -> str | None:
        if not index.isValid():
            return None
        is_read_out = role == Qt.ItemDataRole.AccessibleTextRole
        return self.tr("Loading…") if is_read_out else ""

    # -- how it changes

    def _later_hits(self, answer: Answer) -> _Hits:
        """What is shown behind the first page, without what that page has."""
        coming = {hit.photo for hit in answer.hits}
        return {
            row: hit
            for row, hit in self._hits.items()
            if len(answer.hits) <= row < answer.total and hit.photo not in coming
        }

    def _reset(self, total: int, hits: _Hits) -> None:
        self.beginResetModel()
        self._total = total
        self._put(hits)
        self.endResetModel()

    def _grow(self, total: int) -> None:
        if total > self._total:
            self.beginInsertRows(QModelIndex(), self._total, total - 1)
            self._total = total
            self.endInsertRows()

    def _shrink(self, total: int) -> None:
        if total < self._total:
            self.beginRemoveRows(QModelIndex(), total, self._total - 1)
            self._total = total
            self.endRemoveRows()

    def _move(self, hits: _Hits, *, is_refresh: bool) -> None:
        """Put other hits into the rows; what points at a photo goes with it."""
        self.layoutAboutToBeChanged.emit()
        before = self._hits
        self._put(hits)
        old = self.persistentIndexList()
        new = [self._place(index, before.get(index.row()), is_refresh) for index in old]
        self.changePersistentIndexList(old, new)
        self.layoutChanged.emit()

    def _place(self, index: QModelIndex, was: Hit | None, is_refresh: bool) -> QModelIndex:
        if was is None:  # nobody has seen what is there: it stays, unless all is other now
            return index if is_refresh else QModelIndex()
        row = self._rows.get(was.photo)
        return QModelIndex() if row is None else self.index(row)

    def _let_go(self) -> None:
        """Forget some hits, those that are farthest from what is looked at.

        Two pages of them: to let many go at once would be felt.
        """
        kept = {0}
        for rows in self.rows_in_use():
            kept.update(range(rows.start // self.PAGE_ROWS, -(-rows.stop // self.PAGE_ROWS)))
        pages = {row // self.PAGE_ROWS for row in self._hits} - kept
        here = self._looked_at // self.PAGE_ROWS
        for page in sorted(pages, key=lambda page: abs(page - here), reverse=True):
            if len(self._hits) <= self.KEPT_ROWS - 2 * self.PAGE_ROWS:
                return
            offset = page * self.PAGE_ROWS
            self._asked.discard(offset)
            for row in range(offset, offset + self.PAGE_ROWS):
                hit = self._hits.pop(row, None)
                if hit is not None and self._rows.get(hit.photo) == row:
                    del self._rows[hit.photo]

    def _put(self, hits: _Hits) -> None:
        self._hits = hits
        self._rows = {hit.photo: row for row, hit in hits.items()}


def _full_pages(hits: int, total: int) -> set[int]:
    """Offsets of the pages that so many first hits fill."""
    page = ResultsModel.PAGE_ROWS
    return {offset for offset in range(0, hits, page) if hits >= min(offset + page, total)}
