"""Thumbnails as the plain pixels that travel over D-Bus."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from photosearch.types import Thumbnail

ICON_PX = 128
"""Desktops show 32 to 96 pixels, on fine screens twice as many."""
_BYTES_PER_PIXEL = 4


@dataclass(frozen=True, slots=True)
class Icon:
    """A square picture: ``ICON_PX`` rows of as many pixels of 8-bit RGBA, without gaps."""

    pixels: bytes

    @property
    def as_image_data(self) -> list[object]:
        """The ``(iiibiiay)`` of notifications, which both desktops took over.

        Width, height, bytes in a row, whether it has alpha, bits in a sample, channels, pixels.
        """
        return [ICON_PX, ICON_PX, ICON_PX * _BYTES_PER_PIXEL, True, 8, 4, self.pixels]


def icon_of(thumbnail: Thumbnail) -> Icon | None:
    """The thumbnail in the middle of a clear square; None where it cannot be decoded.

    Desktops differ in what they do to pictures that are not square.
    """
    from PIL import Image

    try:
        with Image.open(io.BytesIO(thumbnail.data)) as opened:
            image = opened.convert("RGB")
    except (OSError, ValueError, SyntaxError):
        return None
    image.thumbnail((ICON_PX, ICON_PX))
    square = Image.new("RGBA", (ICON_PX, ICON_PX), (0, 0, 0, 0))
    square.paste(image, ((ICON_PX - image.width) // 2, (ICON_PX - image.height) // 2))
    return Icon(square.tobytes())
