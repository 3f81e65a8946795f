"""What the worker owes to each folder, whatever comes between: nothing waits for a later look."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from photosearch.engine import Engine
from photosearch.errors import PhotoSearchError, QueryError
from photosearch.jobs import JobKind, JobState
from photosearch.model.fake import FakeEncoder
from photosearch.paths import AppPaths
from photosearch.service.events import EventHub
from photosearch.service.worker import IndexWorker
from photosearch.settings import Settings
from photosearch.types import IndexReport, Query, Root
from photosearch.watching import Timing, Watching

MakePhoto = Callable[..., Path]
WAIT_S = 120.0
TIMING = Timing(quiet_s=0.05, found_quiet_s=0.05, writing_quiet_s=0.5, rescan_s=0.0)
OTHER = "open_clip:ViT-B-32/other"


class Failing(FakeEncoder):
    """Fails while it has an error."""

    error: Exception | None = None

    def encode_images(self, pixels: Sequence[object]) -> object:  # type: ignore[override]
        if self.error is not None:
            raise self.error
        return super().encode_images(pixels)  # type: ignore[arg-type]


class Other(FakeEncoder):
    spec = replace(FakeEncoder.spec, name="other", architecture="other")


class Hindered(Watching):
    """Cannot watch folders at the first attempt; or stays at it until the gate is open."""

    def __init__(self) -> None:
        super().__init__(TIMING)
        self.error: Exception | None = None
        self.is_reached = threading.Event()
        self.gate = threading.Event()
        self.gate.set()

    def set_roots(self, roots: Sequence[Root]) -> None:
        self.is_reached.set()
        assert self.gate.wait(WAIT_S)
        error, self.error = self.error, None
        if error is not None:
            raise error
        super().set_roots(roots)


@pytest.fixture
def encoder() -> Failing:
    return Failing()


@pytest.fixture
def engine(paths: AppPaths, encoder: Failing) -> Iterator[Engine]:
    def load(_: AppPaths, settings: Settings) -> FakeEncoder:
        return Other() if settings.model == OTHER else encoder

    chosen = Settings(batch_size=1, decode_threads=1)
    with Engine(paths, chosen, load, is_installed=lambda _: True) as opened:
        yield opened


@pytest.fixture
def watching() -> Hindered:
    return Hindered()


@pytest.fixture
def worker(engine: Engine, watching: Hindered) -> Iterator[IndexWorker]:
    made = IndexWorker(engine, watching, EventHub())
    yield made
    watching.gate.set()
    assert made.stop(WAIT_S)


@pytest.fixture(autouse=True)
def short_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("photosearch.service.worker._RETRY_S", 0.2)


def wait_for(condition: Callable[[], object], what: str = "it") -> None:
    until = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < until, f"waited in vain for {what}"
        time.sleep(0.01)


def found(engine: Engine, model: str | None = None) -> set[str]:
    with contextlib.suppress(QueryError):
        hits = engine.search(Query(text="red", limit=1_000, model=model))
        return {str(hit.photo.relative_path) for hit in hits}
    return set()


def state_of(worker: IndexWorker, job_id: int) -> JobState:
    job = worker.job(job_id)
    assert job is not None
    return job.state


def test_a_folder_that_is_removed_and_added_again_at_once_is_looked_at(
    engine: Engine, worker: IndexWorker, library: Path, make_photo: MakePhoto
) -> None:
    make_photo("a.png")
    engine.add_root(library)
    worker.start()
    wait_for(lambda: found(engine) == {"a.png"})
    engine.remove_root(library)
    engine.add_root(library)
    worker.roots_changed()
    wait_for(lambda: found(engine) == {"a.png"})


def test_a_new_folder_takes_its_photos_from_the_one_around_it(
    engine: Engine, worker: IndexWorker, library: Path, make_photo: MakePhoto
) -> None:
    make_photo("within/a.png")
    engine.add_root(library)
    worker.start()
    wait_for(lambda: found(engine) == {"within/a.png"})
    engine.add_root(library / "within", ["*.tmp"])
    worker.roots_changed()
    wait_for(lambda: found(engine) == {"a.png"})


def test_a_new_folder_is_looked_at_although_the_job_that_was_asked_for_failed(
    engine: Engine, encoder: Failing, worker: IndexWorker, library: Path, make_photo: MakePhoto
) -> None:
    make_photo("a.png")
    engine.add_root(library)
    encoder.error = PhotoSearchError("The disk is full.", "Make room.")
    job = worker.submit(JobKind.INDEX)
    worker.start()
    wait_for(lambda: state_of(worker, job.id) is JobState.FAILED)
    encoder.error = None
    wait_for(lambda: found(engine) == {"a.png"})
    wait_for(lambda: worker.status().notices == ())


def test_a_new_folder_is_looked_at_with_the_chosen_model_after_a_job_for_another_one(
    engine: Engine, worker: IndexWorker, library: Path, make_photo: MakePhoto
) -> None:
    make_photo("a.png")
    engine.add_root(library)
    worker.submit(JobKind.INDEX, OTHER)
    worker.start()
    wait_for(lambda: found(engine, OTHER) == {"a.png"})
    wait_for(lambda: found(engine) == {"a.png"})


def test_a_model_that_is_chosen_is_given_all_photos(
    engine: Engine, worker: IndexWorker, library: Path, make_photo: MakePhoto
) -> None:
    make_photo("a.png")
    engine.add_root(library)
    worker.start()
    wait_for(lambda: found(engine) == {"a.png"})
    engine.change_settings({"model": OTHER})
    wait_for(lambda: engine.answering() == OTHER)
    assert found(engine) == found(engine, OTHER) == {"a.png"}


def test_a_switch_goes_on_when_a_job_that_somebody_asked_for_is_stopped(
    engine: Engine, encoder: Failing, worker: IndexWorker, library: Path, make_photo: MakePhoto
) -> None:
    for number in range(5):
        make_photo(f"{number}.png")
    engine.add_root(library)
    worker.start()
    wait_for(lambda: len(found(engine)) == 5)
    worker.pause()
    engine.change_settings({"model": OTHER})
    wait_for(lambda: engine.models_at_work() == ("starter", OTHER))
    job = worker.submit(JobKind.INDEX)
    worker.cancel(job.id)
    wait_for(lambda: engine.answering() == OTHER, "the switch")
    assert found(engine) == found(engine, OTHER)


def test_a_model_that_is_left_and_chosen_again_within_a_moment_is_still_given_all_photos(
    engine: Engine,
    worker: IndexWorker,
    library: Path,
    make_photo: MakePhoto,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = {make_photo(f"{number}.png").name for number in range(5)}
    engine.add_root(library)
    worker.start()
    wait_for(lambda: found(engine) == names)
    left: list[str] = []

    def choose(name: str) -> None:
        engine.change_settings({"model": name})
        worker.models_changed()

    def leave(encoder: Other, pixels: Sequence[object]) -> object:
        if not left:
            left.append("in the middle of a pass")
            choose("starter")
        return FakeEncoder.encode_images(encoder, pixels)  # type: ignore[arg-type]

    index_changes = engine.index_changes

    def then_return(*args: object) -> Iterator[object]:
        for step in index_changes(*args):  # type: ignore[arg-type]
            if isinstance(step, IndexReport) and len(left) == 1:
                left.append("and came back before anybody noticed")
                choose(OTHER)
            yield step

    monkeypatch.setattr(Other, "encode_images", leave)
    monkeypatch.setattr(engine, "index_changes", then_return)
    choose(OTHER)
    wait_for(lambda: engine.answering() == OTHER, "the switch")
    assert len(left) == 2
    assert found(engine) == found(engine, OTHER) == names


def test_folders_that_could_not_be_watched_are_tried_again(
    engine: Engine, watching: Hindered, worker: IndexWorker, library: Path, make_photo: MakePhoto
) -> None:
    make_photo("a.png")
    engine.add_root(library)
    watching.error = RuntimeError("a bug")
    worker.start()
    wait_for(lambda: found(engine) == {"a.png"})
    make_photo("b.png")
    wait_for(lambda: found(engine) == {"a.png", "b.png"})


def test_no_work_is_begun_once_it_is_to_stop(
    engine: Engine, watching: Hindered, worker: IndexWorker, library: Path, make_photo: MakePhoto
) -> None:
    for number in range(20):
        make_photo(f"{number}.png")
    engine.add_root(library)
    watching.gate.clear()
    worker.start()
    assert watching.is_reached.wait(WAIT_S)
    assert not worker.stop(0.0)
    watching.gate.set()
    assert worker.stop(WAIT_S)
    assert engine.status().models == ()


def test_what_broken_links_lead_to_is_found_when_it_appears(
    engine: Engine, worker: IndexWorker, library: Path, tmp_path: Path, make_photo: MakePhoto
) -> None:
    drive = tmp_path / "drive"
    (library / "folder").symlink_to(drive / "photos")
    (library / "file.png").symlink_to(tmp_path / "other" / "b.png")
    make_photo("c.png")
    engine.add_root(library)
    worker.start()
    wait_for(lambda: found(engine) == {"c.png"})
    make_photo("a.png", folder=drive / "photos")
    wait_for(lambda: found(engine) == {"c.png", "folder/a.png"})
    make_photo("b.png", folder=tmp_path / "other")
    wait_for(lambda: found(engine) == {"c.png", "folder/a.png", "file.png"})
