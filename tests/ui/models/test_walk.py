"""Stepping from photo to photo."""

from __future__ import annotations

from pathlib import Path

import pytest

from photosearch.types import Answer, Hit, Photo
from ui.models.results import ResultsModel
from ui.models.walk import Walk


def hits(*names: str, first_rank: int = 1) -> tuple[Hit, ...]:
    return tuple(
        Hit(rank, 0.5, Photo(Path("/photos"), Path(f"{name}.jpg"), name))
        for rank, name in enumerate(names, start=first_rank)
    )


def name_of(hit: Hit | None) -> str | None:
    return hit.photo.content_id if hit is not None else None


@pytest.fixture
def model(qapp) -> ResultsModel:
    model = ResultsModel()
    model.show(Answer(hits("a", "b", "c"), 3))
    return model


@pytest.fixture
def walk(model) -> Walk:
    walk = Walk()
    walk.start(model, 1)
    return walk


def test_it_steps_along_the_rows_and_not_beyond(walk):
    assert (name_of(walk.hit), walk.row, walk.position, walk.count) == ("b", 1, 1, 3)
    walk.step(1)
    assert name_of(walk.hit) == "c"
    assert not walk.can_step(1)
    walk.step(1)
    assert name_of(walk.hit) == "c"
    walk.step(-2)
    assert name_of(walk.hit) == "a"
    assert not walk.can_step(-1)


def test_neighbours_are_known_where_they_are_there(walk):
    assert [name_of(walk.neighbour(by)) for by in (-2, -1, 1, 2)] == [None, "a", "c", None]


def test_a_row_that_is_not_there_yet_is_shown_when_it_comes(qtbot, model):
    page = ResultsModel.PAGE_ROWS
    first = hits(*(f"n{number}" for number in range(page)))
    model.show(Answer(first, page + 2))
    walk = Walk()
    with qtbot.waitSignal(model.page_wanted) as wanted:
        walk.start(model, page - 1)
    assert wanted.args == [page]
    walk.step(1)
    assert name_of(walk.hit) == f"n{page - 1}"
    with qtbot.waitSignal(walk.moved):
        model.add_page(page, Answer(hits("x", "y", first_rank=page + 1), page + 2))
    assert (name_of(walk.hit), walk.row) == ("x", page)


def test_the_photo_stays_when_the_results_change_around_it(qtbot, model, walk):
    with qtbot.waitSignal(walk.moved):
        model.show(Answer(hits("new", "a", "b", "c"), 4), is_refresh=True)
    assert (name_of(walk.hit), walk.row, walk.count) == ("b", 2, 4)
    walk.step(1)
    assert name_of(walk.hit) == "c"


def test_a_photo_that_is_no_result_any_more_stays_and_its_place_is_kept(model, walk):
    model.show(Answer(hits("a", "c"), 2), is_refresh=True)
    assert name_of(walk.hit) == "b"
    walk.step(-1)
    assert name_of(walk.hit) == "a"


def test_results_that_are_gone_leave_the_photo(model, walk):
    model.clear()
    assert name_of(walk.hit) == "b"
    assert not walk.can_step(1)
    assert not walk.can_step(-1)


def test_it_goes_aside_steps_there_and_comes_back(walk):
    walk.enter(hits("x", "y"), 0)
    assert (name_of(walk.hit), walk.position, walk.count, walk.row) == ("x", 0, 2, 1)
    walk.step(1)
    walk.enter(hits("p", "q"), 1)
    assert name_of(walk.hit) == "q"
    walk.leave()
    assert name_of(walk.hit) == "y"
    walk.leave()
    assert not walk.is_aside
    assert name_of(walk.hit) == "b"
    walk.leave()
    assert name_of(walk.hit) == "b"


def test_results_that_change_do_not_call_it_back(model, walk):
    walk.enter(hits("x", "y"), 0)
    model.show(Answer(hits("new", "a", "b"), 3), is_refresh=True)
    assert name_of(walk.hit) == "x"
    walk.leave()
    assert (name_of(walk.hit), walk.row) == ("b", 2)


def test_stopped_it_listens_no_more(qtbot, model, walk):
    walk.stop()
    assert walk.hit is None
    assert walk.row is None
    with qtbot.assertNotEmitted(walk.moved):
        model.show(Answer(hits("z"), 1))
