"""How much a request may bring: a bound on bodies that holds with and without a stated length."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from photosearch.service.failures import refusal

JSON_MAX_BYTES = 2**20
"""A hundred folders with the longest names take more; nobody sends that."""
SEARCH_MAX_BYTES = 96 * 2**20
"""A thousand photos with the longest names, or the largest image in base64."""
SEARCH_PATH = "/v1/search"
IMAGE_MAX_BYTES = 64 * 2**20
"""A JPEG of 100 megapixels at the best quality is about as large."""
IMAGE_SEARCH_PATH = "/v1/search/image"

_LIMITS_BYTES = {SEARCH_PATH: SEARCH_MAX_BYTES, IMAGE_SEARCH_PATH: IMAGE_MAX_BYTES}


class BodyLimit:
    """Refuses a body that says it is too long, and stops taking one that turns out to be."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = _LIMITS_BYTES.get(scope["path"], JSON_MAX_BYTES)
        stated = Headers(scope=scope).get("content-length", "0")
        if not (stated.isascii() and stated.isdigit()) or len(stated) > 18 or int(stated) > limit:
            await refusal(413, *_too_long(limit))(scope, receive, send)
            return
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > limit:
                raise HTTPException(413, _too_long(limit)[0])
            return message

        await self._app(scope, counted, send)


def _too_long(limit: int) -> tuple[str, str]:
    return f"The body is longer than {limit // 2**20} MiB.", "Send less."
