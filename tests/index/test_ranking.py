"""Exact ranking against a plain sort, and folders as ranges."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photosearch.index.catalog import FileKey, RankingRow
from photosearch.index.ranking import Folder, PhotoMatrix


def matrix_of(scores: dict[tuple[int, bytes], float]) -> PhotoMatrix:
    """Photos whose cosine with the query (1, 0) is given."""
    keys = sorted(scores)
    rows = np.array([[scores[key], 0.0] for key in keys], np.float32).reshape(len(keys), 2)
    return PhotoMatrix([FileKey(*key) for key in keys], rows)


QUERY = np.array([1.0, 0.0], np.float32)


def paths(ranked: list[tuple[FileKey, float]]) -> list[bytes]:
    return [key.relative_path for key, _ in ranked]


@settings(deadline=None)
@given(
    st.dictionaries(
        st.tuples(
            st.integers(1, 3), st.sampled_from([b"a", b"a/b", b"a/c", b"ab", b"d\xff", b"e"])
        ),
        st.sampled_from([-0.5, 0.0, 0.25, 0.5]),
    ),
    st.integers(1, 20),
)
def test_ranking_equals_sorting_by_score_then_path(
    scores: dict[tuple[int, bytes], float], limit: int
) -> None:
    expected = sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:limit]
    ranked = matrix_of(scores).rank(QUERY, limit)
    assert [((k.root_id, k.relative_path), s) for k, s in ranked] == expected


def test_a_folder_is_what_lies_below_it_in_its_root() -> None:
    matrix = matrix_of(
        {
            (1, b"a.jpg"): 0.9,
            (1, b"a/1.jpg"): 0.5,
            (1, b"a/b/2.jpg"): 0.6,
            (1, b"a0/3.jpg"): 0.7,
            (1, b"a-b/4.jpg"): 0.8,
            (2, b"a/5.jpg"): 0.9,
        }
    )
    assert paths(matrix.rank(QUERY, 9, [Folder(1, b"a")])) == [b"a/b/2.jpg", b"a/1.jpg"]
    assert len(matrix.rank(QUERY, 9, [Folder(1)])) == 5
    assert len(matrix.rank(QUERY, 9, [Folder(1, b"a"), Folder(1, b"a/b"), Folder(2)])) == 3
    assert matrix.rank(QUERY, 9, [Folder(1, b"none")]) == []
    assert matrix.rank(QUERY, 9, []) == []


def test_rows_of_the_catalog_become_the_matrix_they_stand_for() -> None:
    rows = [
        RankingRow(FileKey(1, b"x"), np.array([1, 0], "<f2").tobytes()),
        RankingRow(FileKey(1, b"y"), np.array([0.5, 0], "<f2").tobytes()),
    ]
    ranked = PhotoMatrix.load(iter(rows), 2).rank(QUERY, 2)
    assert ranked == [
        (FileKey(1, b"x"), pytest.approx(1.0)),
        (FileKey(1, b"y"), pytest.approx(0.5)),
    ]


def test_no_photos_rank_to_nothing() -> None:
    assert PhotoMatrix.load(iter(()), 2).rank(QUERY, 5) == []
