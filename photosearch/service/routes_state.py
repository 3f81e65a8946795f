"""Routes about the service itself: who it is, what it holds, what it may be set to, its end."""

from __future__ import annotations

import os
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Query

from photosearch import __version__, wire
from photosearch.service.backend import Backend, Service
from photosearch.service.failures import declared

router = APIRouter(prefix="/v1", tags=["service"])

SKIPPED_MAX = 1000


@router.get("/about", responses=declared())
async def about(service: Service) -> wire.About:
    """Who answers here: the program, its version, its process and its index."""
    return _about(service)


@router.get("/status", responses=declared())
def status(service: Service) -> wire.Status:
    """What the index holds, how its folders are watched, and what is being done."""
    return wire.Status.of(service.worker.status())


@router.get("/skipped", responses=declared(422))
def skipped(
    service: Service,
    offset: Annotated[int, Query(description="Leave out so many.", ge=0)] = 0,
    limit: Annotated[int, Query(description="At most so many.", ge=1, le=SKIPPED_MAX)] = 100,
) -> wire.SkippedPage:
    """Files and folders that could not be indexed, each with its reason; a page of them."""
    everything = service.engine.skipped()
    page = everything[offset : offset + limit]
    return wire.SkippedPage(
        skipped=[wire.Skipped.of(one) for one in page], offset=offset, total=len(everything)
    )


@router.get("/settings", responses=declared())
def settings(service: Service) -> wire.Settings:
    """All settings with their values, defaults and bounds."""
    return wire.Settings.of(service.engine.settings)


@router.patch("/settings", responses=declared(400, 422))
def change_settings(service: Service, changes: wire.SettingsChange) -> wire.Settings:
    """Change some settings, all of them or (on an error) none; they are kept on disk.

    A `model` that is chosen and is not here is downloaded; the one before answers until the
    library is embedded with it.
    """
    if isinstance(model := changes.root.get("model"), str):
        service.downloads.check_name(model)
    settings = service.engine.change_settings(changes.root)
    if "model" in changes.root:
        service.downloads.want(settings.model, is_asked=True)
        service.worker.models_changed()
    return wire.Settings.of(settings)


@router.post("/stop", status_code=202, responses=declared())
async def stop(service: Service, afterwards: BackgroundTasks) -> wire.About:
    """End the service. Work in hand is stopped after its step; nothing that was done is lost."""
    afterwards.add_task(_stop, service)
    return _about(service)


async def _stop(service: Backend) -> None:
    service.stop()


def _about(service: Backend) -> wire.About:
    return wire.About(
        name="photosearch",
        version=__version__,
        api_version=wire.API_VERSION,
        pid=os.getpid(),
        data_dir=wire.uri_of(service.data_dir),
    )
