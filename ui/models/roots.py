"""The folders of the library as a table: where, how many photos, and how things stand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from photosearch.errors import shown
from photosearch.types import Phase, RootStatus, WatchState
from ui.models.library import LibraryState
from ui.models.tooltips import tooltip

ROOT_ROLE = Qt.ItemDataRole.UserRole + 1
"""The `RootStatus` of a row."""

FOLDER, PHOTOS, STATE = range(3)

Index = QModelIndex | QPersistentModelIndex

_NO_PARENT = QModelIndex()


class RootsModel(QAbstractTableModel):
    """Follows the library; rows stay where they are while counts change."""

    def __init__(self, library: LibraryState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._roots: tuple[RootStatus, ...] = ()
        library.changed.connect(self._update)
        self._update()

    def root(self, row: int) -> RootStatus | None:
        """The folder of a row."""
        return self._roots[row] if 0 <= row < len(self._roots) else None

    def row_of(self, folder: Path) -> int:
        """Where a folder stands; -1 when it is not in the library."""
        return next((i for i, one in enumerate(self._roots) if one.root.path == folder), -1)

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._roots)

    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else 3

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return (self.tr("Folder"), self.tr("Photos"), self.tr("State"))[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        one = self.root(index.row())
        if one is None:
            return None
        if role == ROOT_ROLE:
            return one
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(shown(str(one.root.path)))
        return self._text(one, index.column()) if role == Qt.ItemDataRole.DisplayRole else None

    def _text(self, one: RootStatus, column: int) -> str:
        if column == FOLDER:
            return shown(str(one.root.path))
        if column == PHOTOS:
            return self.tr("%Ln photo(s)", "", one.photos)
        return self.state_text(one)

    def state_text(self, one: RootStatus) -> str:
        """How things stand with a folder, in a few words."""
        library = self._library
        if one.root.path in library.offline_roots:
            return self.tr("Away: its photos are kept")
        progress = library.activity.progress
        if library.is_indexing and (
            one.photos == 0 or progress is None or progress.phase is Phase.SCANNING
        ):
            return self.tr("Looking for photos…")
        if one.watch is WatchState.WATCHED:
            return self.tr("New photos are found at once")
        if one.watch is WatchState.POLLED and library.settings is not None:
            minutes = library.settings.poll_minutes
            return self.tr("Looked at every %n minute(s)", "", minutes)
        return self.tr("Waiting to be looked at")

    def _update(self) -> None:
        roots = self._library.roots
        if [one.root.id for one in roots] == [one.root.id for one in self._roots]:
            self._roots = roots
            if roots:
                self.dataChanged.emit(self.index(0, 0), self.index(len(roots) - 1, STATE))
            return
        self.beginResetModel()
        self._roots = roots
        self.endResetModel()
