"""Changes from any thread on their way to the one that looks at them, each under its root."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

from photosearch.library.pending import ChangeKind, Delays, Pending
from photosearch.types import Changes


class ChangeQueue:
    """`Pending` made safe for threads, with a place to wait; a path goes to its innermost root."""

    def __init__(self, delays: Delays, clock: Callable[[], float], max_paths: int) -> None:
        self._delays = delays
        self._clock = clock
        self._pending = Pending(delays, max_paths=max_paths)
        self._roots: dict[str, Path] = {}
        self._news = threading.Condition()
        self._sleeps_until = 0.0
        self._is_woken = False
        self._is_closed = False

    def add_root(self, root: Path) -> None:
        """Take changes below this root from now on."""
        with self._news:
            self._roots[os.fspath(root)] = root

    def remove_root(self, root: Path) -> None:
        """Forget a root, and what is pending for it; a root around it is to be looked at then."""
        with self._news:
            self._roots.pop(os.fspath(root), None)
            self._pending.drop(root)
            around = self._root_of(os.fspath(root))
            if around is not None:
                self._pending.add_root(around, self._clock())
            self._tell()

    def change(self, path: str, kind: ChangeKind) -> None:
        """Take in an event below a root."""
        with self._news:
            now = self._clock()
            root = self._root_of(path)
            if path in self._roots or kind is ChangeKind.FOLDER:
                self._add_roots_at(path, now + self._delays.quiet_s)
            if root is not None and path not in self._roots:
                self._pending.add(root, path, kind, now)
            self._tell()

    def change_elsewhere(self, root: Path, path: str, kind: ChangeKind) -> None:
        """Take in an event outside a root that makes it one to be looked at, when it is ready."""
        with self._news:
            if os.fspath(root) in self._roots:
                self._pending.add(root, path, kind, self._clock(), is_whole=True)
                self._tell()

    def report(self, root: Path) -> None:
        """Say that all of a root is to be looked at now."""
        with self._news:
            if os.fspath(root) in self._roots:
                self._pending.add_root(root, self._clock())
                self._tell()

    def report_only(self, root: Path) -> None:
        """The same, and forget what was pending below it, for it is not there."""
        with self._news:
            self._pending.drop(root)
            self.report(root)

    def mark(self, changes: Changes) -> None:
        """Add changes that are ready at once; what lies in no root is passed over."""
        with self._news:
            for root in changes.roots:
                self.report(root)
            for path in changes.paths:
                self._add_roots_at(path, self._clock())
                root_around = self._root_of(path)
                if root_around is not None and path not in self._roots:
                    self._pending.add_ready(root_around, path)
            self._tell()

    def take(self) -> Changes:
        """What is ready now, which is then no longer pending."""
        with self._news:
            return self._pending.take(self._clock())

    def wait(self, wait_s: float) -> bool:
        """Block until something is ready (True), or until the end of the time or `wake`."""
        with self._news:
            now = self._clock()
            deadline = now + wait_s
            while not self._pending.is_ready(now):
                if self._is_woken or self._is_closed or now >= deadline:
                    self._is_woken = False
                    return False
                next_at = self._pending.next_ready_at(now)
                self._sleeps_until = deadline if next_at is None else min(deadline, next_at)
                self._news.wait(self._sleeps_until - now)
                now = self._clock()
            return True

    def wake(self) -> None:
        """End the present `wait`, or else the next one, at once."""
        with self._news:
            self._is_woken = True
            self._news.notify_all()

    def close(self) -> None:
        """Let nobody wait any more."""
        with self._news:
            self._is_closed = True
            self._news.notify_all()

    def being_written(self) -> frozenset[str]:
        """Files that somebody has not finished writing, as far as is known."""
        with self._news:
            return self._pending.being_written()

    def _tell(self) -> None:
        """Wake whoever waits, if there is something before the time until which they sleep."""
        next_at = self._pending.next_ready_at(self._clock())
        if next_at is not None and next_at < self._sleeps_until:
            self._news.notify_all()

    def _root_of(self, path: str) -> Path | None:
        while True:
            root = self._roots.get(path)
            if root is not None:
                return root
            above = os.path.dirname(path)  # noqa: PTH120 - called for every event
            if above == path:
                return None
            path = above

    def _add_roots_at(self, path: str, ready_at: float) -> None:
        """The root at a path, and all below it, are to be looked at."""
        below = os.path.join(path, "")  # noqa: PTH118
        for name, root in self._roots.items():
            if name == path or name.startswith(below):
                self._pending.add_root(root, ready_at)
