"""What the work in the background tells those who listen, and how often."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from photosearch.types import (
    Activity,
    ActivityState,
    Event,
    EventKind,
    IndexReport,
    Notice,
    Progress,
)

if TYPE_CHECKING:
    from photosearch.service.events import EventHub

_PROGRESS_INTERVAL_S = 0.5
_CHANGED_INTERVAL_S = 3.0
"""A search under a text that is being typed again costs more than a line of progress."""


class News:
    """The state of the work, published when it changes; read from any thread."""

    def __init__(self, hub: EventHub, is_paused: Callable[[], bool]) -> None:
        self._hub = hub
        self._is_paused = is_paused
        self._activity = Activity()
        self._progress_at = self._changed_at = 0.0
        self.problem: Notice | None = None

    @property
    def activity(self) -> Activity:
        """What is being done now."""
        if self._is_paused():
            return replace(self._activity, state=ActivityState.PAUSED)
        return self._activity

    def tell_activity(self) -> None:
        """Say what is being done."""
        self._progress_at = time.monotonic()
        self._hub.publish(Event(EventKind.ACTIVITY, activity=self.activity))

    def progress(self, step: Progress) -> None:
        """A job got further; said now and then."""
        was_idle = self._activity.state is ActivityState.IDLE
        self._activity = Activity(ActivityState.INDEXING, step)
        now = time.monotonic()
        if was_idle or now - self._progress_at >= _PROGRESS_INTERVAL_S:
            self.tell_activity()
        if now - self._changed_at >= _CHANGED_INTERVAL_S:
            self._tell_changed()

    def did(self, report: IndexReport) -> None:
        """A part of a job ended."""
        if did_something(report):
            self._tell_changed()

    def report(self, report: IndexReport) -> None:
        """A job ended well; what it did."""
        self.problem = None
        self.did(report)
        self._hub.publish(Event(EventKind.REPORT, report=report))

    def another_model_answers(self) -> None:
        """A search finds other photos now, and the list of models is another."""
        self._hub.publish(Event(EventKind.MODELS))
        self._tell_changed()

    def fail(self, notice: Notice) -> None:
        """A job failed; the same failure is told once."""
        is_news = notice != self.problem
        self.problem = notice
        if is_news:
            self._hub.publish(Event(EventKind.NOTICE, notice=notice))

    def rest(self) -> None:
        """Nothing is being done any more."""
        if self._activity.state is not ActivityState.IDLE:
            self._activity = Activity()
            self.tell_activity()

    def _tell_changed(self) -> None:
        self._changed_at = time.monotonic()
        self._hub.publish(Event(EventKind.INDEX_CHANGED))


def did_something(report: IndexReport) -> bool:
    """Whether a search may find other photos after a job."""
    return bool(report.embedded or report.recognised or report.removed)
