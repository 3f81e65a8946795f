"""The stream of events: in order, for everyone, bounded, and ended by whatever should end it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
from hypothesis import given
from hypothesis import strategies as st

from photosearch import wire
from photosearch.service.backend import Backend
from photosearch.service.events import EventHub
from photosearch.types import (
    Activity,
    ActivityState,
    Event,
    EventKind,
    IndexReport,
    Notice,
    Phase,
    Progress,
)

TOKEN = "the-token-of-the-tests"
WAIT_S = 120.0


def step(done: int) -> Event:
    progress = Progress(Phase.EMBEDDING, done)
    return Event(EventKind.ACTIVITY, activity=Activity(ActivityState.INDEXING, progress))


CHANGED = Event(EventKind.INDEX_CHANGED)
NEWS = [
    step(1),
    CHANGED,
    Event(EventKind.NOTICE, notice=Notice("Odd \udcff\nname.", "Look.", Path("/a/\udcff"))),
    Event(EventKind.REPORT, report=IndexReport(embedded=3)),
]


def nothing() -> None:
    pass


@contextmanager
def listening(url: str) -> Iterator[Iterator[str]]:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with (
        httpx.Client(base_url=url, headers=headers, timeout=WAIT_S) as client,
        client.stream("GET", "/v1/events") as response,
    ):
        assert response.headers["content-type"].startswith("text/event-stream")
        yield response.iter_lines()


def next_event(lines: Iterator[str]) -> Event:
    kind = data = ""
    for line in lines:
        if line.startswith("event: "):
            kind = line.removeprefix("event: ")
        elif line.startswith("data: "):
            data = line.removeprefix("data: ")
        elif not line and data:
            event = wire.Event.model_validate_json(data).to_core()
            assert event.kind == kind
            return event
    raise AssertionError("the stream ended")


# -- the hub


def test_everyone_who_listens_hears_all_news_in_order() -> None:
    hub = EventHub()
    with hub.subscribe(nothing) as first, hub.subscribe(nothing) as second:
        for event in NEWS:
            hub.publish(event)

        assert first.take() == second.take() == NEWS
        assert first.take() == []
        assert len(hub) == 2
    assert len(hub) == 0


def test_who_does_not_listen_any_more_hears_nothing() -> None:
    hub = EventHub()
    with hub.subscribe(nothing) as subscription:
        pass

    hub.publish(CHANGED)

    assert subscription.take() == []


def test_listeners_are_woken_by_news_and_by_the_end() -> None:
    hub = EventHub()
    woken = threading.Semaphore(0)
    with hub.subscribe(woken.release):
        hub.publish(CHANGED)
        assert woken.acquire(timeout=WAIT_S)
        hub.close()
        assert woken.acquire(timeout=WAIT_S)
    assert hub.is_closed


@given(st.lists(st.sampled_from([*NEWS, step(2), step(3)]), max_size=60), st.integers(1, 8))
def test_a_slow_listener_is_bounded_and_loses_the_oldest_activity_first(
    told: list[Event], queue_max: int
) -> None:
    hub = EventHub(queue_max)
    with hub.subscribe(nothing) as slow:
        for event in told:
            hub.publish(event)
        kept = slow.take()

    def is_news(event: Event) -> bool:
        return event.kind is not EventKind.ACTIVITY

    assert len(kept) == min(len(told), queue_max)
    assert kept[-1:] == told[-1:]
    news = [event for event in told if is_news(event)]
    if len(news) < queue_max:  # then only activity had to make room, the oldest first
        steps = [event for event in told if not is_news(event)]
        assert [event for event in kept if is_news(event)] == news
        kept_steps = [event for event in kept if not is_news(event)]
        assert kept_steps == steps[len(steps) - len(kept_steps) :]


def test_news_from_many_threads_is_not_lost() -> None:
    hub = EventHub()
    with hub.subscribe(nothing) as subscription:
        threads = [
            threading.Thread(target=lambda: [hub.publish(CHANGED) for _ in range(20)])
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert len(subscription.take()) == 160


# -- the stream


def test_the_stream_tells_the_activity_and_then_all_news_in_order(
    backend: Backend, worker: Any, serving: Any
) -> None:
    worker.activity = Activity(ActivityState.PAUSED)
    with serving(backend) as url, listening(url) as lines:
        first = next_event(lines)
        for event in NEWS:
            backend.hub.publish(event)
        heard = [next_event(lines) for _ in NEWS]

    assert first == Event(EventKind.ACTIVITY, activity=worker.activity)
    notice = NEWS[2].notice
    assert notice is not None
    shown = replace(notice, message="Odd �\nname.")
    assert heard == [*NEWS[:2], replace(NEWS[2], notice=shown), NEWS[3]]


def test_the_stream_ends_when_the_service_does_after_the_last_news(
    backend: Backend, serving: Any
) -> None:
    with serving(backend) as url, listening(url) as lines:
        next_event(lines)
        backend.hub.publish(CHANGED)
        backend.hub.close()

        assert next_event(lines) == CHANGED
        assert list(lines) == []


def test_the_stream_ends_after_its_time(backend: Backend, serving: Any) -> None:
    with serving(replace(backend, stream_max_s=0.2)) as url, listening(url) as lines:
        next_event(lines)

        assert list(lines) == []


def test_a_silent_stream_shows_that_it_lives(backend: Backend, serving: Any) -> None:
    with serving(replace(backend, heartbeat_s=0.01)) as url, listening(url) as lines:
        next_event(lines)

        assert next(line for line in lines if line).startswith(":")


def test_who_hangs_up_is_forgotten(backend: Backend, serving: Any, until: Any) -> None:
    with serving(backend) as url:
        with listening(url) as lines:
            next_event(lines)
            assert len(backend.hub) == 1

        until(lambda: len(backend.hub) == 0)


def test_a_listener_who_does_not_read_holds_up_nobody(backend: Backend, serving: Any) -> None:
    with serving(backend) as url, listening(url) as deaf, listening(url) as other:
        next_event(deaf)
        next_event(other)
        big = Event(EventKind.NOTICE, notice=Notice("x" * 100_000))
        for _ in range(300):  # 30 MB, far beyond what sockets hold
            backend.hub.publish(big)
            assert next_event(other) == big
        headers = {"Authorization": f"Bearer {TOKEN}"}
        assert httpx.get(f"{url}/v1/about", headers=headers, timeout=WAIT_S).status_code == 200


def test_an_event_is_one_line_of_json(backend: Backend, serving: Any) -> None:
    with serving(backend) as url, listening(url) as lines:
        next_event(lines)
        backend.hub.publish(NEWS[2])
        block = [next(lines) for _ in range(3)]

    assert block[0] == "event: notice"
    assert json.loads(block[1].removeprefix("data: "))["notice"]["uri"] == "file:///a/%FF"
    assert block[2] == ""
