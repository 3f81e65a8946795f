"""What long work needs: a token to stop it, manners toward people who wait, and threads ahead."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from photosearch.errors import PhotoSearchError
    from photosearch.types import IndexReport, Progress

T = TypeVar("T")
R = TypeVar("R")


class JobKind(StrEnum):
    """What the service can be asked to do in the background."""

    INDEX = "index"
    REBUILD = "rebuild"


class JobState(StrEnum):
    """Where a job stands; the last two are its ends."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Job:
    """A job that somebody asked the service for; ``report`` or ``error`` says how it ended."""

    id: int
    kind: JobKind
    state: JobState
    progress: Progress | None = None
    report: IndexReport | None = None
    error: PhotoSearchError | None = None


class CancelToken:
    """Asks a running job to stop after the step in hand; safe from any thread or signal."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        """Ask the job to stop."""
        self._event.set()

    @property
    def is_cancelled(self) -> bool:
        """Whether somebody asked."""
        return self._event.is_set()


class CancelledWhen(CancelToken):
    """Is cancelled with another token, and as soon as something has come to hold."""

    def __init__(self, cancel: CancelToken, holds: Callable[[], bool]) -> None:
        super().__init__()
        self._outer = cancel
        self._holds = holds

    @property
    def is_cancelled(self) -> bool:
        """Whether somebody asked, or there is no reason to go on."""
        return super().is_cancelled or self._outer.is_cancelled or self._holds()


class RightOfWay:
    """Lets what a person waits for go ahead of work in the background; safe from any thread."""

    _LONGEST_S = 0.1
    """A third of what a batch takes: people who never stop asking slow the work down, no more."""
    _LOOK_S = 0.2

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._claims = 0
        self._is_paused = False

    @contextmanager
    def claimed(self) -> Iterator[None]:
        """Work in the background waits until the block is left."""
        with self._changed:
            self._claims += 1
        try:
            yield
        finally:
            with self._changed:
                self._claims -= 1
                self._changed.notify_all()

    def give_way(self, cancel: CancelToken) -> None:
        """Wait while somebody is ahead (not for long), or while all work is paused."""
        until = time.monotonic() + self._LONGEST_S
        with self._changed:
            while self._claims and not cancel.is_cancelled and time.monotonic() < until:
                self._changed.wait(self._LONGEST_S)
        self.wait_while_paused(cancel)

    def wait_while_paused(self, cancel: CancelToken) -> None:
        """Wait until all work may go on, or this is cancelled."""
        with self._changed:
            while self._is_paused and not cancel.is_cancelled:
                self._changed.wait(self._LOOK_S)  # nobody wakes us when the job is cancelled

    def pause(self) -> None:
        """Hold all work in the background where it next gives way."""
        self._is_paused = True

    def resume(self) -> None:
        """Let it go on."""
        with self._changed:
            self._is_paused = False
            self._changed.notify_all()

    @property
    def is_paused(self) -> bool:
        """Whether somebody paused the work."""
        return self._is_paused


class BetweenJobs:
    """Work that would pull the ground from under a job; safe from any thread.

    It is done at once where no job runs, and jobs that would begin meanwhile wait. Where one
    runs, it is done when that ends, by the thread of the job.
    """

    def __init__(self, work: Callable[[], object]) -> None:
        self._work = work
        self._lock = threading.RLock()
        self._jobs = 0
        self._is_wanted = False

    @contextmanager
    def job(self) -> Iterator[None]:
        """A job runs; jobs may be nested."""
        with self._lock:
            self._jobs += 1
        try:
            yield
        finally:
            with self._lock:
                self._jobs -= 1
                if self._is_wanted and not self._jobs:
                    self._is_wanted = False
                    self._work()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold off the work, and jobs that would begin."""
        with self._lock:
            yield

    def ask(self) -> None:
        """Have the work done as soon as no job runs."""
        with self._lock:
            if self._jobs:
                self._is_wanted = True
            else:
                self._work()


class Pace:
    """How fast work has gone lately; safe from any thread.

    Args:
        window_s: what "lately" is.
    """

    _LEAST_S = 2.0
    """From less, no rate is told: the first steps are no measure."""

    def __init__(self, window_s: float = 60.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._window_s = window_s
        self._clock = clock
        self._lock = threading.Lock()
        self._steps: deque[tuple[float, int]] = deque()

    def note(self, done: int) -> None:
        """So much is done; less than before is other work."""
        with self._lock:
            if self._steps and done < self._steps[-1][1]:
                self._steps.clear()
            self._steps.append((self._clock(), done))
            self._drop_old()

    @property
    def per_s(self) -> float | None:
        """How much a second; None while that is not known."""
        with self._lock:
            self._drop_old()
            if not self._steps:
                return None
            first_at, first = self._steps[0]
            done, took_s = self._steps[-1][1] - first, self._clock() - first_at
        return done / took_s if done and took_s >= self._LEAST_S else None

    def seconds_for(self, remaining: int) -> float | None:
        """How long some more takes; None while that is not known."""
        rate = self.per_s
        if not remaining:
            return 0.0
        return None if rate is None else remaining / rate

    def _drop_old(self) -> None:
        while self._steps and self._clock() - self._steps[0][0] > self._window_s:
            self._steps.popleft()


def map_ahead(
    pool: Executor, work: Callable[[T], R], items: Iterable[T], window: int
) -> Iterator[tuple[T, Future[R]]]:
    """Start ``work`` on up to ``window`` items ahead of the taker; results come in order."""
    pending: deque[tuple[T, Future[R]]] = deque()
    for item in items:
        pending.append((item, pool.submit(work, item)))
        if len(pending) >= window:
            yield pending.popleft()
    yield from pending
