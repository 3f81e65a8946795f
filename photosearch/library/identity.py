"""Which folder it is that lies at a path: a drive, another drive, or the place for one."""

from __future__ import annotations

import os
from pathlib import Path


def identity_of(folder: Path) -> str | None:
    """What tells a folder from another one at the same place; None where there is none.

    It has four numbers: device and inode, an id of the file system (empty drives of one kind
    share the first two), and how many parts the path of its mount point has.
    """
    try:
        status = folder.stat()
        file_system = os.statvfs(folder).f_fsid if hasattr(os, "statvfs") else 0
        depth = _mount_depth(folder, status.st_dev)
    except OSError:
        return None
    return f"{status.st_dev}:{status.st_ino}:{file_system}:{depth}"


def is_uncovered(now: str, then: str) -> bool:
    """Whether a drive was mounted at a folder or above it, and what lies below the drive shows."""
    return _depth(now) < _depth(then)


def _depth(identity: str) -> int:
    numbers = identity.split(":")
    return int(numbers[3]) if len(numbers) == 4 else 0  # it was shorter once


def _mount_depth(folder: Path, device: int) -> int:
    real = Path(os.path.realpath(folder))
    mount_point = real
    for above in real.parents:
        if above.stat().st_dev != device:
            break
        mount_point = above
    return len(mount_point.parts)
