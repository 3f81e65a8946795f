"""Thumbnails in the folder that all programs share, as another program leaves and finds them."""

from __future__ import annotations

import hashlib
import io
import os
from pathlib import Path

from PIL import Image

from photosearch.library.shared_thumbnails import Original
from photosearch.types import PhotoStamp

LONG_AGO_NS = 1_600_000_000 * 10**9 + 250_000_000
FOLDERS = {128: "normal", 256: "large", 512: "x-large", 1024: "xx-large"}

# What GLib 2.74 answers: g_filename_to_uri(name, NULL, NULL).
URIS_OF_GLIB = {
    b"/photos/plain.jpg": "file:///photos/plain.jpg",
    b"/a b/c%25d.jpg": "file:///a%20b/c%2525d.jpg",
    b"/!$&'()*+,-.": "file:///!$&'()*+,-.",
    b"/:=@_~/0aZ": "file:///:=@_~/0aZ",
    b'/"#;<>?[\\]^`{|}': "file:///%22%23%3B%3C%3E%3F%5B%5C%5D%5E%60%7B%7C%7D",
    b"/new\nline\ttab\x7f": "file:///new%0Aline%09tab%7F",
    "/ä日/é".encode(): "file:///%C3%A4%E6%97%A5/%C3%A9",
    b"/not\xfftext\x80": "file:///not%FFtext%80",
}


def a_photo(path: Path, data: bytes, size: tuple[int, int] = (600, 400)) -> Original:
    path.write_bytes(data)
    os.utime(path, ns=(LONG_AGO_NS, LONG_AGO_NS))
    return Original(path, PhotoStamp(len(data), LONG_AGO_NS), *size)


def small(original: Original, size_px: int) -> tuple[int, int]:
    scale = min(1, size_px / max(original.width_px, original.height_px))
    return round(original.width_px * scale), round(original.height_px * scale)


def thumbnail_path(folder: Path, uri: str, size_px: int) -> Path:
    name = hashlib.md5(uri.encode()).hexdigest() + ".png"
    return folder / FOLDERS[size_px] / name


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def everything_in(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*"))
