"""Many thumbnails as one HTTP answer, each sent as soon as it is ready."""

from __future__ import annotations

import logging
from collections.abc import Iterable

import anyio
from anyio import to_thread
from starlette.types import Send

from photosearch import wire
from photosearch.errors import PhotoSearchError
from photosearch.service.backend import Backend
from photosearch.service.decoding import limiter
from photosearch.service.streaming import Stream, send_part
from photosearch.types import Thumbnail

_log = logging.getLogger(__name__)

_BUG = PhotoSearchError("The service made a mistake.", "Its log says more; please report it.")


class PictureStream(Stream):
    """A part for each content: a line of JSON, and then as many bytes as that says.

    What cannot be had is a part that says why; the others come nevertheless.
    """

    media_type = "application/octet-stream"

    def __init__(self, backend: Backend, content_ids: Iterable[str], size_px: int) -> None:
        super().__init__()
        self._backend = backend
        self._content_ids = list(dict.fromkeys(content_ids))
        self._size_px = size_px

    async def tell(self, send: Send) -> None:
        """Each picture as soon as it is ready."""
        async with anyio.create_task_group() as making:
            for content_id in self._content_ids:
                making.start_soon(self._send, content_id, send)

    async def _send(self, content_id: str, send: Send) -> None:
        part = await to_thread.run_sync(self._part, content_id, limiter=limiter())
        await send_part(send, part)

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
