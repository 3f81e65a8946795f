"""HTTP answers that are sent bit by bit, and end when nobody listens; one is that of events."""

from __future__ import annotations

import asyncio
import contextlib
from abc import abstractmethod

import anyio
from anyio import to_thread
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from photosearch import wire
from photosearch.service.backend import Backend
from photosearch.types import Event, EventKind

_HEARTBEAT = b": still here\n\n"
EVENT_SCHEMA = {
    "type": "object",
    "properties": {
        "event": {"type": "string", "enum": [kind.value for kind in EventKind]},
        "data": {
            "type": "string",
            "contentMediaType": "application/json",
            "contentSchema": {"$ref": "#/components/schemas/Event"},
        },
    },
    "required": ["event", "data"],
}
"""One event of the stream, in the words of JSON Schema."""


class Stream(Response):
    """An answer of unknown length, which nobody keeps; ends as well when the listener hangs up."""

    def __init__(self) -> None:
        super().__init__(headers={"Cache-Control": "no-store"})
        del self.headers["content-length"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the stream, and stop when the listener hangs up."""
        async with anyio.create_task_group() as group:

            async def until_gone() -> None:
                while (await receive())["type"] != "http.disconnect":
                    pass
                group.cancel_scope.cancel()

            group.start_soon(until_gone)
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            await self.tell(send)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            group.cancel_scope.cancel()

    @abstractmethod
    async def tell(self, send: Send) -> None:
        """Send all there is, by `send_part`."""


async def send_part(send: Send, body: bytes) -> None:
    """Send some more of a stream."""
    await send({"type": "http.response.body", "body": body, "more_body": True})


class EventStream(Stream):
    """All news from now on, the current activity first.

    Ends when the service stops, after the backend's ``stream_max_s``, and when nobody listens any
    more. A slow listener holds up this stream alone: `Subscription` bounds what waits for it.
    """

    media_type = "text/event-stream"

    def __init__(self, backend: Backend) -> None:
        super().__init__()
        self._backend = backend

    async def tell(self, send: Send) -> None:
        """The current activity, and then the news."""
        loop = asyncio.get_running_loop()
        news = asyncio.Event()

        def wake() -> None:
            with contextlib.suppress(RuntimeError):  # the loop has ended, and this stream with it
                loop.call_soon_threadsafe(news.set)

        ends_at = loop.time() + self._backend.stream_max_s
        with self._backend.hub.subscribe(wake) as subscription:
            status = await to_thread.run_sync(self._backend.worker.status)
            await send_part(send, _encoded(Event(EventKind.ACTIVITY, activity=status.activity)))
            while True:
                news.clear()
                is_over = self._backend.hub.is_closed  # asked first: what was told before is sent
                for event in subscription.take():
                    await send_part(send, _encoded(event))
                left_s = ends_at - loop.time()
                if is_over or left_s <= 0:
                    return
                is_silent = not await _is_set(news, min(left_s, self._backend.heartbeat_s))
                if is_silent and loop.time() < ends_at:
                    await send_part(send, _HEARTBEAT)


async def _is_set(news: asyncio.Event, wait_s: float) -> bool:
    with anyio.move_on_after(wait_s):
        await news.wait()
    return news.is_set()


def _encoded(event: Event) -> bytes:
    data = wire.Event.of(event).model_dump_json()  # one line: JSON writes a line feed as \n
    return f"event: {event.kind}\ndata: {data}\n\n".encode()
