"""The table of files that could not be read."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPersistentModelIndex, Qt

from photosearch.types import SkipKind, Skipped
from ui.models.skipped import FOLDER, KIND, NAME, REASON, SKIPPED_ROLE, SkippedModel, kind_text

CUT = Skipped(Path("/a/holiday/cut.jpg"), SkipKind.BROKEN, "The file ends too soon.")
EMPTY = Skipped(Path("/a/Beach/zero.jpg"), SkipKind.EMPTY, "The file is empty.")
OTHER = Skipped(Path("/b/holiday/empty.jpg"), SkipKind.EMPTY, "The file is empty.")


@pytest.fixture
def model(qtmodeltester):
    model = SkippedModel()
    model.show([CUT, EMPTY, OTHER])
    qtmodeltester.check(model)
    return model


def names(model):
    return [model.index(row, NAME).data() for row in range(model.rowCount())]


def test_a_row_says_which_file_where_what_and_why(model):
    row = [model.index(0, column).data() for column in (NAME, FOLDER, KIND, REASON)]
    assert row == ["zero.jpg", "/a/Beach", "Empty file", "The file is empty."]
    assert model.index(0, 0).data(SKIPPED_ROLE) == EMPTY


@pytest.mark.parametrize(
    ("column", "order", "expected"),
    [
        (NAME, Qt.SortOrder.AscendingOrder, ["cut.jpg", "empty.jpg", "zero.jpg"]),
        (NAME, Qt.SortOrder.DescendingOrder, ["zero.jpg", "empty.jpg", "cut.jpg"]),
        (KIND, Qt.SortOrder.AscendingOrder, ["cut.jpg", "zero.jpg", "empty.jpg"]),
        (FOLDER, Qt.SortOrder.AscendingOrder, ["zero.jpg", "cut.jpg", "empty.jpg"]),
    ],
)
def test_every_column_sorts(model, column, order, expected):
    model.sort(column, order)
    assert names(model) == expected


def test_what_is_selected_stays_selected_when_the_order_changes(model):
    held = QPersistentModelIndex(model.index(0, FOLDER))
    model.sort(NAME, Qt.SortOrder.AscendingOrder)
    assert held.row() == 2
    assert held.data(SKIPPED_ROLE) == EMPTY


def test_one_kind_is_shown_alone(model):
    model.show_only(SkipKind.EMPTY)
    assert names(model) == ["zero.jpg", "empty.jpg"]
    assert model.total == 3
    model.show_only(None)
    assert len(names(model)) == 3


def test_part_of_a_path_is_enough_to_find_it(model):
    model.show_only(None, "HOLIDAY")
    assert names(model) == ["cut.jpg", "empty.jpg"]


def test_kinds_are_counted_and_all_have_words(model):
    assert model.kinds() == {SkipKind.EMPTY: 2, SkipKind.BROKEN: 1}
    assert len({kind_text(kind) for kind in SkipKind}) == len(SkipKind)


def test_a_name_with_bytes_that_are_no_text_is_shown(qapp):
    model = SkippedModel()
    model.show([Skipped(Path("/a/caf\udce9\n.jpg"), SkipKind.EMPTY, "It is empty.")])
    assert names(model) == ["caf\\udce9\\n.jpg"]


def test_ten_thousand_rows_are_sorted_without_asking_the_view(qapp):
    model = SkippedModel()
    model.show(
        [Skipped(Path(f"/a/{i % 97}/{i}.jpg"), SkipKind.BROKEN, "Cut.") for i in range(10_000)]
    )
    model.sort(NAME, Qt.SortOrder.DescendingOrder)
    assert model.rowCount() == 10_000
    assert names(model)[0] == "9999.jpg"
