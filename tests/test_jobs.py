"""Who goes first, who waits, and for how long; and how long a job will take."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from photosearch.jobs import CancelToken, Pace, RightOfWay

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


def test_the_pace_is_that_of_the_last_minute() -> None:
    now = 0.0
    pace = Pace(clock=lambda: now)
    assert (pace.seconds_for(10), pace.seconds_for(0)) == (None, 0.0)
    for second in range(200):
        now = float(second)
        pace.note(second * (1 if second < 100 else 2))
    assert pace.seconds_for(100) == pytest.approx(50, rel=0.1)
    pace.note(0)
    assert pace.seconds_for(10) is None
