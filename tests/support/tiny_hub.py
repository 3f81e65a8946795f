"""Puts tiny models into the folder of a loopback hub, where the menu says their real ones are."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path

from tiny_clip import make_tiny_clip

from photosearch.model.menu import menu
from photosearch.paths import resource_dir

NAMES = {
    "vit": "ViT-B-32/laion2b_s34b_b79k",
    "siglip": "ViT-B-32-SigLIP2-256/webli",
    "convnext": "convnext_base_w/laion2b_s13b_b82k_augreg",
    "mobileclip": "MobileCLIP-S2/datacompdr",
    "xlm-roberta": "xlm-roberta-base-ViT-B-32/laion5b_s13b_b90k",
}
"""The model of the menu that stands for a family."""

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


def publish_bytes(folder: Path, size_bytes: int = 400_000, seed: int = 0) -> str:
    """Publish what looks like a model from outside: a configuration, and noise for weights."""
    repository = repository_of(folder, NAMES["vit"])
    repository.mkdir(parents=True, exist_ok=True)
    config = {
        "model_cfg": {"embed_dim": 32, "vision_cfg": {}, "text_cfg": {}},
        "preprocess_cfg": {},
    }
    (repository / CONFIG).write_text(json.dumps(config), encoding="utf-8")
    (repository / WEIGHTS).write_bytes(random.Random(seed).randbytes(size_bytes))
    return NAMES["vit"]


def repository_of(folder: Path, name: str) -> Path:
    """Where a hub's folder has a model of the menu."""
    (repository,) = (e.repository for e in menu(resource_dir()) if e.name == name)
    assert repository is not None
    return folder / repository
