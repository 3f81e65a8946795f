"""Adding a model that was carried here as a file or a folder: checked, copied, then installed."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from photosearch.errors import ModelError, shown
from photosearch.model.architectures import published_names
from photosearch.model.checking import OnProgress, Telling, check_files, read_all
from photosearch.model.folder import InstalledModels, ModelFolder
from photosearch.model.model_source import open_source, safe_name
from photosearch.model.tensor_file import TensorFile
from photosearch.model.weights import fingerprint_file
from photosearch.paths import AppPaths, absolute

if TYPE_CHECKING:
    from photosearch.jobs import CancelToken

WEIGHTS = "open_clip_model.safetensors"
_STAGING = ".adding-"
_SPARE_BYTES = 16 << 20
"""Room left on the disk for the notes, and for what the rest of the computer does meanwhile."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """A model that was added, and what a person should know of how it was understood."""

    model: ModelFolder
    remarks: tuple[str, ...] = ()
    is_new: bool = True


def import_model(
    source: Path,
    paths: AppPaths,
    *,
    architecture: str | None = None,
    tag: str | None = None,
    cancel: CancelToken | None = None,
    on_progress: OnProgress | None = None,
) -> ImportReport | None:
    """Copy a model into our own folder, once all of it is checked; its name is ARCHITECTURE/TAG.

    The same model added twice is recognised. A process that is killed in the middle leaves
    nothing that counts as installed, and the next import clears up.

    Args:
        source: weights (safetensors, or a pickle of tensors), or a folder with
            ``open_clip_config.json``, weights and what its tokenizer needs.
        architecture: open_clip's name of the network; None takes it from the folder's
            configuration, or from the names and shapes of the tensors.
        tag: the second part of the name; None makes it of the file's name.
        on_progress: told the bytes that are checked and copied, and all there are.

    Returns:
        None if it was cancelled; nothing is left of it then.

    Raises:
        ModelError: the source cannot be used; nothing has changed.
        SettingsError: the data folder cannot be used.
    """
    found = open_source(absolute(source), architecture)
    tensors, tokenizer = check_files(found.checkpoint, found.config, found.folder)
    size = tensors.size_bytes + sum(file.stat().st_size for file in tokenizer.values())
    _refuse_full_disk(paths, size)
    tell = Telling(2 * tensors.size_bytes, cancel, on_progress)
    fingerprint = read_all(found.checkpoint, tensors, tell)
    if fingerprint is None:
        return None
    installed = InstalledModels(paths.installed_models)
    known = _find_same(installed, fingerprint, found.config)
    if known is not None:
        remark = f"This model is already here, as {known.name}: nothing was copied."
        return ImportReport(known, (*found.remarks, remark), is_new=False)
    paths.create_data_dir()
    with _alone(paths.installed_models):
        name = _free_name(installed, found.label, tag, found.stem)
        model = ModelFolder(
            name=name,
            folder=installed.place(name),
            config=found.config,
            weights=installed.place(name) / WEIGHTS,
            tokenizer=installed.place(name) if tokenizer else None,
            fingerprint=fingerprint,
        )
        if not _install(installed, model, tensors, tokenizer, tell):
            return None
    return ImportReport(model, found.remarks)


def _refuse_full_disk(paths: AppPaths, size_bytes: int) -> None:
    place = paths.installed_models
    while not place.exists():
        place = place.parent
    free_bytes = shutil.disk_usage(place).free
    if free_bytes < size_bytes + _SPARE_BYTES:
        raise ModelError(
            f"The disk has too little room: the model takes {_megabytes(size_bytes)}, and "
            f"{_megabytes(free_bytes)} are free at {shown(str(place))}.",
            "Make room, or name another disk with --data-dir.",
        )


def _megabytes(size_bytes: int) -> str:
    return f"{size_bytes / 1e6:,.0f} MB"


def _find_same(
    installed: InstalledModels, fingerprint: str, config: Mapping[str, Any]
) -> ModelFolder | None:
    """The same weights read as another network are another model: with QuickGELU, say."""
    return next(
        (
            model
            for model in installed.all()
            if model.fingerprint == fingerprint and dict(model.config) == dict(config)
        ),
        None,
    )


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One import at a time; what killed ones left is cleared up. A dead process locks nothing."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with FileLock(folder / ".adding.lock", timeout=0):
            for left in folder.glob(f"{_STAGING}*"):
                shutil.rmtree(left, ignore_errors=True)
            yield
    except Timeout as error:
        raise ModelError(
            "Another model is being added right now.", "Try again when that is done."
        ) from error


def _free_name(installed: InstalledModels, label: str, tag: str | None, stem: str) -> str:
    """A name that no published and no installed model has."""
    published = published_names()

    def is_free(name: str) -> bool:
        return name not in published and not _is_taken(installed, name)

    if tag is not None:
        name = f"{label}/{safe_name(tag)}"
        if not is_free(name):
            raise ModelError(
                f"The name {name} belongs to another model.", "Choose another one with --tag."
            )
        return name
    base = f"{label}/{safe_name(stem)}"
    numbered = (f"{base}-{number}" for number in range(2, 10_000))
    return base if is_free(base) else next(filter(is_free, numbered))


def _is_taken(installed: InstalledModels, name: str) -> bool:
    """Whether the folder of that name holds any model; also one whose note cannot be read."""
    try:
        return installed.find(name) is not None
    except ModelError:
        return True


def _install(
    installed: InstalledModels,
    model: ModelFolder,
    tensors: TensorFile,
    tokenizer: Mapping[str, Path],
    tell: Telling,
) -> bool:
    """Write a folder beside its place and put it there in one step; False if it was cancelled."""
    staging = Path(tempfile.mkdtemp(prefix=_STAGING, dir=model.folder.parent))
    try:
        for name, file in tokenizer.items():
            _write(staging / name, iter([memoryview(file.read_bytes())]))
        if not _write(staging / WEIGHTS, tensors.chunks(), tell, tensors.size_bytes):
            return False
        if fingerprint_file(staging / WEIGHTS) != model.fingerprint:
            raise ModelError(
                "The weights changed while they were copied.",
                "Wait until they are all there, and add them again.",
            )
        installed.install(replace(model, folder=staging))
        shutil.rmtree(model.folder, ignore_errors=True)  # of a model that was half forgotten
        staging.replace(model.folder)
        _flush_folder(model.folder.parent)
    except OSError as error:
        raise _unwritable(error, model.folder.parent) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return True


def _write(
    file: Path,
    chunks: Iterator[memoryview],
    tell: Telling | None = None,
    done_bytes: int = 0,
) -> bool:
    """Write a new file until the disk has it; whether it was not cancelled."""
    with file.open("xb") as opened:
        file.chmod(0o600)
        for chunk in chunks:
            opened.write(chunk)
            done_bytes += chunk.nbytes
            if tell is not None and not tell.goes_on(done_bytes):
                return False
        opened.flush()
        os.fsync(opened.fileno())
    return True


def _flush_folder(folder: Path) -> None:
    """Wait until the disk has the new name; Windows opens no folders, and needs none of it."""
    if os.name != "nt":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _unwritable(error: OSError, folder: Path) -> ModelError:
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", None), errno.EFBIG):
        return ModelError(
            f"The disk is full: the model could not be copied to {shown(str(folder))}.",
            "Make room and add it again, or name another disk with --data-dir.",
        )
    return ModelError(
        f"The model could not be copied to {shown(str(folder))}: {error.strerror}.",
        "Check the disk and the permissions of that folder.",
    )
