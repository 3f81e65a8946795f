"""The field's measures of retrieval and classification, as pure functions of scores."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
