"""Who goes first, who waits, and for how long at most."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from photosearch.jobs import CancelToken, RightOfWay

WAIT_S = 120.0


def started(work: Callable[[], object]) -> tuple[threading.Thread, threading.Event]:
    done = threading.Event()

    def run() -> None:
        work()
        done.set()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, done


def test_nobody_waits_where_nobody_claims() -> None:
    right_of_way = RightOfWay()
    with right_of_way.claimed():
        pass
    right_of_way.give_way(CancelToken())


def test_work_waits_for_a_person_and_not_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RightOfWay, "_LONGEST_S", WAIT_S)
    right_of_way = RightOfWay()
    with right_of_way.claimed():
        thread, done = started(lambda: right_of_way.give_way(CancelToken()))
        assert not done.wait(0.1)
    assert done.wait(WAIT_S)
    thread.join()


def test_people_who_never_stop_asking_do_not_end_the_work() -> None:
    right_of_way = RightOfWay()
    with right_of_way.claimed():
        right_of_way.give_way(CancelToken())


def test_paused_work_waits_until_it_is_resumed() -> None:
    right_of_way = RightOfWay()
    right_of_way.pause()
    assert right_of_way.is_paused
    thread, done = started(lambda: right_of_way.give_way(CancelToken()))
    assert not done.wait(0.3)
    right_of_way.resume()
    assert done.wait(WAIT_S)
    thread.join()


def test_paused_work_can_be_cancelled() -> None:
    right_of_way, cancel = RightOfWay(), CancelToken()
    right_of_way.pause()
    thread, done = started(lambda: right_of_way.give_way(cancel))
    cancel.cancel()
    assert done.wait(WAIT_S)
    thread.join()
