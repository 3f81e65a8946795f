"""A model that knows colours only: instant, deterministic, enough to test search with."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from photosearch.errors import QueryError
from photosearch.types import ModelSpec

if TYPE_CHECKING:
    from PIL.Image import Image

    from photosearch.types import Embeddings, Pixels

_SIDE_PX = 4
_COLOURS = {
    "red": (1, 0, 0),
    "green": (0, 1, 0),
    "blue": (0, 0, 1),
    "yellow": (1, 1, 0),
    "white": (1, 1, 1),
    "black": (0, 0, 0),
}


class FakeEncoder:
    """Embeds a photo as its 4 x 4 thumbnail and a text as the mean of the colours it names."""

    spec = ModelSpec("fake", "fake", "0123456789abcdef", 3 * _SIDE_PX * _SIDE_PX + 1, "01234567")
    decode_side_px = 8

    def __init__(self) -> None:
        self.encoded_images = 0

    def preprocess(self, image: Image) -> Pixels:
        """Shrink to 4 x 4: float32 ``(3, 4, 4)`` in -1 to 1."""
        small = np.asarray(image.resize((_SIDE_PX, _SIDE_PX)), np.float32)
        return small.transpose(2, 0, 1) / 127.5 - 1.0

    def encode_images(self, pixels: Sequence[Pixels]) -> Embeddings:
        """The pixels themselves, as unit vectors ``(n, d)``."""
        self.encoded_images += len(pixels)
        return _unit(np.stack(pixels).reshape(len(pixels), -1))

    def encode_texts(self, texts: Sequence[str]) -> Embeddings:
        """The colours named, as unit vectors ``(n, d)``; no colour is grey."""
        if not all(text.strip() for text in texts):
            raise QueryError("The search text is empty.", "Type some words.")
        return _unit(np.stack([_colour_pixels(text) for text in texts]))

    def rest(self) -> None:
        """Nothing was taken."""


def _colour_pixels(text: str) -> Embeddings:
    named = [_COLOURS[word] for word in re.findall(r"\w+", text.lower()) if word in _COLOURS]
    colour = np.mean(named, axis=0) if named else np.full(3, 0.5)
    return np.repeat(colour * 2.0 - 1.0, _SIDE_PX * _SIDE_PX).astype(np.float32)


def _unit(rows: Embeddings) -> Embeddings:
    # The constant keeps mid-grey, all zeros, away from a division by zero.
    rows = np.hstack([rows, np.full((len(rows), 1), 0.05, np.float32)])
    unit: Embeddings = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return unit
