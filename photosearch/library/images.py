"""The one decode: from a file's bytes to an upright RGB picture, for index, query and thumbnail."""

from __future__ import annotations

import io
import re
import threading
import warnings
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from PIL import Image, ImageCms, ImageFile, UnidentifiedImageError

from photosearch.library.formats import (
    DRAFT_FORMATS,
    EXIF_AFTER_PIXELS,
    MAX_PIXELS,
    TURNED_BY_READER,
    has_photo_signature,
    pillow_formats,
    prepare_pillow,
)
from photosearch.library.metadata import read_facts
from photosearch.library.skip import SkipPhoto
from photosearch.types import PhotoFacts, SkipKind

# What is decoded at most, after the draft of a JPEG: 1 GiB, since a pixel in RGB takes Pillow
# 4 bytes. The other formats can only be decoded whole, so this is the limit of their size.
MAX_BITMAP_PIXELS = 256 * 1024**2
# Above it, one photo at a time, so that the memory of a pool of decoders stays bounded.
_LARGE_BITMAP_PIXELS = 64 * 1024**2
_large_turn = threading.Lock()

# A drafted side is rounded to whole pixels, and the coarsest drafts are soft. With twice the
# pixels that are asked for, the embeddings of a drafted and of a full decode have a cosine of
# 0.998 or more (with once: 0.996), at 2 to 4 ms more for 12 megapixels.
_HEADROOM = 2

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

# As `warnings.filters` holds it: action, message, category, module, line.
_QUIET = ("ignore", None, Warning, re.compile(r"(PIL|pillow_heif)\b"), 0)


@dataclass(frozen=True, slots=True)
class DecodedPhoto:
    """An upright RGB picture, and what the file says of it; the facts have the full dimensions."""

    image: Image.Image
    facts: PhotoFacts


def decode(data: bytes, min_side_px: int | None = None) -> DecodedPhoto:
    """Decode a photo file: the first frame, turned as its EXIF says, in RGB on white.

    Safe from any thread. Colour profiles are not applied: the models that look at the picture
    learned from pixels as they are stored. The profile stays in ``image.info["icc_profile"]``.

    Args:
        data: the whole file.
        min_side_px: the picture may be decoded smaller as long as its shorter side keeps twice
            this many pixels, which costs a fraction of the time; None decodes it at full size.

    Raises:
        SkipPhoto: the file is no picture, a broken one, or too large.
    """
    _silence_pillow()
    prepare_pillow()
    try:
        with Image.open(io.BytesIO(data), formats=pillow_formats(data)) as image:
            return _decode_opened(image, min_side_px)
    except SkipPhoto:
        raise
    except Exception as error:  # rotten bytes make Pillow raise nearly anything
        raise _as_skip(error, data) from error


def _decode_opened(image: Image.Image, min_side_px: int | None) -> DecodedPhoto:
    width_px, height_px = image.size
    if width_px * height_px > MAX_PIXELS:
        raise _too_large(image)
    facts = None if image.format in EXIF_AFTER_PIXELS else read_facts(image)
    side_px = None if min_side_px is None else min_side_px * _HEADROOM
    if side_px is not None and image.format in DRAFT_FORMATS:
        image.draft(None, (side_px, side_px))
    with _memory_for(image):
        image.load()
        facts = facts or read_facts(image)
        rgb = _to_rgb(image)
        # The formats that cannot be drafted: at least no queue has to hold them whole.
        if side_px is not None and (factor := min(rgb.size) // side_px) > 1:
            rgb = rgb.reduce(factor)
        return DecodedPhoto(_turn(rgb, image.format, facts.orientation), facts)


def _memory_for(image: Image.Image) -> AbstractContextManager[object]:
    """The right to decode a picture at its present size, which a large one may have to await."""
    width_px, height_px = image.size
    pixels = width_px * height_px
    if pixels > MAX_BITMAP_PIXELS:
        raise _too_large(image)
    return _large_turn if pixels > _LARGE_BITMAP_PIXELS else nullcontext()


def _to_rgb(image: Image.Image) -> Image.Image:
    if image.mode == "RGB" and "transparency" not in image.info:
        return image
    if image.mode.startswith("I") or image.mode == "F":
        image = _to_grey(image)
    if image.mode == "LAB":
        return _lab_to_rgb(image)
    if not image.has_transparency_data:
        return image.convert("RGB")
    colours = image.convert("RGBA")
    paper = Image.new("RGB", image.size, "white")
    paper.paste(colours, mask=colours.getchannel("A"))
    return paper


def _to_grey(image: Image.Image) -> Image.Image:
    """Deep grey to 8 bits, scaled: Pillow's own conversion would cut everything above 255."""
    low, high = _grey_range(image)
    scale = 255 / (high - low) if high > low else 0
    return image.point(lambda value: value * scale - low * scale).convert("L")


def _grey_range(image: Image.Image) -> tuple[float, float]:
    """Which values stand for black and white: 16 bits where the file has them, else its own."""
    if image.mode.startswith("I;16"):
        return 0.0, 65535.0
    low, high = (float(value) for value in image.getextrema() if not isinstance(value, tuple))
    if image.mode == "I" and low >= 0 and high <= 65535:
        return 0.0, 65535.0
    return low, high


def _lab_to_rgb(image: Image.Image) -> Image.Image:
    lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
    rgb = ImageCms.profileToProfile(image, lab, srgb, outputMode="RGB")
    assert rgb is not None  # it is None only where the picture itself is changed
    return rgb


def _turn(rgb: Image.Image, file_format: str | None, orientation: int) -> Image.Image:
    """An upright picture of its own: an opened image would keep the bytes of its file alive."""
    if orientation == 1 or file_format in TURNED_BY_READER:
        return rgb.copy() if isinstance(rgb, ImageFile.ImageFile) else rgb
    return rgb.transpose(_TURNS[orientation])


def _too_large(image: Image.Image) -> SkipPhoto:
    width, height = image.size
    return SkipPhoto(
        SkipKind.TOO_LARGE, f"The picture is too large to open: {width:,} x {height:,} pixels."
    )


def _as_skip(error: Exception, data: bytes) -> SkipPhoto:
    text = str(error)
    if isinstance(error, UnidentifiedImageError):
        if has_photo_signature(data):
            return SkipPhoto(
                SkipKind.BROKEN, "The picture is damaged: its beginning makes no sense."
            )
        return SkipPhoto(SkipKind.NOT_AN_IMAGE, "The file is not a picture.")
    if isinstance(error, (MemoryError, Image.DecompressionBombError)):
        return SkipPhoto(SkipKind.TOO_LARGE, "The picture is too large to open.")
    if isinstance(error, EOFError) or "truncated" in text.lower():
        return SkipPhoto(SkipKind.BROKEN, "The picture is cut short: part of the file is missing.")
    detail = text.strip().rstrip(".") or type(error).__name__
    return SkipPhoto(SkipKind.BROKEN, f"The picture is damaged and cannot be decoded ({detail}).")


def _silence_pillow() -> None:
    """Keep Pillow's warnings about rotten files to itself: such a file is reported as skipped.

    The filter is the process's, since setting it for a while is not safe with threads; it is
    only about warnings raised by Pillow's own modules. Whoever resets the filters (a test does)
    takes it away, hence the look at each decode.
    """
    if _QUIET not in warnings.filters:
        warnings.filterwarnings("ignore", module=_QUIET[3].pattern)
