"""One photo seen large: the way through the photos, keys, facts and likeness."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QMenu, QPushButton

from photosearch.errors import LibraryError
from photosearch.types import Answer
from ui.views.preview_page import PreviewPage


def facts(page: PreviewPage) -> str:
    return " ".join(label.text() for label in page.facts.findChildren(QLabel))


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
    qtbot.waitUntil(lambda: page._preview.picture is not None)
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


def test_similar_photos_come_and_lead_aside_and_back(qtbot, page, model, shown):
    page.show_row(model, 0)
    qtbot.waitUntil(lambda: len(page.strip.hits) == 3)
    chosen = page.strip.hits[1]
    page.strip.setCurrentIndex(page.strip.model().index(1, 0))
    qtbot.keyClick(page.strip, Qt.Key.Key_Return)
    assert page._preview.hit == chosen
    assert page.bar._return.isVisible()
    assert page.row == 0
    qtbot.waitUntil(lambda: page._preview.picture is not None)
    assert shown(page) == chosen.photo.path.name
    qtbot.keyClick(page, Qt.Key.Key_Backspace)
    assert page._preview.hit == model.hit(0)
    assert page.bar._return.isHidden()


def test_a_click_on_a_similar_photo_shows_it(qtbot, page, model):
    page.show_row(model, 0)
    qtbot.waitUntil(lambda: len(page.strip.hits) == 3)
    chosen = page.strip.hits[2]
    place = page.strip.visualRect(page.strip.model().index(2, 0)).center()
    qtbot.mouseClick(page.strip.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert page._preview.hit == chosen
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
    assert not page._preview._pictures
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
