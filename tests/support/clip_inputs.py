"""What tiny models of open_clip are asked to embed, and how they are opened."""

from __future__ import annotations

import numpy as np
from PIL import Image
from tiny_clip import as_model_folder, make_tiny_clip

from photosearch.model.folder import ModelFolder
from photosearch.paths import AppPaths
from photosearch.settings import Settings

CPU = Settings(device="cpu")
TEXTS = [
    "a dog",
    "Two  cats &amp; a red, RED dog!",
    "the un-in-er cat’s 123 äöü",
    "漢字 🧑‍🚀",
    "a <end_of_text> in the middle",
    "dog " * 40,
]


def model_of(places: AppPaths, family: str) -> ModelFolder:
    folder = places.data_dir / family
    if not folder.is_dir():
        make_tiny_clip(folder, family)
    return as_model_folder(folder, f"tiny-{family}/test")


def pictures() -> list[Image.Image]:
    random = np.random.default_rng(0)
    sizes = [(50, 40), (33, 190), (301, 77), (32, 32)]
    return [Image.fromarray(random.integers(0, 256, (h, w, 3), np.uint8)) for w, h in sizes]
