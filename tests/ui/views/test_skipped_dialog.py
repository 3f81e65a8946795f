"""The list of files that could not be read."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from photosearch.errors import PhotoSearchError, ServiceError
from photosearch.types import SkipKind, Skipped
from ui.views.skipped_dialog import SkippedDialog

FILES = [
    Skipped(Path("/photos/a/cut.jpg"), SkipKind.BROKEN, "The file ends too soon."),
    Skipped(Path("/photos/b/zero.jpg"), SkipKind.EMPTY, "The file is empty."),
    Skipped(Path("/photos/c/odd\udce9.jpg"), SkipKind.EMPTY, "The file is empty."),
]


class FileManager:
    """Remembers what it was asked to show."""

    def __init__(self):
        self.shown = []
        self.error = None

    def show_in_folder(self, paths):
        if self.error is not None:
            raise self.error
        self.shown.append(list(paths))


@pytest.fixture
def desktop():
    return FileManager()


@pytest.fixture
def dialog(qtbot, window, runner, service, desktop):
    service.skipped_files = list(FILES)
    dialog = SkippedDialog(runner, window, desktop=desktop)
    dialog.open()
    qtbot.waitUntil(lambda: dialog._model.rowCount() == 3)
    return dialog


def test_the_list_comes_with_its_count_and_the_first_one_is_selected(dialog):
    assert dialog._words.text().startswith("3 file(s) could not be read")
    assert dialog.selected() == [FILES[0]]
    assert dialog._detail.text() == "/photos/a/cut.jpg: The file ends too soon."


def test_an_empty_list_is_good_news(qtbot, dialog, service):
    service.skipped_files = []
    dialog.refresh()
    qtbot.waitUntil(lambda: dialog._words.text() == "Every file that was found could be read.")
    assert not dialog._copy_action.isEnabled()


def test_kinds_can_be_chosen_and_say_how_many_they_are(dialog):
    texts = [dialog._kinds.itemText(i) for i in range(dialog._kinds.count())]
    assert texts == ["Everything (3)", "Empty file (2)", "Damaged (1)"]
    dialog._kinds.setCurrentIndex(1)
    assert dialog._model.rowCount() == 2
    dialog._text.setText("zero")
    assert dialog._model.rowCount() == 1


def test_a_chosen_kind_stays_when_the_list_is_read_anew(qtbot, dialog, service):
    dialog._kinds.setCurrentIndex(1)
    service.skipped_files = [FILES[1]]
    dialog.refresh()
    qtbot.waitUntil(lambda: dialog._model.total == 1)
    assert dialog._kinds.currentData() == SkipKind.EMPTY


def test_paths_and_reasons_are_copied(qtbot, dialog):
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    dialog._table.selectAll()
    qtbot.keyClick(dialog._table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == (
        "/photos/a/cut.jpg\tThe file ends too soon.\n"
        "/photos/b/zero.jpg\tThe file is empty.\n"
        "/photos/c/odd?.jpg\tThe file is empty."
    )


def test_files_are_shown_in_their_folders(qtbot, dialog, desktop):
    dialog._table.selectAll()
    dialog._show_action.trigger()
    qtbot.waitUntil(lambda: bool(desktop.shown))
    assert desktop.shown == [[one.path for one in FILES]]


def test_a_file_manager_that_fails_is_explained(qtbot, dialog, desktop):
    desktop.error = PhotoSearchError("The folder is gone.", "Look elsewhere.")
    dialog._show_action.trigger()
    qtbot.waitUntil(lambda: "Look elsewhere." in dialog._words.text())


def test_a_service_that_does_not_answer_is_explained(qtbot, dialog, service):
    service.error = ServiceError("It has ended.", "Start it.")
    dialog.refresh()
    qtbot.waitUntil(lambda: "Start it." in dialog._words.text())


def test_nothing_can_be_done_without_a_selection(dialog):
    dialog._table.clearSelection()
    assert not dialog._show_action.isEnabled()
    assert not dialog._copy_action.isEnabled()
    assert dialog._detail.text() == ""


def test_every_control_has_a_name(dialog):
    for widget in (dialog._table, dialog._kinds, dialog._text):
        assert widget.accessibleName()
