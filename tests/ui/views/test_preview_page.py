"""One photo seen large: pictures as they come, keys, facts, likeness, and what is not there."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtWidgets import QLabel, QMainWindow, QMenu, QPushButton

from photosearch.client.fake import FakeClient, FakePhoto
from photosearch.errors import LibraryError
from photosearch.types import Answer, PhotoFacts, Query
from ui.models import preview as preview_module
from ui.models.results import ResultsModel
from ui.views.photo_actions import PhotoActions
from ui.views.preview_page import PreviewPage
from ui.workers.pictures import Source, load_picture
from ui.workers.thumbnails import Thumbnails

NAMES = ("a red.jpg", "b green.jpg", "c blue.jpg", "d grey.jpg")
COLOURS = ((200, 30, 40), (30, 180, 60), (40, 60, 200), (120, 120, 120))
SIZE = (1200, 900)
FACTS = PhotoFacts(*SIZE, camera="Canon EOS 40D", latitude=48.2, longitude=16.4)


class Told:
    def __init__(self) -> None:
        self.errors = []

    def show_error(self, error):
        self.errors.append(error)

    def show_text(self, text, action_text="", action=None):
        raise AssertionError(text)


class Desktop:
    has_own_chooser = True

    def __init__(self) -> None:
        self.urls: list[str] = []

    def open_url(self, url):
        self.urls.append(url)


@pytest.fixture
def service(tmp_path: Path) -> FakeClient:
    photos = []
    for name, colour in zip(NAMES, COLOURS, strict=True):
        Image.new("RGB", SIZE, colour).save(tmp_path / name)
        photos.append(FakePhoto(name, colour, FACTS))
    return FakeClient(photos, tmp_path)


@pytest.fixture
def model(service: FakeClient) -> ResultsModel:
    model = ResultsModel()
    hits = sorted(service.search(Query(text="x")), key=lambda hit: hit.photo.path)
    model.show(Answer(tuple(hits), len(hits)))
    return model


@pytest.fixture
def desktop() -> Desktop:
    return Desktop()


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def page(qtbot, runner, told, desktop):
    window = QMainWindow()
    qtbot.addWidget(window)
    thumbnails = Thumbnails(runner)
    page = PreviewPage(runner, thumbnails, PhotoActions(runner, told, window, desktop))
    window.setCentralWidget(page)
    window.resize(900, 600)
    with qtbot.waitExposed(window):
        window.show()
    yield page
    page.clear()
    thumbnails.close()


def preview_of(page: PreviewPage) -> preview_module.Preview:
    return page._preview


def shown(page: PreviewPage) -> str:
    """The colour that is seen in the middle of the canvas, as the name of the photo."""
    image = page.canvas.grab().toImage()
    colour = image.pixelColor(image.rect().center())
    found = (colour.red(), colour.green(), colour.blue())
    for name, expected in zip(NAMES, COLOURS, strict=True):
        if all(abs(one - other) < 20 for one, other in zip(found, expected, strict=True)):
            return name
    return str(found)


def is_loaded(page: PreviewPage) -> bool:
    return preview_of(page).picture is not None


def facts(page: PreviewPage) -> str:
    return " ".join(label.text() for label in page.facts.findChildren(QLabel))


# -- pictures


def test_the_photo_is_shown_with_its_name_place_and_picture(qtbot, page, model):
    page.show_row(model, 1)
    assert page.bar._name._text == "b green.jpg"
    assert page.bar._place.text() == "2 of 4"
    qtbot.waitUntil(lambda: is_loaded(page))
    assert shown(page) == "b green.jpg"
    assert preview_of(page).source is Source.FILE
    assert page.note.isHidden()


def test_the_thumbnail_is_seen_until_the_file_is_decoded(qtbot, page, model, monkeypatch):
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


def test_a_late_picture_is_never_shown_for_another_photo(qtbot, page, model, monkeypatch):
    gate = threading.Event()
    begun = []

    def slow(service, photo, box):
        begun.append(photo.path.name)
        if photo.path.name == NAMES[0]:
            gate.wait()
        return load_picture(service, photo, box)

    monkeypatch.setattr(preview_module, "load_picture", slow)
    page.show_row(model, 0)
    qtbot.waitUntil(lambda: NAMES[0] in begun)
    page.show_row(model, 2)
    qtbot.waitUntil(lambda: is_loaded(page))
    gate.set()
    qtbot.wait(100)
    assert shown(page) == NAMES[2]


def test_a_larger_window_gets_a_sharper_picture(qtbot, page, model):
    page.show_row(model, 0)
    qtbot.waitUntil(lambda: is_loaded(page))
    before = preview_of(page).picture.image.width()
    page.window().resize(1600, 1100)
    qtbot.waitUntil(lambda: preview_of(page).picture.image.width() > before)


def test_a_file_that_is_gone_is_told_below_its_thumbnail(qtbot, page, model, service):
    (service.folder / NAMES[0]).unlink()
    page.show_row(model, 0)
    qtbot.waitUntil(lambda: "not there any more" in page.note.text())
    assert page.note.isVisible()
    assert shown(page) == NAMES[0]
    qtbot.keyClick(page, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: is_loaded(page))
    assert page.note.isHidden()


def test_a_drive_that_is_away_is_told_below_its_thumbnail(qtbot, page, model, service):
    service.folder.rename(service.folder.with_name("unplugged"))
    page.show_row(model, 0)
    qtbot.waitUntil(lambda: "drive" in page.note.text())
    assert shown(page) == NAMES[0]


def test_a_file_that_cannot_be_read_falls_back_to_the_thumbnail(qtbot, page, model, monkeypatch):
    monkeypatch.setattr("ui.workers.pictures.read_picture", lambda *_: None)
    page.show_row(model, 0)
    qtbot.waitUntil(lambda: "cannot be shown in full" in page.note.text())
    assert shown(page) == NAMES[0]


def test_without_file_and_service_the_reason_is_told(qtbot, page, model, service):
    (service.folder / NAMES[0]).unlink()
    service.error = LibraryError("The service has ended.", "Start it again.")
    page.show_row(model, 0)
    qtbot.waitUntil(lambda: "The service has ended." in page.note.text())
    assert "Start it again." in page.note.text()


# -- going about


def test_keys_and_buttons_go_through_the_rows(qtbot, page, model):
    page.show_row(model, 0)
    assert not page._previous.isEnabled()
    for key, row in (
        (Qt.Key.Key_Right, 1),
        (Qt.Key.Key_PageDown, 2),
        (Qt.Key.Key_Left, 1),
        (Qt.Key.Key_PageUp, 0),
    ):
        qtbot.keyClick(page, key)
        assert page.row == row
    page._next.click()
    assert page.row == 1
    page._previous.click()
    assert page.row == 0


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_Space])
def test_escape_and_space_close_it(qtbot, page, model, key):
    page.show_row(model, 0)
    with qtbot.waitSignal(page.closed):
        qtbot.keyClick(page, key)


def test_keys_zoom(qtbot, page, model):
    page.show_row(model, 0)
    qtbot.waitUntil(lambda: is_loaded(page))
    fitted = page.canvas.zoom
    qtbot.keyClick(page, Qt.Key.Key_Plus)
    assert page.canvas.zoom > fitted
    qtbot.keyClick(page, Qt.Key.Key_Minus)
    assert page.canvas.is_fitted
    qtbot.keyClick(page, Qt.Key.Key_1)
    assert page.canvas.zoom == 1.0
    before = page.canvas.target().topLeft()
    qtbot.keyClick(page, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert page.canvas.target().left() < before.x()
    assert page.row == 0
    qtbot.keyClick(page, Qt.Key.Key_0)
    assert page.canvas.is_fitted


def test_the_actions_are_about_the_photo_that_is_seen(qtbot, page, model):
    page.show_row(model, 0)
    qtbot.keyClick(page, Qt.Key.Key_Right)
    with qtbot.waitSignal(page._actions.similar_wanted) as wanted:
        page._actions.action("find_similar").trigger()
    assert wanted.args == [[model.hit(1)]]
    with qtbot.waitSignal(page.similar_wanted) as wanted:
        page.bar._similar.click()
    assert wanted.args == [[model.hit(1)]]


def test_the_menu_key_offers_the_actions(qtbot, page, model):
    from PySide6.QtGui import QContextMenuEvent
    from PySide6.QtWidgets import QApplication

    page.show_row(model, 0)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(5, 5), QPoint(5, 5))
    QApplication.sendEvent(page, event)
    (menu,) = [menu for menu in page.findChildren(QMenu) if menu.isVisible()]
    assert menu.actions()[0] is page._actions.action("find_similar")
    menu.close()


# -- facts and likeness


def test_facts_come_and_can_be_hidden(qtbot, page, model):
    page.show_row(model, 0)
    qtbot.waitUntil(lambda: "Canon EOS 40D" in facts(page))
    qtbot.keyClick(page, Qt.Key.Key_I)
    assert page.facts.isHidden()
    qtbot.keyClick(page, Qt.Key.Key_I)
    assert page.facts.isVisible()


def test_facts_are_never_those_of_another_photo_for_long(qtbot, page, model, service):
    page.show_row(model, 0)
    qtbot.waitUntil(lambda: "a red.jpg" in facts(page))
    qtbot.keyClick(page, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: "b green.jpg" in facts(page))
    service.error = LibraryError("Not now.")
    qtbot.keyClick(page, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: facts(page) == "")
    qtbot.waitUntil(lambda: page.strip.hits == ())


def test_a_map_is_opened_only_when_it_is_asked_for(qtbot, page, model, desktop):
    page.show_row(model, 0)
    qtbot.waitUntil(lambda: "Canon EOS 40D" in facts(page))
    assert desktop.urls == []
    (button,) = page.facts.findChildren(QPushButton)
    button.click()
    qtbot.waitUntil(lambda: len(desktop.urls) == 1)
    assert "mlat=48.20000&mlon=16.40000" in desktop.urls[0]


def test_similar_photos_come_and_lead_aside_and_back(qtbot, page, model):
    page.show_row(model, 0)
    qtbot.waitUntil(lambda: len(page.strip.hits) == 3)
    chosen = page.strip.hits[1]
    page.strip.setCurrentIndex(page.strip.model().index(1, 0))
    qtbot.keyClick(page.strip, Qt.Key.Key_Return)
    assert preview_of(page).hit == chosen
    assert page.bar._return.isVisible()
    assert page.row == 0
    qtbot.waitUntil(lambda: is_loaded(page))
    assert shown(page) == chosen.photo.path.name
    qtbot.keyClick(page, Qt.Key.Key_Backspace)
    assert preview_of(page).hit == model.hit(0)
    assert page.bar._return.isHidden()


def test_a_click_on_a_similar_photo_shows_it(qtbot, page, model):
    page.show_row(model, 0)
    qtbot.waitUntil(lambda: len(page.strip.hits) == 3)
    chosen = page.strip.hits[2]
    place = page.strip.visualRect(page.strip.model().index(2, 0)).center()
    qtbot.mouseClick(page.strip.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert preview_of(page).hit == chosen
    assert page.hasFocus()


def test_who_leafs_through_asks_nothing_of_the_photos_between(qtbot, page, model, service):
    service.asked.clear()
    page.show_row(model, 0)
    for _ in range(3):
        qtbot.keyClick(page, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: bool(service.asked))
    asked = [query.similar_to for query in service.asked]
    assert asked == [(model.hit(3).photo.content_id,)]


def test_cleared_it_shows_nothing_and_keeps_nothing(qtbot, page, model):
    page.show_row(model, 0)
    qtbot.waitUntil(lambda: len(page.strip.hits) == 3)
    page.clear()
    assert page.row is None
    assert page.canvas.is_empty
    assert page.strip.hits == ()
    assert facts(page) == ""
    assert not preview_of(page)._pictures
    model.show(Answer((), 0))


def test_the_results_may_change_while_a_photo_is_seen(qtbot, page, model):
    page.show_row(model, 2)
    hits = [model.hit(row) for row in (3, 2, 1, 0)]
    model.show(Answer(tuple(hits), 4), is_refresh=True)
    assert page.row == 1
    assert page.bar._place.text() == "2 of 4"


def test_every_control_has_a_name_for_who_cannot_see_it(page):
    from PySide6.QtWidgets import QToolButton

    for button in page.findChildren(QToolButton):
        assert button.accessibleName() or button.text(), button
    for part in (page, page.canvas, page.facts, page.strip):
        assert part.accessibleName()
