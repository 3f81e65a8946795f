"""The grid of results as it is seen: places, sizes, other photos, what is painted and read out."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QAccessible

from photosearch.types import Answer, Hit, Photo, Query
from ui.models.window_state import TILE_PX_HIGH, TILE_PX_LOW


class Paints(QObject):
    """Notes when something is painted."""

    def __init__(self, parent, painted):
        super().__init__(parent)
        self.painted = painted

    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            self.painted.append(event.region())
        return False


@pytest.fixture
def model(view):
    return view.model()


# -- places


def test_rows_without_end_are_laid_out_at_once(view, model, many):
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


def test_captions_and_scores_make_room_for_themselves(view, model, many):
    model.show(many(8))
    sizes = []
    for has_captions, has_scores in ((False, False), (False, True), (True, False), (True, True)):
        view.set_captions(has_captions)
        view.set_scores(has_scores)
        sizes.append(view.visualRect(model.index(0)).height())
    assert sizes == sorted(set(sizes))


def test_a_larger_font_gets_higher_captions(view, model, many):
    model.show(many(8))
    before = view.visualRect(model.index(0)).height()
    font = view.font()
    font.setPointSizeF(2 * font.pointSizeF())
    view.setFont(font)
    assert view.visualRect(model.index(0)).height() > before


# -- size


def test_the_size_of_tiles_stays_within_its_bounds(qtbot, view, model, many):
    model.show(many(50))
    with qtbot.waitSignal(view.tile_px_changed) as changed:
        view.set_tile_px(5_000)
    assert changed.args == [TILE_PX_HIGH]
    view.set_tile_px(1)
    assert view.tile_px == TILE_PX_LOW


def test_the_current_photo_stays_in_view_when_the_size_changes(view, model, many):
    model.show(many(100_000))
    view.setCurrentIndex(model.index(40_000))
    for size_px in (320, 96, 200, 120, 320):
        view.set_tile_px(size_px)
        assert view.viewport().rect().contains(view.visualRect(model.index(40_000)))


def test_the_first_photos_stay_at_the_top_when_the_tiles_get_another_size(view, model, many):
    model.show(many(1_000))
    view.setCurrentIndex(model.index(view._grid.columns))
    view.set_scores(True)
    assert view.verticalOffset() == 0
    view.set_tile_px(120)
    assert view.verticalOffset() == 0


def test_without_a_current_photo_the_place_is_held_there_and_back(view, model, many):
    model.show(many(100_000))
    view.verticalScrollBar().setValue(500_000)
    seen = view.visible_rows()[0]
    for size_px in (320, 96, 144, 250, 176):
        view.set_tile_px(size_px)
        assert view.visualRect(model.index(seen)).intersects(view.viewport().rect())
    assert view.visible_rows()[0] == seen


def test_the_place_is_held_when_the_window_gets_narrower(view, model, many):
    model.show(many(100_000))
    view.setCurrentIndex(model.index(5_000))
    view.resize(500, 700)
    assert view.visualRect(model.index(5_000)).intersects(view.viewport().rect())


# -- other photos


def test_another_question_is_seen_from_its_start(view, model, many):
    model.show(many(100_000))
    view.verticalScrollBar().setValue(90_000)
    model.show(many(100_000, start=50))
    assert view.verticalOffset() == 0


def test_photos_in_view_stay_where_they_are_when_others_come_before_them(view, model, answer, many):
    model.show(many(10_000))
    view.verticalScrollBar().setValue(1_000)
    held = model.hit(view.visible_rows()[0]).photo
    before = view.visualRect(model.index(model.row_of(held))).top()
    more = [f"new {n}" for n in range(2 * view._grid.columns)]
    model.show(answer([*more, *(f"{n:032x}" for n in range(180))], 10_010), is_refresh=True)
    assert view.visualRect(model.index(model.row_of(held))).top() == before


def test_who_sees_the_first_photos_sees_new_first_ones(view, model, answer, many):
    model.show(many(10_000))
    model.show(answer(["new", *(f"{n:032x}" for n in range(199))], 10_001), is_refresh=True)
    assert view.verticalOffset() == 0


def test_pages_that_are_looked_at_are_wanted_and_those_that_fly_past_are_not(
    qtbot, view, model, many
):
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


def test_a_screen_reader_finds_the_photos_by_their_names(view, model, many):
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
