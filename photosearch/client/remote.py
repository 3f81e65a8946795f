"""An index that the service owns, with the interface of an engine in this process."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from photosearch import wire
from photosearch.client import starting, stream
from photosearch.client.asking import Asking, gone_error, parsed, why
from photosearch.client.connection import SLOW_S, GoneError
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
    PhotoNotes,
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

    from photosearch.model_info import ModelInfo
    from photosearch.paths import AppPaths
    from photosearch.runtime import ServiceAddress
    from photosearch.settings import Settings

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
        self._asking = Asking(paths, start, connect_only=connect_only)

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
        self._asking.close()

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
        return self._asking.get("/v1/about", wire.About)

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
        self._asking.ask("POST", "/v1/pause")

    def resume(self) -> None:
        """Go on with the work in the background."""
        self._asking.ask("POST", "/v1/resume")

    def events(self, cancel: CancelToken | None = None) -> Iterator[Event]:
        """What the service tells of its work, until ``cancel`` is set.

        The current activity comes first. When the service ends this ends, and does not connect to
        the next one: what happened meanwhile would be missing, so the caller has to look anew.

        Raises:
            ServiceError: the service ended.
        """
        cancel = cancel or CancelToken()
        self.about()  # a service that died long ago is no news: start the next one
        connection = self._asking.connected()
        while not cancel.is_cancelled:
            try:
                yield from stream.events(connection, cancel)
            except GoneError:
                self._asking.forget(connection)
                raise ServiceError(
                    "The service has ended.", "Start it again: photosearch service start"
                ) from None

    # -- folders

    def add_root(self, folder: Path, exclude: Sequence[str] | None = None) -> Root:
        """Add a folder to the library; the service then looks through it by itself."""
        patterns = None if exclude is None else [wire.pattern_on_wire(one) for one in exclude]
        body = {"uri": wire.uri_of(absolute(folder)), "exclude": patterns}
        answer = self._asking.ask("POST", "/v1/roots", json=body)
        return parsed(wire.Root, answer).to_core()

    def remove_root(self, folder: Path) -> int:
        """Forget a folder and what is known of its photos; returns how many. No file is touched."""
        path = Path(os.path.realpath(absolute(folder)))
        roots = self.roots()
        root = next((root for root in roots if root.path == path), None)
        if root is None:
            known = ", ".join(str(root.path) for root in roots) or "none"
            raise LibraryError(f"{folder} is not an added folder.", f"Added folders: {known}.")
        answer = self._asking.ask("DELETE", f"/v1/roots/{root.id}", is_repeatable=False)
        return parsed(wire.Removed, answer).photos

    def exclude(self, path: Path) -> str:
        """Leave a photo, or a folder, out of the library from now on; returns the pattern."""
        answer = self._asking.ask(
            "POST", "/v1/exclusions", json={"uri": wire.uri_of(absolute(path))}
        )
        return wire.pattern_from_wire(parsed(wire.Excluded, answer).pattern)

    def include(self, root: Path, pattern: str) -> None:
        """Undo `exclude`: the service finds the photos again by itself, by and by."""
        params = {"root": wire.uri_of(absolute(root)), "pattern": wire.pattern_on_wire(pattern)}
        self._asking.ask("DELETE", "/v1/exclusions", params=params)

    def roots(self) -> tuple[Root, ...]:
        """The added folders."""
        return tuple(root.to_core() for root in self._asking.get("/v1/roots", wire.Roots).roots)

    # -- jobs

    def index(
        self, cancel: CancelToken | None = None, model: str | None = None
    ) -> Iterator[Progress | IndexReport]:
        """Bring the index up to date with the disk; yields progress, and last the report.

        The service does it: it goes on when nobody follows any more.
        """
        job = JobRequest("/v1/index", {"model": model}, cancel or CancelToken())
        yield from job.run(self._asking.connected, self._asking.go_on_without)

    def rebuild(self, cancel: CancelToken | None = None) -> Iterator[Progress]:
        """Make the vector store anew from the catalog; cancelled, it is left as it was."""
        job = JobRequest("/v1/rebuild", None, cancel or CancelToken())
        for step in job.run(self._asking.connected, self._asking.go_on_without):
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
            if query.image is None or not wire.fits_into_url(query):
                body = wire.SearchRequest.of(query).model_dump(mode="json")
                answer = self._asking.ask("POST", "/v1/search", wait_s=SLOW_S, json=body)
            else:
                answer = self._asking.ask(
                    "POST",
                    "/v1/search/image",
                    wait_s=SLOW_S,
                    params=wire.image_search_params(query),
                    content=query.image,
                    headers={"Content-Type": "application/octet-stream"},
                )
        except ValidationError as error:
            raise QueryError(f"The search cannot be sent: {why(error)}.") from None
        return parsed(wire.SearchAnswer, answer).to_core()

    def photo(self, content_id: str) -> PhotoRecord:
        """What is known of an indexed photo."""
        return self._asking.get(_photo_path(content_id), wire.PhotoRecord).to_core()

    def photo_at(self, path: Path) -> PhotoRecord:
        """What is known of the indexed photo at a place."""
        answer = self._asking.ask("GET", "/v1/photos", params={"uri": wire.uri_of(absolute(path))})
        return parsed(wire.PhotoRecord, answer).to_core()

    def notes(self, content_id: str) -> PhotoNotes:
        """What people noted of an indexed photo: in XMP, or in another program's library."""
        return self._asking.get(f"{_photo_path(content_id)}/notes", wire.PhotoNotes).to_core()

    def thumbnail(self, content_id: str, size_px: int) -> Thumbnail:
        """A small picture of an indexed photo, its longer side at most ``size_px``."""
        path = f"{_photo_path(content_id)}/thumbnail"
        answer = self._asking.ask("GET", path, params={"size": size_px})
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
        return self._asking.get("/v1/status", wire.Status).to_core()

    def skipped(self) -> list[Skipped]:
        """Files and folders that could not be indexed, each with its reason."""
        skipped: list[Skipped] = []
        while True:
            params = {"offset": len(skipped), "limit": _PAGE_ROWS}
            page = parsed(wire.SkippedPage, self._asking.ask("GET", "/v1/skipped", params=params))
            skipped += [one.to_core() for one in page.skipped]
            if not page.skipped or len(skipped) >= page.total:
                return skipped

    @property
    def settings(self) -> Settings:
        """What the user chose."""
        return self._asking.get("/v1/settings", wire.Settings).to_core()

    def change_settings(self, changes: dict[str, Any]) -> Settings:
        """Change settings by name, and keep them on disk."""
        try:
            answer = self._asking.ask("PATCH", "/v1/settings", json=changes)
        except (TypeError, ValueError) as error:
            raise SettingsError(f"A setting cannot have this value: {error}.") from error
        return parsed(wire.Settings, answer).to_core()

    # -- models

    def models(self) -> tuple[ModelInfo, ...]:
        """The models of the menu, those on this disk, and those of this index; the menu's first."""
        return tuple(one.to_core() for one in self._asking.get("/v1/models", wire.Models).models)

    def download_model(self, name: str) -> None:
        """Begin a download, or go on with one; `models` and events tell how far it is."""
        self._of_model("download", name)

    def pause_download(self, name: str) -> None:
        """Stop a download; what is here is kept, and `download_model` goes on from there."""
        self._of_model("pause", name)

    def cancel_download(self, name: str) -> None:
        """Stop a download and delete what is here of it."""
        self._of_model("cancel", name, is_repeatable=False)

    def measure_models(self) -> None:
        """Measure, in the background, how fast this machine embeds with the menu's models."""
        self._asking.ask("POST", "/v1/models/measure")

    def delete_vectors(self, name: str) -> int:
        """Forget what a model has embedded; returns of how many contents."""
        answer = self._of_model("delete-vectors", name, is_repeatable=False)
        return parsed(wire.DroppedVectors, answer).contents

    def delete_model(self, name: str) -> None:
        """Delete the files of a model from this disk; what it has embedded stays."""
        self._of_model("delete", name, is_repeatable=False)

    # -- plumbing

    def _of_model(self, what: str, name: str, *, is_repeatable: bool = True) -> httpx.Response:
        path, body = f"/v1/models/{what}", {"name": name}
        return self._asking.ask("POST", path, wait_s=SLOW_S, json=body, is_repeatable=is_repeatable)

    def _thumbnails(
        self, content_ids: Sequence[str], size_px: int
    ) -> Iterator[tuple[str, Thumbnail | PhotoSearchError]]:
        """One answer; what a service that ended did not send is asked of the next one, once."""
        left = dict.fromkeys(content_ids)
        for _ in range(2):
            connection = self._asking.connected()
            try:
                for content_id, made in pictures(connection, list(left), size_px):
                    left.pop(content_id, None)
                    yield content_id, made
            except GoneError:
                self._asking.forget(connection)
            else:
                return
        raise gone_error()


def _photo_path(content_id: str) -> str:
    return f"/v1/photos/{sound(content_id)}"
