"""Thumbnails that all programs of a desktop share: the freedesktop Thumbnail Managing Standard 0.9.

https://specifications.freedesktop.org/thumbnail-spec/0.9.0/: a PNG a photo and size, in a folder
of the user's cache, named by the MD5 of the photo's URI; in its text it says of which file it is
and how new that file was. Whatever is wrong with one, it is passed over.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import struct
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from photosearch.atomic import write_atomically
from photosearch.library.content import read_photo
from photosearch.library.formats import prepare_pillow
from photosearch.library.mime_types import mime_type
from photosearch.library.skip import SkipPhoto
from photosearch.types import PhotoStamp

_FOLDERS = {128: "normal", 256: "large", 512: "x-large", 1024: "xx-large"}
"""By what the longer side is at most; these are our own sizes, too."""

_MAX_BYTES = 8 * 1024**2
"""1024 x 1024 pixels with transparency and not compressed take half of it."""

_UNSETTLED_S = 2
"""The standard counts whole seconds: a younger file may change without its time telling."""

_COMPRESSION = 2
"""Of zlib; with 6, a PNG takes 2 to 3 times as long, and is 3 % smaller (measured)."""

_TIME = re.compile(r"([0-9]{1,12})(\.[0-9]{1,9})?")
_FRACTION_ERROR_NS = 10_000
_SIGNATURE = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, slots=True)
class Original:
    """A photo's file, as it was when its content was read; its pixels as displayed."""

    path: Path
    stamp: PhotoStamp
    width_px: int
    height_px: int

    def is_as_it_was(self) -> bool:
        """Whether the file is there, readable, and has its old stamp still."""
        try:
            stamp = PhotoStamp.of(self.path.stat())
        except (OSError, ValueError):
            return False
        return stamp == self.stamp and os.access(self.path, os.R_OK)


class SharedThumbnails:
    """The thumbnails in a folder that is shared; every method from any thread.

    Args:
        folder: that of all sizes; made when it is needed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, original: Original, size_px: int) -> bytes | None:
        """The PNG file of a thumbnail that is fresh, and large enough for a size.

        It is upright, as all programs write them, may have an alpha channel, and is taken for
        sRGB. Its beginning is sound, and its pixels are at most 1024 on a side; they may still
        turn out to be broken.
        """
        if not original.is_as_it_was():
            return None
        needed_px = min(size_px, max(original.width_px, original.height_px))
        for most_px in _FOLDERS:
            if most_px >= needed_px:
                for uri in _uris(original.path):
                    data = _read(self._path(uri, most_px))
                    if data and _is_fresh(data, uri, original, needed_px, most_px):
                        return data
        return None

    def save(self, original: Original, size_px: int, thumbnail: bytes) -> bool:
        """Put a thumbnail there, unless a fresh one is there already; whether it was put.

        Args:
            thumbnail: a JPEG or PNG file, upright and in sRGB, made for this size.

        Raises:
            OSError: it cannot be written.
        """
        if not (original.is_as_it_was() and _is_settled(original)):
            return False
        if self._holds(original.path) or not self._is_ours_to_write():
            return False
        if self._has(original, size_px):
            return False
        path = self._path(file_uri(original.path), size_px)
        data = _png(original, thumbnail)
        with suppress(FileExistsError):
            self._folder.mkdir(mode=0o700, parents=True)
        with suppress(FileExistsError):
            path.parent.mkdir(mode=0o700)
        write_atomically(path, data, is_durable=False)
        return True

    def _has(self, original: Original, size_px: int) -> bool:
        needed_px = min(size_px, max(original.width_px, original.height_px))
        for uri in _uris(original.path):
            data = _read(self._path(uri, size_px))
            if data and _is_fresh(data, uri, original, needed_px, size_px):
                return True
        return False

    def _path(self, uri: str, most_px: int) -> Path:
        digest = hashlib.md5(uri.encode("ascii"), usedforsecurity=False).hexdigest()
        return self._folder / _FOLDERS[most_px] / f"{digest}.png"

    def _holds(self, path: Path) -> bool:
        """Whether a photo is itself in the folder: a thumbnail of a thumbnail has no end."""
        ways = {self._folder, Path(os.path.realpath(self._folder))}
        return any(way in one.parents for way in ways for one in (path, path.resolve()))

    def _is_ours_to_write(self) -> bool:
        """Not in somebody else's cache, as after `sudo`: they could not read what we put there."""
        folder = next(one for one in (self._folder, *self._folder.parents) if one.exists())
        return folder.stat().st_uid == os.geteuid()


def shared_folder() -> Path | None:
    """Where this user's thumbnails are; None where programs share none, or no home is known."""
    if sys.platform in ("win32", "darwin"):
        return None
    cache = Path(os.environ.get("XDG_CACHE_HOME", ""))
    if not cache.is_absolute():  # as it has to be, else it is to be ignored
        try:
            cache = Path.home() / ".cache"
        except RuntimeError:
            return None
    return cache / "thumbnails"


def file_uri(path: Path) -> str:
    """The URI of a file as GLib's ``g_filename_to_uri`` writes it, which the names are made of."""
    return "file://" + quote(_canonical(path), safe="!$&'()*+,-./:=@_~")


def _uris(path: Path) -> Iterator[str]:
    """What programs may call a file: GLib's URI, and that of Qt, which leaves one letter more."""
    uri = file_uri(path)
    yield uri
    if "%3B" in uri:
        yield uri.replace("%3B", ";")


def _canonical(path: Path) -> bytes:
    return b"/" + os.path.normpath(os.fsencode(path)).lstrip(b"/")


def _is_settled(original: Original) -> bool:
    """Whether the time of a file tells it from what it may become; the future's never does."""
    return 0 <= original.stamp.mtime_ns <= time.time_ns() - _UNSETTLED_S * 10**9


def _read(path: Path) -> bytes | None:
    try:
        return read_photo(path, _MAX_BYTES).data
    except SkipPhoto:
        return None


def _is_fresh(data: bytes, uri: str, original: Original, needed_px: int, most_px: int) -> bool:
    """Whether a PNG is the thumbnail of a file as it is now, whole, upright and large enough."""
    if len(data) < 24 or data[:8] != _SIGNATURE or data[12:16] != b"IHDR":
        return False
    width_px, height_px = struct.unpack(">II", data[16:24])
    if not (needed_px <= max(width_px, height_px) <= most_px and min(width_px, height_px) > 0):
        return False
    if not _has_shape(original, width_px, height_px):
        return False
    texts = _texts(data, width_px, height_px)
    size = texts.get("Thumb::Size")
    return (
        texts.get("Thumb::URI") == uri
        and _is_time(texts.get("Thumb::MTime"), original.stamp.mtime_ns)
        and (size is None or size == str(original.stamp.size_bytes))
    )


def _has_shape(original: Original, width_px: int, height_px: int) -> bool:
    """Whether the sides are those of the photo, to a pixel.

    Not so where a camera's own thumbnail was taken, with bars above and below, or one that lies
    on its side.
    """
    error = abs(width_px * original.height_px - height_px * original.width_px)
    return error <= 1.5 * max(original.width_px, original.height_px)


def _texts(data: bytes, width_px: int, height_px: int) -> dict[Any, Any]:
    """What a PNG of this size says before its pixels; nothing where it is broken."""
    prepare_pillow()
    try:
        with Image.open(io.BytesIO(data), formats=("PNG",)) as image:
            # The last of several headers counts, and the first one was looked at.
            return image.info if image.size == (width_px, height_px) else {}
    except Exception:  # rotten bytes make Pillow raise nearly anything
        return {}


def _is_time(text: object, mtime_ns: int) -> bool:
    """Whether a thumbnail's time is a file's: whole seconds, as the standard and GLib have it.

    Tumbler 4.18 writes microseconds behind them, and does without where there are none.
    """
    match = _TIME.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        return False
    if match[2] is None:
        return int(match[1]) == mtime_ns // 10**9
    fraction_ns = int(match[2][1:].ljust(9, "0"))
    return abs(int(match[1]) * 10**9 + fraction_ns - mtime_ns) <= _FRACTION_ERROR_NS


def _png(original: Original, thumbnail: bytes) -> bytes:
    prepare_pillow()
    texts = PngInfo()
    texts.add_text("Thumb::URI", file_uri(original.path))
    texts.add_text("Thumb::MTime", str(original.stamp.mtime_ns // 10**9))
    texts.add_text("Thumb::Size", str(original.stamp.size_bytes))
    if kind := mime_type(original.path):
        texts.add_text("Thumb::Mimetype", kind)
    texts.add_text("Thumb::Image::Width", str(original.width_px))
    texts.add_text("Thumb::Image::Height", str(original.height_px))
    texts.add_text("Software", "photosearch")
    file = io.BytesIO()
    with Image.open(io.BytesIO(thumbnail), formats=("JPEG", "PNG")) as image:
        image.save(file, "PNG", pnginfo=texts, compress_level=_COMPRESSION)
    return file.getvalue()
