"""What lies at a path that somebody gave as a model: its network, its weights, what to call it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from photosearch.errors import ModelError, shown
from photosearch.model.architectures import (
    architecture_config,
    has_foreign_text_tower,
    infer_architectures,
    name_of_config,
    published_preprocessing,
    refuse_foreign,
)
from photosearch.model.checkpoint import Checkpoint, open_checkpoint
from photosearch.model.configuration import check_config, read_json
from photosearch.model.folder import CONFIG
from photosearch.model.tokenizer_files import TOWER

_PREFERRED = (
    "open_clip_model.safetensors",
    "open_clip_pytorch_model.safetensors",
    "open_clip_pytorch_model.bin",
    "open_clip_pytorch_model.pth",
    "model.safetensors",
    "pytorch_model.bin",
    "pytorch_model.pth",
    "model.pth",
)
"""The order in which open_clip itself looks for the weights of a folder."""
_PREPARING = ("size", "mode", "mean", "std", "interpolation", "resize_mode", "fill_color")
_SUFFIXES = (".safetensors", ".bin", ".pth", ".pt")


@dataclass(frozen=True, slots=True)
class ModelSource:
    """A model as it was found: the file can be read, but nothing of it is known to fit.

    Attributes:
        checkpoint: its tensors.
        config: ``model_cfg`` and ``preprocess_cfg``, sane as far as its entries go.
        label: the architecture, or the name of a folder with a network of its own.
        stem: what to call it within the architecture.
        folder: where its tokenizer lies, if there is more than the weights.
        remarks: what was taken for granted, for people.
    """

    checkpoint: Checkpoint
    config: Mapping[str, Any]
    label: str
    stem: str
    folder: Path | None
    remarks: tuple[str, ...] = ()


def open_source(source: Path, architecture: str | None) -> ModelSource:
    """Open a folder, a file in such a folder, or a bare file with weights.

    Args:
        architecture: open_clip's name of the network; None takes it from the configuration, or
            from the names and shapes of the tensors.

    Raises:
        ModelError: there is no such model, or it cannot be told what it is.
    """
    if _is_there(source, Path.is_dir):
        weights, remarks = _choose_weights(source)
        return _open_folder(source, weights, architecture, _stem_of_folder(source), remarks)
    if architecture is None and _is_there(source.parent / CONFIG, Path.is_file):
        remark = f"The network and the preparation of images are those of the {CONFIG} beside it."
        return _open_folder(source.parent, source, None, source.stem, (remark,))
    checkpoint = open_checkpoint(source)
    if architecture is None:
        architecture, remarks = _infer(checkpoint)
    else:
        remarks = ()
    config, more = _published_config(architecture)
    return ModelSource(checkpoint, config, architecture, source.stem, None, remarks + more)


def _is_there(path: Path, is_kind: Callable[[Path], bool]) -> bool:
    """Whether it can be seen: where names are too long or folders closed, opening will tell."""
    try:
        return is_kind(path)
    except OSError:
        return False


def _open_folder(
    folder: Path, weights: Path, architecture: str | None, stem: str, remarks: tuple[str, ...]
) -> ModelSource:
    origin = shown(str(folder / CONFIG))
    config = read_json(folder / CONFIG)
    check_config(config, origin)
    known = name_of_config(config["model_cfg"])
    if architecture is not None and architecture != known:
        architecture_config(architecture)
        raise ModelError(
            f"{origin} describes {known or 'a network of its own'}, not {architecture}.",
            "Leave out --architecture: the folder's own configuration is used.",
        )
    preparing = config.get("preprocess_cfg", {})
    kept = {
        "model_cfg": config["model_cfg"],
        "preprocess_cfg": {key: preparing[key] for key in _PREPARING if key in preparing},
    }
    if known is None:
        return ModelSource(
            open_checkpoint(weights), kept, safe_name(stem), "local", folder, remarks
        )
    return ModelSource(open_checkpoint(weights), kept, known, stem, folder, remarks)


def _choose_weights(folder: Path) -> tuple[Path, tuple[str, ...]]:
    """The weights of a folder, by the order of open_clip, and a remark if there are several."""
    try:
        names = sorted(entry.name for entry in folder.iterdir())
    except OSError as error:
        raise ModelError(
            f"{shown(str(folder))} cannot be read: {error.strerror}.", "Check its permissions."
        ) from error
    if CONFIG not in names:
        raise ModelError(
            f"{shown(str(folder))} has no {CONFIG}, which describes the network.",
            "Give a folder that open_clip has written, or the file with the weights itself.",
        )
    if any(name.endswith(".index.json") for name in names):
        raise ModelError(
            f"The weights in {shown(str(folder))} are split into several files.",
            "Save the model in one file first: open_clip's own models are.",
        )
    weights = [name for name in names if name.endswith(_SUFFIXES)]
    if not weights:
        raise ModelError(
            f"There are no weights in {shown(str(folder))}.",
            f"They are a file that ends in {', '.join(_SUFFIXES)}: download it into the folder.",
        )
    weights.sort(key=_preference)
    remarks: tuple[str, ...] = ()
    if len(weights) > 1:
        remarks = (f"Of {len(weights)} files with weights, {shown(weights[0])} was taken.",)
    return folder / weights[0], remarks


def _preference(name: str) -> tuple[int, int, str]:
    rank = _PREFERRED.index(name) if name in _PREFERRED else len(_PREFERRED)
    return rank, next(n for n, end in enumerate(_SUFFIXES) if name.endswith(end)), name


def _infer(checkpoint: Checkpoint) -> tuple[str, tuple[str, ...]]:
    refuse_foreign(checkpoint)
    if has_foreign_text_tower(checkpoint):
        raise ModelError(
            f"{checkpoint.shown} has a text tower of Hugging Face, whose configuration and "
            "tokenizer are files of their own.",
            f"Add the whole folder of the model, with {CONFIG}, {TOWER} and tokenizer.json.",
        )
    fitting = infer_architectures(checkpoint)
    if not fitting:
        raise ModelError(
            f"{checkpoint.shown} fits no architecture that open_clip knows, by the names and "
            "sizes of its tensors.",
            f"Name it with --architecture, or add a folder with its {CONFIG}.",
        )
    taken, *others = fitting
    remark = f"By its tensors it is a {taken}."
    if others:
        remark = (
            f"By its tensors it is a {taken} or a {' or a '.join(others)}; {taken} was taken. "
            "If it was trained as another, add it again with --architecture, or it finds less well."
        )
    return taken, (remark,)


def _published_config(architecture: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    network = architecture_config(architecture)
    preprocessing = published_preprocessing(architecture)
    remarks: tuple[str, ...] = ()
    if not preprocessing:
        remarks = (
            f"Nothing is published on how {architecture} prepares images; CLIP's way is used.",
        )
    return {"model_cfg": network, "preprocess_cfg": preprocessing}, remarks


def safe_name(text: str) -> str:
    """Letters, digits and ``._-`` alone: a part of a name that every disk and terminal takes."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip("-.")[:64].rstrip("-.") or "added"


def _stem_of_folder(folder: Path) -> str:
    """The name of a folder; in the cache of Hugging Face's hub, that of the repository."""
    folder = folder.resolve()
    if folder.parent.name == "snapshots":
        return folder.parent.parent.name.rpartition("--")[2]
    return folder.name
