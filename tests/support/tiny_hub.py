"""Puts tiny models into the folder of a loopback hub, where the menu says their real ones are."""

from __future__ import annotations

import json
import shutil
from functools import lru_cache
from pathlib import Path

import pytest
from tiny_clip import make_tiny_clip, random_weights

from photosearch.errors import ModelError
from photosearch.jobs import CancelToken
from photosearch.model.folder import InstalledModels, ModelFolder
from photosearch.model.hub import fetch, partial
from photosearch.model.hub_client import HubClient
from photosearch.model.menu import menu
from photosearch.paths import AppPaths, resource_dir

NAMES = {
    "vit": "ViT-B-32/laion2b_s34b_b79k",
    "siglip": "ViT-B-32-SigLIP2-256/webli",
    "convnext": "convnext_base_w/laion2b_s13b_b82k_augreg",
    "mobileclip": "MobileCLIP-S2/datacompdr",
    "xlm-roberta": "xlm-roberta-base-ViT-B-32/laion5b_s13b_b90k",
}
"""The model of the menu that stands for a family."""

_SMALL = {
    "embed_dim": 8,
    "vision_cfg": {"image_size": 32, "layers": 1, "width": 8, "patch_size": 16, "head_width": 8},
    "text_cfg": {"context_length": 8, "vocab_size": 49408, "width": 2, "heads": 1, "layers": 1},
}

WEIGHTS = "open_clip_model.safetensors"
CONFIG = "open_clip_config.json"


def publish_tiny(folder: Path, family: str = "vit", seed: int = 0) -> str:
    """Publish a tiny model of a family as one of the menu's; returns that one's name.

    The tokenizer and the text tower's configuration go to the repository that the model names.
    """
    made = make_tiny_clip(repository_of(folder, NAMES[family]), family, seed)
    text = json.loads((made / CONFIG).read_text(encoding="utf-8"))["model_cfg"]["text_cfg"]
    if other := text.get("hf_tokenizer_name"):
        (folder / other).mkdir(parents=True, exist_ok=True)
        for file in made.iterdir():
            if file.name not in (CONFIG, WEIGHTS):
                shutil.move(file, folder / other / file.name)
    return NAMES[family]


def publish_small(folder: Path, size_bytes: int = 450_000, seed: int = 0) -> str:
    """Publish the smallest model that works, its weights padded to a size; returns its name."""
    repository = repository_of(folder, NAMES["vit"])
    repository.mkdir(parents=True, exist_ok=True)
    config = {"model_cfg": _SMALL, "preprocess_cfg": {}}
    (repository / CONFIG).write_text(json.dumps(config), encoding="utf-8")
    (repository / WEIGHTS).write_bytes(_padded(_small_weights(seed), size_bytes))
    return NAMES["vit"]


@lru_cache
def _small_weights(seed: int) -> bytes:
    return random_weights(_SMALL, seed)


def _padded(weights: bytes, size_bytes: int) -> bytes:
    """A safetensors file made longer by spaces after its table of contents."""
    length = int.from_bytes(weights[:8], "little")
    padding = size_bytes - len(weights)
    assert padding >= 0
    header = (length + padding).to_bytes(8, "little") + weights[8 : 8 + length] + b" " * padding
    return header + weights[8 + length :]


def repository_of(folder: Path, name: str) -> Path:
    """Where a hub's folder has a model of the menu."""
    (repository,) = (e.repository for e in menu(resource_dir()) if e.name == name)
    assert repository is not None
    return folder / repository


def partial_bytes(name: str, paths: AppPaths, *, hub: HubClient) -> int:
    """How many bytes are here of a download that was begun and not ended; 0 if there is none."""
    begun = partial(name, paths, hub=hub)
    return 0 if begun is None else begun.done_bytes


def fetch_quietly(name: str, paths: AppPaths, client: HubClient) -> ModelFolder | None:
    """Download to the end, and tell nobody."""
    return fetch(name, paths, CancelToken(), lambda done, total: None, hub=client)


def refused(name: str, paths: AppPaths, client: HubClient) -> ModelError:
    """Download in vain: nothing is installed."""
    with pytest.raises(ModelError) as caught:
        fetch_quietly(name, paths, client)
    assert InstalledModels(paths.installed_models).find(name) is None
    assert caught.value.hint
    return caught.value
