"""Reads a photo file once: its bytes, the stamp they had, and the content id made of them."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

import xxhash

from photosearch.library.skip import SkipPhoto
from photosearch.types import PhotoStamp, SkipKind

MAX_FILE_BYTES = 1024**3

# Opening a pipe must not wait for somebody to write into it, and a terminal must not become ours.
_OPEN_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)


@dataclass(frozen=True, slots=True)
class PhotoBytes:
    """A photo file as it was read; the content id is the XXH3-128 of exactly these bytes."""

    data: bytes
    stamp: PhotoStamp
    content_id: str


def read_photo(path: Path, max_file_bytes: int = MAX_FILE_BYTES) -> PhotoBytes:
    """Read a file whole.

    The stamp is taken before the bytes: a change that comes later differs from it, and is seen
    by the next scan. A file that changes meanwhile is read a second time.

    Raises:
        SkipPhoto: the file is empty, too large, gone, unreadable, or no ordinary file.
    """
    try:
        with open(os.open(path, _OPEN_FLAGS), "rb", buffering=0) as file:  # noqa: PTH123
            data, stamp = _read_settled(file.fileno(), max_file_bytes)
    except (FileNotFoundError, NotADirectoryError):
        raise SkipPhoto(SkipKind.VANISHED, "The file is no longer there.") from None
    except PermissionError:
        raise SkipPhoto(
            SkipKind.UNREADABLE, "The file may not be read: its permissions do not allow it."
        ) from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise SkipPhoto(SkipKind.UNREADABLE, f"The file cannot be read: {reason}.") from None
    except ValueError as error:  # a NUL, or letters that this file system's names cannot have
        raise SkipPhoto(SkipKind.UNREADABLE, f"No file can have this name: {error}.") from None
    return PhotoBytes(data, stamp, xxhash.xxh3_128_hexdigest(data))


def _read_settled(descriptor: int, max_file_bytes: int) -> tuple[bytes, PhotoStamp]:
    stamp = _stamp(descriptor, max_file_bytes)
    data = _read_all(descriptor, stamp.size_bytes)
    after = _stamp(descriptor, max_file_bytes)
    if after != stamp:
        stamp, data = after, _read_all(descriptor, after.size_bytes)
    return data, stamp


def _stamp(descriptor: int, max_file_bytes: int) -> PhotoStamp:
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        raise SkipPhoto(SkipKind.UNREADABLE, "This is not an ordinary file.")
    if status.st_size == 0:
        raise SkipPhoto(SkipKind.EMPTY, "The file is empty (0 bytes).")
    if status.st_size > max_file_bytes:
        raise SkipPhoto(
            SkipKind.TOO_LARGE,
            f"The file is too large: {status.st_size / 1e6:,.0f} MB, "
            f"and at most {max_file_bytes / 1e6:,.0f} MB are read.",
        )
    return PhotoStamp.of(status)


def _read_all(descriptor: int, size_bytes: int) -> bytes:
    """Exactly ``size_bytes`` from the start, or less where the file has become shorter."""
    os.lseek(descriptor, 0, os.SEEK_SET)
    data = os.read(descriptor, size_bytes)
    if len(data) == size_bytes:  # nearly always: one call, no copy
        return data
    parts = [data]
    while parts[-1]:
        parts.append(os.read(descriptor, size_bytes - sum(map(len, parts))))
    return b"".join(parts)
