"""One owner at a time: the lock beside the index, and the name of whoever holds it."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from pathlib import Path
from types import TracebackType

from filelock import FileLock, Timeout

from photosearch.errors import IndexLockedError, SettingsError, shown


class IndexLock:
    """An exclusive lock on a data folder, let go by the system when the process dies.

    Raises:
        IndexLockedError: another process holds it; the message names that process.
        SettingsError: the lock cannot be opened, for it is somebody else's, say.
    """

    def __init__(self, data_dir: Path, **noted: str) -> None:
        """Take the folder to lock, and what to note of its owner, for whoever looks for it."""
        self._data_dir = data_dir
        self._noted = noted
        self._owner = data_dir / "owner.json"
        self._lock = FileLock(data_dir / "index.lock", thread_local=False)

    def __enter__(self) -> IndexLock:
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            raise self._refusal() from None
        except (OSError, NotImplementedError) as error:
            raise SettingsError(
                f"The lock {self._lock.lock_file} cannot be opened: "
                f"{getattr(error, 'strerror', None) or error}.",
                "Change its owner or permissions, or name another folder with --data-dir.",
            ) from error
        self._note()
        return self

    def _note(self) -> None:
        """Say who we are; where that cannot be written the lock holds, and its owner is unknown."""
        owner = {
            "pid": os.getpid(),
            "command": " ".join([Path(sys.argv[0]).name, *sys.argv[1:]]),
            "since": time.strftime("%H:%M:%S"),
            **self._noted,
        }
        fresh = self._owner.with_suffix(".new")
        try:
            fresh.write_text(json.dumps(owner), encoding="utf-8", errors="backslashreplace")
            fresh.replace(self._owner)
        except OSError:
            self._forget_owner(fresh)

    def _forget_owner(self, *more: Path) -> None:
        for path in (self._owner, *more):
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.release()

    def release(self) -> None:
        """Let the next process in."""
        if self._lock.is_locked:
            self._forget_owner()
            self._lock.release()

    def _refusal(self) -> IndexLockedError:
        try:
            owner = json.loads(self._owner.read_text(encoding="utf-8"))
            who = f"`{shown(owner['command'])}` (process {owner['pid']}, since {owner['since']})"
        except (OSError, ValueError, KeyError, TypeError):
            who = "another photosearch process"
        return IndexLockedError(
            f"The index in {self._data_dir} is in use by {who}.",
            "Wait until it is done or stop it, then try again.",
        )
