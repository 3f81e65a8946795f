"""The search field: words, pictures and folders, by mouse and by keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QFont, QGuiApplication
from PySide6.QtWidgets import QApplication, QToolButton, QWidget

from photosearch.client.fake import FakePhoto
from ui.models import session as session_module
from ui.models.history import History
from ui.models.question import Picture, Question
from ui.models.results import ResultsModel
from ui.models.session import Phase, SearchSession
from ui.views.busy_sign import BusySign
from ui.views.chips import RemovableChip
from ui.views.search_bar import SearchBar
from ui.workers.thumbnails import Thumbnails

DOGS = FakePhoto("snow/two dogs.jpg")
DOGS_PICTURE = Picture("two dogs.jpg", DOGS.content_id)
DOG = Question("two dogs")


@pytest.fixture
def bar(qtbot, runner, tmp_path, monkeypatch):
    monkeypatch.setattr(session_module, "DEBOUNCE_MS", 20)
    results, thumbnails = ResultsModel(), Thumbnails(runner)
    session = SearchSession(runner, results, History(tmp_path / "searches.json", runner))
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(800, 100)
    bar = SearchBar(session, thumbnails, window)
    for part in (results, session, session.history):
        part.setParent(bar)
    bar.resize(700, bar.sizeHint().height())
    window.show()
    window.activateWindow()
    bar.setFocus()
    yield bar
    thumbnails.close()


@pytest.fixture
def session(bar):
    return bar._session


def chips(bar):
    return [chip for chip in bar.findChildren(RemovableChip) if chip.isVisible()]


def button(bar, name):
    (found,) = [b for b in bar.findChildren(QToolButton) if b.accessibleName() == name]
    return found


def test_typing_asks_and_shows_nothing_else(qtbot, bar, session, service):
    qtbot.keyClicks(bar.text, "two dogs")
    qtbot.waitUntil(lambda: session.phase is Phase.RESULTS)
    assert [query.text for query in service.asked] == ["two dogs"]
    assert bar.text.text() == "two dogs"
    assert bar.text.cursorPosition() == len("two dogs")


def test_an_answer_leaves_the_cursor_where_it_is(qtbot, bar, session):
    qtbot.keyClicks(bar.text, "twodogs")
    for _ in range(4):
        qtbot.keyClick(bar.text, Qt.Key.Key_Left)
    qtbot.keyClicks(bar.text, " ")
    qtbot.waitUntil(lambda: session.phase is Phase.RESULTS)
    assert (bar.text.text(), bar.text.cursorPosition()) == ("two dogs", 4)


def test_enter_asks_at_once_and_remembers(qtbot, bar, session):
    qtbot.keyClicks(bar.text, "two dogs")
    qtbot.keyClick(bar.text, Qt.Key.Key_Return)
    assert session.is_busy
    assert session.history.texts == ("two dogs",)


def test_escape_takes_out_the_words_then_the_pictures_then_the_folders(
    qtbot, bar, session, service
):
    session.ask(Question("two", (DOGS_PICTURE,), (service.folder,)))
    left = []
    for _ in range(3):
        qtbot.keyClick(bar.text, Qt.Key.Key_Escape)
        question = session.question
        left.append((question.text, len(question.pictures), len(question.folders)))
    assert left == [("", 1, 1), ("", 0, 1), ("", 0, 0)]


def test_down_leads_on_to_the_photos(qtbot, bar):
    with qtbot.waitSignal(bar.left):
        qtbot.keyClick(bar.text, Qt.Key.Key_Down)


def test_going_to_the_field_is_ready_to_type_over_it(qtbot, bar, session):
    session.ask(DOG)
    bar.focus_text()
    assert bar.text.selectedText() == "two dogs"
    qtbot.keyClicks(bar.text, "frog")
    assert session.question.text == "frog"


def test_the_clear_button_is_there_when_there_is_something_to_clear(bar, session):
    clear = button(bar, "Clear the search")
    assert not clear.isVisible()
    session.ask(Question("two", (DOGS_PICTURE,)))
    assert clear.isVisible()
    clear.click()
    assert session.question.is_empty
    assert bar.text.text() == ""
    assert bar.text.hasFocus()


def test_the_buttons_lead_back_and_forward(bar, session):
    back, forward = button(bar, "Back to the search before"), button(bar, "Forward again")
    assert not back.isEnabled()
    session.ask(DOG)
    back.click()
    assert session.question.is_empty
    assert not back.isEnabled()
    assert forward.isEnabled()
    forward.click()
    assert bar.text.text() == "two dogs"


def test_a_picture_is_shown_and_can_be_taken_out(qtbot, bar, session):
    session.ask(Question("two", (DOGS_PICTURE,)))
    (chip,) = chips(bar)
    assert chip.toolTip() == "two dogs.jpg"
    chip.findChild(QToolButton).click()
    assert session.question == Question("two")
    assert chips(bar) == []


def test_backspace_before_the_words_takes_out_the_last_picture(qtbot, bar, session):
    session.ask(Question("x", (DOGS_PICTURE,)))
    qtbot.keyClick(bar.text, Qt.Key.Key_Backspace)
    assert session.question == Question("", (DOGS_PICTURE,))
    qtbot.keyClick(bar.text, Qt.Key.Key_Backspace)
    assert session.question.is_empty


def test_of_many_pictures_a_few_are_shown_and_the_others_counted(bar, session):
    pictures = tuple(Picture(f"{number}", f"{number:032}") for number in range(10))
    session.ask(Question(pictures=pictures))
    *shown, more = chips(bar)
    assert [chip.toolTip() for chip in shown] == ["0", "1", "2"]
    more.findChild(QToolButton).click()
    assert session.question.pictures == pictures[:3]


def test_in_a_narrow_window_fewer_pictures_are_shown_and_words_have_room(qtbot, bar, session):
    session.ask(Question("x", tuple(Picture(f"{n}", f"{n:032}") for n in range(10))))
    bar.resize(bar.minimumSizeHint())
    first, more = chips(bar)
    assert first.toolTip() == "0"
    assert more.toolTip().startswith("9")
    letters = bar.text.fontMetrics().averageCharWidth()
    qtbot.waitUntil(lambda: bar.text.width() > 8 * letters)


def test_the_folder_that_is_searched_is_shown_and_can_be_left(bar, session, service):
    session.ask(Question("red", folders=(service.folder / "beach",)))
    (chip,) = chips(bar)
    assert chip.toolTip() == "/photos/beach"
    chip.findChild(QToolButton).click()
    assert session.question == Question("red")


def test_a_file_of_the_disk_is_shown_by_its_picture(qtbot, bar, session, picture):
    session.ask(Question(pictures=(Picture("red.png", path=picture),)))
    qtbot.waitUntil(lambda: chips(bar)[0].grab().toImage().pixelColor(14, 14).red() > 200)
    colour = chips(bar)[0].grab().toImage().pixelColor(14, 14)
    assert colour.green() < 80


def test_a_picture_of_mere_bytes_is_shown_as_well(qtbot, bar, session, picture):
    session.ask(Question(pictures=(Picture("pasted", data=picture.read_bytes()),)))
    qtbot.waitUntil(lambda: chips(bar)[0].grab().toImage().pixelColor(14, 14).green() < 80)


def test_files_that_are_pasted_into_the_field_are_searched_by(qtbot, bar, session, picture):
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(picture))])
    mime.setText(str(picture))
    QGuiApplication.clipboard().setMimeData(mime)
    qtbot.keyClick(bar.text, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: bool(session.question.pictures))
    assert bar.text.text() == ""


def test_words_that_are_pasted_go_where_the_cursor_is(qtbot, bar, session):
    qtbot.keyClicks(bar.text, "two ")
    QGuiApplication.clipboard().setText("dogs")
    qtbot.keyClick(bar.text, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert session.question.text == "two dogs"


def test_what_was_searched_for_is_offered_while_typing(qtbot, bar, session):
    session.history.add("two dogs in the snow")
    qtbot.keyClicks(bar.text, "TWO")
    completer = bar.text.completer()
    assert completer.currentCompletion() == "two dogs in the snow"
    completer.activated.emit(completer.currentCompletion())
    assert session.question.text == "two dogs in the snow"
    completer.popup().hide()


def test_words_that_stand_there_already_are_not_offered(qtbot, bar, session):
    session.history.add("two dogs")
    popup = bar.text.completer().popup()
    qtbot.keyClicks(bar.text, "two dog")
    assert popup.isVisible()
    qtbot.keyClicks(bar.text, "s")
    assert not popup.isVisible()
    with qtbot.waitSignal(bar.left):
        qtbot.keyClick(bar.text, Qt.Key.Key_Down)


def test_former_searches_are_not_left_where_the_field_was(qtbot, bar, session):
    session.history.add("two dogs")
    popup = bar.text.completer().popup()
    qtbot.keyClicks(bar.text, "two")
    assert popup.isVisible()
    bar.move(0, 40)
    assert not popup.isVisible()


def test_a_sign_turns_while_an_answer_takes_long_and_stops_with_it(qtbot, bar, session, service):
    sign = bar.findChild(BusySign)
    service.gate.clear()
    session.ask(DOG)
    assert not sign.is_turning
    qtbot.waitUntil(lambda: sign.is_turning)
    service.gate.set()
    qtbot.waitUntil(lambda: not sign.is_turning)


def test_every_control_has_a_name_and_can_be_reached_by_keys(bar, session):
    session.ask(Question("two", (DOGS_PICTURE,)))
    assert bar.text.accessibleName()
    for one in bar.findChildren(QToolButton):
        assert one.accessibleName()
        assert one.toolTip()
        assert one.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_twice_the_font_makes_everything_larger_and_cuts_nothing_off(qtbot, bar, session):
    session.ask(Question("two", (DOGS_PICTURE,)))
    font = QApplication.font()
    usual = bar.sizeHint()
    QApplication.setFont(QFont(font.family(), 2 * font.pointSize()))
    try:
        larger = SearchBar(session, bar._icons._thumbnails)
        qtbot.addWidget(larger)
        larger.resize(larger.sizeHint())
        larger.show()
        assert larger.sizeHint().height() > 1.5 * usual.height()
        assert larger.text.height() >= larger.text.fontMetrics().height()
    finally:
        QApplication.setFont(font)
