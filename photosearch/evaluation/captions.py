"""Text→photo retrieval by captions: of one model, and of two compared."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from photosearch.errors import DatasetError
from photosearch.evaluation import metrics
from photosearch.evaluation.dataset import Annotation, distinct
from photosearch.evaluation.embedding import (
    EmbeddedPhotos,
    embed_photos,
    embed_texts,
    ms_per_text,
    warm_up,
)
from photosearch.evaluation.report import Comparison, RetrievalReport, Speed
from photosearch.types import Progress, Skipped

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from photosearch.model.encoder import ImageTextEncoder
    from photosearch.types import Embeddings

_CAPTIONS_AT_ONCE = 1_000
"""Of COCO's 25,000 the scores of all would take 500 MB."""


@dataclass(frozen=True, slots=True)
class EmbeddedCaptions:
    """One model's embeddings of the captions whose photos it could use, and of these photos.

    Attributes:
        annotations: a row of ``captions`` each.
        photos: the row of ``images`` by the name of each photo.
    """

    model: str
    annotations: tuple[Annotation, ...]
    photos: dict[str, int]
    captions: Embeddings
    images: Embeddings
    speed: Speed
    skipped: tuple[Skipped, ...] = ()

    def only(self, names: Collection[str]) -> EmbeddedCaptions:
        """The same for some of the photos."""
        kept = [name for name in self.photos if name in names]
        rows = [row for row, one in enumerate(self.annotations) if one.image in names]
        return EmbeddedCaptions(
            model=self.model,
            annotations=tuple(self.annotations[row] for row in rows),
            photos={name: row for row, name in enumerate(kept)},
            captions=self.captions[rows],
            images=self.images[[self.photos[name] for name in kept]],
            speed=self.speed,
            skipped=self.skipped,
        )

    def targets(self) -> NDArray[np.intp]:
        """The row of each caption's own photo, ``(captions,)``."""
        return np.array([self.photos[one.image] for one in self.annotations], np.intp)

    def ranks(self) -> NDArray[np.intp]:
        """The rank, from 1, at which each caption finds its own photo, ``(captions,)``."""
        targets, candidates = self.targets(), self.images.T
        return np.concatenate(
            [
                metrics.ranks_of_targets(self.captions[part] @ candidates, targets[part])
                for start in range(0, len(targets), _CAPTIONS_AT_ONCE)
                for part in [slice(start, start + _CAPTIONS_AT_ONCE)]
            ]
        )


def embed_captions(
    encoder: ImageTextEncoder, folder: Path, annotations: Sequence[Annotation]
) -> Iterator[Progress | EmbeddedCaptions]:
    """Embed (image, caption) pairs, each photo once; yields progress, and last the embeddings.

    Raises:
        DatasetError: not one of the photos can be used.
    """
    warm_up(encoder)
    photos = EmbeddedPhotos()
    yield from embed_photos(encoder, folder, distinct([a.image for a in annotations]), photos)
    usable = tuple(a for a in annotations if a.image in photos.rows)
    texts = [a.text for a in usable]
    yield EmbeddedCaptions(
        model=encoder.spec.name,
        annotations=usable,
        photos=photos.rows,
        captions=embed_texts(encoder, texts),
        images=photos.embeddings,
        speed=Speed(photos.photos_per_s, ms_per_text(encoder, texts)),
        skipped=tuple(photos.skipped),
    )


def report_captions(embedded: EmbeddedCaptions) -> RetrievalReport:
    """Text→photo retrieval; every caption is a query, as in the field's published figures."""
    return _report(embedded, embedded.ranks(), embedded.skipped)


def compare(first: EmbeddedCaptions, second: EmbeddedCaptions) -> Comparison:
    """Two models' embeddings of the same pairs, on the photos that both could use.

    Raises:
        DatasetError: there is no such photo.
    """
    both = first.photos.keys() & second.photos.keys()
    if not both:
        raise DatasetError(
            "There is no photo that both models could use.", "Name other photos with --photos."
        )
    skipped = {one.path: one for one in (*first.skipped, *second.skipped)}
    first, second = first.only(both), second.only(both)
    ranks = first.ranks(), second.ranks()
    return Comparison(
        first=_report(first, ranks[0], tuple(skipped.values())),
        second=_report(second, ranks[1], tuple(skipped.values())),
        speeds=(first.speed, second.speed),
        recall_at_1_interval=_recall_at_1_interval(ranks, first.targets()),
        image_cka=metrics.linear_cka(first.images, second.images),
        text_cka=metrics.linear_cka(first.captions, second.captions),
    )


def _recall_at_1_interval(
    ranks: tuple[NDArray[np.intp], NDArray[np.intp]], photo_of: NDArray[np.intp]
) -> tuple[float, float]:
    """By photo, since captions of one photo are found or missed together."""
    differences = (ranks[1] <= 1).astype(np.float64) - (ranks[0] <= 1)
    return metrics.bootstrap_interval(
        np.bincount(photo_of, weights=differences), np.bincount(photo_of)
    )


def _report(
    embedded: EmbeddedCaptions, ranks: NDArray[np.intp], skipped: tuple[Skipped, ...]
) -> RetrievalReport:
    return RetrievalReport(
        model=embedded.model,
        photos=len(embedded.photos),
        captions=len(ranks),
        recall_at_1=metrics.recall_at_k(ranks, 1),
        recall_at_5=metrics.recall_at_k(ranks, 5),
        recall_at_10=metrics.recall_at_k(ranks, 10),
        median_rank=metrics.median_rank(ranks),
        mean_reciprocal_rank=metrics.mean_reciprocal_rank(ranks),
        skipped=skipped,
    )
