"""Routes about the folders of the library."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from photosearch import wire
from photosearch.errors import LibraryError
from photosearch.service.backend import Service
from photosearch.service.failures import NotThereError, declared

router = APIRouter(prefix="/v1/roots", tags=["library"])


@router.get("", responses=declared())
def roots(service: Service) -> wire.Roots:
    """The added folders, in the order in which they were added."""
    return wire.Roots(roots=[wire.Root.of(root) for root in service.engine.roots()])


@router.post("", responses=declared(400, 409, 422))
def add_root(service: Service, folder: wire.AddRoot) -> wire.Root:
    """Add a folder; its photos are indexed by and by.

    A folder inside a known one adds nothing, and that one is returned.
    """
    root = service.engine.add_root(folder.place(), folder.patterns())
    service.worker.roots_changed()
    return wire.Root.of(root)


@router.delete("/{root_id}", responses=declared(404, 409, 422))
def remove_root(
    service: Service, root_id: Annotated[int, Path(description="The `id` of the folder.")]
) -> wire.Removed:
    """Forget a folder and what is known of its photos; no file is touched."""
    folder = next((root.path for root in service.engine.roots() if root.id == root_id), None)
    if folder is None:
        raise NotThereError(LibraryError(f"No folder has the number {root_id}."))
    photos = service.engine.remove_root(folder)
    service.worker.roots_changed()
    return wire.Removed(photos=photos)
