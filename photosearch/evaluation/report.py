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
class Speed:
    """What one model did in this run.

    Attributes:
        photos_per_s: photos read, decoded and embedded in a second.
        ms_per_text: the median time of one text alone, in milliseconds.
    """

    photos_per_s: float
    ms_per_text: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two models on the same photos and captions; differences are the second less the first.

    Attributes:
        recall_at_1_interval: the 95 % bootstrap interval of that difference, drawn by photo; one
            that has 0 inside is no more than chance.
        image_cka, text_cka: how alike they arrange the photos, and the captions, 0 to 1 (linear
            CKA); None where one of them puts everything in one place.
    """

    first: RetrievalReport
    second: RetrievalReport
    speeds: tuple[Speed, Speed]
    recall_at_1_interval: tuple[float, float]
    image_cka: float | None
    text_cka: float | None


@dataclass(frozen=True, slots=True)
class RankedByWords:
    """How well words find their photos when they are put to the model in one way.

    Attributes:
        templates: what each word goes through.
        mean_average_precision: over the words, of all photos ranked by each.
        precision_at_10: the share of right ones among the first ten, the mean over the words.
        interval: the bootstrap interval of the mean average precision less that of the bare words,
            drawn by word, wider than 95 % by as much as several ways are tried; None for the bare
            words.
    """

    templates: tuple[str, ...]
    mean_average_precision: float
    precision_at_10: float
    interval: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class WordReport:
    """Word→photos retrieval: each label that is a plain word looks for all of its photos.

    Attributes:
        ways: the bare words first, then each ensemble of prompts.
        best: the one that search should use: the bare words, unless another is better by more
            than chance.
    """

    words: int
    photos: int
    ways: tuple[RankedByWords, ...]
    best: RankedByWords


@dataclass(frozen=True, slots=True)
class ClassificationReport:
    """Zero-shot classification: each photo looks for its own label among all labels.

    Attributes:
        words: what search does with the labels; None if not one of them is a plain word.
    """

    model: str
    photos: int
    labels: int
    top_1: float
    top_5: float
    words: WordReport | None = None
    skipped: tuple[Skipped, ...] = ()


@dataclass(frozen=True, slots=True)
class PublishedFigure:
    """A figure that others measured for the same model on the same set.

    Attributes:
        benchmark: the name of the set.
        measure: what was measured there, in the words of our own output.
        source: where it is published.
        remark: in what their way of measuring differs from ours; empty if it does not.
    """

    model: str
    benchmark: str
    measure: str
    value: float
    source: str
    remark: str = ""
