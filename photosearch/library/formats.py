"""The kinds of picture that are photos to us: their file names, and Pillow made ready for them."""

from __future__ import annotations

import ctypes
import logging
from contextlib import suppress
from functools import cache

PHOTO_SUFFIXES = frozenset(
    {
        *(".jpg", ".jpeg", ".jpe", ".jfif"),
        ".png",
        ".webp",
        *(".tif", ".tiff"),
        *(".bmp", ".dib"),
        ".gif",
        ".avif",
        *(".heic", ".heif", ".hif"),
    }
)

# A gigapixel panorama is a file for a viewer of its own. The largest single shots (400 megapixels
# by sensor shift) and stitched panoramas of everyday size stay below.
MAX_PIXELS = 512 * 1024 * 1024

# JPEG, PNG, GIF, BMP, and TIFF in both byte orders, classic and big.
_FIRST_BYTES = (
    *(b"\xff\xd8", b"\x89PNG", b"GIF8", b"BM"),
    *(b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"),
)

# How readers differ, by the names that Pillow gives them. JPEG can be decoded to a half, a fourth
# or an eighth of its size in a fraction of the time.
DRAFT_FORMATS = ("JPEG", "MPO")
# A PNG may carry its EXIF behind the pixels.
EXIF_AFTER_PIXELS = ("PNG",)
# These turn a picture upright themselves, and have the upright size from the start.
TURNED_BY_READER = ("TIFF", "HEIF")


def is_photo_name(name: str) -> bool:
    """Whether a file of this name is taken for a photo, by its suffix in any case."""
    dot = name.rfind(".")
    return dot > 0 and name[dot:].lower() in PHOTO_SUFFIXES


@cache
def prepare_pillow() -> None:
    """Load Pillow's readers of our formats, HEIF included; only the first call does anything.

    Threads may make the first call at once: doing it twice does no harm. It also sets Pillow's
    own limit of pixels, which holds for the whole process, to ours: the one that Pillow comes
    with would refuse the larger photos of today's telephones.
    """
    from PIL import (
        AvifImagePlugin,  # noqa: F401 - a plugin registers itself when it is imported
        BmpImagePlugin,  # noqa: F401
        GifImagePlugin,  # noqa: F401
        Image,
        JpegImagePlugin,  # noqa: F401
        MpoImagePlugin,  # noqa: F401
        PngImagePlugin,  # noqa: F401
        TiffImagePlugin,  # noqa: F401
        WebPImagePlugin,  # noqa: F401
    )
    from pillow_heif import register_heif_opener

    # Thumbnails and depth maps inside a HEIF file are never shown: do not look for them.
    register_heif_opener(thumbnails=False, depth_images=False)
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS // 2  # Pillow warns at it and refuses at twice
    # What Pillow logs about rotten files goes to whoever listens, but never to the terminal.
    logging.getLogger("PIL").addHandler(logging.NullHandler())
    _silence_libtiff()


def _silence_libtiff() -> None:
    """Let libtiff return its errors without writing them to the terminal as well.

    WORKAROUND: Pillow silences the warnings of libtiff but not its errors. Where the symbol
    cannot be reached (libtiff is linked in), the errors of broken TIFF files stay visible.
    """
    from PIL import _imaging

    with suppress(AttributeError, OSError):
        ctypes.CDLL(_imaging.__file__).TIFFSetErrorHandler(None)


def pillow_formats(data: bytes) -> tuple[str, ...]:
    """The readers to try on a file, named as Pillow names them, the likeliest first.

    Only these are tried, so that a PostScript file named ``.jpg`` never starts an interpreter.
    """
    # AVIF and HEIF share a container: the brands in the first box say which one it holds.
    containers = ("AVIF", "HEIF") if b"avi" in data[8:64] else ("HEIF", "AVIF")
    return ("JPEG", "PNG", "WEBP", "TIFF", "GIF", "BMP", *containers)


def has_photo_signature(data: bytes) -> bool:
    """Whether a file begins as one of our formats does, however broken the rest may be."""
    return (
        data.startswith(_FIRST_BYTES)
        or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")
        or data[4:8] == b"ftyp"
    )
