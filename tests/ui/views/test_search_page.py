"""The page people search on: every state, and the way to the photos and back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QPushButton

from photosearch.client.fake import FakeClient, FakePhoto
from photosearch.errors import ModelError
from photosearch.types import ActivityState, Progress, Root
from photosearch.types import Phase as Work
from ui.models.question import Picture, Question
from ui.models.search_state import Notice, Shown

DOGS = FakePhoto("snow/two dogs.jpg", (235, 240, 245))
DOG = Question("two dogs")


@pytest.fixture
def stage(open_search_page, service):
    return open_search_page(service)


# -- every state


def test_at_first_there_is_the_field_with_examples_below_it(qtbot, stage):
    assert stage.shown is Shown.START
    assert stage.page.header.isVisible()
    chips = stage.page.start.examples.chips
    assert len(chips) == 6
    chips[0].click()
    assert stage.session.question.text == chips[0].text()
    qtbot.waitUntil(lambda: stage.shown is Shown.RESULTS)
    assert not stage.page.header.isVisible()
    assert stage.page.bar.text.text() == chips[0].text()


def test_what_was_searched_for_before_is_a_click_away_and_can_be_forgotten(qtbot, stage):
    stage.session.history.add("green frog")
    (chip,) = stage.page.start.recent.chips
    assert chip.isVisible()
    (forget,) = [b for b in stage.page.start.findChildren(QPushButton) if "Forget" in b.text()]
    chip.click()
    qtbot.waitUntil(lambda: stage.shown is Shown.RESULTS)
    stage.session.clear()
    forget.click()
    assert stage.session.history.texts == ()
    assert not stage.page.start.recent.isVisible()


def test_on_the_first_day_a_folder_is_asked_for(qtbot, open_search_page, empty_service, tmp_path):
    stage = open_search_page(empty_service)
    qtbot.waitUntil(lambda: stage.shown is Shown.FIRST_RUN)
    assert not stage.page.bar.isVisible()
    stage.page.first_run.folder_chosen.emit(tmp_path)
    qtbot.waitUntil(lambda: empty_service.added == [tmp_path])
    qtbot.waitUntil(lambda: stage.shown is Shown.EMPTY)


def test_a_photo_that_is_searched_by_on_the_first_day_is_when_its_folder_is_added(
    qtbot, open_search_page, empty_service, picture
):
    stage = open_search_page(empty_service)
    stage.page.ask_for_files((picture,))
    qtbot.waitUntil(lambda: stage.shown is Shown.FIRST_RUN)
    qtbot.waitUntil(lambda: "like red.png" in stage.page.first_run._words.text())
    stage.page.first_run._pictures.click()
    qtbot.waitUntil(lambda: empty_service.added == [picture.parent])
    empty_service.add_photo(FakePhoto("red bus.jpg", (210, 30, 45)))
    qtbot.waitUntil(lambda: stage.shown is Shown.RESULTS)


def test_after_the_first_folder_was_chosen_words_can_be_typed_at_once(
    qtbot, open_search_page, empty_service, tmp_path
):
    stage = open_search_page(empty_service)
    qtbot.waitUntil(lambda: stage.shown is Shown.FIRST_RUN)
    stage.page.first_run.findChildren(QPushButton)[0].setFocus()
    stage.page.first_run.folder_chosen.emit(tmp_path)
    qtbot.waitUntil(lambda: stage.shown is Shown.EMPTY)
    assert stage.page.bar.text.hasFocus()


def test_the_settings_can_be_asked_for_from_the_first_page(qtbot, open_search_page, empty_service):
    stage = open_search_page(empty_service)
    with qtbot.waitSignal(stage.page.models_wanted):
        stage.page.first_run.models_wanted.emit()


def test_a_library_without_photos_offers_a_folder(qtbot, open_search_page, empty_service):
    empty_service._roots.append(Root(1, empty_service.folder))
    stage = open_search_page(empty_service)
    qtbot.waitUntil(lambda: stage.shown is Shown.EMPTY)
    assert "no photos yet" in stage.words
    with qtbot.waitSignal(stage.page.folder_wanted):
        stage.press("Add a folder…")
    with qtbot.waitSignal(stage.page.library_wanted):
        stage.press("Show the library")


def test_while_the_first_photos_are_looked_through_it_says_so(
    qtbot, open_search_page, empty_service
):
    empty_service._roots.append(Root(1, empty_service.folder))
    stage = open_search_page(empty_service)
    empty_service.work(Progress(Work.SCANNING, 10))
    qtbot.waitUntil(lambda: stage.shown is Shown.INDEXING)
    assert "Looking through your photos" in stage.words
    empty_service.work(None, ActivityState.IDLE)
    empty_service.add_photo(DOGS)
    qtbot.waitUntil(lambda: stage.shown is Shown.START)


def test_a_quick_first_answer_shows_no_page_of_waiting(qtbot, stage):
    pages = []
    stage.session.changed.connect(lambda: pages.append(stage.shown))
    stage.session.ask(DOG)
    qtbot.waitUntil(lambda: stage.shown is Shown.RESULTS)
    assert Shown.SEARCHING not in pages


def test_a_slow_first_answer_shows_that_it_is_looked_for(qtbot, stage):
    stage.client.gate.clear()
    stage.session.ask(DOG)
    assert stage.shown is Shown.START
    qtbot.waitUntil(lambda: stage.shown is Shown.SEARCHING)
    assert "Looking…" in stage.words
    stage.client.gate.set()
    qtbot.waitUntil(lambda: stage.shown is Shown.RESULTS)


def test_no_photo_that_answers_offers_a_way_on(qtbot, open_search_page):
    stage = open_search_page(FakeClient([DOGS]))
    stage.session.ask(Question(pictures=(Picture("dogs", DOGS.content_id),)))
    qtbot.waitUntil(lambda: stage.shown is Shown.NOTHING)
    stage.press("Clear the search")
    assert stage.shown is Shown.START


def test_no_photo_in_a_folder_offers_to_search_everywhere(qtbot, stage):
    stage.session.ask(Question("red", folders=(stage.client.folder / "nowhere",)))
    qtbot.waitUntil(lambda: stage.shown is Shown.NOTHING)
    stage.press("Search everywhere")
    qtbot.waitUntil(lambda: stage.shown is Shown.RESULTS)
    assert stage.session.question == Question("red")


def test_an_error_says_what_happened_and_what_to_do_and_can_be_tried_again(qtbot, stage):
    stage.client.search_error = ModelError("The model cannot be loaded.", "Choose another one.")
    stage.session.ask(DOG)
    qtbot.waitUntil(lambda: stage.shown is Shown.FAILED)
    assert "The model cannot be loaded. Choose another one." in stage.words
    stage.client.search_error = None
    stage.press("Try again")
    qtbot.waitUntil(lambda: stage.shown is Shown.RESULTS)


def test_screen_readers_hear_of_an_error(qtbot, stage, monkeypatch):
    told = []
    monkeypatch.setattr(QAccessible, "updateAccessibility", told.append)
    stage.client.search_error = ModelError("The model cannot be loaded.", "Choose another one.")
    stage.session.ask(DOG)
    qtbot.waitUntil(lambda: stage.shown is Shown.FAILED)
    texts = [one.message() for one in told if hasattr(one, "message")]
    assert texts == ["This search did not work. The model cannot be loaded. Choose another one."]


def test_a_drive_that_is_away_is_named_above_the_photos(qtbot, stage):
    stage.session.ask(DOG)
    stage.client.set_offline()
    qtbot.waitUntil(lambda: stage.said == [Notice.AWAY])
    assert stage.shown is Shown.RESULTS
    assert "/photos" in stage.page.strips[Notice.AWAY].words.text()
    with qtbot.waitSignal(stage.page.library_wanted):
        stage.page.strips[Notice.AWAY].button.click()
    stage.client.set_offline(is_offline=False)
    qtbot.waitUntil(lambda: stage.said == [])


def test_how_many_photos_can_be_found_so_far_is_said_above_them(qtbot, stage):
    stage.session.ask(DOG)
    stage.client.work(Progress(Work.EMBEDDING, 0, 100))
    qtbot.waitUntil(lambda: stage.said == [Notice.INDEXING])
    assert "8 of 108 photos" in stage.page.strips[Notice.INDEXING].words.text()
    stage.client.work(None, ActivityState.IDLE)
    qtbot.waitUntil(lambda: stage.said == [])


def test_a_lost_service_is_told_of_above_the_photos_which_stay(qtbot, stage):
    stage.session.ask(DOG)
    qtbot.waitUntil(lambda: stage.shown is Shown.RESULTS)
    stage.client.die()
    qtbot.waitUntil(lambda: stage.said == [Notice.LOST])
    assert stage.shown is Shown.RESULTS
    assert stage.messages.texts == ()
    stage.client.error = None
    qtbot.waitUntil(lambda: stage.said == [])


def test_what_is_asked_of_a_lost_service_is_answered_when_it_is_back(qtbot, stage):
    stage.client.die()
    qtbot.waitUntil(lambda: stage.library.is_lost)
    stage.session.ask(DOG)
    qtbot.waitUntil(lambda: stage.shown is Shown.LOST)
    assert "stopped" in stage.words
    stage.client.error = None
    qtbot.waitUntil(lambda: stage.shown is Shown.RESULTS)


def test_a_lost_service_can_be_tried_again_at_once(qtbot, stage):
    stage.client.die()
    qtbot.waitUntil(lambda: stage.library.is_lost)
    stage.session.ask(DOG)
    qtbot.waitUntil(lambda: stage.shown is Shown.LOST)
    stage.client.error = None
    stage.press("Try again")
    qtbot.waitUntil(lambda: stage.shown is Shown.RESULTS)


def test_a_service_that_never_came_is_told_of(qtbot, open_search_page, service):
    service.die()
    stage = open_search_page(service, waits=False)
    qtbot.waitUntil(lambda: stage.shown is Shown.LOST)
    assert stage.page.state.title.text() == "The search service does not start"
    assert "The service has ended." in stage.words
    assert "Start it again." in stage.words


def test_new_photos_are_taken_in_while_somebody_looks(qtbot, stage):
    stage.session.ask(DOG)
    qtbot.waitUntil(lambda: stage.shown is Shown.RESULTS)
    stage.view.setCurrentIndex(stage.view.model().index(0, 0))
    stage.client.add_photo(FakePhoto("snow/a sledge.jpg"))
    qtbot.waitUntil(lambda: stage.session.total == 9)
    assert [hit.photo.content_id for hit in stage.view.selected_hits()] == [DOGS.content_id]


# -- keys


def test_the_arrow_leads_from_the_field_to_the_photos_and_escape_back(qtbot, stage):
    stage.session.ask(DOG)
    qtbot.waitUntil(lambda: stage.shown is Shown.RESULTS)
    field = stage.page.bar.text
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_Down)
    assert stage.view.hasFocus()
    assert stage.view.currentIndex().row() == 0
    assert [hit.rank for hit in stage.view.selected_hits()] == [1]
    qtbot.keyClick(stage.view, Qt.Key.Key_Escape)
    assert field.hasFocus()
    assert field.selectedText() == DOG.text
