"""Copies of photos: on the clipboard, in a drag and in a folder."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QProgressDialog

from ui.models import photo_files
from ui.models.photo_mime import GNOME_COPIED
from ui.workers.runner import Lane


def test_copy_puts_one_photo_on_the_clipboard_as_file_and_picture(qtbot, actions, hits):
    actions.set_hits(hits[:1])
    actions.action("copy").trigger()
    clipboard = QGuiApplication.clipboard()
    assert clipboard.mimeData().urls()[0].toLocalFile() == str(hits[0].photo.path)
    qtbot.waitUntil(lambda: clipboard.mimeData().hasImage())
    assert clipboard.image().width() == 40
    assert clipboard.mimeData().hasFormat(GNOME_COPIED)


def test_copy_puts_several_photos_on_the_clipboard_as_files(actions, hits):
    actions.set_hits(hits)
    actions.action("copy").trigger()
    mime = QGuiApplication.clipboard().mimeData()
    assert [url.toLocalFile() for url in mime.urls()] == [str(hit.photo.path) for hit in hits]


def test_a_picture_that_comes_late_does_not_replace_a_newer_copy(qtbot, actions, hits):
    actions.set_hits(hits[:1])
    actions.action("copy").trigger()
    actions.set_hits(hits[1:])
    actions.action("copy").trigger()
    actions.action("open").trigger()  # goes the same way, and ends after it
    qtbot.wait(200)
    mime = QGuiApplication.clipboard().mimeData()
    assert len(mime.urls()) == 2
    assert not mime.hasImage()


@pytest.mark.parametrize("is_here", [True, False])
def test_a_picture_that_comes_late_does_not_replace_what_was_copied_since(
    qtbot, actions, hits, monkeypatch, is_here
):
    gate = threading.Event()
    load = photo_files.load_picture

    def slow(*arguments):
        gate.wait()
        return load(*arguments)

    monkeypatch.setattr(photo_files, "load_picture", slow)
    actions.set_hits(hits[:1])
    actions.action("copy").trigger()
    if is_here:
        actions.action("copy_path").trigger()
    else:
        QGuiApplication.clipboard().setText("from another program")
    text = QGuiApplication.clipboard().text()
    ends = []
    actions._runner.run(lambda _: gate.set(), lane=Lane.FILES)
    actions._runner.run(lambda _: None, ends.append, lane=Lane.FILES)
    qtbot.waitUntil(lambda: bool(ends))
    qtbot.wait(100)
    assert QGuiApplication.clipboard().text() == text


def test_copy_path_puts_text_on_the_clipboard(actions, hits):
    actions.set_hits(hits[:2])
    actions.action("copy_path").trigger()
    expected = "\n".join(str(hit.photo.path) for hit in hits[:2])
    assert QGuiApplication.clipboard().text() == expected


def test_a_drag_carries_the_files(actions, hits):
    urls = actions.mime_of(hits).urls()
    assert [url.toLocalFile() for url in urls] == [str(hit.photo.path) for hit in hits]


def test_copy_to_a_folder_copies_and_says_so(qtbot, actions, desktop, told, hits, tmp_path, window):
    folder = tmp_path / "target"
    folder.mkdir()
    (folder / "red boat.jpg").write_bytes(b"mine")
    actions.set_hits(hits[:2])
    actions.action("copy_to_folder").trigger()
    (dialog,) = window.findChildren(QFileDialog)
    actions.set_hits(hits[2:])  # the results changed while it was open
    dialog.fileSelected.emit(str(folder))
    dialog.close()
    qtbot.waitUntil(lambda: bool(told.texts))
    assert "target" in told.texts[0]
    assert (folder / "red boat.jpg").read_bytes() == b"mine"
    assert (folder / "red boat (2).jpg").read_bytes() == hits[0].photo.path.read_bytes()
    told.action()
    copies = [folder / "red boat (2).jpg", folder / "blue sea.jpg"]
    qtbot.waitUntil(lambda: desktop.asked == [("show", copies)])


def test_photos_that_could_not_be_copied_are_counted_and_told(qtbot, actions, told, hits, tmp_path):
    hits[0].photo.path.unlink()
    actions.set_hits(hits)
    actions.copy_into(hits, tmp_path)
    qtbot.waitUntil(lambda: bool(told.texts))
    (error,) = told.errors
    assert "1" in error.message
    assert "red boat.jpg" in error.hint
    assert (tmp_path / "blue sea.jpg").exists()


def test_copying_can_be_cancelled_from_its_dialog(
    qtbot, actions, told, hits, tmp_path, monkeypatch, window
):
    gate = threading.Event()
    monkeypatch.setattr(
        "ui.models.copying._copy_bytes",
        lambda source, target, cancel: gate.wait() and not cancel.is_cancelled,
    )
    window.show()
    target = tmp_path / "target"
    target.mkdir()
    actions.set_hits(hits)
    actions.copy_into(hits, target)
    (dialog,) = window.findChildren(QProgressDialog)
    dialog.canceled.emit()
    gate.set()
    with qtbot.waitSignal(dialog.destroyed):
        pass
    assert list(target.iterdir()) == []
    assert told.texts == []


def test_a_second_copy_waits_for_the_first(qtbot, actions, told, hits, tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        folder.mkdir()
        actions.set_hits(hits)
        actions.copy_into(hits, folder)
    qtbot.waitUntil(lambda: len(told.texts) == 2)
    assert len(list(one.iterdir())) == len(list(two.iterdir())) == 3


def test_closing_stops_a_copy(qtbot, actions, hits, tmp_path, monkeypatch):
    gate = threading.Event()
    monkeypatch.setattr(
        "ui.models.copying._copy_bytes",
        lambda source, target, cancel: gate.wait() and not cancel.is_cancelled,
    )
    target = tmp_path / "target"
    target.mkdir()
    actions.set_hits(hits)
    copying = actions.files.copy_to(hits, target)
    with qtbot.waitSignal(copying.ended) as ended:
        actions.close()
        gate.set()
    assert ended.args[0].is_cancelled
    assert list(target.iterdir()) == []
