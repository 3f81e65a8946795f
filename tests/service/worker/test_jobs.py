"""Jobs that somebody asked for: what goes first, what is stopped, and how each of them ends."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from photosearch.engine import Engine
from photosearch.errors import ModelError, PhotoSearchError
from photosearch.jobs import Job, JobKind, JobState
from photosearch.paths import AppPaths
from photosearch.service.events import EventHub, Subscription
from photosearch.service.worker import IndexWorker
from photosearch.settings import Settings
from photosearch.types import EventKind
from photosearch.watching import Timing, Watching

MakePhoto = Callable[..., Path]
WaitFor = Callable[..., None]
Found = Callable[[Engine], set[str]]
Ended = Callable[[IndexWorker, Job], Job]
IsIdle = Callable[[IndexWorker], bool]

WAIT_S = 120.0
TIMING = Timing(quiet_s=0.05, found_quiet_s=0.05, writing_quiet_s=0.5, rescan_s=0.0)


def test_a_requested_job_goes_before_what_nobody_asked_for(
    engine: Engine,
    encoder: Any,
    worker: IndexWorker,
    library: Path,
    make_photo: MakePhoto,
    ended: Ended,
) -> None:
    for number in range(20):
        make_photo(f"{number}.png")
    engine.add_root(library)
    encoder.gate.clear()
    worker.start()
    assert encoder.is_reached.wait(WAIT_S)
    job = worker.submit(JobKind.INDEX)
    encoder.gate.set()
    report = ended(worker, job).report
    assert report is not None
    assert report.unchanged < 20, "the first look went on to its end"
    assert report.unchanged + report.embedded == 20
    assert encoder.encoded_images == 20


def test_changes_are_looked_at_between_the_steps_of_a_long_job(
    engine: Engine,
    encoder: Any,
    worker: IndexWorker,
    library: Path,
    make_photo: MakePhoto,
    monkeypatch: pytest.MonkeyPatch,
    wait_for: WaitFor,
    found: Found,
    is_idle: IsIdle,
) -> None:
    monkeypatch.setattr("photosearch.service.worker._BETWEEN_S", 0.0)
    photos = [make_photo(f"{number:03}.png") for number in range(300)]
    engine.add_root(library)
    worker.start()
    wait_for(lambda: encoder.encoded_images > 100)
    encoder.gate.clear()
    make_photo("new.png")
    photos[0].unlink()
    time.sleep(0.3)  # until the news has come; nothing is embedded meanwhile
    seen = encoder.encoded_images
    encoder.gate.set()
    wait_for(lambda: "new.png" in found(engine))
    assert encoder.encoded_images < seen + 150, "it waited for the end of the job"
    wait_for(lambda: is_idle(worker))
    wait_for(lambda: len(found(engine)) == 300)
    assert "000.png" not in found(engine)
    assert engine.skipped() == []


def test_a_job_in_hand_is_held_where_it_is(
    engine: Engine,
    encoder: Any,
    worker: IndexWorker,
    library: Path,
    make_photo: MakePhoto,
    wait_for: WaitFor,
    found: Found,
    ended: Ended,
) -> None:
    for number in range(100):
        make_photo(f"{number}.png")
    engine.add_root(library)
    worker.start()
    wait_for(lambda: encoder.encoded_images > 3)
    worker.pause()
    time.sleep(0.3)
    held = encoder.encoded_images
    assert held < 100
    time.sleep(0.3)
    assert encoder.encoded_images == held
    report = ended(worker, worker.submit(JobKind.INDEX)).report
    assert report is not None, "who asks for a job wants it now"
    assert len(found(engine)) == 100


def test_a_job_that_was_stopped_is_not_begun_again_by_itself(
    engine: Engine,
    encoder: Any,
    worker: IndexWorker,
    library: Path,
    make_photo: MakePhoto,
    wait_for: WaitFor,
    ended: Ended,
) -> None:
    for number in range(100):
        make_photo(f"{number}.png")
    worker.start()
    engine.add_root(library)
    worker.roots_changed()
    job = worker.submit(JobKind.INDEX)
    wait_for(lambda: encoder.encoded_images > 3)
    worker.cancel(job.id)
    report = ended(worker, job).report
    assert report is not None
    assert report.is_cancelled
    held = encoder.encoded_images
    assert held < 100
    time.sleep(0.5)
    assert encoder.encoded_images == held
    again = ended(worker, worker.submit(JobKind.INDEX)).report
    assert again is not None
    assert (again.unchanged, again.embedded) == (held, 100 - held)


def test_a_job_that_waits_can_be_cancelled_and_no_other_with_it(
    engine: Engine,
    encoder: Any,
    worker: IndexWorker,
    library: Path,
    make_photo: MakePhoto,
    wait_for: WaitFor,
    ended: Ended,
) -> None:
    make_photo("a.png")
    engine.add_root(library)
    encoder.gate.clear()
    worker.start()
    running = worker.submit(JobKind.INDEX)
    assert encoder.is_reached.wait(WAIT_S)
    wait_for(lambda: worker.job(running.id).state is JobState.RUNNING)  # type: ignore[union-attr]
    waiting = worker.submit(JobKind.REBUILD)
    other = worker.submit(JobKind.REBUILD)
    worker.cancel(waiting.id)
    cancelled = worker.job(waiting.id)
    assert cancelled is not None
    assert cancelled.state is JobState.DONE
    encoder.gate.set()
    assert ended(worker, running).state is JobState.DONE
    assert ended(worker, other).state is JobState.DONE
    assert worker.job(other.id) != cancelled
    assert worker.job(10_000) is None
    assert worker.cancel(10_000) is None


def test_a_model_that_is_none_is_refused_before_it_waits(
    worker: IndexWorker,
) -> None:
    with pytest.raises(ModelError):
        worker.submit(JobKind.INDEX, "no such model")


def test_what_fails_is_told_once_and_taken_back_when_it_is_mended(
    engine: Engine,
    encoder: Any,
    worker: IndexWorker,
    heard: Subscription,
    library: Path,
    make_photo: MakePhoto,
    ended: Ended,
) -> None:
    make_photo("a.png")
    engine.add_root(library)
    encoder.error = PhotoSearchError("The disk is full.", "Make room.")
    worker.start()
    job = ended(worker, worker.submit(JobKind.INDEX))
    assert job.state is JobState.FAILED
    assert job.error is not None
    assert job.error.message == "The disk is full."
    assert [notice.message for notice in worker.status().notices] == ["The disk is full."]
    encoder.error = None
    assert ended(worker, worker.submit(JobKind.INDEX)).state is JobState.DONE
    assert worker.status().notices == ()
    notices = [event for event in heard.take() if event.kind is EventKind.NOTICE]
    assert len(notices) == 1


def test_a_bug_in_a_job_ends_neither_the_job_without_a_word_nor_the_worker(
    engine: Engine,
    encoder: Any,
    worker: IndexWorker,
    library: Path,
    make_photo: MakePhoto,
    found: Found,
    ended: Ended,
) -> None:
    make_photo("a.png")
    engine.add_root(library)
    encoder.error = RuntimeError("a bug")
    worker.start()
    job = ended(worker, worker.submit(JobKind.INDEX))
    assert job.error is not None
    assert "RuntimeError" in job.error.message
    encoder.error = None
    assert ended(worker, worker.submit(JobKind.INDEX)).state is JobState.DONE
    assert found(engine) == {"a.png"}


def test_a_stop_in_the_middle_of_a_job_keeps_what_is_done(
    paths: AppPaths,
    encoder: Any,
    library: Path,
    make_photo: MakePhoto,
    wait_for: WaitFor,
) -> None:
    for number in range(200):
        make_photo(f"{number}.png")
    with Engine(paths, Settings(batch_size=1), lambda *_: encoder) as engine:
        engine.add_root(library)
        worker = IndexWorker(engine, Watching(TIMING), EventHub())
        worker.start()
        wait_for(lambda: encoder.encoded_images > 10)
        assert worker.stop(WAIT_S)
        done = encoder.encoded_images
        assert done < 200
        assert engine.status().models[0].embedded == done
