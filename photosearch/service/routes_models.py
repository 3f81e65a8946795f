"""Routes about models: the list, downloads, and what is deleted of them."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter

from photosearch import model_info, wire
from photosearch.service.backend import Backend, Service
from photosearch.service.failures import declared

router = APIRouter(prefix="/v1/models", tags=["models"])


@router.get("", responses=declared())
def models(service: Service) -> wire.Models:
    """The models of the menu, those on this disk, and those of this index; the menu's first."""
    return _models(service)


@router.post("/download", responses=declared(400, 409, 422))
def download_model(service: Service, model: wire.NamedModel) -> wire.Models:
    """Begin a download, or go on with one that was paused or failed."""
    service.downloads.download(model.name)
    return _models(service)


@router.post("/pause", responses=declared(400, 409, 422))
def pause_download(service: Service, model: wire.NamedModel) -> wire.Models:
    """Stop a download; what is here is kept, and the next one goes on from there."""
    service.downloads.pause(model.name)
    return _models(service)


@router.post("/cancel", responses=declared(400, 409, 422))
def cancel_download(service: Service, model: wire.NamedModel) -> wire.Models:
    """Stop a download, and delete what is here of it."""
    service.downloads.cancel(model.name)
    return _models(service)


@router.post("/measure", status_code=202, responses=declared())
def measure_models(service: Service) -> wire.Models:
    """Measure, in the background, how many photos a second the models embed on this machine.

    A `models` event follows for each, and one at the end. It takes a few seconds a model; those
    that are no more `is_being_measured` and have no `photos_per_s` could not be measured.
    """
    service.measuring.start()
    return _models(service)


@router.post("/delete-vectors", responses=declared(400, 409, 422))
def delete_vectors(service: Service, model: wire.NamedModel) -> wire.DroppedVectors:
    """Forget what a model has embedded; not of the chosen one, nor of the one that answers."""
    return wire.DroppedVectors(contents=service.engine.delete_vectors(model.name))


@router.post("/delete", responses=declared(400, 409, 422))
def delete_model(service: Service, model: wire.NamedModel) -> wire.Models:
    """Delete the files of a model; not of the chosen one, nor of the one that answers."""
    service.engine.delete_model(model.name)
    return _models(service)


def _models(service: Backend) -> wire.Models:
    """The engine's list, with the downloads and measurements, of which it knows nothing."""
    downloads, measuring = service.downloads.all(), service.measuring.pending
    known = service.engine.models()
    told = [
        replace(
            one,
            download=downloads.pop(one.name, None),
            is_being_measured=one.name in measuring,
        )
        for one in known
    ]
    told += [model_info.ModelInfo(name, download=one) for name, one in downloads.items()]
    return wire.Models.of(tuple(told), service.engine.settings.model)
