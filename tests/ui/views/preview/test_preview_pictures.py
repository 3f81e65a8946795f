"""The picture of a photo seen large: as it comes, as sharp as needed, and what is not there."""

from __future__ import annotations

import threading

from PySide6.QtCore import QSize, Qt

from photosearch.errors import LibraryError
from ui.models import preview as preview_module
from ui.views.preview_page import PreviewPage
from ui.workers.pictures import Source, load_picture

SIZE = (1200, 900)
"""Of the files."""


def preview_of(page: PreviewPage) -> preview_module.Preview:
    return page._preview


def is_loaded(page: PreviewPage) -> bool:
    return preview_of(page).picture is not None


def test_the_photo_is_shown_with_its_name_place_and_picture(qtbot, page, model, shown):
    page.show_row(model, 1)
    assert page.bar._name._text == "b green.jpg"
    assert page.bar._place.text() == "2 of 4"
    qtbot.waitUntil(lambda: is_loaded(page))
    assert shown(page) == "b green.jpg"
    assert preview_of(page).source is Source.FILE
    assert page.note.isHidden()


def test_the_thumbnail_is_seen_until_the_file_is_decoded(qtbot, page, model, monkeypatch, shown):
    gate = threading.Event()

    def slow(service, photo, box):
        gate.wait()
        return load_picture(service, photo, box)

    monkeypatch.setattr(preview_module, "load_picture", slow)
    page.show_row(model, 0)
    qtbot.waitUntil(lambda: shown(page) == "a red.jpg")
    assert not is_loaded(page)
    before = page.canvas.target()
    gate.set()
    qtbot.waitUntil(lambda: is_loaded(page))
    assert page.canvas.target() == before


def test_no_more_is_decoded_than_the_screen_needs(qtbot, page, model):
    page.show_row(model, 0)
    qtbot.waitUntil(lambda: is_loaded(page))
    picture = preview_of(page).picture
    assert picture.image.width() <= page.canvas.box.width() < SIZE[0]
    assert picture.full_size == QSize(*SIZE)


def test_all_pixels_come_when_it_is_zoomed_into_and_go_with_the_photo(qtbot, page, model):
    page.show_row(model, 0)
    qtbot.waitUntil(lambda: is_loaded(page))
    assert preview_of(page).full_picture is None
    qtbot.keyClick(page, Qt.Key.Key_1)
    qtbot.waitUntil(lambda: preview_of(page).full_picture is not None)
    assert preview_of(page).full_picture.image.size() == QSize(*SIZE)
    assert page.bar._zoom.text() == "100 %"
    qtbot.keyClick(page, Qt.Key.Key_Right)
    assert preview_of(page).full_picture is None
    assert page.canvas.is_fitted


def test_neighbours_are_decoded_ahead_and_few_are_kept(qtbot, page, model):
    kept = preview_of(page)._pictures
    ids = [model.hit(row).photo.content_id for row in range(4)]
    page.show_row(model, 1)
    qtbot.waitUntil(lambda: {ids[0], ids[1], ids[2]} <= set(kept))
    qtbot.keyClick(page, Qt.Key.Key_Right)
    assert is_loaded(page)
    qtbot.waitUntil(lambda: ids[3] in kept)
    assert len(kept) <= 4


def test_a_late_picture_is_never_shown_for_another_photo(qtbot, page, model, monkeypatch, shown):
    gate = threading.Event()
    begun = []

    def slow(service, photo, box):
        begun.append(photo.path.name)
        if photo.path.name == "a red.jpg":
            gate.wait()
        return load_picture(service, photo, box)

    monkeypatch.setattr(preview_module, "load_picture", slow)
    page.show_row(model, 0)
    qtbot.waitUntil(lambda: "a red.jpg" in begun)
    page.show_row(model, 2)
    qtbot.waitUntil(lambda: is_loaded(page))
    gate.set()
    qtbot.wait(100)
    assert shown(page) == "c blue.jpg"


def test_a_larger_window_gets_a_sharper_picture(qtbot, page, model):
    page.show_row(model, 0)
    qtbot.waitUntil(lambda: is_loaded(page))
    before = preview_of(page).picture.image.width()
    page.window().resize(1600, 1100)
    qtbot.waitUntil(lambda: preview_of(page).picture.image.width() > before)


def test_a_file_that_is_gone_is_told_below_its_thumbnail(qtbot, page, model, service, shown):
    (service.folder / "a red.jpg").unlink()
    page.show_row(model, 0)
    qtbot.waitUntil(lambda: "not there any more" in page.note.text())
    assert page.note.isVisible()
    assert shown(page) == "a red.jpg"
    qtbot.keyClick(page, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: is_loaded(page))
    assert page.note.isHidden()


def test_a_drive_that_is_away_is_told_below_its_thumbnail(qtbot, page, model, service, shown):
    service.folder.rename(service.folder.with_name("unplugged"))
    page.show_row(model, 0)
    qtbot.waitUntil(lambda: "drive" in page.note.text())
    assert shown(page) == "a red.jpg"


def test_a_file_that_cannot_be_read_falls_back_to_the_thumbnail(
    qtbot, page, model, monkeypatch, shown
):
    monkeypatch.setattr("ui.workers.pictures.read_picture", lambda *_: None)
    page.show_row(model, 0)
    qtbot.waitUntil(lambda: "cannot be shown in full" in page.note.text())
    assert shown(page) == "a red.jpg"


def test_without_file_and_service_the_reason_is_told(qtbot, page, model, service):
    (service.folder / "a red.jpg").unlink()
    service.error = LibraryError("The service has ended.", "Start it again.")
    page.show_row(model, 0)
    qtbot.waitUntil(lambda: "The service has ended." in page.note.text())
    assert "Start it again." in page.note.text()
