"""A worker on a model that can be held or made to fail, and how to wait for what it does."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence

import pytest

from photosearch.engine import Engine
from photosearch.errors import QueryError
from photosearch.jobs import Job, JobState
from photosearch.model.fake import FakeEncoder
from photosearch.paths import AppPaths
from photosearch.service.events import EventHub
from photosearch.service.worker import IndexWorker
from photosearch.settings import Settings
from photosearch.types import ActivityState, Query
from photosearch.watching import Timing, Watching

WAIT_S = 120.0
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


@pytest.fixture(name="wait_for")
def wait_for_fixture() -> Callable[..., object]:
    return wait_for


@pytest.fixture(name="found")
def found_fixture() -> Callable[..., object]:
    return found


@pytest.fixture(name="ended")
def ended_fixture() -> Callable[..., object]:
    return ended


@pytest.fixture(name="is_idle")
def is_idle_fixture() -> Callable[..., object]:
    return is_idle
