"""One folder that should be watched: whether it is, what hinders it, when to look at it anew."""

from __future__ import annotations

import errno
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from photosearch.library.pending import ChangeKind
from photosearch.library.watch_tree import Listener
from photosearch.library.watcher import Watch
from photosearch.types import Notice, WatchState

# What most distributions set by now where they raise it; a watch takes about 1 KiB of memory.
_WATCHES_ENOUGH = 524_288
_INSTANCES_ENOUGH = 1_024
_LIMITS = Path("/proc/sys/fs/inotify")

_NOT_THERE = (errno.ENOENT, errno.ENOTDIR)


class Watcher(Protocol):
    """What a folder is watched with: `FolderWatcher`, or a stand-in."""

    def watch(self, folder: Path, listener: Listener, *, is_recursive: bool = True) -> Watch:
        """As `FolderWatcher.watch`."""

    def is_alive(self) -> bool:
        """As `FolderWatcher.is_alive`."""

    def stop(self) -> None:
        """As `FolderWatcher.stop`."""


class WatchedFolder:
    """Keeps the state of a folder; the calls come from one thread at a time, news from any.

    Attributes:
        state: how its changes are noticed at present.
        error: why it is polled though it should be watched.
        poll_at, retry_at, rescan_at: when its owner wants to do these next.
    """

    def __init__(
        self,
        path: Path,
        on_change: Callable[[str, ChangeKind], None],
        on_overflow: Callable[[], None],
        on_lost: Callable[[], None],
        *,
        is_recursive: bool = True,
    ) -> None:
        self.path = path
        self.state = WatchState.UNWATCHED
        self.error: OSError | None = None
        self.poll_at = self.retry_at = self.rescan_at = 0.0
        self.on_change = on_change
        self.on_overflow = on_overflow
        self._tell_lost = on_lost
        self._is_recursive = is_recursive
        self._identity: tuple[int, int] | None = None
        self._watch: Watch | None = None
        self._is_lost = False

    def on_lost(self, error: OSError | None) -> None:
        """Take in that the watcher let it go; what is the matter is found out by `begin`."""
        del error
        self._is_lost = True
        self._tell_lost()

    def begin(self, watcher: Watcher, is_network: Callable[[Path], bool]) -> None:
        """Watch it if that can be done, else say in ``state`` and ``error`` why not."""
        self._is_lost = False
        self.error = None
        # Taken first: a folder that is replaced during this call differs from it afterwards.
        self._identity = _identity(self.path)
        if self._identity is None:
            self.state = WatchState.OFFLINE
            return
        if is_network(self.path):
            self.state = WatchState.POLLED
            return
        try:
            self._watch = watcher.watch(self.path, self, is_recursive=self._is_recursive)
        except OSError as error:
            is_gone = error.errno in _NOT_THERE
            self.state = WatchState.OFFLINE if is_gone else WatchState.POLLED
            self._identity = None if is_gone else self._identity
            self.error = None if is_gone else error
        else:
            self.state = WatchState.WATCHED

    def end(self) -> None:
        """Let it go."""
        watch, self._watch = self._watch, None
        if watch is not None:
            watch.close()
        self.state = WatchState.UNWATCHED

    def has_changed(self) -> bool:
        """Whether it vanished, returned, was replaced, or was let go by the watcher."""
        return self._is_lost or _identity(self.path) != self._identity

    def contains(self, path: str) -> bool:
        """Whether a path lies below it."""
        return self.path in Path(path).parents

    def notice(self) -> Notice | None:
        """What a person should know of it and do about it, if it is polled for a reason."""
        return None if self.error is None else _notice(self.path, self.error)


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return (status.st_dev, status.st_ino) if stat.S_ISDIR(status.st_mode) else None


def _notice(path: Path, error: OSError) -> Notice:
    limits = {
        errno.ENOSPC: ("max_user_watches", "folders that can be watched", _WATCHES_ENOUGH),
        errno.EMFILE: ("max_user_instances", "programs that can watch folders", _INSTANCES_ENOUGH),
    }
    polled = "It is looked through from time to time instead, so new photos are found later."
    if error.errno not in limits:
        reason = error.strerror or str(error)
        return Notice(
            f"The folder {path} cannot be watched for changes: {reason}. {polled}",
            "Check its permissions.",
            path,
        )
    name, counted, enough = limits[error.errno]
    now = _limit(name)
    setting = f"fs.inotify.{name}={max(enough, 2 * (now or 0))}"
    return Notice(
        f"The folder {path} cannot be watched for changes: the system's limit of {counted} "
        f"is reached (fs.inotify.{name}{f' is {now}' if now else ''}). {polled}",
        f"Raise the limit with: sudo sysctl {setting}\n"
        f"To keep it after a restart: echo {setting} | "
        f"sudo tee /etc/sysctl.d/60-photosearch-{name}.conf",
        path,
    )


def _limit(name: str) -> int | None:
    try:
        return int((_LIMITS / name).read_text())
    except (OSError, ValueError):
        return None
