"""Many thumbnails in one answer: parts that come in the order in which they are ready."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pydantic import ValidationError

from photosearch import wire
from photosearch.errors import ServiceError
from photosearch.types import Thumbnail

if TYPE_CHECKING:
    import httpx

    from photosearch.client.connection import Connection
    from photosearch.errors import PhotoSearchError

Part = tuple[str, "Thumbnail | PhotoSearchError"]


def pictures(connection: Connection, content_ids: list[str], size_px: int) -> Iterator[Part]:
    """The thumbnails of some contents, or why there is none.

    Raises:
        GoneError: the service ended; what came before is sound.
        QueryError: there are no thumbnails of this size.
    """
    params = {"size": size_px, "id": content_ids}
    with connection.stream("/v1/thumbnails", params=params) as response:
        yield from _parts(response)


def _parts(response: httpx.Response) -> Iterator[Part]:
    """Each part is a line of JSON, and then as many bytes as that says."""
    data = bytearray()
    head: wire.ThumbnailPart | None = None
    for chunk in response.iter_bytes():
        data += chunk
        while True:
            if head is None:
                line, newline, rest = data.partition(b"\n")
                if not newline:
                    break
                head, data = _head(bytes(line)), rest
            if len(data) < head.size_bytes:
                break
            yield head.to_core(bytes(data[: head.size_bytes]))
            data, head = data[head.size_bytes :], None


def _head(line: bytes) -> wire.ThumbnailPart:
    try:
        return wire.ThumbnailPart.model_validate_json(line)
    except ValidationError:
        raise ServiceError("The service sent a thumbnail that makes no sense.") from None
