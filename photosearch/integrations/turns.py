"""Lets one at a time write for other programs, since all of them share one record."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_in_this_process = threading.Lock()


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Wait until no thread or process of this user writes for other programs.

    The lock lies on the home folder itself, so that no file of it is left behind. Where a folder
    cannot be locked (Windows, some network disks), only threads of this process wait.
    """
    with _in_this_process:
        home = _lock_home()
        try:
            yield
        finally:
            if home is not None:
                os.close(home)


def _lock_home() -> int | None:
    """The open home folder, locked until it is closed; None where that cannot be done."""
    if sys.platform == "win32":
        return None
    import fcntl

    with suppress(OSError, RuntimeError):
        home = os.open(Path.home(), os.O_RDONLY | os.O_CLOEXEC)
        try:
            fcntl.flock(home, fcntl.LOCK_EX)
        except OSError:
            os.close(home)
            raise
        return home
    return None
