"""Follows a job that the service does, as if it were done here: progress, and last its report."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from photosearch import wire
from photosearch.client.connection import SLOW_S, Connection, GoneError
from photosearch.errors import ServiceError
from photosearch.jobs import Job, JobState
from photosearch.types import IndexReport, Progress

if TYPE_CHECKING:
    from photosearch.jobs import CancelToken

# How long a cancel may go unheard.
_LOOK_S = 0.5
# How long somebody waits who interrupted twice.
_TELL_S = 2.0


class JobRequest:
    """Work to be asked of the service, again if that dies meanwhile: it takes up what is left."""

    def __init__(self, path: str, body: dict[str, Any] | None, cancel: CancelToken) -> None:
        self._path = path
        self._body = body
        self._cancel = cancel
        self._is_told = False

    def run(
        self, connected: Callable[[], Connection], lost: Callable[[Connection], bool]
    ) -> Iterator[Progress | IndexReport]:
        """Do it with whatever service ``connected`` gives.

        ``lost`` hears of one that is gone, and says whether to go on with another.

        Raises:
            PhotoSearchError: the error that ended the job.
        """
        for _ in range(2):
            connection = connected()
            try:
                yield from self._follow(connection, self._submit(connection))
            except GoneError:
                if not lost(connection):
                    raise ServiceError(
                        "The service was stopped while it worked on this.",
                        "What was done is kept; go on with: photosearch index",
                    ) from None
            else:
                return
        raise ServiceError(
            "The service ended twice while it worked on this.",
            "See its log: photosearch service status",
        )

    def _submit(self, connection: Connection) -> Job:
        self._is_told = False
        return _job(connection, "POST", self._path, wait_s=SLOW_S, json=self._body)

    def _follow(self, connection: Connection, job: Job) -> Iterator[Progress | IndexReport]:
        try:
            yield from self._steps(connection, job)
        except (KeyboardInterrupt, GeneratorExit):
            if self._cancel.is_cancelled:  # a second Ctrl-C leaves no time to tell of the first
                with contextlib.suppress(GoneError, ServiceError):
                    _job(connection, "DELETE", f"/v1/jobs/{job.id}", wait_s=_TELL_S)
            raise

    def _steps(self, connection: Connection, job: Job) -> Iterator[Progress | IndexReport]:
        seen: Progress | None = None
        while True:
            if job.progress is not None and job.progress != seen:
                seen = job.progress
                yield seen
            if job.state is JobState.FAILED:
                raise job.error or ServiceError("The job failed, and the service does not say why.")
            if job.state is JobState.DONE:
                if job.report is not None:
                    yield job.report
                return
            job = self._next(connection, job.id)

    def _next(self, connection: Connection, job_id: int) -> Job:
        path = f"/v1/jobs/{job_id}"
        if self._cancel.is_cancelled and not self._is_told:
            self._is_told = True
            _job(connection, "DELETE", path)
        return _job(connection, "GET", path, params={"wait_s": _LOOK_S})


def _job(connection: Connection, method: str, path: str, **parts: Any) -> Job:
    response = connection.request(method, path, **parts)
    return wire.Job.model_validate_json(response.content).to_core()
