"""Keeps the vector store true to the catalog: checked and reconciled at start, rebuilt when bad."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from photosearch.index.chroma import ChromaStore, delete_collections_but
from photosearch.index.probe import Health, probe
from photosearch.types import Phase, Progress

if TYPE_CHECKING:
    from photosearch.index.catalog import Catalog
    from photosearch.index.store import VectorStore
    from photosearch.jobs import CancelToken
    from photosearch.types import Embeddings, ModelSpec

_log = logging.getLogger(__name__)

_SAMPLE_COUNT = 24
_BATCH_ROWS = 2_000
_DEAD_SHARE = 1 / 3
_DEAD_MINIMUM = 3_000
"""Below this a rebuild would free less than a few megabytes."""


def open_store(
    catalog: Catalog, folder: Path, spec: ModelSpec, cancel: CancelToken
) -> Iterator[Progress | VectorStore]:
    """Open the vectors of a model, mended if need be; yields progress and last the open store.

    Cancelled before the store is whole, it yields none. Only the owner of the index may call
    it: a second process on the folder loses vectors.
    """
    yield from check_store(catalog, folder, spec, cancel)
    if not cancel.is_cancelled:
        yield open_checked(catalog, folder, spec)


def check_store(
    catalog: Catalog, folder: Path, spec: ModelSpec, cancel: CancelToken
) -> Iterator[Progress]:
    """Look whether the vectors of a model are sound, and mend them; yields progress.

    The folder may be replaced, and another process reads it: no store in it may be open.
    """
    model_id = catalog.vectors.model_id(spec)
    finish_swap(folder)
    yield Progress(Phase.CHECKING, 0)
    total = catalog.vectors.count(model_id)
    health = probe(folder, spec, catalog.vectors.sample(model_id, _SAMPLE_COUNT))
    if health is Health.DAMAGED and not cancel.is_cancelled:
        _log.warning("The vector store %s is damaged or gone; rebuilding it.", folder)
        yield from rebuild(catalog, folder, cancel)
    elif catalog.vectors.count_dead(model_id) > max(_DEAD_SHARE * total, _DEAD_MINIMUM):
        yield from rebuild(catalog, folder, cancel)


def open_checked(catalog: Catalog, folder: Path, spec: ModelSpec) -> VectorStore:
    """Open the vectors of a model, which were found sound; others of the folder may be open."""
    store = ChromaStore(folder, spec)
    try:
        reconcile(catalog, store, catalog.vectors.model_id(spec))
    except BaseException:
        store.close()
        raise
    return store


def drop_forgotten(catalog: Catalog, folder: Path) -> None:
    """Delete the vectors of models that the catalog knows no more. Only while no job runs."""
    if folder.exists():
        delete_collections_but({spec.key for _, spec in catalog.vectors.specs()}, folder)


def reconcile(catalog: Catalog, store: VectorStore, model_id: int) -> int:
    """Make the store hold exactly what the catalog says; returns how many ids were mended.

    A kill leaves only whole batches on one side: vectors are written before the catalog says
    so and deleted after, so a difference always shows in the counts.
    """
    if store.count() == catalog.vectors.count(model_id):
        return 0
    surplus = set(store.ids())
    mended = 0
    for batch in catalog.vectors.batches(model_id, _BATCH_ROWS):
        missing = [(id_, vector) for id_, vector in batch if id_ not in surplus]
        surplus.difference_update(id_ for id_, _ in batch)
        if missing:
            store.upsert([id_ for id_, _ in missing], _unpack([v for _, v in missing]))
            mended += len(missing)
    store.delete(sorted(surplus))
    return mended + len(surplus)


def rebuild(catalog: Catalog, folder: Path, cancel: CancelToken) -> Iterator[Progress]:
    """Write every model's vectors into a new folder and swap it in; no photo is read again.

    Cancelled, it leaves the folder as it was.
    """
    building = _beside(folder, ".new")
    shutil.rmtree(building, ignore_errors=True)
    models = [(id_, spec) for id_, spec, count in catalog.vectors.models() if count]
    total = sum(catalog.vectors.count(id_) for id_, _ in models)
    done = 0
    yield Progress(Phase.REBUILDING, done, total)
    for model_id, spec in models:
        store = ChromaStore(building, spec)
        for batch in catalog.vectors.batches(model_id, _BATCH_ROWS):
            store.upsert([id_ for id_, _ in batch], _unpack([v for _, v in batch]))
            done += len(batch)
            yield Progress(Phase.REBUILDING, done, total)
            if cancel.is_cancelled:
                break
        store.close()
        if cancel.is_cancelled:
            shutil.rmtree(building, ignore_errors=True)
            return
    building.mkdir(exist_ok=True)
    _swap(folder)
    for model_id, _ in models:
        catalog.vectors.reset_dead(model_id)


def finish_swap(folder: Path) -> None:
    """Tidy up after a rebuild that was killed: the folder is the old one or the new one, whole."""
    old, building = _beside(folder, ".old"), _beside(folder, ".new")
    if not folder.exists() and old.exists():
        old.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
    shutil.rmtree(building, ignore_errors=True)


def _swap(folder: Path) -> None:
    old = _beside(folder, ".old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    _beside(folder, ".new").rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def _beside(folder: Path, suffix: str) -> Path:
    return folder.with_name(folder.name + suffix)


def _unpack(vectors: list[bytes]) -> Embeddings:
    halves = np.frombuffer(b"".join(vectors), dtype="<f2").reshape(len(vectors), -1)
    return halves.astype(np.float32)
