"""Small pictures of photos, made once and kept on disk by content id, in sRGB and upright."""

from __future__ import annotations

import io
import logging
import os
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, Protocol

import xxhash
from PIL import Image, ImageCms

from photosearch.atomic import TEMPORARY_SUFFIX, write_atomically
from photosearch.errors import QueryError
from photosearch.library.images import decode
from photosearch.library.skip import SkipPhoto
from photosearch.types import Thumbnail

_log = logging.getLogger(__name__)

SIZES_PX = (128, 256, 512, 1024)
"""What the longer side is at most."""

_RECIPE = 1
"""To be raised when a thumbnail is to look different: those made before are then made again."""

_QUALITY = 85
"""Of the JPEG; at it, a thumbnail of 256 pixels takes about 10 KB."""

_DIGEST_BYTES = 16
"""Behind the JPEG on disk, where viewers do not look: tells a sound file from a damaged one."""

_CONTENT_ID = re.compile(r"[0-9a-f]{32}")
_DAY_S = 86_400
_STALE_S = 3_600
"""No file takes as long to write as this: a temporary one of that age was left by a kill."""

_BLOCK_BYTES = 4_096
"""What a file takes on disk is a multiple of this, on nearly all file systems."""

_PRUNED_SHARE = 0.8
"""How full a cache is after pruning, so that it need not be done again at once."""


class Others(Protocol):
    """Other programs, which may have made a thumbnail of a photo, or may want one."""

    def find(self, size_px: int) -> bytes | None:
        """The file of one from which a thumbnail of this size can be made."""
        ...

    def offer(self, size_px: int, thumbnail: bytes) -> None:
        """Take one that was just made; returns at once."""
        ...


class ThumbnailCache:
    """Thumbnails in a folder that may be deleted at any time; every method from any thread.

    Several processes may share the folder.

    Attributes:
        max_bytes: how much ``prune`` leaves there at most; with 0 nothing is kept.
    """

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self._folder = folder
        self._has_warned = False
        # Who asks for a picture that is just being made waits for it, and finds it made. Two
        # pictures rarely meet at one lock, and then one of them is merely late.
        self._turns = tuple(threading.Lock() for _ in range(64))

    def get(
        self,
        content_id: str,
        size_px: int,
        read: Callable[[], bytes],
        others: Others | None = None,
    ) -> Thumbnail:
        """The thumbnail of a content, from the disk or made now.

        Args:
            content_id: 32 lower-case hexadecimal digits.
            size_px: one of ``SIZES_PX``, the most that the longer side has; never enlarged.
            read: gives the bytes of the photo's file; not called if they are not needed. What it
                raises passes through.
            others: are asked before the photo is read, and offered what could not be had there.

        Raises:
            QueryError: there are no thumbnails of this size.
            ValueError: this is no content id.
            SkipPhoto: the photo cannot be decoded.
        """
        check_size(size_px)
        path = self._path(content_id, size_px)
        found = _load(path)
        if found is None:
            with self._turns[int(content_id[:8], 16) % len(self._turns)]:
                found = _load(path) or self._make(content_id, size_px, read, others)
        return found

    def forget(self, content_ids: Iterable[str]) -> None:
        """Delete all thumbnails of some contents, where there are any.

        Raises:
            ValueError: one of them is no content id.
        """
        for content_id in content_ids:
            for size_px in SIZES_PX:
                with suppress(OSError):
                    self._path(content_id, size_px).unlink(missing_ok=True)

    def prune(self) -> int:
        """Make room if too much is kept: what was used least recently goes; returns how many.

        Reads the whole folder (0.3 s for 65,000 files): call it now and then, beside other work.
        """
        stale_before_ns = time.time_ns() - _STALE_S * 10**9
        files = list(_files(self._folder))
        gone = [f for f in files if f.is_temporary and f.used_ns < stale_before_ns]
        kept = sorted((f for f in files if not f.is_temporary), key=lambda f: f.used_ns)
        total_bytes = sum(f.size_bytes for f in kept)
        if total_bytes > self.max_bytes:
            for file in kept:
                if total_bytes <= self.max_bytes * _PRUNED_SHARE:
                    break
                gone.append(file)
                total_bytes -= file.size_bytes
        for file in gone:
            with suppress(OSError):  # another process was here first, or we may not
                os.unlink(file.path)  # noqa: PTH108 - there may be 100,000 of them
        return len(gone)

    def _make(
        self, content_id: str, size_px: int, read: Callable[[], bytes], others: Others | None
    ) -> Thumbnail:
        if larger := self._larger(content_id, size_px):
            data = make_thumbnail(larger.data, size_px)
        elif found := _made_by(others, size_px):
            return self._kept(content_id, size_px, found)
        else:
            data = make_thumbnail(read(), size_px)
        if others is not None:
            others.offer(size_px, data)
        return self._kept(content_id, size_px, data)

    def _kept(self, content_id: str, size_px: int, data: bytes) -> Thumbnail:
        digest = _digest(data)
        if self.max_bytes > 0:
            self._keep(self._path(content_id, size_px), data + digest)
        return Thumbnail(data, _etag(digest))

    def _larger(self, content_id: str, size_px: int) -> Thumbnail | None:
        """One that is kept already and can be made smaller: far faster than from the photo."""
        found = (_load(self._path(content_id, px)) for px in SIZES_PX if px > size_px)
        return next(filter(None, found), None)

    def _keep(self, path: Path, data: bytes) -> None:
        try:
            try:
                write_atomically(path, data, is_durable=False)
            except FileNotFoundError:  # the first one in its folder
                self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                path.parent.mkdir(parents=True, exist_ok=True)
                write_atomically(path, data, is_durable=False)
        except OSError as error:
            if not self._has_warned:
                self._has_warned = True
                _log.warning("Thumbnails cannot be kept in %s: %s.", self._folder, error)

    def _path(self, content_id: str, size_px: int) -> Path:
        if not _CONTENT_ID.fullmatch(content_id):
            raise ValueError(f"No content id: {content_id!r}")
        return self._folder / str(size_px) / content_id[:2] / f"{content_id}.jpg"


def check_size(size_px: int) -> None:
    """See whether there are thumbnails of a size.

    Raises:
        QueryError: there are none.
    """
    if size_px not in SIZES_PX:
        raise QueryError(
            f"There are no thumbnails of {size_px} pixels.",
            f"Ask for one of {', '.join(map(str, SIZES_PX))}.",
        )


def make_thumbnail(data: bytes, size_px: int) -> bytes:
    """A small JPEG file of a photo's file: upright, in sRGB, without any metadata.

    The longer side has at most ``size_px`` pixels; a smaller picture keeps its size.

    Raises:
        SkipPhoto: the file is no picture, a broken one, or too large.
    """
    # `decode` leaves twice as many pixels as asked for on the shorter side, hence at least
    # `size_px` on either one, however long the picture is: it is always made smaller from there.
    image = decode(data, min_side_px=-(-size_px // 2)).image
    image.thumbnail((size_px, size_px), Image.Resampling.LANCZOS)
    image = _to_srgb(image)
    image.info = {}  # Pillow would write the comment of the photo into the thumbnail
    file = io.BytesIO()
    image.save(file, "JPEG", quality=_QUALITY, progressive=False)
    return file.getvalue()


def _made_by(others: Others | None, size_px: int) -> bytes | None:
    """A thumbnail from one of other programs, unless that turns out to be broken."""
    found = None if others is None else others.find(size_px)
    if found is not None:
        with suppress(SkipPhoto):
            return make_thumbnail(found, size_px)
    return None


def _to_srgb(image: Image.Image) -> Image.Image:
    """Colours as every viewer shows them; a profile that is broken, or not of RGB, is ignored."""
    profile = image.info.get("icc_profile")
    if not profile:
        return image
    try:
        return ImageCms.applyTransform(image, _transform(profile)) or image
    except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
        return image


@lru_cache(maxsize=4)
def _transform(profile: bytes) -> ImageCms.ImageCmsTransform:
    """From a profile to sRGB; kept, since making it takes longer than applying it."""
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    return ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), "RGB", "RGB")


def _load(path: Path) -> Thumbnail | None:
    """A sound file's thumbnail; its date then says, to the day, when it was last used."""
    try:
        with path.open("rb") as file:
            whole = file.read()
            age_s = time.time() - os.fstat(file.fileno()).st_mtime
    except OSError:
        return None
    data, digest = whole[:-_DIGEST_BYTES], whole[-_DIGEST_BYTES:]
    if not data or _digest(data) != digest:
        return None
    if not 0 <= age_s < _DAY_S:
        with suppress(OSError):
            os.utime(path)
    return Thumbnail(data, _etag(digest))


def _digest(data: bytes) -> bytes:
    return xxhash.xxh3_128_digest(data, seed=_RECIPE)


def _etag(digest: bytes) -> str:
    return f'"{digest.hex()}"'


class _File(NamedTuple):
    path: str
    used_ns: int
    size_bytes: int
    is_temporary: bool


def _files(folder: Path | str) -> Iterator[_File]:
    """Every file that is ours, at any depth; what vanishes meanwhile is left out."""
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return
    for entry in entries:
        with suppress(OSError):
            if entry.is_dir(follow_symlinks=False):
                yield from _files(entry.path)
            elif entry.name.endswith((".jpg", TEMPORARY_SUFFIX)):
                status = entry.stat(follow_symlinks=False)
                blocks = -(-status.st_size // _BLOCK_BYTES)
                is_temporary = entry.name.endswith(TEMPORARY_SUFFIX)
                yield _File(entry.path, status.st_mtime_ns, blocks * _BLOCK_BYTES, is_temporary)
