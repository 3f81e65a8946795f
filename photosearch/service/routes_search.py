"""Routes that search: by words, by a photo file, by indexed photos, by an uploaded image."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool

from photosearch import types, wire
from photosearch.errors import QueryError
from photosearch.service.backend import Backend, Service
from photosearch.service.failures import declared
from photosearch.service.limits import IMAGE_MAX_BYTES
from photosearch.wire.photos import (
    FOLDERS_MAX,
    SIMILAR_TO_IN_URL_MAX,
    Limit,
    ModelName,
    Offset,
    QueryText,
)
from photosearch.wire.places import ContentId, Uri

router = APIRouter(prefix="/v1/search", tags=["search"])

_IMAGE_BODY: dict[str, Any] = {
    "requestBody": {
        "description": f"The bytes of a photo file, at most {IMAGE_MAX_BYTES // 2**20} MiB.",
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.post("", responses=declared(400, 404, 409, 422))
def search(service: Service, request: wire.SearchRequest) -> wire.SearchAnswer:
    """The photos that answer a query, best first. Parts that are given together are averaged."""
    return _search(service, request.to_core())


@router.post("/image", responses=declared(404, 409, 422), openapi_extra=_IMAGE_BODY)
async def search_by_image(
    service: Service,
    request: Request,
    limit: Annotated[Limit, Query()] = 20,
    offset: Annotated[Offset, Query()] = 0,
    folder: Annotated[
        list[Uri],
        Query(description="Look in these folders only; may repeat.", max_length=FOLDERS_MAX),
    ] = [],  # noqa: B006 (FastAPI copies it)
    model: Annotated[
        ModelName | None, Query(description="The model to ask; without it, the one that answers.")
    ] = None,
    text: Annotated[QueryText | None, Query(description="Words to look for as well.")] = None,
    uri: Annotated[Uri | None, Query(description="One more photo file.")] = None,
    similar_to: Annotated[
        list[ContentId],
        Query(description="Indexed photos; may repeat.", max_length=SIMILAR_TO_IN_URL_MAX),
    ] = [],  # noqa: B006
) -> wire.SearchAnswer:
    """The photos that look like the image in the body, best first.

    Text and other photos in the URL are averaged with it.
    """
    query = types.Query(
        text=text,
        image_paths=() if uri is None else (wire.path_of(uri),),
        image=await _body(request),
        similar_to=tuple(similar_to),
        folders=tuple(wire.path_of(one) for one in folder),
        limit=limit,
        offset=offset,
        model=model,
    )
    return await run_in_threadpool(_search, service, query)


def _search(service: Backend, query: types.Query) -> wire.SearchAnswer:
    return wire.SearchAnswer.of(service.engine.answer(query))


async def _body(request: Request) -> bytes:
    image = await request.body()  # BodyLimit bounds it
    if not image:
        raise QueryError("The image is empty.", "Send the bytes of a photo file as the body.")
    return image
