"""Exact ranking against a plain sort, and folders as ranges."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photosearch.index.ranking import Folder, PhotoMatrix
from photosearch.index.rows import FileKey, RankingRow


def matrix_of(scores: dict[tuple[int, bytes], float]) -> PhotoMatrix:
    """Photos whose cosine with the query (1, 0) is given."""
    return PhotoMatrix.load((row_of(key, scores[key]) for key in sorted(scores)), 2, LEAF_ROWS)


def row_of(key: tuple[int, bytes], score: float) -> RankingRow:
    return RankingRow(FileKey(*key), np.array([score, 0.0], "<f2").tobytes())


Ranked = tuple[FileKey, float]
LEAF_ROWS = 3
QUERY = np.array([1.0, 0.0], np.float32)


KEYS = st.tuples(
    st.integers(1, 3), st.sampled_from([b"a", b"a/b", b"a/c", b"ab", b"d\xff", b"e", b"f/g"])
)
SCORES = st.sampled_from([-0.5, 0.0, 0.25, 0.5])


def ranked(matrix: PhotoMatrix, folders: Sequence[Folder] | None = None) -> list[Ranked]:
    """Everything that a matrix ranks, or the best 50."""
    return matrix.rank(QUERY, 50, folders).page


def paths(ranked: list[Ranked]) -> list[bytes]:
    return [key.relative_path for key, _ in ranked]


@settings(deadline=None)
@given(st.dictionaries(KEYS, SCORES), st.integers(1, 20))
def test_ranking_equals_sorting_by_score_then_path(
    scores: dict[tuple[int, bytes], float], limit: int
) -> None:
    expected = sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:limit]
    ranking = matrix_of(scores).rank(QUERY, limit)
    assert [((k.root_id, k.relative_path), s) for k, s in ranking.page] == expected
    assert ranking.total == len(scores)


@settings(deadline=None)
@given(
    st.dictionaries(KEYS, SCORES),
    st.integers(1, 5),
    st.sets(KEYS),
    st.none() | st.lists(st.sampled_from([Folder(1), Folder(2, b"a"), Folder(3), Folder(1, b"a")])),
)
def test_pages_are_the_parts_of_one_ranking(
    scores: dict[tuple[int, bytes], float],
    limit: int,
    without: set[tuple[int, bytes]],
    folders: list[Folder] | None,
) -> None:
    matrix = matrix_of(scores)
    own = [FileKey(*key) for key in without]
    expected = [one for one in ranked(matrix, folders) if one[0] not in own]
    pages: list[Ranked] = []
    for offset in range(0, len(scores) + 2 * limit, limit):
        ranking = matrix.rank(QUERY, limit, folders, offset=offset, without=own)
        assert ranking.total == len(expected)
        assert len(ranking.page) == max(0, min(limit, len(expected) - offset))
        pages += ranking.page
    assert pages == expected


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
    assert paths(ranked(matrix, [Folder(1, b"a")])) == [b"a/b/2.jpg", b"a/1.jpg"]
    assert len(ranked(matrix, [Folder(1)])) == 5
    assert len(ranked(matrix, [Folder(1, b"a"), Folder(1, b"a/b"), Folder(2)])) == 3
    assert ranked(matrix, [Folder(1, b"none")]) == []
    assert ranked(matrix, []) == []


def test_rows_of_the_catalog_become_the_matrix_they_stand_for() -> None:
    rows = [
        RankingRow(FileKey(1, b"x"), np.array([1, 0], "<f2").tobytes()),
        RankingRow(FileKey(1, b"y"), np.array([0.5, 0], "<f2").tobytes()),
    ]
    assert ranked(PhotoMatrix.load(iter(rows), 2)) == [
        (FileKey(1, b"x"), pytest.approx(1.0)),
        (FileKey(1, b"y"), pytest.approx(0.5)),
    ]


def test_no_photos_rank_to_nothing() -> None:
    ranking = PhotoMatrix.load(iter(()), 2).rank(QUERY, 5)
    assert (ranking.page, ranking.total) == ([], 0)


@settings(deadline=None)
@given(
    st.dictionaries(KEYS, SCORES),
    st.lists(st.tuples(st.dictionaries(KEYS, SCORES), st.sets(KEYS), st.integers(0, 3))),
)
def test_a_matrix_kept_up_to_date_ranks_as_one_that_is_loaded_anew(
    scores: dict[tuple[int, bytes], float],
    steps: list[tuple[dict[tuple[int, bytes], float], set[tuple[int, bytes]], int]],
) -> None:
    matrix = matrix_of(scores)
    for saved, deleted, dropped_root in steps:
        before = ranked(matrix)
        scores = {key: s for key, s in (scores | saved).items() if key not in deleted}
        changed = [FileKey(*key) for key in saved.keys() | deleted]
        rows = [row_of(key, s) for key, s in saved.items() if key not in deleted]
        changed_matrix = matrix.updated(changed, rows, LEAF_ROWS)
        assert ranked(matrix) == before, "a search under way sees no change"
        scores = {key: score for key, score in scores.items() if key[0] != dropped_root}
        matrix = changed_matrix.with_root(dropped_root, [], LEAF_ROWS)
        assert ranked(matrix) == ranked(matrix_of(scores))
        folders = [Folder(1, b"a"), Folder(3)]
        assert ranked(matrix, folders) == ranked(matrix_of(scores), folders)
        assert len(matrix) == len(scores)


def test_a_root_that_comes_back_takes_its_place() -> None:
    matrix = matrix_of({(1, b"a"): 0.5, (2, b"b"): 0.25, (2, b"c"): 0.0, (3, b"d"): -0.5})
    rows = [row_of((2, name), 0.5) for name in (b"p", b"q", b"r", b"s", b"t")]
    assert paths(ranked(matrix.with_root(2, rows, LEAF_ROWS))) == [
        b"a",
        b"p",
        b"q",
        b"r",
        b"s",
        b"t",
        b"d",
    ]
