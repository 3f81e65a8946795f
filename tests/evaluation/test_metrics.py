"""Measures checked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from photosearch.evaluation.metrics import (
    mean_reciprocal_rank,
    median_rank,
    ranks_of_targets,
    recall_at_k,
)

# Three queries over four candidates; the targets are columns 0, 2 and 3.
SCORES = np.array(
    [
        [0.9, 0.1, 0.2, 0.3],  # target first
        [0.5, 0.4, 0.3, 0.2],  # two ahead of the target: rank 3
        [0.1, 0.6, 0.7, 0.5],  # two ahead of the target: rank 3
    ],
    np.float32,
)
RANKS = np.array([1, 3, 3])


def test_ranks_count_the_candidates_ahead() -> None:
    assert ranks_of_targets(SCORES, np.array([0, 2, 3])).tolist() == [1, 3, 3]


def test_a_model_that_scores_everything_alike_ranks_last() -> None:
    same = np.ones((2, 5), np.float32)
    assert ranks_of_targets(same, np.array([0, 4])).tolist() == [5, 5]


def test_recall_is_the_share_of_targets_among_the_first_k() -> None:
    assert recall_at_k(RANKS, 1) == pytest.approx(1 / 3)
    assert recall_at_k(RANKS, 2) == pytest.approx(1 / 3)
    assert recall_at_k(RANKS, 3) == 1.0


def test_median_rank_is_the_middle_one() -> None:
    assert median_rank(RANKS) == 3.0
    assert median_rank(np.array([1, 2, 4, 10])) == 3.0


def test_mean_reciprocal_rank_is_the_mean_of_one_over_rank() -> None:
    assert mean_reciprocal_rank(RANKS) == pytest.approx((1 + 1 / 3 + 1 / 3) / 3)
