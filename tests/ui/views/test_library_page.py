"""The page of the library: what it shows, and what its buttons do."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractButton,
    QFileDialog,
    QMessageBox,
    QPushButton,
    QStyleOptionViewItem,
)

from photosearch.errors import ServiceError
from photosearch.types import Notice, Phase, Progress, SkipKind, Skipped
from ui.views.folder_delegate import FolderDelegate
from ui.views.library_page import LibraryPage
from ui.views.skipped_dialog import SkippedDialog

pytestmark = pytest.mark.usefixtures("british")


@pytest.fixture
def library(open_library, service):
    return open_library(service)


@pytest.fixture
def page(qtbot, library):
    page = LibraryPage(library, library._runner)
    qtbot.addWidget(page)
    page.resize(900, 700)
    page.show()
    page.activateWindow()
    page.setFocus()
    qtbot.waitUntil(page.isActiveWindow)
    return page


def press(qtbot, widget, text):
    button = next(b for b in widget.findChildren(QAbstractButton) if b.text() == text)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_the_first_folder_is_selected_and_can_be_removed(page):
    assert page.selected().root.path == Path("/photos")
    assert page._remove.isEnabled()


def test_the_page_says_how_many_photos_can_be_searched(page):
    assert page._summary.text() == "8 photo(s) can be searched."
    assert page._activity.text() == "Up to date"
    assert not page._bar.isVisible()


@pytest.mark.parametrize("count", [0, 7, 1001, 40_008])
def test_counts_are_not_cut_off(count):
    # The fonts of the offscreen screen and of others round the width of a text up or down.
    option = QStyleOptionViewItem()
    text = f"{count} photos"
    model = QStandardItemModel(1, 2)
    model.setData(model.index(0, 1), text)
    delegate = FolderDelegate()
    pad_px = 4 * (option.fontMetrics.height() // 2)
    room_px = delegate.sizeHint(option, model.index(0, 1)).width() - pad_px
    elided = option.fontMetrics.elidedText(text, Qt.TextElideMode.ElideMiddle, room_px)
    assert elided == text


def test_progress_is_a_sentence_and_a_bar(qtbot, page, service):
    service.work(Progress(Phase.EMBEDDING, 120, 1400))
    qtbot.waitUntil(page._bar.isVisible)
    assert page._activity.text() == "Looking through your photos: 120 of 1,400"
    assert page._summary.text() == "8 of 1,408 photos can be searched so far."


def test_a_folder_is_added_from_the_dialog(qtbot, page, service, tmp_path):
    press(qtbot, page, "Add a folder…")
    dialog = page.findChild(QFileDialog)
    dialog.fileSelected.emit(str(tmp_path))
    dialog.close()
    qtbot.waitUntil(lambda: service.added == [tmp_path])
    qtbot.waitUntil(lambda: page._model.rowCount() == 2)


def test_removing_asks_and_says_that_the_files_stay(qtbot, page, service):
    press(qtbot, page, "Remove…")
    box = page.findChild(QMessageBox)
    assert "/photos" in box.text()
    assert "stay on your disk" in box.informativeText()
    assert box.defaultButton().text().replace("&", "") == "Cancel"
    assert service.removed == []
    press(qtbot, box, "Remove")
    qtbot.waitUntil(lambda: service.removed == [Path("/photos")])
    qtbot.waitUntil(lambda: page.selected() is None)
    assert not page._remove.isEnabled()


def test_a_folder_stays_when_the_answer_is_no(qtbot, page, service):
    qtbot.keyClick(page._table, Qt.Key.Key_Delete)
    box = page.findChild(QMessageBox)
    box.button(QMessageBox.StandardButton.Cancel).click()
    qtbot.wait(50)
    assert service.removed == []


def test_everything_is_looked_at_again(qtbot, page, service):
    press(qtbot, page, "Look again")
    qtbot.waitUntil(lambda: service.index_runs == 1)


def test_one_button_pauses_and_goes_on(qtbot, page, service):
    press(qtbot, page, "Pause")
    qtbot.waitUntil(lambda: page._pause.text() == "Go on")
    assert service.is_paused
    press(qtbot, page, "Go on")
    qtbot.waitUntil(lambda: page._pause.text() == "Pause")
    assert not service.is_paused


def test_skipped_files_are_counted_and_listed(qtbot, page, service, library):
    assert page._skipped_words.text() == "Every file that was found could be read."
    assert not page._skipped.isVisible()
    service.skipped_files = [Skipped(Path("/photos/cut.jpg"), SkipKind.BROKEN, "Cut.")]
    library.refresh()
    qtbot.waitUntil(page._skipped.isVisible)
    press(qtbot, page, "Show them…")
    dialog = page.findChild(SkippedDialog)
    qtbot.waitUntil(lambda: dialog._model.rowCount() == 1)
    dialog.close()


def test_patterns_of_the_selected_folder_are_shown_and_can_be_dropped(qtbot, page, service):
    assert not page._patterns_box.isVisible()
    service.excluded = [Path("/photos/beach/blue sea.jpg")]
    service._roots = [replace(service._roots[0], exclude=("/beach/blue sea.jpg",))]
    page._library.refresh()
    qtbot.waitUntil(page._patterns_box.isVisible)
    assert page._patterns.stringList() == ["/beach/blue sea.jpg"]
    assert not page._include.isEnabled()
    page._pattern_view.setCurrentIndex(page._patterns.index(0))
    press(qtbot, page, "Take in again")
    qtbot.waitUntil(lambda: service.excluded == [])


def test_a_notice_is_shown_with_what_to_do(qtbot, page, service, library):
    before = service.status
    notice = Notice("The folder cannot be watched.", "Raise the limit.")
    service.status = lambda: replace(before(), notices=(notice,))
    library.refresh()
    qtbot.waitUntil(page._notices_box.isVisible)
    assert page._notices.text() == "The folder cannot be watched. Raise the limit."


def test_nothing_can_be_changed_while_the_service_is_lost(qtbot, page, service, library):
    service.die(ServiceError("It has ended."))
    qtbot.waitUntil(page._try_again.isVisible)
    buttons = (page._add, page._remove, page._rescan, page._pause)
    assert not any(button.isEnabled() for button in buttons)
    assert page._model.rowCount() == 1
    service.error = None
    press(qtbot, page, "Try again")
    qtbot.waitUntil(lambda: not page._try_again.isVisible())
    assert all(button.isEnabled() for button in buttons)


def test_escape_and_the_arrow_lead_back(qtbot, page):
    with qtbot.waitSignal(page.closed):
        qtbot.keyClick(page._table, Qt.Key.Key_Escape)
    with qtbot.waitSignal(page.closed):
        page._back.click()


def test_the_way_to_another_model_is_shown(qtbot, page):
    with qtbot.waitSignal(page.models_wanted):
        press(qtbot, page, "Choose a model…")


def test_every_control_has_a_name(page):
    for button in page.findChildren(QPushButton):
        assert button.text() or button.accessibleName()
    for view in (page._table, page._pattern_view, page._back, page._bar):
        assert view.accessibleName()


def test_the_page_asks_anew_when_it_is_shown(qtbot, page, service):
    page.hide()
    service._photos.clear()
    page.show()
    qtbot.waitUntil(lambda: page._library.photos == 0)
