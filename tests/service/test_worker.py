"""The thread that does all indexing: what goes first, what waits, and what is said about it."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from photosearch.engine import Engine
from photosearch.errors import ModelError, PhotoSearchError, QueryError
from photosearch.model.fake import FakeEncoder
from photosearch.paths import AppPaths
from photosearch.service.events import EventHub, Subscription
from photosearch.service.worker import IndexWorker
from photosearch.settings import Settings
from photosearch.types import (
    ActivityState,
    EventKind,
    Job,
    JobKind,
    JobState,
    Query,
    WatchState,
)
from photosearch.watching import Timing, Watching

MakePhoto = Callable[..., Path]
WAIT_S = 30.0
TIMING = Timing(quiet_s=0.05, found_quiet_s=0.05, writing_quiet_s=0.5, rescan_s=0.0)


class GatedEncoder(FakeEncoder):
    """Embeds photos only while its gate is open; or fails, as a full disk would."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = threading.Event()
        self.gate.set()
        self.is_reached = threading.Event()
        self.error: Exception | None = None
        self.has_rested = threading.Event()

    def rest(self) -> None:
        self.has_rested.set()

    def encode_images(self, pixels: Sequence[object]) -> object:  # type: ignore[override]
        self.is_reached.set()
        assert self.gate.wait(WAIT_S)
        if self.error is not None:
            raise self.error
        return super().encode_images(pixels)  # type: ignore[arg-type]


@pytest.fixture
def encoder() -> GatedEncoder:
    return GatedEncoder()


@pytest.fixture
def engine(paths: AppPaths, encoder: GatedEncoder) -> Iterator[Engine]:
    with Engine(paths, Settings(batch_size=1, decode_threads=1), lambda *_: encoder) as opened:
        yield opened


@pytest.fixture
def hub() -> EventHub:
    return EventHub()


@pytest.fixture
def heard(hub: EventHub) -> Iterator[Subscription]:
    with hub.subscribe(lambda: None) as subscription:
        yield subscription


@pytest.fixture
def worker(engine: Engine, encoder: GatedEncoder, hub: EventHub) -> Iterator[IndexWorker]:
    made = IndexWorker(engine, Watching(TIMING), hub)
    yield made
    encoder.gate.set()
    assert made.stop(WAIT_S)


def wait_for(condition: Callable[[], object], what: str = "it") -> None:
    until = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < until, f"waited in vain for {what}"
        time.sleep(0.01)


def found(engine: Engine) -> set[str]:
    with contextlib.suppress(QueryError):
        hits = engine.search(Query(text="red", limit=1_000))
        return {str(hit.photo.relative_path) for hit in hits}
    return set()


def ended(worker: IndexWorker, job: Job) -> Job:
    def has_ended() -> bool:
        now = worker.job(job.id)
        return now is not None and now.state in (JobState.DONE, JobState.FAILED)

    wait_for(has_ended, "the job's end")
    now = worker.job(job.id)
    assert now is not None
    return now


def is_idle(worker: IndexWorker) -> bool:
    return worker.status().activity.state is ActivityState.IDLE


def test_it_looks_at_everything_when_it_starts(
    engine: Engine, worker: IndexWorker, library: Path, make_photo: MakePhoto
) -> None:
    make_photo("a.png")
    engine.add_root(library)
    worker.start()
    wait_for(lambda: found(engine) == {"a.png"})
    wait_for(lambda: is_idle(worker))
    [root] = worker.status().roots
    assert (root.photos, root.watch) == (1, WatchState.WATCHED)


def test_without_folders_no_model_is_loaded(paths: AppPaths) -> None:
    def load(*_: object) -> FakeEncoder:
        raise AssertionError("nobody needs it")

    with Engine(paths, Settings(), load) as engine:
        worker = IndexWorker(engine, Watching(TIMING), EventHub())
        worker.start()
        time.sleep(0.2)
        assert worker.stop(WAIT_S)


def test_an_added_folder_is_looked_at_and_a_removed_one_let_go(
    engine: Engine, worker: IndexWorker, library: Path, make_photo: MakePhoto
) -> None:
    worker.start()
    make_photo("a.png")
    engine.add_root(library)
    worker.roots_changed()
    wait_for(lambda: found(engine) == {"a.png"})
    engine.remove_root(library)
    worker.roots_changed()
    make_photo("b.png")
    wait_for(lambda: worker.status().roots == ())
    time.sleep(0.3)
    assert found(engine) == set()


def test_a_requested_job_goes_before_what_nobody_asked_for(
    engine: Engine,
    encoder: GatedEncoder,
    worker: IndexWorker,
    library: Path,
    make_photo: MakePhoto,
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
    encoder: GatedEncoder,
    worker: IndexWorker,
    library: Path,
    make_photo: MakePhoto,
    monkeypatch: pytest.MonkeyPatch,
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


def test_work_is_held_while_paused_and_goes_on_when_resumed(
    engine: Engine, worker: IndexWorker, library: Path, make_photo: MakePhoto
) -> None:
    engine.add_root(library)
    worker.start()
    wait_for(lambda: worker.status().roots[0].watch is WatchState.WATCHED)
    worker.pause()
    make_photo("a.png")
    assert worker.status().activity.state is ActivityState.PAUSED
    time.sleep(0.5)
    assert found(engine) == set()
    worker.resume()
    wait_for(lambda: found(engine) == {"a.png"})


def test_a_job_in_hand_is_held_where_it_is(
    engine: Engine,
    encoder: GatedEncoder,
    worker: IndexWorker,
    library: Path,
    make_photo: MakePhoto,
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
    encoder: GatedEncoder,
    worker: IndexWorker,
    library: Path,
    make_photo: MakePhoto,
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
    encoder: GatedEncoder,
    worker: IndexWorker,
    library: Path,
    make_photo: MakePhoto,
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


def test_a_model_that_is_none_is_refused_before_it_waits(worker: IndexWorker) -> None:
    with pytest.raises(ModelError):
        worker.submit(JobKind.INDEX, "no such model")


def test_what_fails_is_told_once_and_taken_back_when_it_is_mended(
    engine: Engine,
    encoder: GatedEncoder,
    worker: IndexWorker,
    heard: Subscription,
    library: Path,
    make_photo: MakePhoto,
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
    encoder: GatedEncoder,
    worker: IndexWorker,
    library: Path,
    make_photo: MakePhoto,
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


def test_those_who_listen_hear_of_work_and_of_its_end(
    engine: Engine,
    worker: IndexWorker,
    heard: Subscription,
    library: Path,
    make_photo: MakePhoto,
) -> None:
    make_photo("a.png")
    engine.add_root(library)
    worker.start()
    wait_for(lambda: found(engine) == {"a.png"})
    wait_for(lambda: is_idle(worker))
    events = heard.take()
    kinds = [event.kind for event in events]
    assert EventKind.INDEX_CHANGED in kinds
    [report] = [event.report for event in events if event.report]
    assert report.embedded == 1
    states = [event.activity.state for event in events if event.activity]
    assert (states[0], states[-1]) == (ActivityState.INDEXING, ActivityState.IDLE)


def test_photos_behind_a_link_out_of_the_folder_are_followed(
    engine: Engine, worker: IndexWorker, library: Path, make_photo: MakePhoto, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    make_photo("a.png", folder=elsewhere)
    (library / "link").symlink_to(elsewhere)
    engine.add_root(library)
    worker.start()
    wait_for(lambda: found(engine) == {"link/a.png"})
    wait_for(lambda: is_idle(worker))
    make_photo("b.png", folder=elsewhere)
    wait_for(lambda: found(engine) == {"link/a.png", "link/b.png"})
    (library / "link").unlink()
    wait_for(lambda: found(engine) == set())


def test_contents_of_photos_that_went_are_dropped_a_while_later(
    engine: Engine,
    encoder: GatedEncoder,
    worker: IndexWorker,
    library: Path,
    make_photo: MakePhoto,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("photosearch.service.worker._TIDY_S", 1.5)
    photo = make_photo("a.png")
    engine.add_root(library)
    worker.start()
    wait_for(lambda: found(engine) == {"a.png"})
    away = photo.rename(tmp_path / "a.png")
    wait_for(lambda: found(engine) == set())
    away.rename(library / "b.png")
    wait_for(lambda: found(engine) == {"b.png"})
    assert encoder.encoded_images == 1, "it was recognised"
    (library / "b.png").unlink()
    wait_for(lambda: engine.status().models[0].embedded == 0, "the content to be dropped")


def test_memory_is_given_back_a_while_after_work(
    engine: Engine,
    encoder: GatedEncoder,
    worker: IndexWorker,
    library: Path,
    make_photo: MakePhoto,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("photosearch.service.worker._TIDY_S", 0.1)
    make_photo("a.png")
    engine.add_root(library)
    worker.start()
    wait_for(lambda: found(engine) == {"a.png"})
    wait_for(encoder.has_rested.is_set)


def test_a_stop_in_the_middle_of_a_job_keeps_what_is_done(
    paths: AppPaths, encoder: GatedEncoder, library: Path, make_photo: MakePhoto
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


def test_its_thread_is_prepared_where_the_settings_say_so(
    paths: AppPaths, encoder: GatedEncoder
) -> None:
    for is_low in (True, False):
        prepared = threading.Event()
        settings = Settings(background_priority=is_low)
        with Engine(paths, settings, lambda *_: encoder) as engine:
            worker = IndexWorker(engine, Watching(TIMING), EventHub(), prepare_thread=prepared.set)
            worker.start()
            time.sleep(0.1)
            assert worker.stop(WAIT_S)
            assert prepared.is_set() == is_low


def test_a_model_that_nobody_needs_is_let_go_and_loaded_again(
    paths: AppPaths, library: Path, make_photo: MakePhoto
) -> None:
    loads = []

    def load(*_: object) -> FakeEncoder:
        loads.append(FakeEncoder())
        return loads[-1]

    make_photo("a.png", "red")
    with Engine(paths, Settings(), load) as engine:
        engine.add_root(library)
        list(engine.index())
        assert not engine.let_models_go(idle_s=3600.0)
        assert engine.let_models_go(idle_s=0.0)
        assert not engine.let_models_go(idle_s=0.0)
        assert found(engine) == {"a.png"}
        assert len(loads) == 2
