"""How a client asks: of the running service, of the next one if it is gone, started if need be."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from photosearch import runtime
from photosearch.client import starting
from photosearch.client.connection import QUICK_S, Connection, GoneError
from photosearch.errors import ServiceError

if TYPE_CHECKING:
    import httpx

    from photosearch.paths import AppPaths

M = TypeVar("M", bound=BaseModel)


class Asking:
    """A connection to the service of an index, made anew when that is gone. For any thread.

    Args:
        start: the command that runs a service; None is this installation's own.
        connect_only: never start one.
    """

    def __init__(
        self, paths: AppPaths, start: Sequence[str] | None = None, *, connect_only: bool = False
    ) -> None:
        self._paths = paths
        self._start = list(start) if start is not None else runtime.service_command(paths)
        self._connect_only = connect_only
        self._guard = threading.Lock()
        self._connection: Connection | None = None
        self._lost: list[Connection] = []

    def close(self) -> None:
        """Close the connections; the service goes on."""
        with self._guard:
            for connection in (*self._lost, self._connection):
                if connection is not None:
                    connection.close()
            self._lost, self._connection = [], None

    def get(self, path: str, model: type[M]) -> M:
        """One question whose answer is a model of the wire.

        Raises:
            PhotoSearchError: what the engine would have raised, or the service cannot be asked.
        """
        return parsed(model, self.ask("GET", path))

    def ask(
        self,
        method: str,
        path: str,
        *,
        wait_s: float = QUICK_S,
        is_repeatable: bool = True,
        **parts: Any,
    ) -> httpx.Response:
        """One question, asked again if the service is gone; not when it may have acted already.

        Raises:
            PhotoSearchError: what the engine would have raised, or the service cannot be asked.
        """
        connection = self.connected()
        try:
            return connection.request(method, path, wait_s=wait_s, **parts)
        except GoneError as gone:
            self.forget(connection)
            if gone.was_sent and not is_repeatable:
                raise gone_error() from None
        connection = self.connected()
        try:
            return connection.request(method, path, wait_s=wait_s, **parts)
        except GoneError:
            self.forget(connection)
            raise gone_error() from None

    def connected(self) -> Connection:
        """The connection, made now if there is none.

        Raises:
            ServiceError: there is no service, or it cannot be started.
        """
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

    def go_on_without(self, connection: Connection) -> bool:
        """Whether another service runs in the place of one that is gone."""
        self.forget(connection)
        return starting.find_after(self._paths, connection)

    def forget(self, connection: Connection) -> None:
        """Ask elsewhere next time; other threads may still be using this one, so it stays open."""
        with self._guard:
            if self._connection is connection:
                self._connection = None
                self._lost.append(connection)


def parsed(model: type[M], answer: httpx.Response) -> M:
    """What was answered.

    Raises:
        ServiceError: it makes no sense.
    """
    try:
        return model.model_validate_json(answer.content)
    except ValidationError as error:
        raise ServiceError(
            f"The service's answer to {answer.request.url.path} makes no sense: {why(error)}.",
            "Restart it: photosearch service restart",
        ) from None


def why(error: ValidationError) -> str:
    """The first thing that is wrong, and where."""
    first = error.errors()[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"


def gone_error() -> ServiceError:
    """The service ended in the middle of a question."""
    return ServiceError(
        "The service ended while it worked on this.", "Try again; see also its log."
    )
