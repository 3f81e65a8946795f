"""What changed on disk and is not looked at yet: pure bookkeeping of when each path is ready."""

from __future__ import annotations

import heapq
import math
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from itertools import count
from pathlib import Path

from photosearch.types import Changes

# Above it a root is looked at whole: 20,000 paths are 2 MB, and comparing each of them costs
# about as much as a scan of a library of 100,000 files.
MAX_PATHS = 20_000

_MOST_STALE_LOOKS = 1_000

Stamp = tuple[int, int]
"""Size in bytes and mtime in ns."""


class ChangeKind(Enum):
    """What is known of a change, which says how long its path must be left alone."""

    WRITING = auto()
    """A file was made or written to; somebody may go on writing."""
    FOUND = auto()
    """A file lay in a folder before that was watched; whether it is being written is not known."""
    CLOSED = auto()
    """A file was closed by somebody who wrote to it."""
    TOUCHED = auto()
    """The date or the permissions of a file changed, which says nothing of its being written."""
    SETTLED = auto()
    """Something was renamed, linked or deleted: it is as it will be."""
    FOLDER = auto()
    """A folder came, went or changed: all that is below it is to be looked at."""


_OPEN = (ChangeKind.WRITING, ChangeKind.FOUND)


@dataclass(frozen=True, slots=True)
class Delays:
    """How long a path is left alone after its last event, in seconds.

    Attributes:
        quiet_s: after a rename, a deletion or the end of writing.
        found_quiet_s: a file met in a new folder, if its size and date stay what they are.
        writing_quiet_s: a file that is written to and never closed, under the same condition.
        longest_s: a path that is never quiet is given out nevertheless after this, unless it is
            being written; a folder, even while files below it are being written.
    """

    quiet_s: float = 0.2
    found_quiet_s: float = 0.4
    writing_quiet_s: float = 3.0
    longest_s: float = 3.0


@dataclass(slots=True)
class _Entry:
    kind: ChangeKind
    is_whole: bool
    last_at: float
    settled_at: float | None = None
    stamp: Stamp | None = None
    stamp_at: float = -math.inf
    look_at: float = math.inf


def stamp_of(path: str) -> Stamp | None:
    """Size and date of a file, None where there is none; one that may not be asked stays (0, 0)."""
    try:
        status = os.stat(path, follow_symlinks=False)  # noqa: PTH116 - the path may be no text
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError:
        return 0, 0
    return status.st_size, status.st_mtime_ns


class Pending:
    """Paths below some roots, each with the time at which it may be read; not thread-safe.

    All times are seconds of one clock that never goes back, which the caller reads.
    """

    def __init__(
        self,
        delays: Delays | None = None,
        stamp: Callable[[str], Stamp | None] = stamp_of,
        max_paths: int = MAX_PATHS,
    ) -> None:
        self._delays = delays or Delays()
        self._stamp = stamp
        self._max_paths = max_paths
        self._entries: dict[Path, dict[str, _Entry]] = {}
        self._whole: dict[Path, float] = {}
        self._ready: set[tuple[Path, str]] = set()
        self._looks: list[tuple[float, int, Path, str]] = []
        self._order = count()

    def add(
        self, root: Path, path: str, kind: ChangeKind, now: float, *, is_whole: bool = False
    ) -> None:
        """Take in one event; with ``is_whole``, the path stands for all of its root."""
        entries = self._entries.setdefault(root, {})
        self._ready.discard((root, path))
        entry = entries.get(path)
        if root in self._whole and _merged(entry.kind if entry else kind, kind) not in _OPEN:
            entries.pop(path, None)  # the scan of the root comes later than this event
            return
        if entry is None:
            entry = entries[path] = _Entry(kind, is_whole, now)
            self._bound(root, entries, now)
        entry.kind = _merged(entry.kind, kind)
        entry.is_whole |= is_whole
        entry.last_at = now
        if entry.settled_at is None and entry.kind not in _OPEN:
            entry.settled_at = now
        self._look(root, path, entry, now + self._delays.quiet_s)

    def add_ready(self, root: Path, path: str) -> None:
        """Take in a path that may be looked at now."""
        self._ready.add((root, path))

    def add_root(self, root: Path, ready_at: float) -> None:
        """Say that everything below a root is to be looked at, from ``ready_at`` on."""
        self._whole[root] = min(ready_at, self._whole.get(root, math.inf))

    def drop(self, root: Path) -> None:
        """Forget everything about a root."""
        self._entries.pop(root, None)
        self._whole.pop(root, None)
        self._ready = {(of, path) for of, path in self._ready if of != root}

    def being_written(self) -> frozenset[str]:
        """Files that somebody has not finished writing, as far as is known."""
        return frozenset(
            path
            for entries in self._entries.values()
            for path, entry in entries.items()
            if entry.kind in _OPEN
        )

    def take(self, now: float) -> Changes:
        """Everything that is ready, which is then no longer pending."""
        self._advance(now)
        roots = {root for root, ready_at in self._whole.items() if ready_at <= now}
        paths: dict[Path, set[str]] = {}
        for root, path in self._ready:
            entry = self._entries.get(root, {}).get(path)
            if entry is not None and entry.kind is not ChangeKind.WRITING:
                del self._entries[root][path]
            if entry is not None and entry.is_whole:
                roots.add(root)
            else:
                paths.setdefault(root, set()).add(path)
        self._ready.clear()
        for root in roots:
            self._whole.pop(root, None)
            self._keep_only_writing(root)
            paths.pop(root, None)
        given = (path for below in paths.values() for path in _topmost(below))
        return Changes(frozenset(given), frozenset(roots))

    def is_ready(self, now: float) -> bool:
        """Whether `take` would give out anything."""
        self._advance(now)
        return bool(self._ready) or any(at <= now for at in self._whole.values())

    def next_ready_at(self, now: float) -> float | None:
        """When to ask again: no later than the next path is ready; None: nothing is pending."""
        if self._ready:
            return now
        while self._looks and not self._is_current(self._looks[0]):
            heapq.heappop(self._looks)
        times = [*self._whole.values(), *(look[0] for look in self._looks[:1])]
        return min(times, default=None)

    def __len__(self) -> int:
        return sum(map(len, self._entries.values())) + len(self._whole)

    def _bound(self, root: Path, entries: dict[str, _Entry], now: float) -> None:
        if len(entries) <= self._max_paths:
            return
        self.add_root(root, now + self._delays.quiet_s)
        self._keep_only_writing(root)
        if len(entries) > self._max_paths // 2:
            entries.clear()

    def _keep_only_writing(self, root: Path) -> None:
        entries = self._entries.get(root, {})
        for path in [path for path, entry in entries.items() if entry.kind not in _OPEN]:
            del entries[path]
        self._ready = {(of, path) for of, path in self._ready if of != root or path in entries}

    def _look(self, root: Path, path: str, entry: _Entry, at: float) -> None:
        """See to it that the entry is looked at by then; one that is seen earlier looks on."""
        if at < entry.look_at:
            entry.look_at = at
            heapq.heappush(self._looks, (at, next(self._order), root, path))
            if len(self._looks) > _MOST_STALE_LOOKS + 2 * len(self):  # nobody takes for a while
                current = {look[2:]: look for look in self._looks if self._is_current(look)}
                self._looks = list(current.values())
                heapq.heapify(self._looks)

    def _is_current(self, look: tuple[float, int, Path, str]) -> bool:
        at, _, root, path = look
        entry = self._entries.get(root, {}).get(path)
        return entry is not None and entry.look_at == at

    def _advance(self, now: float) -> None:
        busy: dict[Path, set[str]] = {}
        while self._looks and self._looks[0][0] <= now:
            look = heapq.heappop(self._looks)
            if not self._is_current(look):
                continue
            _, _, root, path = look
            entry = self._entries[root][path]
            entry.look_at = math.inf
            if root not in busy and entry.kind is ChangeKind.FOLDER:
                busy[root] = self._folders_written_to(root)
            next_at = self._next_look(path, entry, now, busy.get(root, set()))
            if next_at is None:
                self._ready.add((root, path))
            else:
                self._look(root, path, entry, next_at)

    def _next_look(self, path: str, entry: _Entry, now: float, busy: set[str]) -> float | None:
        """None for an entry that is ready, else a later time at which to look again."""
        quiet_at = entry.last_at + self._delays.quiet_s
        if entry.kind in _OPEN:
            return quiet_at if quiet_at > now else self._next_look_at_open(path, entry, now)
        settled_at = entry.last_at if entry.settled_at is None else entry.settled_at
        longest_at = settled_at + self._delays.longest_s
        if min(quiet_at, longest_at) > now:
            return min(quiet_at, longest_at)
        if path in busy and longest_at > now:
            return min(now + self._delays.quiet_s, longest_at)
        return None

    def _next_look_at_open(self, path: str, entry: _Entry, now: float) -> float | None:
        is_found = entry.kind is ChangeKind.FOUND
        wait_s = self._delays.found_quiet_s if is_found else self._delays.writing_quiet_s
        stamp = self._stamp(path)
        if stamp is None:
            entry.kind = ChangeKind.SETTLED  # what comes to its place is not what was written
            return None
        if stamp != entry.stamp or entry.stamp_at < entry.last_at:
            entry.stamp, entry.stamp_at = stamp, now
        at = entry.stamp_at + wait_s
        if at > now:
            return at
        entry.kind = ChangeKind.SETTLED  # nobody writes any more: it may be given out
        return None

    def _folders_written_to(self, root: Path) -> set[str]:
        folders: set[str] = set()
        for path, entry in self._entries.get(root, {}).items():
            if entry.kind in _OPEN:
                folders.update(_folders_above(path))
        return folders


def _merged(old: ChangeKind, new: ChangeKind) -> ChangeKind:
    """What is known after an event, given what was known before it."""
    if new is ChangeKind.TOUCHED:
        return old
    if new is ChangeKind.FOUND and old in (ChangeKind.WRITING, ChangeKind.FOLDER):
        return old
    return new


def _folders_above(path: str) -> Iterator[str]:
    end = path.rfind(os.sep)
    while end > 0:
        yield path[:end]
        end = path.rfind(os.sep, 0, end)


def _topmost(paths: set[str]) -> Iterator[str]:
    """The paths that lie below no other one: a folder stands for all that is below it."""
    return (path for path in paths if not any(above in paths for above in _folders_above(path)))
