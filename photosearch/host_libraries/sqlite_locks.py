"""Asks who has locked an SQLite file, without locking it; on Linux, elsewhere nobody is known.

Which bytes stand for which lock is part of the file format: ``PENDING_BYTE`` and those behind it
in SQLite's ``os.h``.
"""

from __future__ import annotations

import struct
import sys
from pathlib import Path

_PENDING, _RESERVED, _SHARED, _SHARED_BYTES = 0x40000000, 0x40000001, 0x40000002, 510
_FLOCK = "hhqqi"
"""``struct flock`` of 64-bit Linux: type, whence, start, length, process."""


def is_writing(path: Path) -> bool:
    """Whether another process changes the file now: its changes are halfway there."""
    return _is_locked(path, (_PENDING, 1), (_SHARED, _SHARED_BYTES))


def has_reserved(path: Path) -> bool:
    """Whether another process is going to change the file, and has not begun to."""
    return _is_locked(path, (_RESERVED, 1))


def _is_locked(path: Path, *ranges: tuple[int, int]) -> bool:
    if sys.platform != "linux" or sys.maxsize <= 2**32:
        return False
    import fcntl

    with path.open("rb") as file:
        for start, size_bytes in ranges:
            question = struct.pack(_FLOCK, fcntl.F_RDLCK, 0, start, size_bytes, 0)
            answer = fcntl.fcntl(file.fileno(), fcntl.F_GETLK, question)
            if struct.unpack(_FLOCK, answer)[0] != fcntl.F_UNLCK:
                return True
    return False
