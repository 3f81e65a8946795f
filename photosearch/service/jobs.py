"""The jobs that somebody asked for: which wait, which runs, and how the last ones ended."""

from __future__ import annotations

import itertools
import threading
from collections import OrderedDict, deque
from dataclasses import dataclass, field, replace

from photosearch.errors import QueryError
from photosearch.jobs import CancelToken, Job, JobKind, JobState
from photosearch.types import IndexReport

_REMEMBERED = 100
_MOST_WAITING = 20


@dataclass(slots=True)
class Request:
    """A job that somebody asked for; ``shown`` is what is said of it now."""

    shown: Job
    model: str | None
    cancel: CancelToken = field(default_factory=CancelToken)


class JobQueue:
    """Jobs in the order in which they were asked for; every method from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._known: OrderedDict[int, Request] = OrderedDict()
        self._waiting: deque[Request] = deque()

    def __len__(self) -> int:
        """How many wait."""
        return len(self._waiting)

    def add(self, kind: JobKind, model: str | None) -> Job:
        """Queue a job, though one that does the same may wait: who stops his own stops no other's.

        Raises:
            QueryError: too many are waiting.
        """
        with self._lock:
            if len(self._waiting) >= _MOST_WAITING:
                raise QueryError("Too many jobs are waiting.", "Try again when some are done.")
            request = Request(Job(next(self._numbers), kind, JobState.QUEUED), model)
            self._known[request.shown.id] = request
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
            self._waiting.append(request)
            return request.shown

    def take(self) -> Request | None:
        """The next job, which runs from now on."""
        with self._lock:
            if not self._waiting:
                return None
            request = self._waiting.popleft()
            request.shown = replace(request.shown, state=JobState.RUNNING)
            return request

    def show(self, request: Request, job: Job) -> None:
        """Say something new of a job."""
        with self._lock:
            request.shown = job

    def get(self, job_id: int) -> Job | None:
        """A job as it stands; only the last ones are remembered."""
        with self._lock:
            request = self._known.get(job_id)
            return None if request is None else request.shown

    def cancel(self, job_id: int) -> Job | None:
        """Stop a job after the step in hand; one that has ended stays as it is."""
        with self._lock:
            request = self._known.get(job_id)
            if request is None:
                return None
            request.cancel.cancel()
            if request in self._waiting:
                self._waiting.remove(request)
                report = IndexReport(is_cancelled=True)
                request.shown = replace(request.shown, state=JobState.DONE, report=report)
            return request.shown

    def cancel_all(self) -> None:
        """Stop every job."""
        with self._lock:
            ids = list(self._known)
        for job_id in ids:
            self.cancel(job_id)
