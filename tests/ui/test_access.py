"""The app without a mouse and without eyes: names, the way of Tab, the focus, Enter and Escape."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QPushButton,
    QWidget,
)

from photosearch.types import Event, EventKind
from ui.models.question import Question
from ui.models.session import Phase
from ui.views.scrolled import Scrolled


def name_of(widget):
    return QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)


def told(widget):
    return f"{type(widget).__name__} “{name_of(widget)}”"


def stops(top):
    """Every control that the keyboard is to reach."""
    return [
        one
        for one in top.findChildren(QWidget)
        if one.window() is top
        and one.isVisible()
        and one.isEnabled()
        and one.focusPolicy() & Qt.FocusPolicy.TabFocus
        and one.focusProxy() is None
    ]


def walk(top, keys=Qt.Key.Key_Tab):
    """Where Tab leads, from where the focus is and around."""
    walked = [QApplication.focusWidget()]
    while True:
        QTest.keyClick(QApplication.focusWidget(), keys)
        if QApplication.focusWidget() in walked:
            return walked
        walked.append(QApplication.focusWidget())


def names_on_the_way(top):
    walked = walk(top)
    first = min(range(len(walked)), key=lambda at: stops(top).index(walked[at]))
    return [name_of(one) for one in (*walked[first:], *walked[:first])]


# -- names


def test_every_control_everywhere_has_a_name(everywhere):
    nameless = []
    for _, place, top in everywhere():
        controls = {*stops(top), *top.findChildren(QAbstractButton)}
        nameless += [(place, told(one)) for one in controls if _is_seen(one) and not name_of(one)]
    assert nameless == []


def _is_seen(widget):
    return widget.isVisible() and not widget.objectName().startswith("qt_")


def test_every_button_with_an_icon_alone_has_a_tooltip(everywhere):
    bare = []
    for _, place, top in everywhere():
        for button in top.findChildren(QAbstractButton):
            is_icon = not button.text() and not button.icon().isNull() and _is_seen(button)
            if is_icon and not button.toolTip():
                bare.append((place, told(button)))
    assert bare == []


def test_photos_are_read_by_their_names(stage):
    stage.type("red boat")
    index = stage.window._results.index(0)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole).startswith("red boat.jpg")


# -- the way of Tab


def test_tab_reaches_every_control_everywhere_and_back(everywhere):
    missed = []
    for stage, place, top in everywhere():
        stage.until(lambda top=top: QApplication.activeWindow() is top)
        forward, wanted = walk(top), stops(top)
        missed += [(place, told(one)) for one in wanted if one not in forward]
        backward = walk(top, Qt.Key.Key_Backtab)
        missed += [(place, "back", told(one)) for one in forward if one not in backward]
    assert missed == []


WAYS = {
    "first-run": ["Choose a folder…", "Choose a model…"],
    "similar": [
        "Back to the search before",
        "Search without this picture",
        "Search without this picture",
        "Search your photos",
        "Clear the search",
        "Results",
        "Up to date",
        "Names below the photos",
        "Size of the photos",
    ],
    "preview": [
        "Photo, seen large",
        "Back to the results (Esc)",
        "Smaller (-)",
        "The whole photo (0), or its pixels (1)",
        "Larger (+)",
        "Find similar photos",
        "Facts (I)",
        "The next photo (Right)",
        "Similar photos",
        "Facts about the photo",
        "Up to date",
    ],
    "library": [
        "Back to the search",
        "Look again",
        "Pause",
        "Folders of the library",
        "Add a folder…",
        "Remove…",
        "What is left out of the folder",
        "Show them…",
        "Choose a model…",
        "Up to date",
    ],
}


@pytest.mark.parametrize("place", WAYS)
def test_tab_goes_in_reading_order(everywhere, place):
    for stage, _, top in everywhere([place]):
        walked = [name_of(one) for one in walk(top)]
        first = walked.index(WAYS[place][0])
        walked = [*walked[first:], *walked[:first]]
        assert walked[: len(WAYS[place])] == WAYS[place]
        del stage


# -- the focus


def test_the_focus_is_seen_on_every_control(everywhere):
    unseen = []
    for stage, place, top in everywhere():
        stage.until(lambda top=top: QApplication.activeWindow() is top)
        if place == "messages":
            continue  # they lie over others
        with_focus = {}
        for _ in walk(top):  # real keys: with the mouse alone, styles show it less
            QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
            with_focus[QApplication.focusWidget()] = _picture(QApplication.focusWidget())
        for one, seen in with_focus.items() if len(with_focus) > 1 else ():
            other = next(o for o in with_focus if o is not one and not one.isAncestorOf(o))
            other.setFocus(Qt.FocusReason.TabFocusReason)
            # A default button has its ring before.
            is_default = isinstance(one, QPushButton) and one.isDefault()
            if one is not _page(stage) and not is_default and seen == _picture(one):
                unseen.append((place, told(one)))
    assert "\n".join(map(str, unseen)) == ""


def _page(stage):
    """The preview itself needs no ring: there is but one photo, and the keys are its own."""
    return stage.window._preview if stage.is_preview else None


def _picture(widget):
    around = widget.parentWidget() or widget
    QApplication.processEvents()
    return around.grab().toImage()


def has_seen_focus(stage):
    focus = stage.window.focusWidget()
    return focus is not None and focus.isVisible() and focus in stops(stage.window)


def test_a_new_window_is_ready_to_be_typed_in(stage):
    assert stage.bar.text.hasFocus()


def test_the_first_run_has_its_first_button_at_hand(new_stage, empty_service):
    stage = new_stage(empty_service)
    stage.until(stage.window._search_page.first_run._choose.hasFocus)
    stage.press("Tab")
    assert has_seen_focus(stage)


def test_taking_out_chips_leaves_the_focus_in_the_field(stage):
    stage.go("similar")
    for left in (1, 0):
        stage.bar._chips[-1].button.setFocus()
        stage.press("Space")
        stage.until(lambda left=left: len(stage.session.question.pictures) == left)
        assert stage.bar.text.hasFocus()


def test_closing_a_message_gives_the_focus_back_to_the_page(stage):
    for place, wanted in (("results", lambda: stage.grid), ("library", _table_of(stage))):
        stage.go(place)
        stage.window._notifications.show_text("Done.", "Undo", bool)
        stage.window._notifications.findChildren(QPushButton)[-1].setFocus()
        stage.press("Esc")
        assert stage.window.focusWidget() is wanted()


def _table_of(stage):
    return lambda: stage.window._library_page._table


def test_a_message_can_be_reached_by_keyboard(stage):
    stage.go("results")
    stage.window._notifications.show_text("Done.", "Undo", bool)
    (undo,) = stage.window._notifications.findChildren(QPushButton)
    assert undo in walk(stage.window)


def test_an_emptied_result_leaves_the_focus_where_one_can_go_on(stage):
    stage.go("failed")
    assert has_seen_focus(stage)
    assert stage.bar.text.hasFocus()


def test_the_end_of_the_last_folder_leaves_the_focus_on_a_button(stage):
    stage.go("results")
    stage.client._roots = []
    stage.client.tell(Event(EventKind.INDEX_CHANGED))
    stage.until(stage.window._search_page.first_run.isVisible)
    assert has_seen_focus(stage)


def test_pages_come_with_the_focus_on_something_seen(stage):
    for place in ("results", "preview", "library"):
        stage.go(place)
        assert has_seen_focus(stage), place
        stage.press("Esc")
        assert has_seen_focus(stage), f"after {place}"


def test_a_button_that_has_done_its_work_passes_the_focus_on(stage):
    stage.type("red boat")
    stage.press("Return")
    stage.bar._back.setFocus()
    stage.press("Space")
    stage.until(lambda: not stage.bar._back.isEnabled())
    assert has_seen_focus(stage)


def test_a_closed_dialog_leaves_the_focus_where_it_was(stage):
    stage.go("results")
    stage.go("shortcuts")
    stage.press("Esc")
    assert stage.window.focusWidget() is stage.grid


# -- Enter and Escape


def test_escape_in_the_field_takes_out_words_then_pictures(stage):
    stage.go("similar")
    stage.press("Ctrl+F")
    QTest.keyClicks(stage.bar.text, "blue")
    stage.press("Esc")
    assert stage.session.question.text == ""
    assert len(stage.session.question.pictures) == 2
    stage.press("Esc")
    assert stage.session.question == Question()
    assert stage.session.phase is Phase.START


def test_escape_in_the_results_goes_to_the_field(stage):
    stage.go("results")
    stage.press("Esc")
    assert stage.bar.text.hasFocus()
    assert stage.bar.text.selectedText() == "red"


def test_down_goes_from_the_field_to_the_photos(stage):
    stage.type("red")
    stage.press("Down")
    assert stage.grid.hasFocus()
    assert stage.grid.currentIndex().row() == 0


@pytest.mark.parametrize("keys", ["Return", "Enter", "Space"])
def test_buttons_of_a_page_can_be_pressed_by_keys(stage, keys):
    stage.go("failed")
    (again,) = [b for b in stage.window._search_page.state.buttons if b.text() == "Try again"]
    stage.client.search_error = None
    again.setFocus()
    stage.press(keys)
    stage.until(lambda: stage.session.phase is Phase.RESULTS)
    assert has_seen_focus(stage)


def test_enter_presses_every_button_of_the_window(everywhere):
    deaf = []
    for stage, place, top in everywhere():
        if top is not stage.window:
            continue  # in dialogs Enter is for the default button
        buttons = [one for one in top.findChildren(QPushButton) if _is_seen(one)]
        deaf += [(place, told(one)) for one in buttons if not one.autoDefault()]
    assert deaf == []


def test_enter_takes_an_example(stage):
    chip = stage.window._search_page.start.examples.chips[0]
    chip.setFocus()
    stage.press("Return")
    assert stage.session.question.text == chip.text()
    assert stage.bar.text.hasFocus()


def test_a_scrolled_page_follows_the_focus(stage):
    dialog = stage.go("settings")
    dialog.resize(dialog.width(), dialog.minimumSizeHint().height() + 60)
    area = dialog.findChild(Scrolled)
    for _ in range(2 * len(stops(dialog))):
        stage.press("Tab")
        focus = QApplication.focusWidget()
        if area.widget().isAncestorOf(focus):
            at = focus.mapTo(area.viewport(), focus.rect().center())
            assert area.viewport().rect().contains(at), told(focus)


def test_names_of_lists_are_told_apart(everywhere):
    for _, place, top in everywhere(("library", "preview", "results")):
        views = [name_of(v) for v in top.findChildren(QAbstractItemView) if v.isVisible()]
        assert len(set(views)) == len(views), place


def test_enter_in_the_settings_is_for_ok(stage):
    dialog = stage.go("settings")
    assert dialog.ok_button.isDefault()
    assert not dialog._defaults.autoDefault()
    dialog.reject()
