"""The files that could not be read, as a table: which, where, and why; sorted and filtered here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from photosearch.errors import shown
from photosearch.types import SkipKind, Skipped
from ui.models.tooltips import tooltip

SKIPPED_ROLE = Qt.ItemDataRole.UserRole + 1
"""The `Skipped` of a row."""

NAME, FOLDER, KIND, REASON = range(4)

Index = QModelIndex | QPersistentModelIndex

_NO_PARENT = QModelIndex()


class SkippedModel(QAbstractTableModel):
    """All skipped files; a proxy model would ask Python twice for every comparison of a sort."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._everything: tuple[Skipped, ...] = ()
        self._rows: list[Skipped] = []
        self._kind: SkipKind | None = None
        self._text = ""
        self._order = (FOLDER, Qt.SortOrder.AscendingOrder)

    def show(self, skipped: Sequence[Skipped]) -> None:
        """Replace all rows."""
        self._everything = tuple(skipped)
        self._filter()

    def show_only(self, kind: SkipKind | None, text: str = "") -> None:
        """Keep the rows of one kind (None: of all) with a text in their path."""
        self._kind, self._text = kind, text.casefold()
        self._filter()

    def kinds(self) -> dict[SkipKind, int]:
        """The kinds that there are, and how many files of each."""
        found = Counter(one.kind for one in self._everything)
        return {kind: found[kind] for kind in SkipKind if found[kind]}

    @property
    def total(self) -> int:
        """How many files there are, those that are not shown included."""
        return len(self._everything)

    def skipped(self, row: int) -> Skipped:
        """The file of a row."""
        return self._rows[row]

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else 4

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return (self.tr("File"), self.tr("Folder"), self.tr("What"), self.tr("Why"))[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        one = self._rows[index.row()]
        if role == SKIPPED_ROLE:
            return one
        if role == Qt.ItemDataRole.DisplayRole:
            return _text(one, index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(one.reason if index.column() == REASON else shown(str(one.path)))
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._order = (column, order)
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        held = [(self._rows[index.row()], index.column()) for index in before]
        self._sort_rows()
        row_of = {id(one): row for row, one in enumerate(self._rows)}
        after = [self.index(row_of[id(one)], at) for one, at in held]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _filter(self) -> None:
        self.beginResetModel()
        self._rows = [
            one
            for one in self._everything
            if self._kind in (None, one.kind) and self._text in str(one.path).casefold()
        ]
        self._sort_rows()
        self.endResetModel()

    def _sort_rows(self) -> None:
        column, order = self._order
        self._rows.sort(
            key=lambda one: (_text(one, column).casefold(), one.path),
            reverse=order is Qt.SortOrder.DescendingOrder,
        )


def kind_text(kind: SkipKind) -> str:
    """A kind in a few words."""
    translate = QCoreApplication.translate
    return {
        SkipKind.EMPTY: translate("SkipKind", "Empty file"),
        SkipKind.BROKEN: translate("SkipKind", "Damaged"),
        SkipKind.TOO_LARGE: translate("SkipKind", "Too large"),
        SkipKind.UNREADABLE: translate("SkipKind", "Not allowed to read"),
        SkipKind.VANISHED: translate("SkipKind", "Gone"),
        SkipKind.NOT_AN_IMAGE: translate("SkipKind", "Not a picture"),
    }[kind]


def _text(one: Skipped, column: int) -> str:
    if column == NAME:
        return shown(one.path.name)
    if column == FOLDER:
        return shown(str(one.path.parent))
    return kind_text(one.kind) if column == KIND else one.reason
