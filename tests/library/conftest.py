"""Pictures made up for the tests of this folder, and the odd and broken files made of them."""

from __future__ import annotations

import io
import random
import struct
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from PIL import ExifTags, Image, ImageCms, TiffImagePlugin
from pillow_heif import register_heif_opener

Bytes = Callable[..., bytes]


def _scene(width_px: int = 320, height_px: int = 240) -> Image.Image:
    """Smooth colours that differ in all four corners, so that a wrong turn is seen."""
    x = np.linspace(0, 255, width_px)[None, :].repeat(height_px, 0)
    y = np.linspace(0, 255, height_px)[:, None].repeat(width_px, 1)
    waves = 127 + 127 * np.sin(x / 20) * np.cos(y / 15)
    return Image.fromarray(np.dstack([x, y, waves]).astype(np.uint8))


def _encode(image: Image.Image, file_format: str = "JPEG", **options: Any) -> bytes:
    register_heif_opener()
    file = io.BytesIO()
    if "append_images" in options:
        options["append_images"] = [frame.copy() for frame in options["append_images"]]
    image.copy().save(file, file_format, **options)  # copies: saving leaves traces in a picture
    return file.getvalue()


def _exif(orientation: int = 1, **tags: Any) -> Image.Exif:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    for name, value in tags.items():
        exif[ExifTags.Base[name]] = value
    return exif


@pytest.fixture(scope="session")
def scene() -> Callable[..., Image.Image]:
    """A picture of a size."""
    return _scene


@pytest.fixture(scope="session")
def encode() -> Bytes:
    """A picture as a file of a format."""
    return _encode


@pytest.fixture(scope="session")
def odd_images() -> dict[str, bytes]:
    """Hundreds of odd and broken files by name, the same at every run."""
    return dict(_odd_images())


def _odd_images() -> Iterator[tuple[str, bytes]]:
    whole = dict(_whole_files())
    rng = random.Random(20240501)
    yield from whole.items()
    for name, data in whole.items():
        yield from _cut(name, data)
        yield from _flipped(name, data, rng)
    yield from _misnamed(whole)
    yield from _lying(whole)
    yield from _rotten_exif()
    yield from _rotten_tiff()
    yield from _extreme_shapes()


def _whole_files() -> Iterator[tuple[str, bytes]]:
    """One sound file of each kind."""
    scene = _scene()
    grey16 = Image.fromarray((np.asarray(scene.convert("L")).astype(np.uint16)) * 257)
    half_clear = scene.copy()
    half_clear.putalpha(Image.linear_gradient("L").resize(scene.size))
    frames = [scene.rotate(angle) for angle in (0, 90, 180)]
    moving: dict[str, Any] = {"save_all": True, "append_images": frames[1:], "duration": 50}
    yield "plain.jpg", _encode(scene, exif=_exif(6, Make="Maker", Model="Model"))
    yield "progressive.jpg", _encode(scene, progressive=True)
    yield "grey.jpg", _encode(scene.convert("L"))
    yield "cmyk.jpg", _encode(scene.convert("CMYK"))
    yield "two-pictures.jpg", _encode(scene, "MPO", save_all=True, append_images=frames[1:])
    yield "plain.png", _encode(scene, "PNG", exif=_exif(5))
    yield "clear.png", _encode(half_clear, "PNG")
    yield "grey-clear.png", _encode(half_clear.convert("LA"), "PNG")
    yield "palette.png", _encode(scene.quantize(64), "PNG", transparency=3)
    yield "palette-clear.png", _encode(half_clear.quantize(64), "PNG")
    yield "bit.png", _encode(scene.convert("1"), "PNG")
    yield "grey16.png", _encode(grey16, "PNG")
    yield "moving.png", _encode(scene, "PNG", **moving)
    yield "plain.webp", _encode(scene, "WEBP", exif=_exif(8).tobytes())
    yield "lossless.webp", _encode(half_clear, "WEBP", lossless=True)
    yield "moving.webp", _encode(scene, "WEBP", **moving)
    yield "plain.tiff", _encode(scene, "TIFF", exif=_exif(6))
    for compression in ("tiff_lzw", "tiff_adobe_deflate", "jpeg", "packbits"):
        yield f"{compression}.tif", _encode(scene, "TIFF", compression=compression)
    yield "bit.tif", _encode(scene.convert("1"), "TIFF", compression="group4")
    yield "grey16.tif", _encode(grey16, "TIFF")
    yield "float.tif", _encode(scene.convert("F"), "TIFF")
    yield "lab.tif", _encode(_as_lab(scene), "TIFF")
    yield "cmyk.tif", _encode(scene.convert("CMYK"), "TIFF")
    yield "pages.tif", _encode(scene, "TIFF", save_all=True, append_images=frames[1:])
    yield "plain.bmp", _encode(scene, "BMP")
    yield "palette.bmp", _encode(scene.quantize(16), "BMP")
    yield "plain.gif", _encode(scene, "GIF")
    yield "moving.gif", _encode(scene, "GIF", **moving)
    yield "plain.avif", _encode(scene, "AVIF", exif=_exif(6))
    yield "moving.avif", _encode(scene, "AVIF", **moving)
    yield "plain.heic", _encode(scene, "HEIF", exif=_exif(6))
    yield "clear.heif", _encode(half_clear, "HEIF")


def _as_lab(image: Image.Image) -> Image.Image:
    srgb, lab = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    converted = ImageCms.profileToProfile(image, srgb, lab, outputMode="LAB")
    assert converted is not None
    return converted


def _cut(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """The beginnings of a file: of its header, of its middle, and without its last bytes."""
    lengths = {1, 5, 20, 64, len(data) // 8, len(data) // 2, len(data) * 7 // 8, len(data) - 3}
    for length in sorted(lengths):
        yield f"cut-{length}-{name}", data[:length]


def _flipped(name: str, data: bytes, rng: random.Random) -> Iterator[tuple[str, bytes]]:
    """A file with single bits turned round: in its header, or anywhere, or many."""
    for number, (end, flips) in enumerate([(40, 1), (200, 2), (400, 5), (len(data), 30)]):
        rotten = bytearray(data)
        for _ in range(flips):
            rotten[rng.randrange(min(end, len(data)))] ^= 1 << rng.randrange(8)
        yield f"flip-{number}-{name}", bytes(rotten)


def _misnamed(whole: dict[str, bytes]) -> Iterator[tuple[str, bytes]]:
    yield "text.jpg", b"This is a note that somebody gave a wrong name.\n" * 20
    yield "page.png", b"<!DOCTYPE html><html><body>404 Not Found</body></html>"
    yield "drawing.png", b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
    yield "print.jpg", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nshowpage\n"
    yield "zeros.jpg", bytes(5000)
    yield "noise.webp", random.Random(1).randbytes(5000)
    yield "one-byte.gif", b"G"
    yield "archive.heic", b"PK\3\4" + bytes(200)
    yield "film.heic", b"\0\0\0\x18ftypisom\0\0\0\0isommp42" + bytes(300)
    for data_of, suffix in [("plain.png", "jpg"), ("plain.heic", "jpg"), ("plain.gif", "tif")]:
        yield f"in-truth-{data_of}.{suffix}", whole[data_of]


def _lying(whole: dict[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """Headers that promise far more pixels than there are bytes, and small files that do bloat."""
    for side in (20_000, 60_000, 2**31 - 1):
        yield f"bomb-{side}.png", _png(side, side, b"")
    yield "bomb-that-bloats.png", _png(12_000, 12_000, zlib.compress(bytes(12_001 * 12_000 // 8)))
    yield "vast.gif", b"GIF89a" + struct.pack("<HHBBB", 65535, 65535, 0, 0, 0) + bytes(50)
    gif = bytearray(whole["moving.gif"])
    at = gif.index(b"\x2c", 800)
    gif[at + 1 : at + 9] = struct.pack("<HHHH", 60000, 60000, 60000, 60000)
    yield "frame-outside.gif", bytes(gif)
    bmp = bytearray(whole["plain.bmp"])
    for number, (width, height) in enumerate([(30000, 30000), (-5, 7), (0, 0), (2**31 - 1, 1)]):
        bmp[18:26] = struct.pack("<ii", width, height)
        yield f"vast-{number}.bmp", bytes(bmp)
    jpeg = bytearray(whole["progressive.jpg"])
    at = jpeg.index(b"\xff\xc2")
    for side in (0, 9000, 65500):
        jpeg[at + 5 : at + 9] = struct.pack(">HH", side, side)
        yield f"vast-{side}.jpg", bytes(jpeg)
    webp = bytearray(whole["moving.webp"])
    webp[24:30] = b"\xff" * 6
    yield "vast.webp", bytes(webp)
    for name in ("plain.avif", "plain.heic"):
        boxed = bytearray(whole[name])
        at = boxed.index(b"ispe")
        boxed[at + 8 : at + 16] = struct.pack(">II", 60000, 60000)
        yield f"vast-{name}", bytes(boxed)


def _png(width: int, height: int, pixels: bytes) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def _rotten_exif() -> Iterator[tuple[str, bytes]]:
    loop = struct.pack("<2sHIH", b"II", 42, 8, 1) + struct.pack("<HHII", 0x8769, 4, 1, 8)
    exifs = {
        "loop": loop + struct.pack("<I", 8),
        "garbage": random.Random(2).randbytes(300),
        "nothing": b"",
        "far": struct.pack("<2sHI", b"II", 42, 2**31),
        "many": struct.pack("<2sHIH", b"II", 42, 8, 65535) + bytes(400),
        "odd-orientation": _exif(99).tobytes()[6:],
    }
    for name, exif in exifs.items():
        for file_format in ("JPEG", "PNG", "WEBP"):
            data = _encode(_scene(40, 30), file_format, exif=b"Exif\0\0" + exif)
            yield f"exif-{name}.{file_format.lower()}", data


def _rotten_tiff() -> Iterator[tuple[str, bytes]]:
    sound: dict[int, int] = {256: 40, 257: 30, 258: 8, 259: 1, 262: 1, 273: 200, 277: 1, 279: 1200}
    changes: dict[str, dict[int, int]] = {
        "sound": {},
        "far-strip": {273: 2**32 - 2},
        "long-strip": {279: 2**32 - 2},
        "own-strip": {273: 0},
        "vast": {256: 2**31 - 1, 257: 2**31 - 1},
        "large": {256: 30_000, 257: 30_000},
        "no-compression-such": {259: 9999},
        "no-depth-such": {258: 77},
        "many-samples": {277: 60_000},
        "cyclic-exif": {0x8769: 8},
        "cyclic-gps": {0x8825: 8},
        "lzw-of-nothing": {259: 5},
        "deflate-of-nothing": {259: 8},
        "fax-of-nothing": {258: 1, 259: 4},
        "jpeg-of-nothing": {259: 7},
    }
    for name, change in changes.items():
        tags = sound | change
        entries = b"".join(struct.pack("<HHII", tag, 4, 1, tags[tag]) for tag in sorted(tags))
        directory = struct.pack("<2sHIH", b"II", 42, 8, len(tags)) + entries
        for ending, following in (("", 0), ("-cyclic", 8)):
            head = directory + struct.pack("<I", following)
            yield f"{name}{ending}.tif", head.ljust(200, b"\0") + bytes(range(240)) * 5


def _extreme_shapes() -> Iterator[tuple[str, bytes]]:
    for width, height in [(1, 1), (1, 20_000), (20_000, 1), (2, 3), (1, 2)]:
        for file_format in ("JPEG", "PNG", "TIFF", "BMP", "GIF"):
            picture = Image.new("RGB", (width, height), "teal")
            data = _encode(picture, file_format)
            yield f"{width}x{height}.{file_format.lower()}", data
    tile = TiffImagePlugin.ImageFileDirectory_v2()
    tile[TiffImagePlugin.SOFTWARE] = "x" * 100_000
    yield "long-text.tif", _encode(_scene(9, 9), "TIFF", tiffinfo=tile)
