"""Many thumbnails as one HTTP answer, each sent as soon as it is ready."""

from __future__ import annotations

import logging
from collections.abc import Iterable

import anyio
from anyio import to_thread
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from photosearch import wire
from photosearch.errors import PhotoSearchError
from photosearch.service.backend import Backend
from photosearch.service.decoding import limiter
from photosearch.types import Thumbnail

_log = logging.getLogger(__name__)

_BUG = PhotoSearchError("The service made a mistake.", "Its log says more; please report it.")


class PictureStream(Response):
    """A part for each content: a line of JSON, and then as many bytes as that says.

    What cannot be had is a part that says why; the others come nevertheless.
    """

    media_type = "application/octet-stream"

    def __init__(self, backend: Backend, content_ids: Iterable[str], size_px: int) -> None:
        super().__init__(headers={"Cache-Control": "no-store"})
        del self.headers["content-length"]
        self._backend = backend
        self._content_ids = list(dict.fromkeys(content_ids))
        self._size_px = size_px

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the pictures, and stop when the listener hangs up."""
        async with anyio.create_task_group() as group:

            async def until_gone() -> None:
                while (await receive())["type"] != "http.disconnect":
                    pass
                group.cancel_scope.cancel()

            group.start_soon(until_gone)
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            async with anyio.create_task_group() as making:
                for content_id in self._content_ids:
                    making.start_soon(self._send, content_id, send)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            group.cancel_scope.cancel()

    async def _send(self, content_id: str, send: Send) -> None:
        part = await to_thread.run_sync(self._part, content_id, limiter=limiter())
        await send({"type": "http.response.body", "body": part, "more_body": True})

    def _part(self, content_id: str) -> bytes:
        made: Thumbnail | PhotoSearchError
        try:
            made = self._backend.engine.thumbnail(content_id, self._size_px)
        except PhotoSearchError as error:
            made = error
        except Exception:  # the others are not to go down with it, and be asked for again for ever
            _log.exception("No thumbnail could be made of %s", content_id)
            made = _BUG
        head = wire.ThumbnailPart.of(content_id, made).model_dump_json().encode()
        return b"%b\n%b" % (head, made.data if isinstance(made, Thumbnail) else b"")
