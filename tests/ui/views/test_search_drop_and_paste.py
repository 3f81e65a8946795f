"""Searching by what is dropped on the page, pasted into it or named on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QPushButton

from photosearch.types import Root
from ui.models.question import Question
from ui.models.search_state import Shown
from ui.models.session import Phase
from ui.views.drop_hint import DropHint


@pytest.fixture
def stage(open_search_page, service):
    return open_search_page(service)


def dropped(stage, mime):
    at = QPoint(300, 400)
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    plain = Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(at, copy, mime, left, plain)
    stage.page.dragEnterEvent(enter)
    if enter.isAccepted():
        assert stage.page.findChild(DropHint).isVisible()
        stage.page.dropEvent(QDropEvent(QPointF(at), copy, mime, left, plain))
    assert not stage.page.findChild(DropHint).isVisible()
    return enter.isAccepted()


def files(*paths: Path) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


def test_a_file_that_is_dropped_is_searched_by(qtbot, stage, picture):
    assert dropped(stage, files(picture))
    qtbot.waitUntil(lambda: stage.shown is Shown.RESULTS)
    (shown,) = stage.session.question.pictures
    assert shown.path == picture


def test_what_is_dragged_on_and_away_leaves_no_trace(stage, picture):
    mime, plain = files(picture), Qt.KeyboardModifier.NoModifier
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    stage.page.dragEnterEvent(QDragEnterEvent(QPoint(9, 9), copy, mime, left, plain))
    stage.page.dragLeaveEvent(QDragLeaveEvent())
    assert not stage.page.findChild(DropHint).isVisible()
    assert stage.session.question.is_empty


def test_the_field_leaves_drops_to_the_page(stage):
    assert not stage.page.bar.text.acceptDrops()


def test_what_means_nothing_cannot_be_dropped(stage):
    assert not dropped(stage, QMimeData())


def test_a_broken_file_is_told_of_in_the_words_of_the_service(qtbot, stage, tmp_path):
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"no picture")
    dropped(stage, files(broken))
    qtbot.waitUntil(lambda: stage.shown is Shown.FAILED)
    assert "cannot be searched with" in stage.words


def test_a_folder_of_the_library_that_is_dropped_is_searched_in(
    qtbot, open_search_page, service, tmp_path
):
    (tmp_path / "beach").mkdir()
    service.folder = tmp_path
    service._roots = [Root(1, tmp_path)]
    stage = open_search_page(service)
    stage.session.ask(Question("red"))
    dropped(stage, files(tmp_path / "beach"))
    qtbot.waitUntil(lambda: stage.session.question.folders == (tmp_path / "beach",))
    qtbot.waitUntil(lambda: stage.session.total == 3)


def test_another_folder_that_is_dropped_can_be_added(qtbot, stage, tmp_path):
    dropped(stage, files(tmp_path))
    qtbot.waitUntil(lambda: bool(stage.messages.texts))
    assert stage.session.question.is_empty
    (add,) = stage.messages.findChildren(QPushButton)
    add.click()
    qtbot.waitUntil(lambda: stage.client.added == [tmp_path])


def test_a_mere_address_is_refused_in_a_message(qtbot, stage):
    mime = QMimeData()
    mime.setUrls([QUrl("https://example.org/a.jpg")])
    dropped(stage, mime)
    qtbot.waitUntil(lambda: bool(stage.messages.texts))
    assert "address" in stage.messages.texts[0]
    assert stage.shown is Shown.START


def test_a_picture_on_the_clipboard_is_searched_by(qtbot, stage):
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    QGuiApplication.clipboard().setImage(image)
    stage.page.setFocus()
    qtbot.keyClick(stage.page, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: stage.shown is Shown.RESULTS)
    assert stage.client.asked[-1].image is not None


def test_words_on_the_clipboard_are_asked(qtbot, stage):
    QGuiApplication.clipboard().setText("green\nfrog")
    stage.page.paste()
    qtbot.waitUntil(lambda: stage.session.phase is Phase.RESULTS)
    assert stage.session.question == Question("green frog")


def test_files_from_the_command_line_are_all_that_is_asked(qtbot, stage, picture):
    stage.session.ask(Question("two dogs"))
    stage.page.ask_for_files([picture])
    qtbot.waitUntil(lambda: bool(stage.session.question.pictures))
    assert stage.session.question.text == ""
    qtbot.waitUntil(lambda: stage.shown is Shown.RESULTS)
