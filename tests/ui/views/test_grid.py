"""The arithmetic of the grid, for ten rows and for a million."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, QSize

from ui.views.grid import Grid

ITEM = QSize(100, 120)


def grid(count, width_px=450):
    return Grid(count, width_px, ITEM, 10)


def test_as_many_columns_as_fit_and_never_none():
    assert grid(10).columns == 4
    assert grid(10, 120).columns == 1
    assert grid(10, 20).columns == 1


@pytest.mark.parametrize("width_px", [120, 333, 450, 1_999])
def test_items_lie_inside_and_apart(width_px):
    one = grid(40, width_px)
    rects = [one.rect(row) for row in range(40)]
    for row, rect in enumerate(rects):
        assert rect.left() >= 0
        assert rect.right() < width_px
        assert rect.bottom() < one.height_px
        assert not any(rect.intersects(other) for other in rects[row + 1 :])


@pytest.mark.parametrize("row", [0, 3, 4, 9, 999_999])
def test_the_middle_of_an_item_is_that_item(row):
    one = grid(1_000_000)
    assert one.row_at(one.rect(row).center()) == row


def test_between_items_there_is_nothing():
    one = grid(10)
    assert one.row_at(one.rect(0).topLeft() - QPoint(1, 1)) is None
    assert one.row_at(one.rect(1).bottomRight() + QPoint(1, 0)) is None
    assert one.row_at(one.rect(9).center() + QPoint(110, 0)) is None
    assert one.row_at(QPoint(-5, -5)) is None
    assert grid(0).row_at(QPoint(50, 50)) is None


def test_rows_of_a_strip_are_those_of_whole_lines():
    one = grid(10)
    assert one.between(0, 100) == range(4)
    assert one.between(140, 141) == range(4, 8)
    assert one.between(300, 9_999) == range(8, 10)
    assert not grid(0).between(0, 500)


def test_a_band_over_whole_lines_is_one_range_however_many():
    one = grid(1_000_000)
    assert list(one.inside(QRect(0, 0, 450, one.height_px))) == [range(1_000_000)]


def test_a_band_takes_what_it_touches():
    one = grid(10)
    band = QRect(one.rect(1).center(), one.rect(6).center())
    assert list(one.inside(band)) == [range(1, 3), range(5, 7)]
    gap = QRect(one.rect(0).right() + 1, 0, 2, 500)
    assert list(one.inside(gap)) == []
    between_lines = QRect(0, one.rect(0).bottom() + 1, 450, 2)
    assert list(one.inside(between_lines)) == []


@pytest.mark.parametrize(
    ("row", "step", "expected"),
    [(5, 1, 6), (9, 1, 9), (0, -1, 0), (5, 4, 9), (7, 4, 9), (8, 4, 8), (1, -4, 1), (6, -400, 2)],
)
def test_steps_end_at_the_edges_and_lines_keep_their_column(row, step, expected):
    assert grid(10).moved(row, step) == expected
