"""Routes about the work in the background: jobs, pausing, and the stream of events."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from photosearch import jobs, wire
from photosearch.errors import ServiceError
from photosearch.service.backend import Backend, Service
from photosearch.service.failures import NotThereError, declared
from photosearch.service.streaming import EVENT_SCHEMA, EventStream

router = APIRouter(prefix="/v1", tags=["work"])

WAIT_MAX_S = 10.0
_LOOK_S = 0.05
_ENDS = (jobs.JobState.DONE, jobs.JobState.FAILED)

JobId = Annotated[int, Path(description="The `id` of the job.")]

_STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Server-sent events: `event` is the kind, `data` an Event as JSON.",
        "content": {"text/event-stream": {"schema": EVENT_SCHEMA}},
    }
}


@router.post("/index", status_code=202, responses=declared(400, 409, 422))
def index(service: Service, wanted: wire.IndexRequest) -> wire.Job:
    """Look through all folders and bring the index up to date with them."""
    return wire.Job.of(service.worker.submit(jobs.JobKind.INDEX, wanted.model))


@router.post("/rebuild", status_code=202, responses=declared())
def rebuild(service: Service) -> wire.Job:
    """Make the vector store anew from the catalog; no photo is read or embedded again."""
    return wire.Job.of(service.worker.submit(jobs.JobKind.REBUILD))


@router.get("/jobs/{job_id}", responses=declared(404, 422))
async def job(
    service: Service,
    job_id: JobId,
    wait_s: Annotated[
        float,
        Query(description="Wait so long for the job's next step.", ge=0, le=WAIT_MAX_S),
    ] = 0.0,
) -> wire.Job:
    """A job as it stands; with `wait_s`, at its next step, or when that time is over.

    A job that has ended is answered at once. The last 100 are remembered.
    """
    return wire.Job.of(await _next_step(service, job_id, wait_s))


@router.delete("/jobs/{job_id}", responses=declared(404, 422))
def cancel_job(service: Service, job_id: JobId) -> wire.Job:
    """Stop a job after the step in hand; what was done is kept."""
    return wire.Job.of(_known(service.worker.cancel(job_id), job_id))


@router.post("/pause", responses=declared())
def pause(service: Service) -> wire.Activity:
    """Hold all work in the background, until it is resumed or the service starts anew."""
    service.worker.pause()
    return wire.Activity.of(service.worker.status().activity)


@router.post("/resume", responses=declared())
def resume(service: Service) -> wire.Activity:
    """Let the work in the background go on."""
    service.worker.resume()
    return wire.Activity.of(service.worker.status().activity)


@router.get("/events", response_class=Response, responses=_STREAM | declared())
async def events(service: Service) -> Response:
    """News as it happens: what the service does, what changed, what a person can mend.

    The current activity comes first. The stream ends with the service, and after an hour: ask
    again then.
    """
    return EventStream(service)


async def _next_step(service: Backend, job_id: int, wait_s: float) -> jobs.Job:
    loop = asyncio.get_running_loop()
    until = loop.time() + wait_s
    first = now = _known(service.worker.job(job_id), job_id)
    while now == first and now.state not in _ENDS and loop.time() < until:
        if service.hub.is_closed:
            break
        await asyncio.sleep(_LOOK_S)
        now = _known(service.worker.job(job_id), job_id)
    return now


def _known(job: jobs.Job | None, job_id: int) -> jobs.Job:
    if job is None:
        raise NotThereError(ServiceError(f"There is no job {job_id}."))
    return job
