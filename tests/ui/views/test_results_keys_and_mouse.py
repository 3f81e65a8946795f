"""The grid of results under keyboard and mouse: moving, selecting, opening, dragging, zooming."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QKeyEvent, QPalette, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from ui.views import results_view as module

NONE = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier
Key = Qt.Key


@pytest.fixture
def model(view):
    return view.model()


def press(view, key, modifiers=NONE):
    QTest.keyClick(view, key, modifiers)


def click(view, row, modifiers=NONE, button=Qt.MouseButton.LeftButton):
    place = view.visualRect(view.model().index(row)).center()
    QTest.mouseClick(view.viewport(), button, modifiers, place)


def rows(view):
    return sorted(index.row() for index in view.selectionModel().selectedIndexes())


def columns(view):
    return view._grid.columns


def drag(view, start, end, buttons=Qt.MouseButton.LeftButton):
    QTest.mousePress(view.viewport(), buttons, NONE, start)
    for part in (0.3, 0.7, 1.0):
        QTest.mouseMove(view.viewport(), start + (end - start) * part)


# -- keys


def test_arrows_move_through_lines_and_columns(view, model, many):
    model.show(many(100))
    press(view, Key.Key_Home)
    press(view, Key.Key_Right)
    assert rows(view) == [1]
    press(view, Key.Key_Down)
    assert rows(view) == [1 + columns(view)]
    press(view, Key.Key_Up)
    press(view, Key.Key_Left)
    assert rows(view) == [0]


def test_home_end_and_pages_reach_everything(view, model, many):
    model.show(many(100_000))
    press(view, Key.Key_End)
    assert rows(view) == [99_999]
    press(view, Key.Key_PageUp)
    assert rows(view)[0] < 99_999
    assert rows(view)[0] % columns(view) == 99_999 % columns(view)
    press(view, Key.Key_Home)
    assert rows(view) == [0]
    press(view, Key.Key_PageDown)
    assert rows(view)[0] >= columns(view)
    assert view.viewport().rect().contains(view.visualRect(view.currentIndex()))


def test_shift_selects_all_between_and_across_lines(view, model, many):
    model.show(many(100))
    click(view, 1)
    for _ in range(2):
        press(view, Key.Key_Down, SHIFT)
    assert rows(view) == list(range(1, 2 + 2 * columns(view)))
    press(view, Key.Key_Up, SHIFT)
    assert rows(view) == list(range(1, 2 + columns(view)))


def test_ctrl_a_selects_every_photo_and_gives_those_that_are_there(view, model, many):
    model.show(many(100_000))
    press(view, Key.Key_A, CTRL)
    assert len(view.selectionModel().selection().toList()) == 1
    assert [hit.rank for hit in view.selected_hits()] == list(range(1, 201))


def test_what_is_selected_comes_though_nobody_has_scrolled_there(qtbot, view, model, many):
    wanted = []
    model.page_wanted.connect(wanted.append)
    model.show(many(404))
    press(view, Key.Key_A, CTRL)
    assert wanted == [200, 400]
    with qtbot.waitSignal(view.selection_changed):
        model.add_page(200, many(404, start=200))
    assert len(view.selected_hits()) == 400


def test_of_a_library_that_is_selected_whole_a_part_comes(view, model, monkeypatch, many):
    monkeypatch.setattr(module, "_SELECTED_MAX", 600)
    wanted = []
    model.page_wanted.connect(wanted.append)
    model.show(many(100_000))
    press(view, Key.Key_A, CTRL)
    assert wanted == [200, 400]


@pytest.mark.parametrize("key", [Key.Key_Space, Key.Key_Return, Key.Key_Enter])
def test_space_and_enter_want_the_photo_large(qtbot, view, model, key, many):
    model.show(many(10))
    click(view, 4)
    with qtbot.waitSignal(view.preview_wanted) as wanted:
        press(view, key)
    assert wanted.args == [4]


def test_keys_mean_nothing_in_an_empty_grid(qtbot, view):
    with qtbot.assertNotEmitted(view.preview_wanted):
        for key in (Key.Key_Space, Key.Key_Return, Key.Key_End, Key.Key_Down, Key.Key_PageDown):
            press(view, key)
    assert view.selected_hits() == []


def test_the_focus_is_seen(view, model, many):
    model.show(many(10))
    view.setCurrentIndex(model.index(0))
    view.clearSelection()
    corner = view.visualRect(model.index(0))
    edge = QPoint(corner.center().x(), corner.top() + 1)
    accent = view.palette().color(QPalette.ColorRole.Highlight)
    image = view.viewport().grab().toImage()
    assert image.pixelColor(edge) == QColor(accent)


def test_letters_do_not_search_names_that_are_not_there(view, model, many):
    model.show(many(100_000))
    click(view, 2)
    event = QKeyEvent(QEvent.Type.KeyPress, Key.Key_X, NONE, "x")
    QApplication.sendEvent(view, event)
    assert rows(view) == [2]


# -- mouse


def test_ctrl_with_wheel_or_plus_and_minus_changes_the_size(view, model, many):
    model.show(many(50))
    start_px = view.tile_px
    place = QPointF(50, 50)
    for delta in (120, -120):
        event = QWheelEvent(
            place,
            view.viewport().mapToGlobal(place),
            QPoint(),
            QPoint(0, delta),
            Qt.MouseButton.NoButton,
            CTRL,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(view.viewport(), event)
        assert (view.tile_px > start_px) == (delta > 0)
    for key, is_larger in ((Key.Key_Plus, True), (Key.Key_Minus, False), (Key.Key_Equal, True)):
        press(view, key, CTRL)
        assert (view.tile_px > start_px) == is_larger


def test_ctrl_and_shift_clicks_select_as_everywhere(qtbot, view, model, many):
    model.show(many(50))
    with qtbot.waitSignal(view.selection_changed):
        click(view, 2)
    click(view, 5, CTRL)
    assert rows(view) == [2, 5]
    click(view, 8, SHIFT)
    assert rows(view) == [2, 5, 6, 7, 8]
    assert [hit.rank for hit in view.selected_hits()] == [3, 6, 7, 8, 9]
    click(view, 0)
    assert rows(view) == [0]


def test_a_rubber_band_selects_what_it_touches(view, model, many):
    model.show(many(50))
    start = view.visualRect(model.index(0)).topLeft() - QPoint(4, 4)
    end = view.visualRect(model.index(columns(view) + 1)).center()
    drag(view, start, end)
    assert rows(view) == [0, 1, columns(view), columns(view) + 1]
    view.viewport().grab()
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, NONE, end)
    assert len(rows(view)) == 4


def test_a_click_beside_the_photos_selects_nothing(view, model, many):
    model.show(many(50))
    click(view, 3)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, NONE, QPoint(2, 2))
    assert rows(view) == []


def test_a_double_click_wants_the_photo_large(qtbot, view, model, many):
    model.show(many(10))
    place = view.visualRect(model.index(6)).center()
    with qtbot.waitSignal(view.preview_wanted) as wanted:
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, NONE, place)
        QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, NONE, place)
    assert wanted.args == [6]


def test_a_right_click_selects_what_it_hits_and_wants_the_menu_there(qtbot, view, model, many):
    model.show(many(10))
    click(view, 1)
    click(view, 6, button=Qt.MouseButton.RightButton)
    place = view.visualRect(model.index(6)).center()
    event = QContextMenuEvent(
        QContextMenuEvent.Reason.Mouse, place, view.viewport().mapToGlobal(place)
    )
    with qtbot.waitSignal(view.menu_wanted) as wanted:
        QApplication.sendEvent(view.viewport(), event)
    assert rows(view) == [6]
    assert wanted.args == [view.viewport().mapToGlobal(place)]


def test_beside_the_photos_there_is_no_menu(qtbot, view, model, many):
    model.show(many(1))
    beside = view.viewport().rect().bottomRight() - QPoint(5, 5)
    with qtbot.assertNotEmitted(view.menu_wanted):
        event = QContextMenuEvent(
            QContextMenuEvent.Reason.Mouse, beside, view.viewport().mapToGlobal(beside)
        )
        QApplication.sendEvent(view.viewport(), event)


def test_the_menu_by_keyboard_opens_at_the_current_photo(qtbot, view, model, many):
    model.show(many(100))
    click(view, 3)
    place = view.viewport().mapToGlobal(view.visualRect(model.index(3)).center())
    with qtbot.waitSignal(view.menu_wanted) as wanted:
        press(view, Key.Key_F10, SHIFT)
    assert wanted.args == [place]
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(1, 1), QPoint(1, 1))
    with qtbot.waitSignal(view.menu_wanted) as wanted:
        QApplication.sendEvent(view, event)
    assert wanted.args == [place]


def test_selected_photos_are_dragged_out_as_files_with_a_stack(view, model, monkeypatch, many):
    dragged = []

    class Drag:
        def __init__(self, source):
            self.source = source

        def setMimeData(self, mime):
            self.mime = mime

        def setPixmap(self, pixmap):
            self.pixmap = pixmap

        def setHotSpot(self, place):
            self.place = place

        def exec(self, actions):
            dragged.append((self.mime.text(), self.pixmap.isNull(), actions))

    def mime_of(hits):
        mime = QMimeData()
        mime.setText(",".join(str(hit.rank) for hit in hits))
        return mime

    monkeypatch.setattr(module, "QDrag", Drag)
    model.show(many(50))
    view.mime_of = mime_of
    click(view, 1)
    click(view, 3, CTRL)
    start = view.visualRect(model.index(3)).center()
    drag(view, start, start + QPoint(90, 10))
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton)
    assert dragged == [("2,4", False, Qt.DropAction.CopyAction)]
