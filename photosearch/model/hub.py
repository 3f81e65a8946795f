"""Downloads of models: checked for space, resumable, verified, and noted once they are whole."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from photosearch.errors import ModelError
from photosearch.jobs import CancelToken
from photosearch.model.checking import check_apart
from photosearch.model.folder import CONFIG, InstalledModels, ModelFolder
from photosearch.model.hub_client import HubClient
from photosearch.model.hub_plan import (
    NOTE,
    TOWER_CONFIG,
    Plan,
    Source,
    companions_of,
    make_plan,
    noted,
    read_config,
    source_of,
)
from photosearch.model.weights import fingerprint_file

if TYPE_CHECKING:
    from photosearch.paths import AppPaths

_SPARE_BYTES = 64 << 20
"""Disk that is left to others."""
_TELL_EVERY_S = 0.1

OnProgress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Partial:
    """A download that was begun and is not whole."""

    done_bytes: int
    total_bytes: int


def fetch(
    name: str,
    paths: AppPaths,
    cancel: CancelToken,
    on_progress: OnProgress,
    *,
    hub: HubClient | None = None,
) -> ModelFolder | None:
    """Download a model of the menu, or any that open_clip has at a hub, and note it as installed.

    What came before is not asked for again, be it of this download or of another program's. The
    weights lie in the cache that huggingface_hub shares, the rest in our own folder.

    Args:
        name: ARCHITECTURE/TAG.
        cancel: stops after the piece in hand; a hub that has fallen silent holds it up until the
            time out (10 seconds). What is here stays, and the next call goes on from there.
        on_progress: is told (done, total) in bytes; when they are equal, checks follow.
        hub: None is the one that the environment names.

    Returns:
        None if it was cancelled.

    Raises:
        ModelError: there is no such model, no network, no space, or what came is wrong: other
            bytes than the hub names, or no model that can be used.
        SettingsError: the data folder cannot be used.
    """
    installed = InstalledModels(paths.installed_models)
    found = installed.find(name)
    if found is not None:
        return found
    hub = hub or HubClient()
    source = source_of(name)
    paths.create_data_dir()
    cached = _find_cached(name, source, hub, installed)
    if cached is not None:
        return _install_cached(cached, installed, cancel)
    plan = make_plan(name, source, hub, installed.place(name), cancel)
    if plan is None:
        return None
    _refuse_without_space(plan, paths, hub)
    kept = _get_all(plan, hub, cancel, on_progress)
    if kept is None:
        return None
    is_ours = plan.weights in plan.ours
    return _install(_Whole(name, plan.config, kept[-1], kept[:-1], is_ours), installed, cancel)


def partial(name: str, paths: AppPaths, *, hub: HubClient | None = None) -> Partial | None:
    """How far a download came that was begun and not ended; None if there is none."""
    installed = InstalledModels(paths.installed_models)
    folder = installed.place(name)
    if not (folder / NOTE).is_file() or installed.find(name) is not None:
        return None
    files = noted(folder, "files")
    hub = hub or HubClient()
    return Partial(sum(map(hub.here_bytes, files)), sum(file.size_bytes for file in files))


def discard(name: str, paths: AppPaths, *, hub: HubClient | None = None) -> None:
    """Delete what is here of a download that was begun; one that is installed stays."""
    installed = InstalledModels(paths.installed_models)
    folder = installed.place(name)
    if installed.find(name) is not None or not (folder / NOTE).is_file():
        return
    hub = hub or HubClient()
    for file in noted(folder, "ours"):
        hub.delete(file)
    installed.forget(name)


def delete(model: ModelFolder, *, hub: HubClient | None = None) -> None:
    """Delete the files that were put on this disk for a model; what others put there stays.

    The note goes with `InstalledModels.forget`.

    Raises:
        OSError: a file cannot be deleted.
    """
    if not model.is_ours:
        return
    for file in noted(model.folder, "ours"):
        (hub or HubClient()).delete(file)
    if model.weights.is_relative_to(model.folder):
        model.weights.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class _Whole:
    """All files of a model, where the shared cache has them."""

    name: str
    config: Mapping[str, Any]
    weights: Path
    companions: Sequence[Path]
    is_ours: bool


def _find_cached(
    name: str, source: Source, hub: HubClient, installed: InstalledModels
) -> _Whole | None:
    """A model that another program has downloaded whole; asks no network."""
    if (installed.place(name) / NOTE).is_file():
        return None  # a download of ours is under way: its checksums are to be looked at
    config_file = hub.find_cached(source.repository, CONFIG)
    weights = [found for n in source.weights if (found := hub.find_cached(source.repository, n))]
    if config_file is None or not weights:
        return None
    config = read_config(config_file, source.repository)
    companions: list[Path] = []
    for repository, names in companions_of(config):
        there = [found for n in names if (found := hub.find_cached(repository, n))]
        if names[0] not in {path.name for path in there}:
            return None
        companions += there
    return _Whole(name, config, weights[0], companions, is_ours=False)


def _refuse_without_space(plan: Plan, paths: AppPaths, hub: HubClient) -> None:
    """Look at every disk that the download, our folder and the prepared model go to."""
    missing = sum(file.size_bytes - hub.here_bytes(file) for file in plan.files)
    needs = (
        (hub.cache_dir, missing, "HF_HOME"),
        (paths.installed_models, sum(f.size_bytes for f in plan.companions), "--data-dir"),
        (paths.models, plan.weights.size_bytes, "PHOTOSEARCH_CACHE_DIR"),
    )
    wanted: dict[int, int] = {}
    for folder, wanted_bytes, setting in needs:
        existing = next(p for p in (folder, *folder.parents) if p.exists())
        device = existing.stat().st_dev
        wanted[device] = wanted.get(device, _SPARE_BYTES) + wanted_bytes
        free = shutil.disk_usage(existing).free
        if free < wanted[device]:
            raise ModelError(
                f"The disk of {folder} has {_megabytes(free)} free; downloading the model and "
                f"making it ready takes {_megabytes(wanted[device])}.",
                f"Make room and try again, or name a folder on another disk with {setting}.",
            )


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.0f} MB"


def _get_all(
    plan: Plan, hub: HubClient, cancel: CancelToken, on_progress: OnProgress
) -> list[Path] | None:
    total = sum(file.size_bytes for file in plan.files)
    done = sum(hub.here_bytes(file) for file in plan.files)
    on_progress(done, total)
    kept: list[Path] = []
    for file in plan.files:
        others = sum(hub.here_bytes(other) for other in plan.files if other != file)
        path = hub.get(file, cancel, _Throttled(on_progress, others, total))
        if path is None:
            return None
        kept.append(path)
    on_progress(total, total)
    return kept


class _Throttled:
    """Tells of progress ten times a second, and of a file's end; pieces come more often."""

    def __init__(self, on_progress: OnProgress, others: int, total: int) -> None:
        self._on_progress = on_progress
        self._others = others
        self._total = total
        self._told_at = 0.0

    def __call__(self, here: int) -> None:
        now = time.monotonic()
        if now - self._told_at > _TELL_EVERY_S or self._others + here == self._total:
            self._told_at = now
            self._on_progress(self._others + here, self._total)


def _install_cached(
    whole: _Whole, installed: InstalledModels, cancel: CancelToken
) -> ModelFolder | None:
    try:
        return _install(whole, installed, cancel)
    except ModelError:
        installed.forget(whole.name)  # no download of ours, which its note would tell of
        raise


def _install(whole: _Whole, installed: InstalledModels, cancel: CancelToken) -> ModelFolder | None:
    """Lay the small files out as open_clip's ``local-dir:`` has them, check all, note it last."""
    folder = installed.place(whole.name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path in whole.companions:
            shutil.copyfile(path, folder / path.name)
        has_tokenizer = any(path.name != TOWER_CONFIG for path in whole.companions)
        model = ModelFolder(
            name=whole.name,
            folder=folder,
            config=whole.config,
            weights=whole.weights,
            tokenizer=folder if has_tokenizer else None,
            fingerprint=fingerprint_file(whole.weights),
            is_ours=whole.is_ours,
        )
        check_apart(model, cancel)
        if cancel.is_cancelled:
            return None
        installed.install(model)
    except OSError as error:
        raise ModelError(
            f"The model {whole.name} came, but {folder} cannot be written: {error.strerror}.",
            "Make sure that the disk has free space and that the folder may be written.",
        ) from error
    return model
