"""Messages over the lower edge of the window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QPushButton, QStackedWidget, QToolButton, QWidget

from photosearch.errors import LibraryError
from ui.views import notifications as module
from ui.views.notifications import Notifications

ERROR = LibraryError("/photos cannot be read.", "Change its permissions.")


@pytest.fixture
def window(qtbot):
    window = QStackedWidget()
    qtbot.addWidget(window)
    for _ in range(2):
        window.addWidget(QWidget())
    window.resize(800, 500)
    window.show()
    return window


@pytest.fixture
def messages(window):
    return Notifications(window)


def close_button(messages):
    return messages.findChildren(QToolButton)[0]


def test_nothing_to_say_takes_no_room(messages):
    assert not messages.isVisible()
    assert messages.texts == ()


def test_an_error_says_what_happened_and_what_to_do_and_stays(qtbot, messages, monkeypatch):
    monkeypatch.setattr(module, "TEXT_MS", 1)
    messages.show_error(ERROR)
    qtbot.wait(30)
    assert messages.texts == ("/photos cannot be read. Change its permissions.",)
    assert messages.isVisible()
    close_button(messages).click()
    assert messages.texts == ()
    assert not messages.isVisible()


def test_a_text_goes_by_itself(qtbot, messages, monkeypatch):
    monkeypatch.setattr(module, "TEXT_MS", 10)
    messages.show_text("Copied 3 photos.")
    assert messages.texts == ("Copied 3 photos.",)
    qtbot.waitUntil(lambda: messages.texts == ())


def test_what_was_done_can_be_undone_once(qtbot, messages):
    done = []
    messages.show_text("Left out.", "Undo", lambda: done.append(1))
    (undo,) = messages.findChildren(QPushButton)
    assert undo.text() == "Undo"
    undo.setFocus()
    qtbot.keyClick(undo, Qt.Key.Key_Space)
    assert done == [1]
    assert messages.texts == ()


def test_it_lies_within_the_window_above_every_page(qtbot, window, messages):
    messages.show_error(ERROR)
    window.setCurrentIndex(1)
    window.resize(400, 300)
    qtbot.waitUntil(lambda: window.rect().contains(messages.geometry()))
    assert window.childAt(messages.geometry().center()) is not window.currentWidget()


def test_the_same_again_is_not_said_twice_and_the_oldest_go(messages):
    for number in (1, 1, 2, 3, 4):
        messages.show_error(LibraryError(f"Error {number}."))
    assert messages.texts == ("Error 2.", "Error 3.", "Error 4.")


def test_escape_closes_the_message_with_the_focus_which_goes_back(qtbot, window, messages):
    messages.show_error(ERROR)
    close = close_button(messages)
    close.setFocus()
    qtbot.keyClick(close, Qt.Key.Key_Escape)
    assert messages.texts == ()


def test_it_can_be_reached_and_read_without_a_mouse(messages):
    messages.show_error(ERROR)
    close = close_button(messages)
    assert close.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert close.accessibleName()
    assert "cannot be read" in close.parentWidget().accessibleName()


def test_screen_readers_are_told(messages, monkeypatch):
    told = []
    monkeypatch.setattr(QAccessible, "updateAccessibility", told.append)
    messages.show_error(ERROR)
    (event,) = told
    assert event.message().startswith("/photos cannot be read.")
