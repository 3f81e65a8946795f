"""An API to ask: over the real engine, with a worker that does what a test says."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from fake_supply import fake_supply

from photosearch import wire
from photosearch.engine import Engine
from photosearch.jobs import Job, JobKind, JobState
from photosearch.paths import AppPaths
from photosearch.service.app import create_app
from photosearch.service.backend import Backend
from photosearch.service.connections import Door
from photosearch.service.downloads import Downloads
from photosearch.service.events import EventHub, Subscription
from photosearch.service.measuring import Measuring
from photosearch.types import Activity, ActivityState, Hit, IndexReport, Status

TOKEN = "the-token-of-the-tests"
PORT = 4711


class FakeWorker:
    """Remembers what it was asked, and does nothing by itself; an engine may be behind it."""

    def __init__(self, engine: Engine | None = None) -> None:
        self._engine = engine
        self.jobs: dict[int, Job] = {}
        self.models: list[str | None] = []
        self.activity = Activity()
        self.times_roots_changed = self.times_models_changed = 0

    def submit(self, kind: JobKind, model: str | None = None) -> Job:
        job = Job(len(self.jobs) + 1, kind, JobState.QUEUED)
        self.jobs[job.id] = job
        self.models.append(model)
        return job

    def job(self, job_id: int) -> Job | None:
        return self.jobs.get(job_id)

    def cancel(self, job_id: int) -> Job | None:
        if job_id in self.jobs:
            self.jobs[job_id] = replace(self.jobs[job_id], state=JobState.DONE)
        return self.jobs.get(job_id)

    def pause(self) -> None:
        self.activity = Activity(ActivityState.PAUSED)

    def resume(self) -> None:
        self.activity = Activity()

    def roots_changed(self) -> None:
        self.times_roots_changed += 1

    def models_changed(self) -> None:
        self.times_models_changed += 1

    def status(self) -> Status:
        status = self._engine.status() if self._engine else Status((), (), 0)
        return replace(status, activity=self.activity)


@dataclass(frozen=True)
class Api:
    """Asks an application in this process, as somebody who holds the token."""

    app: Any
    headers: dict[str, str] = field(default_factory=lambda: {"Authorization": f"Bearer {TOKEN}"})

    def __call__(self, method: str, path: str, **parts: Any) -> httpx.Response:
        return asyncio.run(self.ask(method, path, **parts))

    async def ask(self, method: str, path: str, **parts: Any) -> httpx.Response:
        headers = self.headers | parts.pop("headers", {})
        transport = httpx.ASGITransport(self.app)
        url = f"http://127.0.0.1:{PORT}"
        async with httpx.AsyncClient(transport=transport, base_url=url) as client:
            return await client.request(method, path, headers=headers, **parts)

    @staticmethod
    def error_of(answer: httpx.Response) -> wire.Error:
        assert answer.headers["content-type"] == "application/json"
        return wire.ErrorBody.model_validate_json(answer.content).error

    @staticmethod
    def hits_of(answer: httpx.Response) -> list[Hit]:
        assert answer.status_code == 200, answer.text
        found = wire.SearchAnswer.model_validate_json(answer.content).hits
        return [hit.to_core() for hit in found]

    def found(self, answer: httpx.Response) -> list[Path]:
        return [hit.photo.path for hit in self.hits_of(answer)]


@pytest.fixture
def hub() -> EventHub:
    return EventHub()


@pytest.fixture
def heard(hub: EventHub) -> Iterator[Subscription]:
    with hub.subscribe(lambda: None) as subscription:
        yield subscription


@pytest.fixture
def worker(engine: Engine) -> FakeWorker:
    return FakeWorker(engine)


@pytest.fixture
def backend(engine: Engine, worker: FakeWorker, paths: AppPaths, tmp_path: Path) -> Backend:
    def stop() -> None:
        raise AssertionError("nobody asked for the end")

    hub = EventHub()
    downloads = Downloads(paths, hub, fake_supply(), lambda: engine.settings)
    measuring = Measuring(paths, hub, fake_supply(), lambda: ["starter"])
    return Backend(engine, worker, hub, downloads, measuring, tmp_path / "data", stop)


@pytest.fixture
def api(backend: Backend) -> Api:
    return Api(create_app(backend, TOKEN))


@contextmanager
def serving(backend: Backend) -> Iterator[str]:
    """A real server on a port of its own; gives its address."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        app = create_app(backend, TOKEN, port)
        server = uvicorn.Server(
            uvicorn.Config(app, http=Door(8), ws="none", log_config=None, lifespan="off")
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            wait_until(lambda: server.started)
            yield f"http://127.0.0.1:{port}"
        finally:
            backend.hub.close()
            server.should_exit = True
            thread.join(20)
            assert not thread.is_alive()


@pytest.fixture(name="serving")
def serving_fixture() -> Callable[[Backend], Any]:
    return serving


def wait_until(is_so: Callable[[], bool], wait_s: float = 120.0) -> None:
    until = time.monotonic() + wait_s
    while not is_so():
        assert time.monotonic() < until, "it did not become so in time"
        time.sleep(0.005)


@pytest.fixture(name="until")
def until_fixture() -> Callable[..., None]:
    return wait_until


class Parts:
    """What a test that lives longer than one function builds its own service of."""

    FakeWorker = FakeWorker
    serving = staticmethod(serving)


@pytest.fixture(scope="session")
def service_parts() -> type[Parts]:
    return Parts


@pytest.fixture
def shelf(
    engine: Engine,
    library: Path,
    make_photo: Callable[..., Path],
    index: Callable[[Engine], IndexReport],
) -> dict[str, Path]:
    """A red, a green and a blue photo, indexed; the blue one has a name that is no text."""
    photos = {
        "red": make_photo("red.png", "red"),
        "green": make_photo("sub/green.png", "green"),
        "blue": make_photo(os.fsdecode(b"\xff \n%#?'\" \xc3\xbc.png"), "blue"),
    }
    engine.add_root(library)
    index(engine)
    return photos
