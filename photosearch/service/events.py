"""News from the service: told once by any thread, heard by everyone who listens at that moment."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from types import TracebackType

from photosearch.types import Event, EventKind

QUEUE_MAX = 256
"""Events kept for a listener who is slow: some minutes of indexing, at two steps a second."""


class Subscription:
    """One listener's queue; leave its ``with`` block to stop listening."""

    def __init__(self, hub: EventHub, wake: Callable[[], None], queue_max: int) -> None:
        self._hub = hub
        self._wake = wake
        self._queue_max = queue_max
        self._queue: deque[Event] = deque()
        self._lock = threading.Lock()

    def __enter__(self) -> Subscription:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._hub.drop(self)

    def put(self, event: Event) -> None:
        """Queue an event; when the queue is full, the least interesting one makes room."""
        with self._lock:
            if len(self._queue) >= self._queue_max:
                self._make_room()
            self._queue.append(event)
        self.wake()

    def take(self) -> list[Event]:
        """All events since the last call, oldest first."""
        with self._lock:
            events = list(self._queue)
            self._queue.clear()
        return events

    def wake(self) -> None:
        """Tell the listener to look."""
        self._wake()

    def _make_room(self) -> None:
        # A later one of these says all that an earlier one did; other news is said once.
        for at, event in enumerate(self._queue):
            if event.kind in (EventKind.ACTIVITY, EventKind.MODELS):
                del self._queue[at]
                return
        self._queue.popleft()


class EventHub:
    """Where news is told and heard; every method may be called from any thread."""

    def __init__(self, queue_max: int = QUEUE_MAX) -> None:
        self._queue_max = queue_max
        self._subscriptions: set[Subscription] = set()
        self._lock = threading.Lock()
        self._is_closed = False

    def publish(self, event: Event) -> None:
        """Tell all who listen; never waits for any of them."""
        for subscription in self._listening():
            subscription.put(event)

    def subscribe(self, wake: Callable[[], None]) -> Subscription:
        """Listen from now on; ``wake`` is called from any thread and must return at once."""
        subscription = Subscription(self, wake, self._queue_max)
        with self._lock:
            self._subscriptions.add(subscription)
        return subscription

    def drop(self, subscription: Subscription) -> None:
        """Tell this listener nothing more."""
        with self._lock:
            self._subscriptions.discard(subscription)

    def close(self) -> None:
        """The service ends: listeners hear what was told so far, and then that it is over."""
        with self._lock:
            self._is_closed = True
        for subscription in self._listening():
            subscription.wake()

    @property
    def is_closed(self) -> bool:
        """Whether the service is ending; nobody should wait any longer."""
        return self._is_closed

    def __len__(self) -> int:
        """How many listen."""
        with self._lock:
            return len(self._subscriptions)

    def _listening(self) -> list[Subscription]:
        with self._lock:
            return list(self._subscriptions)
