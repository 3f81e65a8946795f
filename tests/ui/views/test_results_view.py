"""The grid of results, as a person at keyboard and mouse has it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QColor, QContextMenuEvent, QKeyEvent, QPalette, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from photosearch.types import Answer, Hit, Photo, Query
from ui.models.results import ResultsModel
from ui.views import results_view as module
from ui.views.results_view import LEAST_TILE_PX, MOST_TILE_PX, ResultsView
from ui.workers.thumbnails import Thumbnails

NONE = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier
Key = Qt.Key


class Paints(QObject):
    """Notes when something is painted."""

    def __init__(self, parent, painted):
        super().__init__(parent)
        self.painted = painted

    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            self.painted.append(event.region())
        return False


def answer(names, total=None):
    hits = tuple(
        Hit(rank, 1.0 / rank, Photo(Path("/photos"), Path(f"{name}.jpg"), f"{name}"))
        for rank, name in enumerate(names, start=1)
    )
    return Answer(hits, total or len(hits))


def many(count, start=0):
    return answer([f"{number:032x}" for number in range(start, start + min(count, 200))], count)


@pytest.fixture
def model(qapp):
    return ResultsModel()


@pytest.fixture
def view(qtbot, runner, model):
    thumbnails = Thumbnails(runner)
    made = ResultsView(model, thumbnails)
    qtbot.addWidget(made)
    made.resize(900, 700)
    made.show()
    qtbot.waitExposed(made)
    made.setFocus()
    yield made
    made.close()
    thumbnails.close()


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


# -- places


def test_rows_without_end_are_laid_out_at_once(view, model):
    model.show(many(1_000_000))
    bar = view.verticalScrollBar()
    assert bar.maximum() > 10_000_000
    bar.setValue(bar.maximum())
    assert view.visible_rows()[-1] == 999_999
    last = view.visualRect(model.index(999_999))
    assert view.viewport().rect().contains(last)
    assert view.indexAt(last.center()).row() == 999_999


def test_all_tiles_have_one_size_before_and_after_their_pictures(qtbot, view, model, service):
    model.show(service.answer(Query(text="red")))
    before = [view.visualRect(model.index(row)) for row in range(8)]
    size_px = view._photos.thumbnail_px(view.devicePixelRatioF())
    hits = [model.hit(row) for row in range(8)]
    thumbnails = view._thumbnails
    qtbot.waitUntil(lambda: all(thumbnails.at_hand(h.photo.content_id, size_px) for h in hits))
    view.grab()
    assert [view.visualRect(model.index(row)) for row in range(8)] == before
    assert len({(rect.width(), rect.height()) for rect in before}) == 1


def test_the_colour_of_a_photo_is_painted_where_its_tile_is(qtbot, view, model, service):
    model.show(service.answer(Query(text="red bicycle")))

    def is_red():
        middle = view.visualRect(model.index(0)).center()
        colour = view.viewport().grab().toImage().pixelColor(middle)
        return colour.red() > 180 and colour.green() < 80

    qtbot.waitUntil(is_red)


def test_a_picture_is_painted_on_every_copy_of_its_photo(qtbot, view, model):
    same = [Photo(Path("/photos"), Path(f"copy {n}.jpg"), "0" * 32) for n in range(2)]
    model.show(Answer(tuple(Hit(n, 0.5, photo) for n, photo in enumerate(same, start=1)), 2))
    qtbot.waitUntil(lambda: view._thumbnails.is_known("0" * 32, 256))
    qtbot.wait(50)
    painted = []
    view.viewport().installEventFilter(Paints(view, painted))
    view._thumbnails.ready.emit("0" * 32, 256)
    qtbot.waitUntil(lambda: bool(painted))
    centers = [view.visualRect(model.index(row)).center() for row in range(2)]
    assert all(any(region.contains(center) for region in painted) for center in centers)


def test_captions_and_scores_make_room_for_themselves(view, model):
    model.show(many(8))
    sizes = []
    for has_captions, has_scores in ((False, False), (False, True), (True, False), (True, True)):
        view.set_captions(has_captions)
        view.set_scores(has_scores)
        sizes.append(view.visualRect(model.index(0)).height())
    assert sizes == sorted(set(sizes))


def test_a_larger_font_gets_higher_captions(view, model):
    model.show(many(8))
    before = view.visualRect(model.index(0)).height()
    font = view.font()
    font.setPointSizeF(2 * font.pointSizeF())
    view.setFont(font)
    assert view.visualRect(model.index(0)).height() > before


# -- size


def test_the_size_of_tiles_stays_within_its_bounds(qtbot, view, model):
    model.show(many(50))
    with qtbot.waitSignal(view.tile_px_changed) as changed:
        view.set_tile_px(5_000)
    assert changed.args == [MOST_TILE_PX]
    view.set_tile_px(1)
    assert view.tile_px == LEAST_TILE_PX


def test_the_current_photo_stays_in_view_when_the_size_changes(view, model):
    model.show(many(100_000))
    view.setCurrentIndex(model.index(40_000))
    for size_px in (320, 96, 200, 120, 320):
        view.set_tile_px(size_px)
        assert view.viewport().rect().contains(view.visualRect(model.index(40_000)))


def test_the_first_photos_stay_at_the_top_when_the_tiles_get_another_size(view, model):
    model.show(many(1_000))
    view.setCurrentIndex(model.index(columns(view)))
    view.set_scores(True)
    assert view.verticalOffset() == 0
    view.set_tile_px(120)
    assert view.verticalOffset() == 0


def test_without_a_current_photo_the_place_is_held_there_and_back(view, model):
    model.show(many(100_000))
    view.verticalScrollBar().setValue(500_000)
    seen = view.visible_rows()[0]
    for size_px in (320, 96, 144, 250, 176):
        view.set_tile_px(size_px)
        assert view.visualRect(model.index(seen)).intersects(view.viewport().rect())
    assert view.visible_rows()[0] == seen


def test_the_place_is_held_when_the_window_gets_narrower(view, model):
    model.show(many(100_000))
    view.setCurrentIndex(model.index(5_000))
    view.resize(500, 700)
    assert view.visualRect(model.index(5_000)).intersects(view.viewport().rect())


def test_ctrl_with_wheel_or_plus_and_minus_changes_the_size(view, model):
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


# -- keys


def test_arrows_move_through_lines_and_columns(view, model):
    model.show(many(100))
    press(view, Key.Key_Home)
    press(view, Key.Key_Right)
    assert rows(view) == [1]
    press(view, Key.Key_Down)
    assert rows(view) == [1 + columns(view)]
    press(view, Key.Key_Up)
    press(view, Key.Key_Left)
    assert rows(view) == [0]


def test_home_end_and_pages_reach_everything(view, model):
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


def test_shift_selects_all_between_and_across_lines(view, model):
    model.show(many(100))
    click(view, 1)
    for _ in range(2):
        press(view, Key.Key_Down, SHIFT)
    assert rows(view) == list(range(1, 2 + 2 * columns(view)))
    press(view, Key.Key_Up, SHIFT)
    assert rows(view) == list(range(1, 2 + columns(view)))


def test_ctrl_a_selects_every_photo_and_gives_those_that_are_there(view, model):
    model.show(many(100_000))
    press(view, Key.Key_A, CTRL)
    assert len(view.selectionModel().selection().toList()) == 1
    assert [hit.rank for hit in view.selected_hits()] == list(range(1, 201))


def test_what_is_selected_comes_though_nobody_has_scrolled_there(qtbot, view, model):
    wanted = []
    model.page_wanted.connect(wanted.append)
    model.show(many(404))
    press(view, Key.Key_A, CTRL)
    assert wanted == [200, 400]
    with qtbot.waitSignal(view.selection_changed):
        model.add_page(200, many(404, start=200))
    assert len(view.selected_hits()) == 400


def test_of_a_library_that_is_selected_whole_a_part_comes(view, model, monkeypatch):
    monkeypatch.setattr(module, "_SELECTED_MAX", 600)
    wanted = []
    model.page_wanted.connect(wanted.append)
    model.show(many(100_000))
    press(view, Key.Key_A, CTRL)
    assert wanted == [200, 400]


@pytest.mark.parametrize("key", [Key.Key_Space, Key.Key_Return, Key.Key_Enter])
def test_space_and_enter_want_the_photo_large(qtbot, view, model, key):
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


def test_the_focus_is_seen(view, model):
    model.show(many(10))
    view.setCurrentIndex(model.index(0))
    view.clearSelection()
    corner = view.visualRect(model.index(0))
    edge = QPoint(corner.center().x(), corner.top() + 1)
    accent = view.palette().color(QPalette.ColorRole.Highlight)
    image = view.viewport().grab().toImage()
    assert image.pixelColor(edge) == QColor(accent)


# -- mouse


def test_ctrl_and_shift_clicks_select_as_everywhere(qtbot, view, model):
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


def test_a_rubber_band_selects_what_it_touches(view, model):
    model.show(many(50))
    start = view.visualRect(model.index(0)).topLeft() - QPoint(4, 4)
    end = view.visualRect(model.index(columns(view) + 1)).center()
    drag(view, start, end)
    assert rows(view) == [0, 1, columns(view), columns(view) + 1]
    view.viewport().grab()
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, NONE, end)
    assert len(rows(view)) == 4


def test_a_click_beside_the_photos_selects_nothing(view, model):
    model.show(many(50))
    click(view, 3)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, NONE, QPoint(2, 2))
    assert rows(view) == []


def test_a_double_click_wants_the_photo_large(qtbot, view, model):
    model.show(many(10))
    place = view.visualRect(model.index(6)).center()
    with qtbot.waitSignal(view.preview_wanted) as wanted:
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, NONE, place)
        QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, NONE, place)
    assert wanted.args == [6]


def test_a_right_click_selects_what_it_hits_and_wants_the_menu_there(qtbot, view, model):
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


def test_beside_the_photos_there_is_no_menu(qtbot, view, model):
    model.show(answer(["a"]))
    beside = view.viewport().rect().bottomRight() - QPoint(5, 5)
    with qtbot.assertNotEmitted(view.menu_wanted):
        event = QContextMenuEvent(
            QContextMenuEvent.Reason.Mouse, beside, view.viewport().mapToGlobal(beside)
        )
        QApplication.sendEvent(view.viewport(), event)


def test_the_menu_by_keyboard_opens_at_the_current_photo(qtbot, view, model):
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


def test_selected_photos_are_dragged_out_as_files_with_a_stack(view, model, monkeypatch):
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


# -- other photos


def test_another_question_is_seen_from_its_start(view, model):
    model.show(many(100_000))
    view.verticalScrollBar().setValue(90_000)
    model.show(many(100_000, start=50))
    assert view.verticalOffset() == 0


def test_photos_in_view_stay_where_they_are_when_others_come_before_them(view, model):
    model.show(many(10_000))
    view.verticalScrollBar().setValue(1_000)
    held = model.hit(view.visible_rows()[0]).photo
    before = view.visualRect(model.index(model.row_of(held))).top()
    more = [f"new {n}" for n in range(2 * columns(view))]
    model.show(answer([*more, *(f"{n:032x}" for n in range(180))], 10_010), is_refresh=True)
    assert view.visualRect(model.index(model.row_of(held))).top() == before


def test_who_sees_the_first_photos_sees_new_first_ones(view, model):
    model.show(many(10_000))
    model.show(answer(["new", *(f"{n:032x}" for n in range(199))], 10_001), is_refresh=True)
    assert view.verticalOffset() == 0


def test_pages_that_are_looked_at_are_wanted_and_those_that_fly_past_are_not(qtbot, view, model):
    model.show(many(100_000))
    wanted = []
    model.page_wanted.connect(wanted.append)
    bar = view.verticalScrollBar()
    for part in range(1, 8):
        bar.setValue(part * bar.maximum() // 10)
    row = view.visible_rows()[0]
    qtbot.waitUntil(lambda: bool(wanted))
    assert set(wanted) <= {row // 200 * 200, row // 200 * 200 + 200, row // 200 * 200 - 200}


# -- for everybody


def test_a_screen_reader_finds_the_photos_by_their_names(view, model):
    model.show(many(30))
    face = QAccessible.queryAccessibleInterface(view)
    assert face.text(QAccessible.Text.Name) == "Results"
    assert face.childCount() >= 30
    assert face.child(3).text(QAccessible.Text.Name) == model.hit(3).photo.relative_path.name


def test_nothing_is_painted_twice_when_nothing_changes(qtbot, view, model, service):
    model.show(service.answer(Query(text="red")))
    qtbot.waitUntil(lambda: not view._look_timer.isActive())
    qtbot.wait(100)
    painted = []
    view.viewport().installEventFilter(Paints(view, painted))
    qtbot.wait(100)
    assert painted == []


def test_letters_do_not_search_names_that_are_not_there(view, model):
    model.show(many(100_000))
    click(view, 2)
    event = QKeyEvent(QEvent.Type.KeyPress, Key.Key_X, NONE, "x")
    QApplication.sendEvent(view, event)
    assert rows(view) == [2]
