"""What the HTTP API stands on: the index, the worker in the background, and a few limits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Protocol, cast

from fastapi import Depends, Request

from photosearch.interface import PhotoSearch
from photosearch.jobs import Job, JobKind
from photosearch.service.downloads import Downloads
from photosearch.service.events import EventHub
from photosearch.service.measuring import Measuring
from photosearch.types import Status


class Worker(Protocol):
    """Who does all indexing, in a thread of its own. Every method may be called from any thread.

    None of them waits for the work in hand; ``job`` is asked from the event loop, many times a
    second while somebody waits for a job, and so must answer from memory.
    """

    def submit(self, kind: JobKind, model: str | None = None) -> Job:
        """Ask for a job; it waits until those before it are done."""
        ...

    def job(self, job_id: int) -> Job | None:
        """A job as it stands; None if there was none, or it was too long ago."""
        ...

    def cancel(self, job_id: int) -> Job | None:
        """Stop a job after the step in hand; one that has ended stays as it is."""
        ...

    def pause(self) -> None:
        """Hold all work until ``resume``."""
        ...

    def resume(self) -> None:
        """Let the work go on."""
        ...

    def roots_changed(self) -> None:
        """Say that folders were added or removed."""
        ...

    def models_changed(self) -> None:
        """Say that another model was chosen, or came."""
        ...

    def status(self) -> Status:
        """What the index holds, how its folders are watched, and what is being done."""
        ...


@dataclass(frozen=True)
class Backend:
    """What the routes work with.

    Attributes:
        stop: ends the server soon; called once an answer is on its way, from the event loop.
        heartbeat_s: how often a silent stream of events shows that it lives.
        stream_max_s: after this a stream ends, and who still listens asks again.
    """

    engine: PhotoSearch
    worker: Worker
    hub: EventHub
    downloads: Downloads
    measuring: Measuring
    data_dir: Path
    stop: Callable[[], None]
    heartbeat_s: float = 15.0
    stream_max_s: float = 3600.0


async def _backend_of(request: Request) -> Backend:
    return cast(Backend, request.app.state.backend)


Service = Annotated[Backend, Depends(_backend_of)]
"""How a route asks for the backend."""
