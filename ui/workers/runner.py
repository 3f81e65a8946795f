"""The one way off the GUI thread: runs a piece of work in a lane, and brings its end back."""

from __future__ import annotations

import itertools
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from photosearch.errors import PhotoSearchError
from photosearch.interface import PhotoSearchService
from photosearch.jobs import CancelToken

T = TypeVar("T")

OpenService = Callable[[], PhotoSearchService]


class Lane(StrEnum):
    """Who waits for whom: work in one lane never holds up another's."""

    SEARCH = "search"
    """What a person looks at right now: rankings."""
    LIBRARY = "library"
    """Questions about the library, and changes to it."""
    FILES = "files"
    """The disk: large pictures, copies of photos, other programs."""


# Two searches at once: a newer one need not wait for an older one that loads the model.
_THREADS = {Lane.SEARCH: 2, Lane.LIBRARY: 2, Lane.FILES: 2}
CLOSE_S = 2.0
"""How long the end of the app may wait for work that is under way."""
_DISCONNECT_S = 0.5


@dataclass(eq=False)
class Task:
    """A piece of work on its way; its ends are called in the GUI thread, one of them, once."""

    work: Callable[[PhotoSearchService], Any]
    done: Callable[[Any], None] | None
    failed: Callable[[PhotoSearchError], None] | None
    cancelled: CancelToken = field(default_factory=CancelToken)

    def cancel(self) -> None:
        """Drop it: it is not begun any more, and its end is not told."""
        self.cancelled.cancel()


@dataclass(frozen=True)
class _End:
    task: Task
    result: Any = None
    error: Exception | None = None


class Runner(QObject):
    """Runs work with the service in other threads. Lives in the GUI thread.

    ``open_service`` is called once, in a worker thread, when the service is first needed: to
    import what talks to it takes too long for the GUI thread.

    Signals:
        failed(PhotoSearchError): work failed that has no ``failed`` of its own.
    """

    failed = Signal(object)
    _ended = Signal(object)

    def __init__(self, open_service: OpenService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._open_service = open_service
        self._opening = threading.Lock()
        self._service: PhotoSearchService | None = None
        self._is_closed = False
        self._ended.connect(self._deliver)
        self._queues: dict[Lane, queue.SimpleQueue[Task | None]] = {
            lane: queue.SimpleQueue() for lane in Lane
        }
        self._threads: list[threading.Thread] = []
        self._names = itertools.count(1)

    def run(
        self,
        work: Callable[[PhotoSearchService], T],
        done: Callable[[T], None] | None = None,
        failed: Callable[[PhotoSearchError], None] | None = None,
        *,
        lane: Lane = Lane.LIBRARY,
    ) -> Task:
        """Do ``work`` in a thread of the lane; ``done`` or ``failed`` hears of its end.

        An error that is no `PhotoSearchError` is a bug: ``failed`` hears that something went
        wrong, and the error is raised in the GUI thread, where the app shows it.
        """
        task = Task(work, done, failed)
        if not self._is_closed:
            self._start_threads(lane)
            self._queues[lane].put(task)
        return task

    def service(self) -> PhotoSearchService:
        """The service, opened when this is the first question; for worker threads only."""
        with self._opening:
            if self._service is None:
                self._service = self._open_service()
            return self._service

    def close(self, wait_s: float = CLOSE_S) -> None:
        """Begin nothing more, tell nothing more, and wait a little for what is running.

        What takes longer (a model that is being loaded) dies with the process.
        """
        self._is_closed = True
        for lane, waiting in self._queues.items():
            for _ in range(_THREADS[lane]):
                waiting.put(None)
        until = time.monotonic() + wait_s
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
        if self._service is not None:
            # Not here: it waits for who is just connecting, to a service that hangs perhaps.
            closing = threading.Thread(target=self._service.close, name="app end", daemon=True)
            closing.start()
            closing.join(_DISCONNECT_S)

    def _start_threads(self, lane: Lane) -> None:
        if any(thread.name.startswith(f"app {lane} ") for thread in self._threads):
            return
        for _ in range(_THREADS[lane]):
            name = f"app {lane} {next(self._names)}"
            # Not QThreadPool: its threads are waited for at the end, however long a model loads.
            thread = threading.Thread(
                target=self._work, args=(self._queues[lane],), name=name, daemon=True
            )
            self._threads.append(thread)
            thread.start()

    def _work(self, waiting: queue.SimpleQueue[Task | None]) -> None:
        while (task := waiting.get()) is not None:
            if task.cancelled.is_cancelled or self._is_closed:
                continue
            end = self._end_of(task)
            if not self._is_closed:
                self._ended.emit(end)

    def _end_of(self, task: Task) -> _End:
        try:
            return _End(task, result=task.work(self.service()))
        except Exception as error:
            return _End(task, error=error)

    def _deliver(self, end: _End) -> None:
        """Runs in the GUI thread: this object lives there."""
        task = end.task
        if self._is_closed or task.cancelled.is_cancelled:
            return
        if end.error is None:
            if task.done is not None and _is_there(task.done):
                task.done(end.result)
            return
        if isinstance(end.error, PhotoSearchError):
            self._tell(task, end.error)
            return
        self._tell(
            task,
            PhotoSearchError(
                self.tr("Something went wrong in the app itself: {0}").format(repr(end.error)),
                self.tr("Please report this, with the details that are shown."),
            ),
        )
        raise end.error

    def _tell(self, task: Task, error: PhotoSearchError) -> None:
        if task.failed is not None and _is_there(task.failed):
            task.failed(error)
        else:
            self.failed.emit(error)


def _is_there(listener: Callable[..., None]) -> bool:
    """Whether the object that wants to hear was not destroyed meanwhile: a closed dialog is."""
    owner = getattr(listener, "__self__", None)
    return not isinstance(owner, QObject) or isValid(owner)
