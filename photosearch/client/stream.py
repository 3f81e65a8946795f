"""The stream of events: server-sent events, read by a thread so that a cancel is heard at once."""

from __future__ import annotations

import contextlib
import queue
import socket
import threading
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from pydantic import ValidationError

from photosearch import wire
from photosearch.client.connection import Connection
from photosearch.errors import ServiceError

if TYPE_CHECKING:
    import httpx

    from photosearch.jobs import CancelToken
    from photosearch.types import Event

# How long a cancel may go unheard.
_LOOK_S = 0.1


def event_data(lines: Iterable[str]) -> Iterator[str]:
    """The ``data`` of each event in the lines of a stream; comments and other fields are dropped.

    As the HTML standard has it: several data lines are joined by newlines, an empty line ends an
    event, and one that the stream's end cuts off is dropped.
    """
    data: list[str] = []
    for line in lines:
        if not line:
            if data:
                yield "\n".join(data)
            data = []
            continue
        name, _, value = line.partition(":")
        if name == "data":
            data.append(value.removeprefix(" "))


def events(connection: Connection, cancel: CancelToken) -> Iterator[Event]:
    """What the service tells, until ``cancel`` is set.

    Returns as well when the service ends the stream, as it does once an hour and when it ends.

    Raises:
        GoneError: there is no such service any more.
    """
    reader = _Reader(connection)
    reader.start()
    try:
        while not cancel.is_cancelled:
            news = reader.next(_LOOK_S)
            if isinstance(news, _End):
                return
            if isinstance(news, Exception):
                raise news
            if news is not None:
                yield news
    finally:
        reader.stop()


class _End:
    """The last item of a stream that the service ended."""


class _Reader(threading.Thread):
    """Reads the stream into a queue; an error, its end too, comes as the last item."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(name="photosearch-events", daemon=True)
        self._connection = connection
        self._news: queue.SimpleQueue[Event | Exception | _End] = queue.SimpleQueue()
        self._socket: socket.socket | None = None
        self._is_stopped = threading.Event()

    def next(self, wait_s: float) -> Event | Exception | _End | None:
        """The next item; None when there is none in time."""
        with contextlib.suppress(queue.Empty):
            return self._news.get(timeout=wait_s)
        return None

    def stop(self) -> None:
        """End the reading, which may be waiting for bytes at this moment."""
        self._is_stopped.set()
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
        self.join()

    def run(self) -> None:
        """Read until the stream ends or is stopped."""
        try:
            with self._connection.stream("/v1/events") as response:
                self._read(response)
            self._news.put(_End())
        except Exception as error:
            # Whatever it is, the one who waits for news must learn of it.
            self._news.put(error)

    def _read(self, response: httpx.Response) -> None:
        self._socket = response.extensions["network_stream"].get_extra_info("socket")
        if self._is_stopped.is_set():
            return
        try:
            for data in event_data(response.iter_lines()):
                self._news.put(wire.Event.model_validate_json(data).to_core())
        except ValidationError:
            raise ServiceError("The service sent an event that makes no sense.") from None
