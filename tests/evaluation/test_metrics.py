"""Measures checked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from photosearch.evaluation.metrics import (
    average_precision,
    bootstrap_interval,
    linear_cka,
    mean_reciprocal_rank,
    median_rank,
    precision_at_k,
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


def test_average_precision_is_the_mean_precision_at_the_relevant_places() -> None:
    relevant = np.array([[True, False, True, False], [False, False, True, False]])
    # Ranked 1st and 3rd: (1/1 + 2/3) / 2. Ranked 3rd: 1/3.
    assert average_precision(SCORES[:2], relevant) == pytest.approx([5 / 6, 1 / 3])


def test_of_equal_scores_the_relevant_ones_come_last() -> None:
    relevant = np.array([[True, False, False, True]])
    same = np.ones((1, 4), np.float32)
    assert average_precision(same, relevant) == pytest.approx([(1 / 3 + 2 / 4) / 2])
    assert precision_at_k(same, relevant, 2).tolist() == [0.0]


def test_precision_at_k_counts_what_a_page_shows() -> None:
    relevant = np.array([[True, True, True, False]])
    assert precision_at_k(SCORES[:1], relevant, 2).tolist() == [0.5]  # 0.9, and not 0.3
    assert precision_at_k(SCORES[:1], relevant, 10).tolist() == [0.3]  # there are three in all


def test_the_bootstrap_finds_a_clear_difference_and_none_in_noise() -> None:
    draw = np.random.default_rng(1)
    low, high = bootstrap_interval(draw.normal(0.5, 1.0, 200))
    assert 0.0 < low < 0.5 < high
    low, high = bootstrap_interval(np.tile([1.0, -1.0], 100))
    assert low < 0.0 < high


def test_the_bootstrap_of_equal_differences_is_that_difference() -> None:
    assert bootstrap_interval(np.full(10, 0.25)) == (0.25, 0.25)


def test_the_bootstrap_is_as_wide_as_the_normal_interval_where_that_holds() -> None:
    values = np.random.default_rng(2).normal(0.0, 1.0, 1_000)
    low, high = bootstrap_interval(values)
    half = 1.96 * values.std() / 1_000**0.5
    assert (low, high) == pytest.approx((values.mean() - half, values.mean() + half), abs=0.006)
    wider = bootstrap_interval(values, level=0.99)
    assert wider[0] < low < high < wider[1]


def test_the_bootstrap_by_photo_weighs_each_caption_the_same() -> None:
    # One photo with three captions found anew, one with a single caption lost: (3 - 1) / 4.
    sums, counts = np.array([3.0, -1.0]), np.array([3, 1])
    assert bootstrap_interval(sums, counts) == (-1.0, 1.0)
    many = bootstrap_interval(np.tile(sums, 500), np.tile(counts, 500))
    assert many[0] < 0.5 < many[1]


def gaussian(seed: int, rows: int, columns: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(rows, columns)).astype(np.float32)


def test_cka_of_a_model_with_itself_is_one() -> None:
    x = gaussian(0, 50, 8)
    assert linear_cka(x, x) == pytest.approx(1.0, abs=1e-9)


def test_cka_does_not_mind_turning_scaling_and_moving() -> None:
    x, y = gaussian(0, 50, 8), gaussian(1, 50, 6)
    turn, _ = np.linalg.qr(gaussian(2, 8, 8).astype(np.float64))
    assert linear_cka(x @ turn, x) == pytest.approx(1.0, abs=1e-6)
    assert linear_cka(x @ turn * 1e-4 + 3.0, y) == pytest.approx(linear_cka(x, y), abs=1e-5)


def test_cka_minds_a_change_that_is_no_turn() -> None:
    x = gaussian(0, 50, 8)
    value = linear_cka(x, x * np.array([10, 1, 1, 1, 1, 1, 1, 1]))
    assert value is not None
    assert value < 0.9


def test_cka_of_independent_features_is_low() -> None:
    value = linear_cka(gaussian(0, 2_000, 8), gaussian(1, 2_000, 8))
    assert value is not None
    assert value < 0.01


def test_cka_is_the_definition_by_gram_matrices() -> None:
    x, y = gaussian(0, 20, 8), gaussian(1, 20, 5)
    y[:, :3] += x[:, :3]
    centre = np.eye(20) - 1 / 20
    k, l = centre @ (x @ x.T) @ centre, centre @ (y @ y.T) @ centre  # noqa: E741
    expected = np.trace(k @ l) / np.sqrt(np.trace(k @ k) * np.trace(l @ l))  # HSIC, equation 3
    assert linear_cka(x, y) == pytest.approx(expected, abs=1e-6)


def test_cka_says_nothing_where_everything_lies_in_one_place() -> None:
    assert linear_cka(np.ones((5, 3)), gaussian(0, 5, 3)) is None
    assert linear_cka(gaussian(0, 1, 3), gaussian(1, 1, 3)) is None
