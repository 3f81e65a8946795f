"""The window as a whole on a made-up service: its pages, menus and shortcuts, and its end."""

from __future__ import annotations

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QMenu,
    QSystemTrayIcon,
)
from shiboken6 import delete

from photosearch.client.fake import FakeClient
from ui.desktop.request import Request
from ui.models.search_state import Notice, Shown

# -- searching


def test_words_typed_into_the_new_window_show_photos(stage):
    QTest.keyClicks(QApplication.focusWidget(), "green frog")
    stage.until(lambda: stage.names[:1] == ["green frog.png"])
    assert stage.grid.isVisible()
    assert stage.window.windowTitle() == "green frog – photosearch"
    assert stage.window._status_line._count.isVisible()


def test_find_similar_from_the_context_menu_shows_likes_and_a_chip(stage):
    stage.type("red bicycle")
    stage.select(0)
    stage.press("Shift+F10")
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    stage.action("find_similar").trigger()
    menu.close()
    stage.until(lambda: bool(stage.session.question.pictures) and not stage.session.is_busy)
    assert stage.names[0] in ("red boat.jpg", "red bus.jpg")
    assert [one.label for one in stage.session.question.pictures] == ["red bicycle.jpg"]
    assert stage.window.focusWidget() is stage.grid


def test_the_preview_is_left_to_the_photo_that_was_seen_last(stage):
    stage.type("red")
    stage.select(0)
    stage.press("Space")
    assert stage.is_preview
    stage.press("Right", times=2)
    stage.press("Esc")
    assert not stage.is_preview
    assert stage.grid.hasFocus()
    assert stage.grid.currentIndex().row() == 2
    assert [hit.rank for hit in stage.grid.selected_hits()] == [3]


def test_find_similar_in_the_preview_goes_back_to_the_results(stage):
    stage.type("red bicycle")
    stage.select(0)
    stage.press("Return")
    stage.press("Ctrl+Shift+F")
    stage.until(lambda: bool(stage.session.question.pictures) and not stage.session.is_busy)
    assert not stage.is_preview
    assert stage.grid.hasFocus()


def test_the_library_is_left_with_escape_to_where_one_was(stage):
    stage.type("red")
    stage.select(1)
    stage.press("Ctrl+Shift+L")
    assert stage.is_library
    stage.press("Esc")
    assert stage.grid.hasFocus()
    assert stage.grid.currentIndex().row() == 1


def test_another_start_of_the_app_searches_by_its_words(stage):
    stage.window.show_library()
    stage.window.ask(Request(search="two dogs"))
    stage.until(lambda: stage.names[:1] == ["two dogs.jpg"])
    assert stage.bar.text.text() == "two dogs"
    assert stage.bar.isVisible()
    assert "two dogs" in stage.session.history.texts


def test_another_start_of_the_app_searches_by_its_files(stage, picture):
    stage.type("blue sea")
    stage.window.ask(Request(similar_to=(picture,)))
    stage.until(lambda: bool(stage.session.question.pictures) and not stage.session.is_busy)
    stage.until(lambda: stage.names[:1] == ["red bicycle.jpg"])
    assert stage.session.question.text == ""


def test_back_and_forward_go_through_the_searches(stage):
    stage.type("red boat")
    stage.press("Return")
    stage.type("blue sea")
    stage.press("Return")
    stage.press("Alt+Left")
    stage.until(lambda: stage.names[:1] == ["red boat.jpg"])
    assert stage.bar.text.text() == "red boat"
    stage.press("Alt+Right")
    stage.until(lambda: stage.names[:1] == ["blue sea.jpg"])


# -- kept over a restart


def test_how_the_window_was_left_is_kept(new_stage, service):
    stage = new_stage(service, width_px=780, height_px=600)
    stage.window.set_captions(False)
    stage.window.set_scores(False)
    stage.window.set_tile_px(240)
    stage.window.finish()
    delete(stage.window)
    again = new_stage(FakeClient(), is_sized=False)
    assert again.window.size().toTuple() == (780, 600)
    assert again.grid.tile_px == 240
    assert again.window._status_line._slider.value() == 240
    assert not again.action("set_captions").isChecked()
    assert not again.window._status_line._captions.isChecked()
    assert not again.action("set_scores").isChecked()


def test_what_is_wrong_in_the_file_is_as_if_it_were_not(new_stage, service, tmp_path):
    (tmp_path / "app.ini").write_text("[General]\ntile_px=huge\ngeometry=\x00nonsense\n")
    stage = new_stage(service, is_sized=False)
    assert stage.grid.tile_px == 192


def test_every_size_the_slider_offers_is_taken_by_the_grid(stage):
    slider = stage.window._status_line._slider
    for size_px in (slider.minimum(), slider.maximum()):
        slider.setValue(size_px)
        assert stage.grid.tile_px == size_px


# -- the service


def test_a_service_that_dies_is_named_and_answers_again_when_it_is_back(stage):
    stage.type("red boat")
    stage.client.die()
    strip = stage.window._search_page.strips[Notice.LOST]
    stage.until(strip.isVisible)
    assert stage.names[0] == "red boat.jpg"
    stage.client.error = None
    strip.button.click()
    stage.until(lambda: not strip.isVisible())
    stage.type("blue sea")
    stage.until(lambda: stage.names[:1] == ["blue sea.jpg"])


def test_a_service_that_is_away_from_the_start_is_told(new_stage, service):
    service.die()
    stage = new_stage(service)
    stage.until(lambda: stage.window._search_page.shown is Shown.LOST)
    assert stage.window._search_page.state.buttons[0].text() == "Try again"
    service.error = None
    stage.window._search_page.state.buttons[0].click()
    stage.until(lambda: stage.window._search_page.shown is Shown.START)


def test_new_photos_are_found_without_asking_again(stage):
    from photosearch.client.fake import FakePhoto

    stage.type("red")
    before = len(stage.names)
    stage.client.add_photo(FakePhoto("city/red red red kite.jpg"))
    stage.until(lambda: len(stage.names) == before + 1)


# -- dialogs


@pytest.mark.parametrize("name", ["show_settings", "show_skipped", "show_shortcuts", "show_about"])
def test_a_dialog_opens_over_the_window_and_leaves_with_escape(stage, name):
    stage.action(name).setEnabled(True)
    stage.action(name).trigger()
    stage.until(lambda: stage.dialog is not None)
    assert isinstance(stage.dialog, QDialog)
    assert stage.dialog.windowTitle()
    stage.until(lambda: QApplication.activeWindow() is stage.dialog)
    stage.press("Esc")
    stage.until(lambda: stage.dialog is None)
    stage.until(lambda: not stage.window.findChildren(QDialog))


# -- leaving


class Tray:
    """A desktop with a tray, where there is none."""

    is_there = True

    def close(self):
        pass


@pytest.fixture
def quits(monkeypatch):
    heard = []
    monkeypatch.setattr(QApplication, "quit", lambda *_: heard.append(True))
    return heard


def test_closing_the_window_ends_the_app(stage, quits):
    stage.window.close()
    assert quits
    assert not stage.window.isVisible()


def test_closing_goes_into_the_tray_only_if_the_user_wants_that(stage, quits, monkeypatch):
    monkeypatch.setattr(stage.window, "_tray", Tray())
    stage.window._state.stays_in_tray = True
    stage.window.close()
    assert not stage.window.isVisible()
    assert not quits
    stage.window.come_forward()
    assert stage.window.isVisible()
    stage.window._state.stays_in_tray = False
    stage.window.close()
    assert quits


def test_without_a_tray_closing_ends_the_app_all_the_same(stage, quits):
    assert not QSystemTrayIcon.isSystemTrayAvailable()
    stage.window._state.stays_in_tray = True
    stage.window.close()
    assert quits


def test_a_window_in_the_middle_of_everything_closes_cleanly(stage, service):
    stage.type("red")
    stage.select(0)
    stage.press("Space")
    stage.window.show_library()
    stage.window.show_settings()
    service.gate.clear()
    stage.session.set_text("blue")
    stage.session.submit()
    stage.window._notifications.show_text("Done.", "Undo", lambda: None)
    service.gate.set()
    # The end of the test closes it: nothing may be left.
