"""Routes about indexed photos: their facts, their files, and small pictures of them."""

from __future__ import annotations

import os
from enum import IntEnum
from typing import Annotated, Any

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar
from fastapi import APIRouter, Header, Path, Query
from starlette.responses import Response

from photosearch import types, wire
from photosearch.service.backend import Backend, Service
from photosearch.service.failures import declared
from photosearch.wire.places import ContentId, Uri

router = APIRouter(prefix="/v1/photos", tags=["photos"])

PhotoId = Annotated[ContentId, Path()]

_decoding: RunVar[CapacityLimiter] = RunVar("photosearch.service.decoding")
_KEPT_S = 3600
"""The picture of a content stays the same; its tag is asked for again only after a new version."""


class ThumbnailSize(IntEnum):
    """The longer side of a small picture, in pixels."""

    SMALL = 128
    NORMAL = 256
    LARGE = 512
    HUGE = 1024


_PICTURE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The picture, upright.",
        "content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}},
        "headers": {"ETag": {"description": "For If-None-Match.", "schema": {"type": "string"}}},
    },
    304: {"description": "The picture is still the one that If-None-Match names."},
}


@router.get("", responses=declared(404, 422))
def photo_at(service: Service, uri: Annotated[Uri, Query()]) -> wire.PhotoRecord:
    """What is known of the indexed photo at a place."""
    return wire.PhotoRecord.of(service.engine.photo_at(wire.path_of(uri)))


@router.get("/{content_id}", responses=declared(404, 422))
def photo(service: Service, content_id: PhotoId) -> wire.PhotoRecord:
    """What is known of an indexed photo, and every file that holds it."""
    return wire.PhotoRecord.of(service.engine.photo(content_id))


@router.get(
    "/{content_id}/thumbnail", response_class=Response, responses=_PICTURE | declared(404, 422)
)
async def thumbnail(
    service: Service,
    content_id: PhotoId,
    size: Annotated[
        ThumbnailSize, Query(description="Its longer side is at most so many pixels.")
    ] = ThumbnailSize.NORMAL,
    if_none_match: Annotated[str | None, Header(description="Tags of pictures at hand.")] = None,
) -> Response:
    """A small picture of an indexed photo, as JPEG."""
    picture = await to_thread.run_sync(_thumbnail, service, content_id, size, limiter=_limiter())
    headers = {"ETag": picture.etag, "Cache-Control": f"private, max-age={_KEPT_S}"}
    if _names(if_none_match or "", picture.etag):
        return Response(status_code=304, headers=headers)
    return Response(picture.data, headers=headers, media_type="image/jpeg")


def _thumbnail(service: Backend, content_id: str, size: ThumbnailSize) -> types.Thumbnail:
    return service.engine.thumbnail(content_id, size.value)


def _limiter() -> CapacityLimiter:
    """Room for as many decoders as there are cores.

    A grid that asks for hundreds of pictures at once would otherwise take every thread of the
    pool, and a search would wait behind it.
    """
    limiter = _decoding.get(None)
    if limiter is None:
        limiter = CapacityLimiter(os.cpu_count() or 1)
        _decoding.set(limiter)
    return limiter


def _names(if_none_match: str, tag: str) -> bool:
    """Whether a list of tags, some of them weak (``W/``), has this one."""
    tags = [one.strip().removeprefix("W/") for one in if_none_match.split(",")]
    return tag in tags or "*" in tags
