"""Lets people choose one of all programs to open photos with."""

from __future__ import annotations

from PySide6.QtCore import QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLineEdit, QListView, QVBoxLayout, QWidget

from ui.desktop.interface import Program
from ui.models.photo_files import PhotoFiles
from ui.views.dialog_size import resize_in_letters
from ui.views.open_with_menu import program_icon

_PROGRAM_ROLE = Qt.ItemDataRole.UserRole + 1
_LETTERS = 44
_LINES = 24


class ProgramDialog(QDialog):
    """A list of the installed programs, with a field to narrow it down.

    Signals:
        chosen(Program): it was accepted.
    """

    chosen = Signal(object)

    def __init__(self, files: PhotoFiles, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Open with"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._programs = QStandardItemModel(self)
        self._found = QSortFilterProxyModel(self)
        self._found.setSourceModel(self._programs)
        self._found.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._build_ui()
        self.accepted.connect(self._tell)
        self._task = files.all_programs(self._show)
        self.finished.connect(self._task.cancel)

    def _build_ui(self) -> None:
        self._filter = QLineEdit(self, clearButtonEnabled=True)
        self._filter.setPlaceholderText(self.tr("Find a program"))
        self._filter.setAccessibleName(self.tr("Find a program"))
        self._filter.textChanged.connect(self._narrow)
        self._list = QListView(self)
        self._list.setModel(self._found)
        self._list.setUniformItemSizes(True)
        self._list.setAccessibleName(self.tr("Programs"))
        self._list.doubleClicked.connect(self.accept)
        kinds = QDialogButtonBox.StandardButton
        self._buttons = QDialogButtonBox(kinds.Open | kinds.Cancel, self)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        for widget in (self._filter, self._list, self._buttons):
            layout.addWidget(widget)
        resize_in_letters(self, _LETTERS, _LINES)
        self._list.selectionModel().selectionChanged.connect(self._on_selection)
        self._on_selection()

    def _show(self, programs: tuple[Program, ...]) -> None:
        for program in programs:
            item = QStandardItem(program_icon(program), program.name)
            item.setEditable(False)
            item.setData(program, _PROGRAM_ROLE)
            self._programs.appendRow(item)
        self._narrow(self._filter.text())

    def _narrow(self, text: str) -> None:
        self._found.setFilterFixedString(text)
        self._list.setCurrentIndex(self._found.index(0, 0))

    def _on_selection(self) -> None:
        is_chosen = self._list.currentIndex().isValid()
        self._buttons.button(QDialogButtonBox.StandardButton.Open).setEnabled(is_chosen)

    def _tell(self) -> None:
        program = self._list.currentIndex().data(_PROGRAM_ROLE)
        if program is not None:
            self.chosen.emit(program)
