"""Embeds the photos and texts of a data set, and takes the time that it needs."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from photosearch.errors import DatasetError
from photosearch.jobs import map_ahead
from photosearch.library.content import read_photo
from photosearch.library.images import decode
from photosearch.library.skip import SkipPhoto
from photosearch.types import Phase, Progress, Skipped

if TYPE_CHECKING:
    from photosearch.model.encoder import ImageTextEncoder
    from photosearch.types import Embeddings, Pixels

_BATCH = 16
_TEXT_BATCH = 64
_TIMED_TEXTS = 50


@dataclass(slots=True)
class EmbeddedPhotos:
    """The photos that could be embedded, by name, in the order of ``embeddings``' rows."""

    rows: dict[str, int] = field(default_factory=dict)
    batches: list[Embeddings] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def embeddings(self) -> Embeddings:
        """L2-normalised float32 ``(n, d)``."""
        return np.concatenate(self.batches)

    @property
    def photos_per_s(self) -> float:
        """How many were read, decoded and embedded in a second."""
        return len(self.rows) / max(self.seconds, 1e-9)


def embed_photos(
    encoder: ImageTextEncoder, folder: Path, names: Sequence[str], photos: EmbeddedPhotos
) -> Iterator[Progress]:
    """Embed photos of a folder into ``photos``.

    Raises:
        DatasetError: not one of them can be used.
    """

    def prepare(name: str) -> Pixels:
        data = read_photo(folder / name)
        return encoder.preprocess(decode(data.data, encoder.decode_side_px).image)

    waiting: list[Pixels] = []
    started_at = time.perf_counter()
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
    photos.seconds = time.perf_counter() - started_at
    if not photos.rows:
        reason = photos.skipped[0].reason if photos.skipped else "there are none"
        raise DatasetError(
            f"Not one of the {len(names)} photos in {folder} can be used; the first: {reason}",
            "Name the folder that the image names in the file are relative to with --photos.",
        )


def embed_texts(encoder: ImageTextEncoder, texts: Sequence[str]) -> Embeddings:
    """L2-normalised float32 ``(n, d)``."""
    starts = range(0, len(texts), _TEXT_BATCH)
    return np.concatenate([encoder.encode_texts(texts[i : i + _TEXT_BATCH]) for i in starts])


def warm_up(encoder: ImageTextEncoder) -> None:
    """Have both towers do all that they do once, so that it is not counted as speed."""
    from PIL import Image

    side_px = encoder.decode_side_px
    encoder.encode_images([encoder.preprocess(Image.new("RGB", (side_px, side_px)))])
    encoder.encode_texts(["a photo"])


def ms_per_text(encoder: ImageTextEncoder, texts: Sequence[str]) -> float:
    """What a search waits for: the median time of one text alone, in milliseconds."""
    times = []
    for text in texts[:_TIMED_TEXTS]:
        started_at = time.perf_counter()
        encoder.encode_texts([text])
        times.append(time.perf_counter() - started_at)
    return 1_000.0 * float(np.median(times))
