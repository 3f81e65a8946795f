"""What an evaluation found."""

from __future__ import annotations

from dataclasses import dataclass

from photosearch.types import Skipped


@dataclass(frozen=True, slots=True)
class RetrievalReport:
    """Text→photo retrieval: each caption looks for its own photo among all photos."""

    model: str
    photos: int
    captions: int
    recall_at_1: float
    recall_at_5: float
    recall_at_10: float
    median_rank: float
    mean_reciprocal_rank: float
    skipped: tuple[Skipped, ...] = ()


@dataclass(frozen=True, slots=True)
class ClassificationReport:
    """Zero-shot classification: each photo looks for its own label among all labels."""

    model: str
    photos: int
    labels: int
    top_1: float
    top_5: float
    skipped: tuple[Skipped, ...] = ()
