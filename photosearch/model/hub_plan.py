"""What a download of a model is made of: which files of which repositories, and what is noted."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from photosearch.atomic import write_atomically
from photosearch.errors import ModelError
from photosearch.jobs import CancelToken
from photosearch.model.configuration import check_config, read_json
from photosearch.model.folder import CONFIG
from photosearch.model.hub_client import HubClient, RemoteFile
from photosearch.model.menu import menu
from photosearch.model.registry import parse_model_name
from photosearch.paths import resource_dir

NOTE = "download.json"
TOWER_CONFIG = "config.json"
_WEIGHTS = ("open_clip_model.safetensors", "open_clip_pytorch_model.bin")
_TOKENIZER = ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a model's files are; ``config`` is for a repository that has none."""

    repository: str
    weights: Sequence[str]
    config: Callable[[], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a model is made of.

    Attributes:
        weights, companions: files of the hub; the latter belong to tokenizer and text tower.
        ours: those that were not here when the download was begun.
    """

    config: Mapping[str, Any]
    weights: RemoteFile
    companions: tuple[RemoteFile, ...]
    ours: tuple[RemoteFile, ...]

    @property
    def files(self) -> tuple[RemoteFile, ...]:
        """Small ones first: whatever is wrong with them shows before the long wait."""
        return (*self.companions, self.weights)


def source_of(name: str) -> Source:
    """Where a model's files are; the menu is looked at first: importing open_clip takes seconds.

    Raises:
        ModelError: no hub has a model of this name.
    """
    from photosearch.model.published import published_source

    parsed = parse_model_name(name)
    architecture, tag = parsed.architecture, parsed.tag
    if tag is None:
        raise ModelError(f"The model {name} is not downloaded.", "It is there without a hub.")
    for entry in menu(resource_dir()):
        if entry.name == name and entry.repository is not None:
            return Source(
                entry.repository, _WEIGHTS, lambda: published_source(architecture, tag).config
            )
    known = published_source(architecture, tag)
    weights = _WEIGHTS if known.weights_file is None else _safe_first(known.weights_file)
    return Source(known.repository, weights, lambda: known.config)


def _safe_first(weights_file: str) -> tuple[str, ...]:
    """A pickle's name, after that of the safetensors file that may lie beside it."""
    safe = str(Path(weights_file).with_suffix(".safetensors"))
    return (safe, weights_file) if safe != weights_file else (safe,)


def make_plan(
    name: str, source: Source, hub: HubClient, folder: Path, cancel: CancelToken
) -> Plan | None:
    """Ask the hub what there is, and note what is to come; None if cancelled."""
    config_file = hub.describe(source.repository, CONFIG)
    if config_file is None:
        config = source.config()
        check_config(config, f"The architecture of {name}")
    else:
        came = hub.get(config_file, cancel, lambda _: None)
        if came is None:
            return None
        config = read_config(came, source.repository)
    weights = next(filter(None, (hub.describe(source.repository, n) for n in source.weights)), None)
    if weights is None:
        raise ModelError(
            f"The repository {source.repository} has none of {', '.join(source.weights)}.",
            "Fetch the weights of this model by hand, and run: photosearch models add FILE",
        )
    companions: list[RemoteFile] = []
    for repository, names in companions_of(config):
        if cancel.is_cancelled:
            return None
        companions += _described(repository, names, hub)
    files = (*companions, weights)
    begun = set(noted(folder, "ours"))
    for file in begun.difference(files):  # the hub has another version by now
        hub.delete(file)
    ours = tuple(file for file in files if file in begun or hub.here_bytes(file) < file.size_bytes)
    _note(folder, files, ours)
    return Plan(config, weights, tuple(companions), ours)


def companions_of(config: Mapping[str, Any]) -> list[tuple[str, tuple[str, ...]]]:
    """The repositories of the tokenizer and of the text tower, each with the files wanted.

    The first file has to be there, the others may be.
    """
    text = config["model_cfg"].get("text_cfg", {})
    wanted: list[tuple[str, tuple[str, ...]]] = []
    if tokenizer := text.get("hf_tokenizer_name"):
        wanted.append((tokenizer, _TOKENIZER))
    if tower := text.get("hf_model_name"):
        wanted.append((tower, (TOWER_CONFIG,)))
    return wanted


def _described(repository: str, names: Sequence[str], hub: HubClient) -> list[RemoteFile]:
    found = [file for name in names if (file := hub.describe(repository, name))]
    if names[0] in {file.name for file in found}:
        return found
    raise ModelError(
        f"The repository {repository} has no {names[0]}, which the model needs.",
        "If HF_ENDPOINT names a mirror, it may lack this file: unset it and try again.",
    )


def read_config(config_file: Path, repository: str) -> Mapping[str, Any]:
    """The configuration of a model, before anything large of it comes.

    Raises:
        ModelError: it describes no model that can be used.
    """
    config = read_json(config_file)
    check_config(config, f"{CONFIG} of {repository}")
    return config


def _note(folder: Path, files: Sequence[RemoteFile], ours: Sequence[RemoteFile]) -> None:
    """Remember what a download is made of, so that it can be told and undone without the hub."""
    note = {"files": [asdict(file) for file in files], "ours": [asdict(file) for file in ours]}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(folder / NOTE, json.dumps(note, indent=2).encode())
    except OSError as error:
        raise ModelError(
            f"The folder {folder} cannot be written: {error.strerror}.",
            "Make sure that the disk has free space and that the folder may be written.",
        ) from error


def noted(folder: Path, kind: str) -> list[RemoteFile]:
    """What was noted of a download; nothing if that cannot be read."""
    try:
        note = json.loads((folder / NOTE).read_text(encoding="utf-8"))
        return [RemoteFile(**file) for file in note[kind]]
    except (OSError, ValueError, KeyError, TypeError):
        return []
