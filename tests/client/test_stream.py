"""Server-sent events: parsed as the standard has it, and ended when nobody wants them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from photosearch.client import Client
from photosearch.client.stream import event_data
from photosearch.errors import ServiceError
from photosearch.jobs import CancelToken
from photosearch.types import ActivityState, Event, EventKind

MakePhoto = Callable[..., Path]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["data: one", "", "data: two", ""], ["one", "two"]),
        (["event: report", "data: x", "id: 3", ""], ["x"]),
        (["data: a", "data: b", ""], ["a\nb"]),
        (["data:no space", ""], ["no space"]),
        (["data:  two spaces", ""], [" two spaces"]),
        (["data: a:b", ""], ["a:b"]),
        (["data", ""], [""]),
        ([": still here", "", ": still here", ""], []),
        (["data: cut off"], []),
        (["", "", "data: x", "", ""], ["x"]),
        ([], []),
    ],
)
def test_the_data_of_each_event_is_found(lines: list[str], expected: list[str]) -> None:
    assert list(event_data(lines)) == expected


class Listener(threading.Thread):
    """Collects events until it is told to stop, or they end."""

    def __init__(self, client: Client) -> None:
        super().__init__()
        self.cancel = CancelToken()
        self.heard: list[Event] = []
        self.error: Exception | None = None
        self._client = client

    def run(self) -> None:
        try:
            self.heard.extend(self._each())
        except ServiceError as error:
            self.error = error

    def _each(self) -> list[Event]:
        for event in self._client.events(self.cancel):
            self.heard.append(event)
        return []

    def wait_for(self, is_it: Callable[[Event], bool]) -> Event:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            for event in list(self.heard):
                if is_it(event):
                    return event
            time.sleep(0.02)
        raise AssertionError(f"not among {self.heard}")


@pytest.fixture
def listener(client: Client) -> Listener:
    """Listens from the start; the first event says so."""
    listening = Listener(client)
    listening.start()
    listening.wait_for(lambda event: event.kind is EventKind.ACTIVITY)
    return listening


def test_news_of_a_job_is_heard_while_it_happens(
    client: Client, listener: Listener, library: Path, make_photo: MakePhoto
) -> None:
    make_photo("a.png")
    make_photo("b.png")
    client.add_root(library)
    for _ in client.index():
        pass
    report = listener.wait_for(lambda event: event.kind is EventKind.REPORT).report
    assert report is not None
    assert report.embedded + report.unchanged == 2
    listener.wait_for(lambda event: event.kind is EventKind.INDEX_CHANGED)
    client.pause()
    listener.wait_for(
        lambda event: event.activity is not None and event.activity.state is ActivityState.PAUSED
    )
    listener.cancel.cancel()
    listener.join(30)
    assert not listener.is_alive()
    assert listener.error is None


def test_a_listener_that_has_had_enough_leaves_no_thread_behind(
    client: Client, listener: Listener
) -> None:
    events = client.events()
    assert next(events).kind is EventKind.ACTIVITY
    events.close()
    listener.cancel.cancel()
    listener.join(30)
    assert "photosearch-events" not in [thread.name for thread in threading.enumerate()]


def test_a_listener_learns_that_the_service_has_ended(client: Client, listener: Listener) -> None:
    assert client.stop()
    listener.join(30)
    assert listener.error is not None
    assert "has ended" in str(listener.error)


def test_listening_starts_a_service_in_place_of_one_that_died_before(client: Client) -> None:
    client.about()
    assert client.stop()
    events = client.events()
    assert next(events).kind is EventKind.ACTIVITY
    events.close()
