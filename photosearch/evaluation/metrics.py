"""The field's measures of retrieval and classification, as pure functions of scores."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def ranks_of_targets(scores: NDArray[np.float32], targets: NDArray[np.intp]) -> NDArray[np.intp]:
    """The rank, from 1, of each row's target column in a ``(queries, candidates)`` score matrix.

    Candidates with the target's own score count as ahead of it, so that a model that gives
    everything one score ranks last, not first.
    """
    own = np.take_along_axis(scores, targets[:, None], axis=1)
    ranks: NDArray[np.intp] = (scores >= own).sum(axis=1)
    return ranks


def recall_at_k(ranks: NDArray[np.intp], k: int) -> float:
    """The share of queries whose target is among the first ``k``."""
    return float(np.mean(ranks <= k))


def median_rank(ranks: NDArray[np.intp]) -> float:
    """The rank that half of the targets reach."""
    return float(np.median(ranks))


def mean_reciprocal_rank(ranks: NDArray[np.intp]) -> float:
    """The mean of 1 / rank (Voorhees 1999)."""
    return float(np.mean(1.0 / ranks))


def average_precision(
    scores: NDArray[np.float32], relevant: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """The average precision of each row's ranking of ``(queries, candidates)``, ``(queries,)``.

    It is the mean, over the relevant candidates, of the share of relevant ones up to there. Each
    row has at least one; of equal scores the relevant come last.
    """
    in_order = _relevance_by_rank(scores, relevant)
    precision = in_order.cumsum(axis=1) / np.arange(1, in_order.shape[1] + 1)
    mean: NDArray[np.float64] = (precision * in_order).sum(axis=1) / in_order.sum(axis=1)
    return mean


def precision_at_k(
    scores: NDArray[np.float32], relevant: NDArray[np.bool_], k: int
) -> NDArray[np.float64]:
    """The share of relevant ones among the first ``k`` of each row, ``(queries,)``.

    What a page of ``k`` results shows: a query with fewer relevant photos cannot reach 1.
    """
    shares: NDArray[np.float64] = _relevance_by_rank(scores, relevant)[:, :k].sum(axis=1) / k
    return shares


def bootstrap_interval(
    sums: NDArray[Any],
    counts: NDArray[Any] | None = None,
    *,
    level: float = 0.95,
    resamples: int = 10_000,
) -> tuple[float, float]:
    """The percentile bootstrap interval of a mean of paired differences (Efron 1979).

    Args:
        sums: the differences summed up by what is drawn at random, ``(n,)``: by photo, say, since
            the captions of one are not independent.
        counts: how many differences each sum has; None is one.
        level: how often such an interval holds the true mean.
        resamples: how many samples of ``n`` are drawn, with replacement; the same ones each time.
    """
    counts = np.ones(len(sums), np.intp) if counts is None else counts
    draw = np.random.default_rng(0)
    means = np.empty(resamples)
    for number in range(resamples):
        drawn = draw.integers(len(sums), size=len(sums))
        means[number] = sums[drawn].sum() / counts[drawn].sum()
    tail = (1.0 - level) / 2.0
    low, high = np.quantile(means, (tail, 1.0 - tail))
    return float(low), float(high)


def linear_cka(x: NDArray[np.floating[Any]], y: NDArray[np.floating[Any]]) -> float | None:
    """How alike two models arrange the same things: linear CKA, 0 to 1.

    ``‖YᵀX‖² / (‖XᵀX‖ ‖YᵀY‖)`` in Frobenius norms, of columns with their mean taken off (Kornblith
    et al. 2019, section 3): of features against features, so that no n × n matrix is needed. Of
    fewer things than features it comes out high, also of models that have nothing in common.

    Args:
        x, y: ``(n, d)`` and ``(n, e)``, a row the same thing.

    Returns:
        None where either model puts everything in one place, and there is nothing to compare.
    """
    centred = [one - one.mean(axis=0, dtype=np.float64) for one in (x, y)]
    for one, whole in zip(centred, (x, y), strict=True):
        # Rounding leaves a little of rows that are all the same.
        if np.linalg.norm(one) <= 1e-6 * np.linalg.norm(whole):
            return None
    x, y = centred
    own = np.linalg.norm(x.T @ x) * np.linalg.norm(y.T @ y)
    return float(np.linalg.norm(y.T @ x) ** 2 / own)


def _relevance_by_rank(
    scores: NDArray[np.float32], relevant: NDArray[np.bool_]
) -> NDArray[np.float64]:
    order = np.lexsort((relevant, -scores), axis=1)
    in_order: NDArray[np.float64] = np.take_along_axis(relevant, order, axis=1).astype(np.float64)
    return in_order
