"""Routes that leave single photos and folders out of the library, and take them in again."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from photosearch import wire
from photosearch.service.backend import Service
from photosearch.service.failures import declared
from photosearch.types import Event, EventKind
from photosearch.wire.places import URI_MAX_CHARS, Uri

router = APIRouter(prefix="/v1/exclusions", tags=["library"])


@router.post("", responses=declared(400, 409, 422))
def exclude(service: Service, place: wire.Exclude) -> wire.Excluded:
    """Leave a photo, or a folder with all below it, out of the library; no file is touched.

    It is no hit any more. Its added folder has a pattern for it from now on.
    """
    pattern = service.engine.exclude(place.place())
    service.worker.roots_changed()
    service.hub.publish(Event(EventKind.INDEX_CHANGED))
    return wire.Excluded(pattern=wire.pattern_on_wire(pattern))


@router.delete("", responses=declared(409, 422), status_code=204)
def include(
    service: Service,
    root: Annotated[Uri, Query(description="The added folder.")],
    pattern: Annotated[
        str, Query(description="One of its patterns.", min_length=1, max_length=URI_MAX_CHARS)
    ],
) -> None:
    """Take a pattern away from an added folder; what it left out is found again by and by."""
    service.engine.include(wire.path_of(root), wire.pattern_from_wire(pattern))
    service.worker.roots_changed()
