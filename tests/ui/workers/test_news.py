"""The service's news: followed, lost, and followed again."""

from __future__ import annotations

import threading

import pytest

from photosearch.errors import ServiceError
from photosearch.types import Event, EventKind
from ui.workers.news import News
from ui.workers.runner import Runner


@pytest.fixture
def news(runner):
    news = News(runner)
    yield news
    news.close()
    news.deleteLater()


@pytest.fixture
def heard(news):
    """Signals in the order in which they came, each with the thread it came in."""
    heard = []
    news.connected.connect(lambda: heard.append("connected"))
    news.told.connect(lambda event: heard.append((event.kind, threading.current_thread())))
    news.lost.connect(lambda error: heard.append(("lost", error.message)))
    return heard


def test_what_the_service_tells_is_heard_in_the_gui_thread(qtbot, news, heard, service):
    news.start()
    qtbot.waitUntil(lambda: len(heard) >= 2)
    service.tell(Event(EventKind.INDEX_CHANGED))
    qtbot.waitUntil(lambda: len(heard) >= 3)
    main = threading.main_thread()
    assert heard == ["connected", (EventKind.ACTIVITY, main), (EventKind.INDEX_CHANGED, main)]


def test_a_lost_service_is_told_and_followed_again_when_it_is_back(qtbot, news, heard, service):
    news.start()
    qtbot.waitUntil(lambda: len(heard) >= 2)
    service.die(ServiceError("The service has ended."))
    qtbot.waitUntil(lambda: ("lost", "The service has ended.") in heard)
    service.error = None
    heard.clear()
    qtbot.waitUntil(lambda: "connected" in heard)


def test_a_bug_is_raised_in_the_gui_thread_and_the_news_are_followed_again(
    qtbot, news, heard, service, monkeypatch
):
    events, tries = service.events, []

    def fail_first(cancel):
        tries.append(1)
        if len(tries) == 1:
            raise ZeroDivisionError
        return events(cancel)

    monkeypatch.setattr(service, "events", fail_first)
    with qtbot.captureExceptions() as raised:
        news.start()
        qtbot.waitUntil(lambda: "connected" in heard)
    assert [kind for kind, *_ in raised] == [ZeroDivisionError]


def test_a_call_that_returns_after_the_end_tells_nothing(qtbot, new_runner, service):
    gate, begun = threading.Event(), threading.Event()

    def open_service():
        begun.set()
        gate.wait()
        raise ServiceError("Too late.")

    news = News(Runner(open_service))
    news.start()
    assert begun.wait(5)
    threading.Timer(0.3, gate.set).start()
    told = []
    news.lost.connect(told.append)
    news.close()
    qtbot.wait(50)
    assert told == []


def test_a_service_that_cannot_be_opened_is_tried_again_when_asked(qtbot, new_runner, service):
    tries = []

    def open_service():
        tries.append(1)
        if len(tries) == 1:
            raise ServiceError("It cannot be started.")
        return service

    runner = new_runner(service)
    runner._open_service = open_service
    news = News(runner)
    with qtbot.waitSignal(news.lost):
        news.start()
    with qtbot.waitSignal(news.connected):
        news.try_again()
    news.close()


def test_an_end_while_it_waits_is_heard_at_once(qtbot, news, service):
    service.die()
    with qtbot.waitSignal(news.lost):
        news.start()
    news.close()
    assert not news._thread.is_alive()
