"""An index that the service owns, with the interface of an engine in this process."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from photosearch import runtime, wire
from photosearch.client import starting, stream
from photosearch.client.connection import QUICK_S, SLOW_S, Connection, GoneError
from photosearch.client.content_ids import is_content_id, sound, unknown
from photosearch.client.following import JobRequest
from photosearch.client.pictures import pictures
from photosearch.errors import (
    LibraryError,
    PhotoSearchError,
    QueryError,
    ServiceError,
    SettingsError,
)
from photosearch.jobs import CancelToken
from photosearch.paths import absolute
from photosearch.types import (
    Answer,
    Event,
    Hit,
    IndexReport,
    PhotoRecord,
    Progress,
    Query,
    Root,
    Skipped,
    Status,
    Thumbnail,
)

if TYPE_CHECKING:
    import httpx

    from photosearch.paths import AppPaths
    from photosearch.runtime import ServiceAddress
    from photosearch.settings import Settings

M = TypeVar("M", bound=BaseModel)

_PAGE_ROWS = 1_000


class Client:
    """The service of an index; it is started at the first question, and lives on when we end.

    Every method may be called from any thread, and raises what the engine would have raised, with
    `ServiceError` beside it. A service that died is started again, once a question.

    Args:
        paths: of the index; a service of its own belongs to each.
        start: the command that runs a service; None is this installation's own.
        connect_only: never start one; what needs it raises `ServiceError`.
    """

    def __init__(
        self, paths: AppPaths, *, start: Sequence[str] | None = None, connect_only: bool = False
    ) -> None:
        self._paths = paths
        self._start = list(start) if start is not None else runtime.service_command(paths)
        self._connect_only = connect_only
        self._guard = threading.Lock()
        self._connection: Connection | None = None
        self._lost: list[Connection] = []

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections; the service goes on."""
        with self._guard:
            for connection in (*self._lost, self._connection):
                if connection is not None:
                    connection.close()
            self._lost, self._connection = [], None

    # -- the service itself

    def running(self) -> ServiceAddress | None:
        """Where the service is, if one runs and answers; none is started.

        Raises:
            ServiceError: one runs and does not answer.
        """
        connection = starting.find(self._paths)
        if connection is None:
            return None
        connection.close()
        return connection.address

    def about(self) -> wire.About:
        """Who answers, asked anew; starts the service when there is none."""
        return self._get("/v1/about", wire.About)

    def stop(self, wait_s: float = starting.STOP_S) -> bool:
        """End the service and wait until it has let go of the index; False when it has not by then.

        None that runs is no error: then nothing is done.
        """
        connection = starting.find(self._paths)
        if connection is None:
            return True
        with contextlib.closing(connection):
            return starting.stop(connection, wait_s)

    def pause(self) -> None:
        """Stop all work in the background until `resume`; questions are still answered."""
        self._ask("POST", "/v1/pause")

    def resume(self) -> None:
        """Go on with the work in the background."""
        self._ask("POST", "/v1/resume")

    def events(self, cancel: CancelToken | None = None) -> Iterator[Event]:
        """What the service tells of its work, until ``cancel`` is set.

        The current activity comes first. When the service ends this ends, and does not connect to
        the next one: what happened meanwhile would be missing, so the caller has to look anew.

        Raises:
            ServiceError: the service ended.
        """
        cancel = cancel or CancelToken()
        self.about()  # a service that died long ago is no news: start the next one
        connection = self._connected()
        while not cancel.is_cancelled:
            try:
                yield from stream.events(connection, cancel)
            except GoneError:
                self._forget(connection)
                raise ServiceError(
                    "The service has ended.", "Start it again: photosearch service start"
                ) from None

    # -- folders

    def add_root(self, folder: Path, exclude: Sequence[str] | None = None) -> Root:
        """Add a folder to the library; the service then looks through it by itself."""
        patterns = None if exclude is None else [wire.pattern_on_wire(one) for one in exclude]
        body = {"uri": wire.uri_of(absolute(folder)), "exclude": patterns}
        answer = self._ask("POST", "/v1/roots", json=body)
        return _parsed(wire.Root, answer).to_core()

    def remove_root(self, folder: Path) -> int:
        """Forget a folder and what is known of its photos; returns how many. No file is touched."""
        path = Path(os.path.realpath(absolute(folder)))
        roots = self.roots()
        root = next((root for root in roots if root.path == path), None)
        if root is None:
            known = ", ".join(str(root.path) for root in roots) or "none"
            raise LibraryError(f"{folder} is not an added folder.", f"Added folders: {known}.")
        answer = self._ask("DELETE", f"/v1/roots/{root.id}", is_repeatable=False)
        return _parsed(wire.Removed, answer).photos

    def exclude(self, path: Path) -> str:
        """Leave a photo, or a folder, out of the library from now on; returns the pattern."""
        answer = self._ask("POST", "/v1/exclusions", json={"uri": wire.uri_of(absolute(path))})
        return wire.pattern_from_wire(_parsed(wire.Excluded, answer).pattern)

    def include(self, root: Path, pattern: str) -> None:
        """Undo `exclude`: the service finds the photos again by itself, by and by."""
        params = {"root": wire.uri_of(absolute(root)), "pattern": wire.pattern_on_wire(pattern)}
        self._ask("DELETE", "/v1/exclusions", params=params)

    def roots(self) -> tuple[Root, ...]:
        """The added folders."""
        return tuple(root.to_core() for root in self._get("/v1/roots", wire.Roots).roots)

    # -- jobs

    def index(
        self, cancel: CancelToken | None = None, model: str | None = None
    ) -> Iterator[Progress | IndexReport]:
        """Bring the index up to date with the disk; yields progress, and last the report.

        The service does it: it goes on when nobody follows any more.
        """
        job = JobRequest("/v1/index", {"model": model}, cancel or CancelToken())
        yield from job.run(self._connected, self._go_on_without)

    def rebuild(self, cancel: CancelToken | None = None) -> Iterator[Progress]:
        """Make the vector store anew from the catalog; cancelled, it is left as it was."""
        job = JobRequest("/v1/rebuild", None, cancel or CancelToken())
        for step in job.run(self._connected, self._go_on_without):
            if isinstance(step, Progress):
                yield step

    # -- questions

    def search(self, query: Query) -> list[Hit]:
        """The hits of `answer` alone."""
        return list(self.answer(query).hits)

    def answer(self, query: Query) -> Answer:
        """The photos that answer a query, best first, and how many there are."""
        for content_id in query.similar_to:
            sound(content_id)
        try:
            if query.image is None:
                body = wire.SearchRequest.of(query).model_dump(mode="json")
                answer = self._ask("POST", "/v1/search", wait_s=SLOW_S, json=body)
            else:
                answer = self._ask(
                    "POST",
                    "/v1/search/image",
                    wait_s=SLOW_S,
                    params=wire.image_search_params(query),
                    content=query.image,
                    headers={"Content-Type": "application/octet-stream"},
                )
        except ValidationError as error:
            raise QueryError(f"The search cannot be sent: {_why(error)}.") from None
        return _parsed(wire.SearchAnswer, answer).to_core()

    def photo(self, content_id: str) -> PhotoRecord:
        """What is known of an indexed photo."""
        return self._get(_photo_path(content_id), wire.PhotoRecord).to_core()

    def photo_at(self, path: Path) -> PhotoRecord:
        """What is known of the indexed photo at a place."""
        answer = self._ask("GET", "/v1/photos", params={"uri": wire.uri_of(absolute(path))})
        return _parsed(wire.PhotoRecord, answer).to_core()

    def thumbnail(self, content_id: str, size_px: int) -> Thumbnail:
        """A small picture of an indexed photo, its longer side at most ``size_px``."""
        path = f"{_photo_path(content_id)}/thumbnail"
        answer = self._ask("GET", path, params={"size": size_px})
        return Thumbnail(answer.content, answer.headers.get("ETag", ""))

    def thumbnails(
        self, content_ids: Sequence[str], size_px: int
    ) -> Iterator[tuple[str, Thumbnail | PhotoSearchError]]:
        """The same for many, in the order in which they are ready; an error beside a missing one.

        One answer brings up to 200 of them: far faster than to ask for each.
        """
        asked = list(dict.fromkeys(content_ids))
        yield from ((one, unknown(one)) for one in asked if not is_content_id(one))
        asked = [one for one in asked if is_content_id(one)]
        for start in range(0, len(asked), wire.THUMBNAILS_MAX):
            yield from self._thumbnails(asked[start : start + wire.THUMBNAILS_MAX], size_px)

    def status(self) -> Status:
        """What the index holds, and what the service does about it; loads no model."""
        return self._get("/v1/status", wire.Status).to_core()

    def skipped(self) -> list[Skipped]:
        """Files and folders that could not be indexed, each with its reason."""
        skipped: list[Skipped] = []
        while True:
            params = {"offset": len(skipped), "limit": _PAGE_ROWS}
            page = _parsed(wire.SkippedPage, self._ask("GET", "/v1/skipped", params=params))
            skipped += [one.to_core() for one in page.skipped]
            if not page.skipped or len(skipped) >= page.total:
                return skipped

    @property
    def settings(self) -> Settings:
        """What the user chose."""
        return self._get("/v1/settings", wire.Settings).to_core()

    def change_settings(self, changes: dict[str, Any]) -> Settings:
        """Change settings by name, and keep them on disk."""
        try:
            answer = self._ask("PATCH", "/v1/settings", json=changes)
        except (TypeError, ValueError) as error:
            raise SettingsError(f"A setting cannot have this value: {error}.") from error
        return _parsed(wire.Settings, answer).to_core()

    # -- plumbing

    def _thumbnails(
        self, content_ids: Sequence[str], size_px: int
    ) -> Iterator[tuple[str, Thumbnail | PhotoSearchError]]:
        """One answer; what a service that ended did not send is asked of the next one, once."""
        left = dict.fromkeys(content_ids)
        for _ in range(2):
            connection = self._connected()
            try:
                for content_id, made in pictures(connection, list(left), size_px):
                    left.pop(content_id, None)
                    yield content_id, made
            except GoneError:
                self._forget(connection)
            else:
                return
        raise _gone()

    def _get(self, path: str, model: type[M]) -> M:
        return _parsed(model, self._ask("GET", path))

    def _ask(
        self,
        method: str,
        path: str,
        *,
        wait_s: float = QUICK_S,
        is_repeatable: bool = True,
        **parts: Any,
    ) -> httpx.Response:
        """One question, asked again if the service is gone; not when it may have acted already."""
        connection = self._connected()
        try:
            return connection.request(method, path, wait_s=wait_s, **parts)
        except GoneError as gone:
            self._forget(connection)
            if gone.was_sent and not is_repeatable:
                raise _gone() from None
        connection = self._connected()
        try:
            return connection.request(method, path, wait_s=wait_s, **parts)
        except GoneError:
            self._forget(connection)
            raise _gone() from None

    def _connected(self) -> Connection:
        with self._guard:
            if self._connection is None:
                self._connection = self._connect()
            return self._connection

    def _connect(self) -> Connection:
        if not self._connect_only:
            return starting.find_or_start(self._paths, self._start)
        connection = starting.find(self._paths)
        if connection is None:
            raise ServiceError("The service is not running.", "Start it: photosearch service start")
        return connection

    def _go_on_without(self, connection: Connection) -> bool:
        self._forget(connection)
        return starting.find_after(self._paths, connection)

    def _forget(self, connection: Connection) -> None:
        """Ask elsewhere next time; other threads may still be using this one, so it stays open."""
        with self._guard:
            if self._connection is connection:
                self._connection = None
                self._lost.append(connection)


def _parsed(model: type[M], answer: httpx.Response) -> M:
    try:
        return model.model_validate_json(answer.content)
    except ValidationError as error:
        raise ServiceError(
            f"The service's answer to {answer.request.url.path} makes no sense: {_why(error)}.",
            "Restart it: photosearch service restart",
        ) from None


def _why(error: ValidationError) -> str:
    first = error.errors()[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"


def _photo_path(content_id: str) -> str:
    return f"/v1/photos/{sound(content_id)}"


def _gone() -> ServiceError:
    return ServiceError(
        "The service ended while it worked on this.", "Try again; see also its log."
    )
