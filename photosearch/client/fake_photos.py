"""Photos of a made-up library, and how alike they are: as alike as their colours."""

from __future__ import annotations

import colorsys
import hashlib
import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from photosearch.errors import QueryError
from photosearch.types import PhotoFacts, PhotoNotes

Colour = tuple[int, int, int]
"""Red, green, blue; 0 to 255."""


@dataclass(frozen=True)
class FakePhoto:
    """A photo that need not be on any disk; it answers to the words of its name.

    Attributes:
        colour: red, green, blue; photos of near colours are alike. None is one made of the name.
    """

    relative_path: str
    colour: Colour | None = None
    facts: PhotoFacts = field(default_factory=lambda: PhotoFacts(4000, 3000))
    notes: PhotoNotes = field(default_factory=PhotoNotes)

    @property
    def content_id(self) -> str:
        """As long as a real one."""
        return hashlib.md5(self.relative_path.encode(), usedforsecurity=False).hexdigest()

    @property
    def rgb(self) -> Colour:
        """Its colour."""
        if self.colour is not None:
            return self.colour
        hue = int(self.content_id[:4], 16) / 0xFFFF
        red, green, blue = colorsys.hsv_to_rgb(hue, 0.55, 0.8)
        return int(255 * red), int(255 * green), int(255 * blue)

    @property
    def words(self) -> frozenset[str]:
        """What a text finds it by."""
        stem = self.relative_path.rpartition(".")[0].lower()
        return frozenset("".join(c if c.isalpha() else " " for c in stem).split())


def mean_colour(source: Path | io.BytesIO) -> Colour:
    """The colour of a picture.

    Raises:
        QueryError: it cannot be read.
    """
    from PIL import Image

    try:
        with Image.open(source) as image:
            pixel: Any = image.convert("RGB").resize((1, 1)).getpixel((0, 0))
    except OSError as error:
        raise QueryError(
            f"The picture cannot be searched with: {error}", "Choose another one."
        ) from error
    return pixel[0], pixel[1], pixel[2]


def likeness(one: Colour, other: Colour) -> float:
    """1 for the same colour, 0 for black and white."""
    return 1.0 - sum(abs(a - b) for a, b in zip(one, other, strict=True)) / 765
