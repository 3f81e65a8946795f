"""Shared thumbnails that are broken, or made to harm who reads them, are passed over."""

from __future__ import annotations

import os
import struct
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from others_thumbnails import a_photo
from PIL import Image

from photosearch.library.shared_thumbnails import Original, SharedThumbnails

pytestmark = pytest.mark.skipif(
    sys.platform in ("win32", "darwin"), reason="this system's programs share no thumbnails"
)

Bytes = Callable[..., bytes]
Scene = Callable[..., Image.Image]
Put = Callable[..., Path]
Spoil = Callable[[bytes], bytes]

SIGNATURE = b"\x89PNG\r\n\x1a\n"
BEHIND_THE_HEADER = 33


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _header(width_px: int, height_px: int) -> bytes:
    return _chunk(b"IHDR", struct.pack(">IIBBBBB", width_px, height_px, 8, 2, 0, 0, 0))


def _resized(png: bytes, width_px: int, height_px: int) -> bytes:
    """A PNG file whose header promises other sides."""
    return SIGNATURE + _header(width_px, height_px) + png[BEHIND_THE_HEADER:]


def _with(png: bytes, more: bytes) -> bytes:
    """A PNG file with more chunks behind its header."""
    return png[:BEHIND_THE_HEADER] + more + png[BEHIND_THE_HEADER:]


def _headed_by_a_text(png: bytes) -> bytes:
    """A PNG file whose sides stand in a text, where those of the header should."""
    return SIGNATURE + _chunk(b"tEXt", png[16:24]) + png[8:]


# Each spoils one thing of a thumbnail that is fresh and whole.
TRAPS: dict[str, Spoil] = {
    "another signature": lambda png: b"\x88" + png[1:],
    "half a header": lambda png: png[:20],
    "a text before the header": _headed_by_a_text,
    "nothing behind the header": lambda png: png[:BEHIND_THE_HEADER],
    "nothing behind the texts": lambda png: png[: png.index(b"IDAT") - 4],
    "a bomb": lambda png: _resized(png, 9_000, 6_000),
    "a second header of another size": lambda png: _with(png, _header(6_000, 4_000)),
    "a text that bloats": lambda png: _with(
        png, _chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(50_000_000)))
    ),
    "too many bytes": lambda png: png + bytes(9_000_000),
}


@pytest.mark.parametrize("spoil", TRAPS.values(), ids=TRAPS)
def test_a_thumbnail_that_was_spoilt_is_passed_over(
    shared: SharedThumbnails, photo: Original, put: Put, spoil: Spoil
) -> None:
    path = put(photo)
    sound = path.read_bytes()
    assert shared.find(photo, 256) == sound
    path.write_bytes(spoil(sound))
    assert shared.find(photo, 256) is None
    larger = put(photo, 512)
    assert shared.find(photo, 256) == larger.read_bytes()


def test_a_thumbnail_without_a_row_of_pixels_is_not_taken_of_a_photo_that_is_a_line(
    shared: SharedThumbnails, library: Path, put: Put, scene: Scene, encode: Bytes
) -> None:
    line = a_photo(library / "line.png", encode(scene(600, 1), "PNG"), (600, 1))
    path = put(line, picture=scene(256, 1))
    sound = path.read_bytes()
    assert shared.find(line, 256) == sound
    path.write_bytes(_resized(sound, 256, 0))
    assert shared.find(line, 256) is None


@pytest.mark.parametrize(
    "data",
    [b"", b"<html>not a picture</html>", b"\xff\xd8\xff\xe0" + bytes(200), SIGNATURE],
    ids=["empty", "no picture", "a JPEG", "the signature alone"],
)
def test_what_is_no_png_is_passed_over(
    shared: SharedThumbnails, photo: Original, put: Put, data: bytes
) -> None:
    put(photo).write_bytes(data)
    assert shared.find(photo, 256) is None
    larger = put(photo, 512)
    assert shared.find(photo, 256) == larger.read_bytes()


def test_whatever_bit_of_a_thumbnail_is_rotten_nothing_breaks(
    shared: SharedThumbnails, photo: Original, put: Put
) -> None:
    path = put(photo)
    sound = path.read_bytes()
    for at in range(0, min(len(sound), 600), 7):
        path.write_bytes(sound[:at] + bytes([sound[at] ^ 16]) + sound[at + 1 :])
        assert shared.find(photo, 256) in (None, path.read_bytes())


def test_what_is_no_ordinary_file_is_not_waited_for(
    shared: SharedThumbnails, photo: Original, put: Put
) -> None:
    path = put(photo)
    path.unlink()
    os.mkfifo(path)
    assert shared.find(photo, 256) is None
    path.unlink()
    path.mkdir()
    assert shared.find(photo, 256) is None
