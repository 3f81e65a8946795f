"""Models as people carry them: a tiny network under a name of its own, and files of its weights."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from tiny_clip import CONFIG_FILE, WEIGHTS_FILE

from photosearch.model.torchvision_shim import declare_missing_operators

ARCHITECTURE = "Tiny-B-16"


def register_tiny(monkeypatch: Any, folder: Path) -> None:
    """Let open_clip know the tiny network of a folder by a name, also with QuickGELU."""
    declare_missing_operators()
    import open_clip.factory

    network = json.loads((folder / CONFIG_FILE).read_text(encoding="utf-8"))["model_cfg"]
    known = open_clip.factory._MODEL_CONFIGS
    monkeypatch.setitem(known, ARCHITECTURE, network)
    monkeypatch.setitem(known, f"{ARCHITECTURE}-quickgelu", {**network, "quick_gelu": True})


def tensors_of(folder: Path) -> dict[str, Any]:
    """The weights of a folder, in memory, to be changed."""
    from safetensors.torch import load_file

    return {name: t.clone() for name, t in load_file(folder / WEIGHTS_FILE).items()}


def save_pickle(file: Path, content: Any) -> Path:
    """What ``torch.save`` writes."""
    import torch

    torch.save(content, file)
    return file


def save_tensors(file: Path, tensors: dict[str, Any]) -> Path:
    """A safetensors file."""
    from safetensors.torch import save_file

    save_file(tensors, file)
    return file


def copy_model(folder: Path, to: Path, **changes: Any) -> Path:
    """A copy of a folder whose ``model_cfg`` has other entries: ``text_cfg__width=64``."""
    shutil.copytree(folder, to)
    config = json.loads((to / CONFIG_FILE).read_text(encoding="utf-8"))
    for path, value in changes.items():
        *parents, key = path.split("__")
        place = config["model_cfg"]
        for parent in parents:
            place = place[parent]
        place[key] = value
    (to / CONFIG_FILE).write_text(json.dumps(config), encoding="utf-8")
    return to


def everything_in(folder: Path) -> dict[str, bytes | None]:
    """All that lies under a folder, by path: the contents of files, None for folders."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
    }
