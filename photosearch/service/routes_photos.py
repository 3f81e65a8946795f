"""Routes about indexed photos: their facts, their files, and small pictures of them."""

from __future__ import annotations

from enum import IntEnum
from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Header, Path, Query
from starlette.responses import Response

from photosearch import types, wire
from photosearch.service.backend import Backend, Service
from photosearch.service.decoding import limiter
from photosearch.service.failures import declared
from photosearch.service.picture_stream import PictureStream
from photosearch.wire.photos import THUMBNAILS_MAX
from photosearch.wire.places import ContentId, Uri

router = APIRouter(prefix="/v1", tags=["photos"])

PhotoId = Annotated[ContentId, Path()]

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


_PICTURES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A part for each photo, in the order in which they are ready: a line of "
        "JSON as `ThumbnailPart` describes it, and then `size_bytes` bytes of a JPEG.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.get("/photos", responses=declared(404, 422))
def photo_at(service: Service, uri: Annotated[Uri, Query()]) -> wire.PhotoRecord:
    """What is known of the indexed photo at a place."""
    return wire.PhotoRecord.of(service.engine.photo_at(wire.path_of(uri)))


@router.get("/photos/{content_id}", responses=declared(404, 422))
def photo(service: Service, content_id: PhotoId) -> wire.PhotoRecord:
    """What is known of an indexed photo, and every file that holds it."""
    return wire.PhotoRecord.of(service.engine.photo(content_id))


@router.get("/photos/{content_id}/notes", responses=declared(404, 422))
def notes(service: Service, content_id: PhotoId) -> wire.PhotoNotes:
    """Rating, keywords and caption, read now from XMP and from the libraries of other programs."""
    return wire.PhotoNotes.of(service.engine.notes(content_id))


@router.get(
    "/photos/{content_id}/thumbnail",
    response_class=Response,
    responses=_PICTURE | declared(404, 422),
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
    picture = await to_thread.run_sync(_thumbnail, service, content_id, size, limiter=limiter())
    headers = {"ETag": picture.etag, "Cache-Control": f"private, max-age={_KEPT_S}"}
    if _names(if_none_match or "", picture.etag):
        return Response(status_code=304, headers=headers)
    return Response(picture.data, headers=headers, media_type="image/jpeg")


@router.get("/thumbnails", response_class=Response, responses=_PICTURES | declared(422))
async def thumbnails(
    service: Service,
    id: Annotated[  # noqa: A002 - the name in the URL
        list[ContentId],
        Query(description="The photos; may repeat.", min_length=1, max_length=THUMBNAILS_MAX),
    ],
    size: Annotated[
        ThumbnailSize, Query(description="Their longer sides are at most so many pixels.")
    ] = ThumbnailSize.NORMAL,
) -> Response:
    """Small pictures of many photos in one answer; for one that cannot be had, the reason."""
    return PictureStream(service, id, size.value)


def _thumbnail(service: Backend, content_id: str, size: ThumbnailSize) -> types.Thumbnail:
    return service.engine.thumbnail(content_id, size.value)


def _names(if_none_match: str, tag: str) -> bool:
    """Whether a list of tags, some of them weak (``W/``), has this one."""
    tags = [one.strip().removeprefix("W/") for one in if_none_match.split(",")]
    return tag in tags or "*" in tags
