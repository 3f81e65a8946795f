"""The page people search on: every state, dropping and pasting, the way to the photos and back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import (
    QAccessible,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
)
from PySide6.QtWidgets import QPushButton, QStackedWidget

from photosearch.client.fake import FakeClient, FakePhoto
from photosearch.errors import ModelError
from photosearch.types import ActivityState, Progress, Root
from photosearch.types import Phase as Work
from ui.models import session as session_module
from ui.models.history import History
from ui.models.library import LibraryState
from ui.models.question import Picture, Question
from ui.models.results import ResultsModel
from ui.models.search_state import Notice, Shown
from ui.models.session import Phase, SearchSession
from ui.views.drop_hint import DropHint
from ui.views.notifications import Notifications
from ui.views.results_view import ResultsView
from ui.views.search_page import SearchPage
from ui.workers.news import News
from ui.workers.runner import Runner
from ui.workers.thumbnails import Thumbnails

DOGS = FakePhoto("snow/two dogs.jpg", (235, 240, 245))
DOG = Question("two dogs")


@dataclass
class Stage:
    """A window with the page, and all that it stands on."""

    client: FakeClient
    runner: Runner
    library: LibraryState
    session: SearchSession
    view: ResultsView
    page: SearchPage
    messages: Notifications

    @property
    def shown(self):
        return self.page.shown

    @property
    def said(self):
        return [notice for notice, strip in self.page.strips.items() if strip.isVisible()]

    @property
    def words(self):
        state = self.page.state
        return " ".join(one.text() for one in (state.title, state.words, state.hint))

    def press(self, text):
        (button,) = [one for one in self.page.state.buttons if one.text() == text]
        button.click()


@pytest.fixture
def new_stage(qtbot, tmp_path, new_runner, monkeypatch):
    monkeypatch.setattr(session_module, "DEBOUNCE_MS", 20)
    monkeypatch.setattr(session_module, "REFRESH_MS", 40)
    ends = []

    def make(client, *, waits=True):
        runner, window = new_runner(client), QStackedWidget()
        qtbot.addWidget(window)
        news, thumbnails, results = News(runner), Thumbnails(runner), ResultsModel(window)
        library = LibraryState(runner, news, window)
        history = History(tmp_path / "searches.json", runner, window)
        session = SearchSession(runner, results, history, window)
        messages, view = Notifications(window), ResultsView(results, thumbnails)
        page = SearchPage(session, library, view, thumbnails, messages)
        window.addWidget(page)
        window.resize(900, 600)
        ends.extend((news, thumbnails))
        news.start()
        window.show()
        window.activateWindow()
        if waits:
            qtbot.waitUntil(lambda: library.status is not None)
        return Stage(client, runner, library, session, view, page, messages)

    yield make
    for part in ends:
        part.close()


@pytest.fixture
def stage(new_stage, service):
    return new_stage(service)


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


def test_on_the_first_day_a_folder_is_asked_for(qtbot, new_stage, empty_service, tmp_path):
    stage = new_stage(empty_service)
    qtbot.waitUntil(lambda: stage.shown is Shown.FIRST_RUN)
    assert not stage.page.bar.isVisible()
    stage.page.first_run.folder_chosen.emit(tmp_path)
    qtbot.waitUntil(lambda: empty_service.added == [tmp_path])
    qtbot.waitUntil(lambda: stage.shown is Shown.EMPTY)


def test_after_the_first_folder_was_chosen_words_can_be_typed_at_once(
    qtbot, new_stage, empty_service, tmp_path
):
    stage = new_stage(empty_service)
    qtbot.waitUntil(lambda: stage.shown is Shown.FIRST_RUN)
    stage.page.first_run.findChildren(QPushButton)[0].setFocus()
    stage.page.first_run.folder_chosen.emit(tmp_path)
    qtbot.waitUntil(lambda: stage.shown is Shown.EMPTY)
    assert stage.page.bar.text.hasFocus()


def test_the_settings_can_be_asked_for_from_the_first_page(qtbot, new_stage, empty_service):
    stage = new_stage(empty_service)
    with qtbot.waitSignal(stage.page.settings_wanted):
        stage.page.first_run.settings_wanted.emit()


def test_a_library_without_photos_offers_a_folder(qtbot, new_stage, empty_service):
    empty_service._roots.append(Root(1, empty_service.folder))
    stage = new_stage(empty_service)
    qtbot.waitUntil(lambda: stage.shown is Shown.EMPTY)
    assert "no photos yet" in stage.words
    with qtbot.waitSignal(stage.page.folder_wanted):
        stage.press("Add a folder…")
    with qtbot.waitSignal(stage.page.library_wanted):
        stage.press("Show the library")


def test_while_the_first_photos_are_looked_through_it_says_so(qtbot, new_stage, empty_service):
    empty_service._roots.append(Root(1, empty_service.folder))
    stage = new_stage(empty_service)
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


def test_no_photo_that_answers_offers_a_way_on(qtbot, new_stage):
    stage = new_stage(FakeClient([DOGS]))
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


def test_a_service_that_never_came_is_told_of(qtbot, new_stage, service):
    service.die()
    stage = new_stage(service, waits=False)
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


# -- dropping and pasting


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
    qtbot, new_stage, service, tmp_path
):
    (tmp_path / "beach").mkdir()
    service.folder = tmp_path
    service._roots = [Root(1, tmp_path)]
    stage = new_stage(service)
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
    stage.session.ask(DOG)
    stage.page.ask_for_files([picture])
    qtbot.waitUntil(lambda: bool(stage.session.question.pictures))
    assert stage.session.question.text == ""
    qtbot.waitUntil(lambda: stage.shown is Shown.RESULTS)
