"""The list of results: sparse, filled in as it is looked at, and steady when it changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, QPersistentModelIndex, Qt

from photosearch.types import Answer, Hit, Photo
from ui.models.results import ResultsModel

PAGE = ResultsModel.PAGE_ROWS


def answer(names, total=None, offset=0):
    hits = tuple(
        Hit(rank, 1.0 - rank / 10_000, Photo(Path("/photos"), Path(f"folder/{name}.jpg"), name))
        for rank, name in enumerate(names, start=offset + 1)
    )
    return Answer(hits, len(hits) if total is None else total)


def numbered(first, last, total):
    return answer([f"photo {n}" for n in range(first, last)], total, first)


def names(model):
    return [
        hit.photo.content_id if (hit := model.hit(row)) is not None else None
        for row in range(model.rowCount())
    ]


@pytest.fixture
def model(qapp):
    return ResultsModel()


@pytest.fixture
def wanted(model):
    offsets = []
    model.page_wanted.connect(offsets.append)
    return offsets


def test_it_keeps_the_rules_of_qt_models(qtmodeltester, model):
    model.show(answer("abcdef", total=9))
    qtmodeltester.check(model, force_py=True)


def test_it_keeps_the_rules_while_photos_come_go_and_move(qtmodeltester, model):
    model.show(answer("abcdef"))
    qtmodeltester.check(model, force_py=True)
    model.show(answer("fbxyzacw", total=12), is_refresh=True)
    model.show(answer("ab"), is_refresh=True)
    model.show(answer("cde"))
    model.clear()
    assert model.rowCount() == 0


def test_every_photo_of_an_answer_has_a_row_though_only_a_page_is_there(model):
    model.show(numbered(0, PAGE, 100_000))
    assert model.rowCount() == 100_000
    assert model.hit(PAGE - 1).photo.content_id == f"photo {PAGE - 1}"
    assert model.hit(PAGE) is None


def test_a_page_is_wanted_once_when_it_is_looked_at(model, wanted):
    model.show(numbered(0, PAGE, 1_000))
    model.look_at(0, 20)
    assert wanted == []
    model.look_at(PAGE - 5, PAGE + 5)
    model.look_at(PAGE - 1, PAGE + 9)
    assert wanted == [PAGE]
    model.look_at(900, 5_000)
    assert wanted == [PAGE, 800]


def test_a_page_that_failed_is_wanted_again(model, wanted):
    model.show(numbered(0, PAGE, 1_000))
    model.look_at(PAGE, PAGE)
    model.page_failed(PAGE)
    model.look_at(PAGE, PAGE)
    assert wanted == [PAGE, PAGE]


def test_a_first_page_that_is_cut_short_is_asked_for_whole(model, wanted):
    model.show(numbered(0, 50, 1_000))
    model.look_at(0, 60)
    assert wanted == [0]


def test_a_page_is_filled_in_without_a_jump(qtbot, model):
    model.show(numbered(0, PAGE, 1_000))
    with (
        qtbot.waitSignal(model.dataChanged) as changed,
        qtbot.assertNotEmitted(model.layoutChanged),
    ):
        model.add_page(PAGE, numbered(PAGE, 2 * PAGE, 1_000))
    assert (changed.args[0].row(), changed.args[1].row()) == (PAGE, 2 * PAGE - 1)
    assert model.hit(PAGE + 7).photo.content_id == f"photo {PAGE + 7}"
    assert model.row_of(model.hit(PAGE + 7).photo) == PAGE + 7


def test_a_photo_of_a_late_page_is_never_in_two_rows(model):
    model.show(numbered(0, PAGE, 1_000))
    late = ["photo 3", *(f"photo {n}" for n in range(PAGE, 2 * PAGE - 1))]
    model.add_page(PAGE, answer(late, 1_000, PAGE))
    assert model.hit(PAGE).photo.content_id == "photo 3"
    assert model.row_of(model.hit(PAGE).photo) == PAGE
    assert model.hit(3) is None


def test_a_page_beyond_the_end_is_passed_over(model):
    model.show(answer("abc"))
    model.add_page(PAGE, numbered(PAGE, PAGE + 5, 1_000))
    assert names(model) == ["a", "b", "c"]


def test_another_question_is_looked_at_from_its_start(qtbot, model):
    with qtbot.waitSignal(model.shown_anew):
        model.show(answer("abc"))
    with qtbot.assertNotEmitted(model.shown_anew):
        model.show(answer("cab"), is_refresh=True)
    assert names(model) == ["c", "a", "b"]


@pytest.mark.parametrize("is_refresh", [False, True])
def test_selection_and_current_photo_follow_the_photos_that_stay(model, is_refresh):
    model.show(answer("abcdef"))
    chosen = QItemSelectionModel(model)
    for row in (1, 4):
        chosen.select(model.index(row), QItemSelectionModel.SelectionFlag.Select)
    chosen.setCurrentIndex(model.index(4), QItemSelectionModel.SelectionFlag.NoUpdate)
    model.show(answer("xexxab"), is_refresh=is_refresh)
    assert sorted(index.row() for index in chosen.selectedIndexes()) == [1, 5]
    assert chosen.currentIndex().row() == 1


def test_photos_that_are_gone_are_not_selected_any_more(model):
    model.show(answer("abc"))
    chosen = QItemSelectionModel(model)
    chosen.select(model.index(1), QItemSelectionModel.SelectionFlag.Select)
    model.show(answer("ac"), is_refresh=True)
    assert not chosen.hasSelection()


def test_a_refresh_keeps_later_pages_until_they_come_anew(model, wanted):
    model.show(numbered(0, PAGE, 1_000))
    model.add_page(PAGE, numbered(PAGE, 2 * PAGE, 1_000))
    first = ["new", *(f"photo {n}" for n in range(PAGE - 1))]
    model.show(answer(first, 1_001), is_refresh=True)
    assert model.hit(PAGE + 10).photo.content_id == f"photo {PAGE + 10}"
    watched = QPersistentModelIndex(model.index(PAGE + 10))
    model.look_at(PAGE, PAGE + 20)
    assert wanted == [PAGE]
    model.add_page(PAGE, numbered(PAGE - 1, 2 * PAGE - 1, 1_001))
    assert model.hit(PAGE).photo.content_id == f"photo {PAGE - 1}"
    assert watched.row() == PAGE + 11


def test_another_question_drops_later_pages(model):
    model.show(numbered(0, PAGE, 1_000))
    model.add_page(PAGE, numbered(PAGE, 2 * PAGE, 1_000))
    model.show(numbered(0, PAGE, 1_000))
    assert model.hit(PAGE) is None


def test_a_screen_reader_hears_the_name_and_the_place(model):
    model.show(answer(["dog"], total=30))
    index = model.index(0)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "dog.jpg"
    description = index.data(Qt.ItemDataRole.AccessibleDescriptionRole)
    for part in ("1", "30", str(Path("/photos/folder"))):
        assert part in description
    assert model.index(20).data(Qt.ItemDataRole.AccessibleTextRole) == "Loading…"


def test_hits_of_a_range_come_in_their_order(model):
    model.show(numbered(0, PAGE, 100_000))
    model.add_page(800, numbered(800, 1_000, 100_000))
    found = [hit.rank for hit in model.hits_between(PAGE - 2, 99_999)]
    assert found == [PAGE - 1, PAGE, *range(801, 1_001)]


def test_the_best_score_is_that_of_the_first_hit(model):
    assert model.best_score == 0.0
    model.show(answer("ab"))
    assert model.best_score == pytest.approx(0.9999)


def copies(first, last, offset=0):
    """Photos of one content, as a backup within the library has them."""
    hits = tuple(
        Hit(offset + n, 0.5, Photo(Path("/photos"), Path(f"copy {first + n}.jpg"), "the same"))
        for n in range(last - first)
    )
    return Answer(hits, PAGE + 10)


def test_copies_of_a_photo_on_two_pages_have_a_row_each(model):
    model.show(copies(0, PAGE))
    model.add_page(PAGE, copies(PAGE, PAGE + 10, PAGE))
    assert [model.hit(row) is None for row in range(model.rowCount())] == [False] * (PAGE + 10)


def test_the_choice_of_one_copy_stays_with_it(model):
    model.show(copies(0, 5))
    held = QPersistentModelIndex(model.index(1))
    model.show(copies(0, 6), is_refresh=True)
    assert held.row() == 1


def walk(model, first_page, last_page, total):
    """Look at page after page, each of which comes."""
    for page in range(first_page, last_page):
        model.look_at(page * PAGE, page * PAGE + 20)
        model.add_page(page * PAGE, numbered(page * PAGE, (page + 1) * PAGE, total))


def test_a_long_walk_keeps_a_bounded_number_of_hits_and_those_are_near(model, wanted):
    total = 4 * model.KEPT_ROWS
    model.show(numbered(0, PAGE, total))
    walk(model, 1, total // PAGE, total)
    there = [row for row in range(total) if model.hit(row) is not None]
    assert len(there) <= model.KEPT_ROWS
    assert there[-1] == total - 1
    assert there[:PAGE] == list(range(PAGE))
    assert there[PAGE:] == list(range(there[PAGE], total))
    wanted.clear()
    model.look_at(10 * PAGE, 10 * PAGE + 20)
    assert wanted == [10 * PAGE]


def test_hits_in_use_are_kept_however_far_away_people_look(model):
    total = 4 * model.KEPT_ROWS
    model.rows_in_use = lambda: [range(3 * PAGE + 5, 5 * PAGE + 1)]
    model.show(numbered(0, PAGE, total))
    walk(model, 1, total // PAGE, total)
    assert all(model.hit(row) is not None for row in range(3 * PAGE, 6 * PAGE))
    assert model.hit(6 * PAGE) is None
