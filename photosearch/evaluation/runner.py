"""Runs a model over captioned or labelled photos and measures what it finds."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from photosearch.errors import DatasetError
from photosearch.evaluation import metrics
from photosearch.evaluation.dataset import Annotation, distinct
from photosearch.evaluation.report import ClassificationReport, RetrievalReport
from photosearch.jobs import map_ahead
from photosearch.library.content import read_photo
from photosearch.library.images import decode
from photosearch.library.skip import SkipPhoto
from photosearch.types import Phase, Progress, Skipped

if TYPE_CHECKING:
    from photosearch.model.encoder import ImageTextEncoder
    from photosearch.types import Embeddings, Pixels

PROMPT_TEMPLATES = ("{}", "a photo of a {}.", "a close-up photo of a {}.")
"""A label becomes the mean embedding of these sentences (Radford et al. 2021, section 3.1.4)."""

_BATCH = 16
_TEXT_BATCH = 64


@dataclass(slots=True)
class _Photos:
    """The photos that could be embedded, by name, in the order of ``embeddings``' rows."""

    rows: dict[str, int] = field(default_factory=dict)
    batches: list[Embeddings] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)

    @property
    def embeddings(self) -> Embeddings:
        return np.concatenate(self.batches)


def evaluate_captions(
    encoder: ImageTextEncoder, folder: Path, annotations: Sequence[Annotation]
) -> Iterator[Progress | RetrievalReport]:
    """Text→photo retrieval over (image, caption) pairs; yields progress, and last the report.

    Raises:
        DatasetError: not one of the photos can be used.
    """
    photos = _Photos()
    yield from _embed_photos(encoder, folder, distinct([a.image for a in annotations]), photos)
    usable = [a for a in annotations if a.image in photos.rows]
    texts = _embed_texts(encoder, [a.text for a in usable])
    targets = np.array([photos.rows[a.image] for a in usable], np.intp)
    ranks = metrics.ranks_of_targets(texts @ photos.embeddings.T, targets)
    yield RetrievalReport(
        model=encoder.spec.name,
        photos=len(photos.rows),
        captions=len(usable),
        recall_at_1=metrics.recall_at_k(ranks, 1),
        recall_at_5=metrics.recall_at_k(ranks, 5),
        recall_at_10=metrics.recall_at_k(ranks, 10),
        median_rank=metrics.median_rank(ranks),
        mean_reciprocal_rank=metrics.mean_reciprocal_rank(ranks),
        skipped=tuple(photos.skipped),
    )


def evaluate_labels(
    encoder: ImageTextEncoder,
    folder: Path,
    annotations: Sequence[Annotation],
    candidates: Sequence[str] = (),
) -> Iterator[Progress | ClassificationReport]:
    """Zero-shot classification of (image, label) pairs; yields progress, and last the report.

    The labels to choose from are those of the pairs and any further ``candidates``.

    Raises:
        DatasetError: not one of the photos can be used, or a label holds no word.
    """
    labels = distinct([*(a.text for a in annotations), *candidates])
    label_embeddings = embed_labels(encoder, labels)
    photos = _Photos()
    yield from _embed_photos(encoder, folder, distinct([a.image for a in annotations]), photos)
    columns = {label: column for column, label in enumerate(labels)}
    usable = [a for a in annotations if a.image in photos.rows]
    images = photos.embeddings[[photos.rows[a.image] for a in usable]]
    targets = np.array([columns[a.text] for a in usable], np.intp)
    ranks = metrics.ranks_of_targets(images @ label_embeddings.T, targets)
    yield ClassificationReport(
        model=encoder.spec.name,
        photos=len(usable),
        labels=len(labels),
        top_1=metrics.recall_at_k(ranks, 1),
        top_5=metrics.recall_at_k(ranks, 5),
        skipped=tuple(photos.skipped),
    )


def embed_labels(encoder: ImageTextEncoder, labels: Sequence[str]) -> Embeddings:
    """One unit vector a label, ``(n, d)``: the normalised mean over the prompt templates.

    Raises:
        DatasetError: a label holds no word.
    """
    names = [_name_of(label) for label in labels]
    prompts = [template.format(name) for name in names for template in PROMPT_TEMPLATES]
    each = _embed_texts(encoder, prompts).reshape(len(labels), len(PROMPT_TEMPLATES), -1)
    mean = each.mean(axis=1)
    unit: Embeddings = mean / np.linalg.norm(mean, axis=1, keepdims=True)
    return unit


def _name_of(label: str) -> str:
    name = label.replace("_", " ")
    if not name.strip():
        raise DatasetError(
            f"The label {label!r} holds no word: _ is read as a space.",
            "Name what the photo shows, or drop its line.",
        )
    return name


def _embed_texts(encoder: ImageTextEncoder, texts: Sequence[str]) -> Embeddings:
    starts = range(0, len(texts), _TEXT_BATCH)
    return np.concatenate([encoder.encode_texts(texts[i : i + _TEXT_BATCH]) for i in starts])


def _embed_photos(
    encoder: ImageTextEncoder, folder: Path, names: Sequence[str], photos: _Photos
) -> Iterator[Progress]:
    def prepare(name: str) -> Pixels:
        data = read_photo(folder / name)
        return encoder.preprocess(decode(data.data, encoder.decode_side_px).image)

    waiting: list[Pixels] = []
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for done, (name, pixels) in enumerate(map_ahead(pool, prepare, names, 3 * _BATCH), start=1):
            try:
                waiting.append(pixels.result())
                photos.rows[name] = len(photos.rows)
            except SkipPhoto as skip:
                photos.skipped.append(skip.at(folder / name))
            if waiting and (len(waiting) == _BATCH or done == len(names)):
                photos.batches.append(encoder.encode_images(waiting))
                waiting.clear()
                yield Progress(Phase.EMBEDDING, done, len(names), len(photos.skipped))
    if not photos.rows:
        reason = photos.skipped[0].reason if photos.skipped else "there are none"
        raise DatasetError(
            f"Not one of the {len(names)} photos in {folder} can be used; the first: {reason}",
            "Name the folder that the image names in the file are relative to with --photos.",
        )
