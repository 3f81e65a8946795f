"""Lists the files that could not be read, each with its reason; sorted, filtered, copied, shown."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QMenu,
    QPushButton,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from photosearch.errors import PhotoSearchError, shown
from photosearch.types import SkipKind, Skipped
from ui.desktop.current import current_desktop
from ui.desktop.interface import Desktop
from ui.models.skipped import FOLDER, KIND, NAME, SKIPPED_ROLE, SkippedModel, kind_text
from ui.theme import icon
from ui.views.dialog_size import resize_in_letters
from ui.views.labels import MutedWords
from ui.workers.runner import Lane, Runner

_SIZE_LETTERS = (140, 34)
_COLUMN_LETTERS = {NAME: 28, FOLDER: 36, KIND: 24}
_SHOWN_AT_ONCE = 20
"""A file manager opens a window for each folder: those of more files nobody wants."""


class SkippedDialog(QDialog):
    """The list as it is when the dialog opens; "Look again" asks anew."""

    def __init__(
        self, runner: Runner, parent: QWidget | None = None, *, desktop: Desktop | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Files that could not be read"))
        self._runner = runner
        self._desktop = desktop or current_desktop()
        self._model = SkippedModel(self)
        self._words = MutedWords(self.tr("One moment…"), self)
        self._detail = MutedWords(parent=self)
        self._kinds = self._build_kinds()
        self._text = self._build_text()
        self._table = self._build_table()
        self._show_action, self._copy_action = self._build_actions()
        self._build_layout()
        self._follow_selection()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not event.spontaneous():
            self.refresh()

    def refresh(self) -> None:
        """Ask for the list anew."""
        self._runner.run(lambda service: service.skipped(), self._show, self._show_failure)

    def selected(self) -> list[Skipped]:
        """The selected files, in the order in which they are shown."""
        rows = sorted(self._table.selectionModel().selectedRows(), key=QModelIndex.row)
        return [row.data(SKIPPED_ROLE) for row in rows]

    def copy_selected(self) -> None:
        """Put paths and reasons on the clipboard, a line each."""
        lines = [f"{one.path}\t{one.reason}" for one in self.selected()]
        if lines:
            # Bytes of a name that are no text would make the whole text unreadable for others.
            text = "\n".join(lines).encode("utf-8", "replace").decode()
            QGuiApplication.clipboard().setText(text)

    def show_selected(self) -> None:
        """Show the files in the file manager."""
        paths = [one.path for one in self.selected()[:_SHOWN_AT_ONCE]]
        if paths:
            desktop = self._desktop
            self._runner.run(
                lambda service: desktop.show_in_folder(paths),
                failed=self._show_failure,
                lane=Lane.FILES,
            )

    # -- what it is made of

    def _build_kinds(self) -> QComboBox:
        box = QComboBox(self)
        box.setAccessibleName(self.tr("Show only"))
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        box.addItem(self.tr("Everything"), None)
        box.currentIndexChanged.connect(self._filter)
        return box

    def _build_text(self) -> QLineEdit:
        line = QLineEdit(self)
        line.setPlaceholderText(self.tr("Part of a name or folder"))
        line.setAccessibleName(self.tr("Part of a name or folder"))
        line.setClearButtonEnabled(True)
        line.textChanged.connect(self._filter)
        return line

    def _build_table(self) -> QTreeView:
        table = QTreeView(self)
        table.setModel(self._model)
        table.setAccessibleName(self.tr("Files that could not be read"))
        table.setRootIsDecorated(False)
        table.setUniformRowHeights(True)
        table.setAlternatingRowColors(True)
        table.setSortingEnabled(True)
        table.sortByColumn(FOLDER, Qt.SortOrder.AscendingOrder)
        table.setSelectionMode(QTreeView.SelectionMode.ExtendedSelection)
        table.setTextElideMode(Qt.TextElideMode.ElideRight)
        letter_px = self.fontMetrics().averageCharWidth()
        for column, letters in _COLUMN_LETTERS.items():
            table.header().resizeSection(column, letters * letter_px)
        table.header().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        table.header().setStretchLastSection(True)
        table.selectionModel().selectionChanged.connect(self._follow_selection)
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        table.customContextMenuRequested.connect(self._open_menu)
        return table

    def _build_actions(self) -> tuple[QAction, QAction]:
        show = QAction(icon("open"), self.tr("Show in folder"), self)
        show.setShortcut(QKeySequence(Qt.Modifier.CTRL | Qt.Key.Key_Return))
        show.triggered.connect(self.show_selected)
        copy = QAction(icon("copy"), self.tr("Copy"), self)
        copy.setShortcut(QKeySequence.StandardKey.Copy)
        copy.triggered.connect(self.copy_selected)
        for action in (show, copy):
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            self._table.addAction(action)
        return show, copy

    def _build_layout(self) -> None:
        filters = QHBoxLayout()
        filters.addWidget(self._kinds)
        filters.addWidget(self._text, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        for action in (self._show_action, self._copy_action):
            button = _button_of(action, self)
            buttons.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
        layout = QVBoxLayout(self)
        layout.addWidget(self._words)
        layout.addLayout(filters)
        layout.addWidget(self._table, 1)
        layout.addWidget(self._detail)
        layout.addWidget(buttons)
        resize_in_letters(self, *_SIZE_LETTERS)

    # -- what happens

    def _show(self, skipped: list[Skipped]) -> None:
        self._model.show(skipped)
        self._fill_kinds()
        if not skipped:
            self._words.setText(self.tr("Every file that was found could be read."))
            return
        self._words.setText(
            self.tr("%Ln file(s) could not be read, and will not be found.", "", len(skipped))
            + " "
            + self.tr("Each is tried again when it changes.")
        )
        if not self._table.currentIndex().isValid():
            self._table.setCurrentIndex(self._model.index(0, NAME))
            self._table.setFocus()

    def _show_failure(self, error: PhotoSearchError) -> None:
        self._words.setText(str(error))

    def _fill_kinds(self) -> None:
        chosen = self._kinds.currentData()
        self._kinds.blockSignals(True)
        self._kinds.clear()
        locale = self.locale()
        total = locale.toString(self._model.total)
        self._kinds.addItem(self.tr("Everything ({0})").format(total), None)
        for kind, count in self._model.kinds().items():
            self._kinds.addItem(f"{kind_text(kind)} ({locale.toString(count)})", kind)
        self._kinds.setCurrentIndex(max(0, self._kinds.findData(chosen)))
        self._kinds.blockSignals(False)
        self._filter()

    def _filter(self) -> None:
        kind = self._kinds.currentData()  # Qt keeps it as a plain text
        self._model.show_only(SkipKind(kind) if kind else None, self._text.text())
        self._follow_selection()

    def _follow_selection(self) -> None:
        is_any = self._table.selectionModel().hasSelection()
        for action in (self._show_action, self._copy_action):
            action.setEnabled(is_any)
        current = self._table.currentIndex().data(SKIPPED_ROLE) if is_any else None
        self._detail.setText(f"{shown(str(current.path))}: {current.reason}" if current else "")

    def _open_menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions([self._show_action, self._copy_action])
        menu.popup(self._table.viewport().mapToGlobal(at))


def _button_of(action: QAction, parent: QWidget) -> QPushButton:
    """A button that does what the action does, and is enabled as it is."""
    button = QPushButton(action.icon(), action.text(), parent)
    button.setAutoDefault(False)
    button.clicked.connect(action.trigger)
    action.enabledChanged.connect(button.setEnabled)
    return button
