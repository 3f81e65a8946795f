"""Files written whole or not at all: no reader, crash or full disk ever meets half of one."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

TEMPORARY_SUFFIX = ".part"


def write_atomically(
    path: Path, data: bytes, *, is_durable: bool = True, mode: int = 0o600
) -> None:
    """Put a file in place of what lies at ``path``, if anything.

    Args:
        path: its folder exists.
        data: all of it.
        is_durable: wait until the disk has it, so that it also survives a loss of power; caches
            can do without.
        mode: who may read it: by default its owner only.

    Raises:
        OSError: the disk is full or the folder cannot be written; the old file is untouched.
    """
    descriptor, name = tempfile.mkstemp(TEMPORARY_SUFFIX, path.name + ".", path.parent)
    fresh = Path(name)
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123 - it is open already
            file.write(data)
            if is_durable:
                file.flush()
                os.fsync(descriptor)
        if mode != 0o600:  # as it is already, and some file systems refuse any change
            fresh.chmod(mode)
        fresh.replace(path)
    except BaseException:
        with suppress(OSError):
            fresh.unlink()
        raise
