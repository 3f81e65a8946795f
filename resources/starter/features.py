"""What the frozen towers say of photos and texts, computed once and kept in a cache folder."""

from __future__ import annotations

import hashlib
import random
import time
import warnings
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from PIL import Image
from tokenizers import Tokenizer
from torch import Tensor, nn

from photosearch.model.starter import pixels_of
from photosearch.model.starter_towers import (
    ImageHead,
    MiniLM,
    TextHead,
    classify,
    grid_features,
    text_features,
)

WHOLE, FLIPPED, CROPPED = "whole", "flipped", "cropped"
PHOTOS_PER_RUN = 32
TEXTS_PER_RUN = 256


@dataclass(frozen=True)
class PhotoFeatures:
    """One view of ``n`` photos: ``(n, 81, 352)`` float16, then float32 of 168, 1280 and 1000."""

    grid: Tensor
    early: Tensor
    pooled: Tensor
    chances: Tensor

    def embed(self, head: ImageHead, rows: Tensor) -> Tensor:
        """Embed the photos at ``rows``."""
        return head(
            self.grid[rows].float(), self.early[rows], self.pooled[rows], self.chances[rows]
        )


@dataclass(frozen=True)
class TextFeatures:
    """Padded ``(n, length, 384)`` float16 states, their mask, and ``(n, 384)`` sentences."""

    states: Tensor
    mask: Tensor
    sentences: Tensor

    def embed(self, head: TextHead, rows: Tensor) -> Tensor:
        """Embed the texts at ``rows``."""
        mask = self.mask[rows]
        length = int(mask.sum(1).max())
        states = self.states[rows, :length].float()
        return head(states, mask[:, :length].float(), self.sentences[rows])


class _FrozenImageTower(nn.Module):
    def __init__(self, backbone: nn.Module) -> None:
        super().__init__()
        self.backbone = backbone

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        grid, early = grid_features(self.backbone, pixels)
        return grid, early, *classify(self.backbone, grid)


@dataclass(frozen=True)
class ImageSettings:
    """How a photo becomes pixels."""

    side_px: int
    mean: np.ndarray
    deviation: np.ndarray


class PhotoReader:
    """Runs photos through the frozen image tower with ONNX Runtime, or reads them back."""

    def __init__(
        self, backbone: nn.Module, settings: ImageSettings, cache_dir: Path, threads: int
    ) -> None:
        self.settings, self.cache_dir, self.threads = settings, cache_dir, threads
        self.backbone = backbone

    def read(self, paths: Sequence[Path], view: str) -> PhotoFeatures:
        """Return the features of one view of the photos."""
        key = digest_of([view, str(self.settings.side_px), *(path.name for path in paths)])
        cached = self.cache_dir / f"photos-{view}-{key}.npz"
        arrays = _from_cache(cached, lambda: self._run(paths, view))
        grid = torch.from_numpy(arrays["grid"]).flatten(2).transpose(1, 2).contiguous()
        rest = (torch.from_numpy(arrays[name]).float() for name in ("early", "pooled", "chances"))
        return PhotoFeatures(grid, *rest)

    def _run(self, paths: Sequence[Path], view: str) -> dict[str, np.ndarray]:
        session = self._session()
        names = ("grid", "early", "pooled", "chances")
        found: dict[str, list[np.ndarray]] = {name: [] for name in names}
        with ThreadPoolExecutor(self.threads) as pool:
            for start in range(0, len(paths), PHOTOS_PER_RUN):
                batch = paths[start : start + PHOTOS_PER_RUN]
                pixels = np.stack(list(pool.map(lambda path: self._pixels(path, view), batch)))
                for name, array in zip(names, session.run(None, {"pixels": pixels}), strict=True):
                    wide = name == "pooled"
                    found[name].append(array.astype(np.float32 if wide else np.float16))
        return {name: np.concatenate(arrays) for name, arrays in found.items()}

    def _session(self) -> onnxruntime.InferenceSession:
        path = self.cache_dir / "frozen-image-tower.onnx"
        side_px = self.settings.side_px
        with warnings.catch_warnings(), torch.inference_mode():
            warnings.simplefilter("ignore")
            torch.onnx.export(
                _FrozenImageTower(self.backbone).eval(),
                (torch.zeros(2, 3, side_px, side_px),),
                str(path),
                input_names=["pixels"],
                dynamic_axes={"pixels": {0: "photos"}},
                dynamo=False,
            )
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self.threads
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def _pixels(self, path: Path, view: str) -> np.ndarray:
        settings = self.settings
        with Image.open(path) as photo:
            image = look(photo.convert("RGB"), view, path.name)
        return pixels_of(image, settings.side_px, settings.mean, settings.deviation)


def look(image: Image.Image, view: str, name: str) -> Image.Image:
    """Return a view of a photo; a crop is drawn from the photo's name, the same every time."""
    chance = random.Random(f"{name}/{view}")
    flip = view == FLIPPED
    if view == CROPPED:
        area, ratio = chance.uniform(0.5, 1.0), float(np.exp(chance.uniform(-0.288, 0.288)))
        width, height = min(1.0, (area * ratio) ** 0.5), min(1.0, (area / ratio) ** 0.5)
        left, top = chance.uniform(0, 1 - width), chance.uniform(0, 1 - height)
        box = (left, top, left + width, top + height)
        sides = (image.width, image.height) * 2
        image = image.crop(tuple(round(b * s) for b, s in zip(box, sides, strict=True)))
        flip = chance.random() < 0.5
    return image.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if flip else image


class TextReader:
    """Runs texts through the frozen sentence encoder, or reads them back."""

    def __init__(
        self, encoder: MiniLM, tokenizer: Tokenizer, cache_dir: Path, longest: int
    ) -> None:
        self.encoder, self.tokenizer = encoder, tokenizer
        self.cache_dir, self.longest = cache_dir, longest

    def read(self, texts: Sequence[str]) -> TextFeatures:
        """Return the features of the texts, their token states cut at the longest length."""
        cached = self.cache_dir / f"texts-{digest_of(texts)}.npz"
        arrays = _from_cache(cached, lambda: self._run(texts))
        offsets = torch.from_numpy(arrays["offsets"])
        places = torch.arange(self.longest)
        mask = places < (offsets[1:] - offsets[:-1])[:, None]
        states = torch.zeros(len(texts), self.longest, 384, dtype=torch.float16)
        states[mask] = torch.from_numpy(arrays["states"])[(offsets[:-1, None] + places)[mask]]
        return TextFeatures(states, mask, torch.from_numpy(arrays["sentences"]))

    def _run(self, texts: Sequence[str]) -> dict[str, np.ndarray]:
        rows = [encoding.ids for encoding in self.tokenizer.encode_batch(list(texts))]
        offsets = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
        states = np.empty((offsets[-1], 384), dtype=np.float16)
        sentences = np.empty((len(rows), 384), dtype=np.float32)
        order = sorted(range(len(rows)), key=lambda position: len(rows[position]))
        for start in range(0, len(order), TEXTS_PER_RUN):
            batch = order[start : start + TEXTS_PER_RUN]
            ids = torch.zeros(len(batch), len(rows[batch[-1]]), dtype=torch.long)
            for line, position in enumerate(batch):
                ids[line, : len(rows[position])] = torch.tensor(rows[position])
            with torch.inference_mode():
                seen, said = text_features(self.encoder, ids, (ids != 0).float())
            for line, position in enumerate(batch):
                first, last = offsets[position], offsets[position + 1]
                states[first:last] = seen[line, : last - first].numpy().astype(np.float16)
                sentences[position] = said[line].numpy()
        return {"states": states, "offsets": offsets, "sentences": sentences}


def digest_of(words: Iterable[str]) -> str:
    """Name a list of words by its content."""
    return hashlib.sha256("\n".join(words).encode()).hexdigest()[:16]


def _from_cache(path: Path, make: Callable[[], dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    if not path.exists():
        started = time.monotonic()
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".part.npz")
        np.savez(fresh, **make())
        fresh.replace(path)
        print(f"{path.name}: {time.monotonic() - started:.0f} s", flush=True)
    with np.load(path) as arrays:
        return dict(arrays)
