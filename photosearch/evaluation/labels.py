"""Labelled photos: zero-shot classification, and what search does with the labels as words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from photosearch.errors import DatasetError
from photosearch.evaluation import metrics
from photosearch.evaluation.dataset import Annotation, distinct
from photosearch.evaluation.embedding import EmbeddedPhotos, embed_photos
from photosearch.evaluation.report import ClassificationReport, RankedByWords, WordReport
from photosearch.model.prompt_choices import PromptChoice
from photosearch.model.prompts import BARE, ENSEMBLES, PHOTO_PROMPTS, embed_words, is_plain
from photosearch.types import Progress

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from photosearch.model.encoder import ImageTextEncoder
    from photosearch.types import Embeddings

FEWEST_WORDS = 20
"""Of fewer words the bootstrap says little, and they say little about the others."""

_WORDS_AT_ONCE = 64


def evaluate_labels(
    encoder: ImageTextEncoder,
    folder: Path,
    annotations: Sequence[Annotation],
    candidates: Sequence[str] = (),
) -> Iterator[Progress | ClassificationReport]:
    """Measure (image, label) pairs; yields progress, and last the report.

    The labels to choose from are those of the pairs and any further ``candidates``.

    Raises:
        DatasetError: not one of the photos can be used, or a label holds no word.
    """
    labels = distinct([*(a.text for a in annotations), *candidates])
    label_embeddings = embed_labels(encoder, labels)
    photos = EmbeddedPhotos()
    yield from embed_photos(encoder, folder, distinct([a.image for a in annotations]), photos)
    columns = {label: column for column, label in enumerate(labels)}
    usable = [a for a in annotations if a.image in photos.rows]
    rows = np.array([photos.rows[a.image] for a in usable], np.intp)
    targets = np.array([columns[a.text] for a in usable], np.intp)
    images = photos.embeddings
    ranks = metrics.ranks_of_targets(images[rows] @ label_embeddings.T, targets)
    shows = np.zeros((len(labels), len(images)), np.bool_)
    shows[targets, rows] = True
    yield ClassificationReport(
        model=encoder.spec.name,
        photos=len(usable),
        labels=len(labels),
        top_1=metrics.recall_at_k(ranks, 1),
        top_5=metrics.recall_at_k(ranks, 5),
        words=_search_by_words(encoder, [_name_of(label) for label in labels], images, shows),
        skipped=tuple(photos.skipped),
    )


def embed_labels(encoder: ImageTextEncoder, labels: Sequence[str]) -> Embeddings:
    """One unit vector a label, ``(n, d)``: the normalised mean over the photo prompts.

    Raises:
        DatasetError: a label holds no word.
    """
    return _embed(encoder, [_name_of(label) for label in labels], PHOTO_PROMPTS)


def choice_of(report: ClassificationReport) -> PromptChoice:
    """How search should put plain words to this model, by what was measured.

    Raises:
        DatasetError: too few of the labels are plain words.
    """
    words = report.words
    if words is None or words.words < FEWEST_WORDS:
        found = 0 if words is None else words.words
        raise DatasetError(
            f"{found} of the labels are plain words: too few to decide anything by.",
            f"Give {FEWEST_WORDS} labels or more that are one or two words each.",
        )
    return PromptChoice(
        model=report.model,
        templates=words.best.templates,
        words=words.words,
        photos=words.photos,
        average_precision=round(words.best.mean_average_precision, 4),
        average_precision_as_typed=round(words.ways[0].mean_average_precision, 4),
    )


def _search_by_words(
    encoder: ImageTextEncoder,
    names: Sequence[str],
    images: Embeddings,
    shows: NDArray[np.bool_],
) -> WordReport | None:
    """Rank all photos by each name that is a plain word and that some photo shows.

    ``shows`` says of each name ``(n, photos)`` which photos these are.
    """
    chosen = [row for row, name in enumerate(names) if is_plain(name) and shows[row].any()]
    if not chosen:
        return None
    words, right = [names[row] for row in chosen], shows[chosen]
    ways: list[RankedByWords] = []
    as_typed = np.empty(0)
    for templates in (BARE, *ENSEMBLES):
        scores = _embed(encoder, words, templates) @ images.T
        precisions = metrics.average_precision(scores, right)
        if not ways:
            as_typed = precisions
        way = RankedByWords(
            templates,
            float(precisions.mean()),
            float(metrics.precision_at_k(scores, right, 10).mean()),
            _interval(precisions - as_typed) if ways else None,
        )
        ways.append(way)
    return WordReport(len(words), len(images), tuple(ways), _best(ways, len(words)))


def _interval(differences: NDArray[np.float64]) -> tuple[float, float]:
    """Of several ways one may seem better by chance: the level is raised (Bonferroni)."""
    return metrics.bootstrap_interval(differences, level=1.0 - 0.05 / len(ENSEMBLES))


def _best(ways: Sequence[RankedByWords], words: int) -> RankedByWords:
    if words < FEWEST_WORDS:
        return ways[0]
    better = [way for way in ways if way.interval is not None and way.interval[0] > 0.0]
    return max(better, key=lambda way: way.mean_average_precision, default=ways[0])


def _embed(encoder: ImageTextEncoder, names: Sequence[str], templates: Sequence[str]) -> Embeddings:
    starts = range(0, len(names), _WORDS_AT_ONCE)
    return np.concatenate(
        [embed_words(encoder, names[i : i + _WORDS_AT_ONCE], templates) for i in starts]
    )


def _name_of(label: str) -> str:
    name = label.replace("_", " ")
    if not name.strip():
        raise DatasetError(
            f"The label {label!r} holds no word: _ is read as a space.",
            "Name what the photo shows, or drop its line.",
        )
    return name
