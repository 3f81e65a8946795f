"""Jobs that the service does and a client follows: to their end, or as far as it wants."""

from __future__ import annotations

import itertools
import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from photosearch.client import Client, starting
from photosearch.errors import ModelError, PhotoSearchError, ServiceError
from photosearch.jobs import CancelToken
from photosearch.types import ActivityState, IndexReport, Phase, Progress

MakePhoto = Callable[..., Path]
NewClient = Callable[..., Client]


@pytest.fixture
def full(library: Path, make_photo: MakePhoto) -> Path:
    """A library of two batches and a little."""
    for number in range(40):
        make_photo(f"{number}.png", "blue")
    return library


def photos(client: Client) -> int:
    return sum(root.photos for root in client.status().roots)


def test_progress_comes_without_repeats_and_the_report_last(
    new_client: NewClient, full: Path
) -> None:
    client = new_client(batch_s=0.7)
    client.add_root(full)
    *steps, report = client.index()
    assert isinstance(report, IndexReport)
    assert report.embedded + report.unchanged == 40
    assert all(isinstance(step, Progress) for step in steps)
    assert all(one != other for one, other in itertools.pairwise(steps))
    assert Phase.EMBEDDING in {step.phase for step in steps if isinstance(step, Progress)}


def test_a_cancelled_job_ends_with_a_report_that_says_so(new_client: NewClient, full: Path) -> None:
    client = new_client(batch_s=0.5)
    client.add_root(full)
    cancel = CancelToken()
    report = None
    for step in client.index(cancel):
        if isinstance(step, Progress) and step.phase is Phase.EMBEDDING:
            cancel.cancel()
        report = step
    assert isinstance(report, IndexReport)
    assert report.is_cancelled
    assert report.embedded < 40


def test_a_job_cancelled_before_it_starts_does_nothing(client: Client, full: Path) -> None:
    client.pause()  # else the service would look at the new folder by itself
    client.add_root(full)
    cancel = CancelToken()
    cancel.cancel()
    *_, report = client.index(cancel)
    assert isinstance(report, IndexReport)
    assert report.is_cancelled


def test_a_job_goes_on_when_its_client_is_gone(new_client: NewClient, full: Path) -> None:
    client = new_client(batch_s=0.3)
    client.add_root(full)
    job = client.index()
    next(job)
    client.close()
    other = new_client(connect_only=True)
    deadline = time.monotonic() + 120
    while photos(other) < 40 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert photos(other) == 40


def test_a_job_whose_service_is_killed_is_asked_for_again(
    new_client: NewClient, full: Path
) -> None:
    client = new_client(batch_s=0.5)
    client.add_root(full)
    first = client.about().pid
    steps = client.index()
    for step in steps:
        if isinstance(step, Progress) and step.phase is Phase.EMBEDDING:
            os.kill(first, signal.SIGKILL)
            break
    *_, report = steps
    assert isinstance(report, IndexReport)
    assert not report.is_cancelled
    assert photos(client) == 40
    assert client.about().pid != first


def test_a_job_whose_service_dies_each_time_is_given_up(new_client: NewClient, full: Path) -> None:
    client = new_client(batch_s=0.5)
    client.add_root(full)

    def kill_each_time() -> None:
        for step in client.index():
            if isinstance(step, Progress) and step.phase is Phase.EMBEDDING:
                os.kill(client.about().pid, signal.SIGKILL)

    with pytest.raises(PhotoSearchError, match="ended twice"):
        kill_each_time()


def test_a_model_that_is_none_is_said_as_the_engine_says_it(client: Client, full: Path) -> None:
    client.add_root(full)
    with pytest.raises(ModelError, match="no model 'nix'"):
        list(client.index(model="nix"))


def test_questions_are_answered_while_a_job_is_followed_in_another_thread(
    new_client: NewClient, full: Path
) -> None:
    client = new_client(batch_s=0.5)
    client.add_root(full)
    following = threading.Thread(target=lambda: list(client.index()))
    following.start()
    while following.is_alive():
        assert client.roots()[0].path == full
        time.sleep(0.05)
    following.join()
    assert photos(client) == 40


def test_a_service_that_somebody_stops_is_not_started_again_for_a_job_in_hand(
    new_client: NewClient, full: Path
) -> None:
    client = new_client(batch_s=0.3)
    client.add_root(full)
    job = client.index()
    other = new_client(connect_only=True)
    next(job)
    assert other.stop()
    ends: list[IndexReport | ServiceError]
    try:
        ends = [step for step in job if isinstance(step, IndexReport)]
    except ServiceError as error:
        ends = [error]
    [end] = ends  # which of them comes is a matter of moments
    assert end.is_cancelled if isinstance(end, IndexReport) else "was stopped" in end.message
    assert other.running() is None


def test_a_job_goes_on_with_the_service_that_somebody_starts_anew(
    new_client: NewClient, full: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, other = new_client(batch_s=0.1), new_client(batch_s=0.1)
    first = client.about().pid
    connection = starting.find(other._paths)
    assert connection is not None
    other.stop()
    monkeypatch.setattr(starting, "_RESTART_S", 0.0)
    assert not starting.find_after(other._paths, connection)
    second = other.about().pid
    assert second != first
    assert starting.find_after(other._paths, connection)
    connection.close()


def test_leaving_a_job_that_was_to_be_cancelled_cancels_it(
    new_client: NewClient, full: Path
) -> None:
    client = new_client(batch_s=0.3)
    client.add_root(full)
    cancel = CancelToken()
    job = client.index(cancel)
    for step in job:
        if isinstance(step, Progress) and step.phase is Phase.EMBEDDING:
            break
    cancel.cancel()  # as the first Ctrl-C does; the second one ends the command at once
    job.close()  # type: ignore[attr-defined] # it is a generator
    deadline = time.monotonic() + 120
    while client.status().activity.state is not ActivityState.IDLE:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert photos(client) < 40
