"""Connections to the server: few may wait without a request, whoever opens how many of them.

Every user of the machine can connect. The idle connections of one would take all the files that
the service may have open; then it could open no photo and no index, and let nobody else in.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from photosearch import wire
from photosearch.service.failures import REFUSED

WAITING_MAX = 256
"""A client sends as soon as it is connected; a grid of pictures may open a hundred at once."""
BACKLOG = 128
"""So many are accepted in one go. Both together are well below 1,024, the usual limit of files."""

_BAD_REQUEST = (
    "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\n"
    "Content-Length: {}\r\nConnection: close\r\n\r\n"
)

# Whoever sends nonsense would otherwise fill the log, and push out what matters.
_noise = logging.getLogger(f"{__name__}.noise")
_noise.setLevel(logging.ERROR)


class Door:
    """Makes the protocol of each connection, as uvicorn's ``http`` setting wants it."""

    def __init__(self, waiting_max: int = WAITING_MAX) -> None:
        self._waiting_max = waiting_max
        self._waiting: dict[Connection, None] = {}

    def __call__(
        self, config: Config, server_state: ServerState, app_state: dict[str, Any], **more: Any
    ) -> Connection:
        """The protocol of one more connection."""
        return Connection(self, config, server_state, app_state, **more)

    def enter(self, connection: Connection) -> None:
        """It waits for its first request; whoever has waited longest goes when there are many."""
        self._waiting[connection] = None
        if len(self._waiting) > self._waiting_max:
            oldest = next(iter(self._waiting))
            self.leave(oldest)
            oldest.transport.abort()

    def leave(self, connection: Connection) -> None:
        """It has sent a request, or is gone."""
        self._waiting.pop(connection, None)


class Connection(H11Protocol):
    """uvicorn's protocol; what is let in no further than the guard is closed by its answer."""

    def __init__(
        self,
        door: Door,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        **more: Any,
    ) -> None:
        super().__init__(config, server_state, app_state, **more)
        self._door = door
        self.logger = _noise

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._door.enter(self)

    def data_received(self, data: bytes) -> None:
        """Take a part of a request, perhaps the end of its head."""
        super().data_received(data)
        if self.cycle is not None:
            self._door.leave(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it."""
        self._door.leave(self)
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP in the shape of all errors, and hang up."""
        if self.cycle is not None and not self.cycle.response_complete:
            self.transport.abort()  # in the middle of the answer to what came before
            return
        error = wire.Error(kind=REFUSED, message=msg, hint="Use HTTP/1.1.")
        body = wire.ErrorBody(error=error).model_dump_json().encode()
        head = _BAD_REQUEST.format(len(body)).encode()
        self.transport.write(head + body)
        self.transport.close()
