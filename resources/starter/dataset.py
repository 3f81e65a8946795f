"""The photos, captions and labels that the starter learns from, and the split it is judged by."""

from __future__ import annotations

import csv
import hashlib
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class CaptionedPhotos:
    """Photos with several captions each; ``captions[i]`` belongs to ``paths[i]``."""

    paths: tuple[Path, ...]
    captions: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class LabelledPhotos:
    """Photos with one label each."""

    paths: tuple[Path, ...]
    labels: tuple[str, ...]


def read_captions(folder: Path, split: str) -> CaptionedPhotos:
    """Read ``split.csv`` (columns image, caption) of a folder whose photos lie in ``images``."""
    captions: dict[str, list[str]] = defaultdict(list)
    with (folder / f"{split}.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            captions[row["image"]].append(row["caption"])
    paths = tuple(folder / "images" / name for name in captions)
    return CaptionedPhotos(paths, tuple(tuple(texts) for texts in captions.values()))


def read_labels(folder: Path) -> LabelledPhotos:
    """Read ``labels.csv`` (columns image, label) of a folder whose photos lie in ``images``."""
    with (folder / "labels.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    paths = tuple(folder / "images" / row["image"] for row in rows)
    return LabelledPhotos(paths, tuple(row["label"] for row in rows))


def held_out_positions(photos: LabelledPhotos, share: float = 0.2) -> frozenset[int]:
    """Choose the photos that are kept out of training: ``share`` of every label's photos.

    The choice depends on the names of the files alone (their SHA-256 in order), so that it is
    the same on every machine.
    """
    by_label: dict[str, list[int]] = defaultdict(list)
    for position, label in enumerate(photos.labels):
        by_label[label].append(position)
    chosen: set[int] = set()
    for positions in by_label.values():
        positions.sort(key=lambda i: hashlib.sha256(photos.paths[i].name.encode()).digest())
        chosen.update(positions[: round(share * len(positions))])
    return frozenset(chosen)


def write_held_out(photos: LabelledPhotos, target: Path) -> int:
    """Write the held-out photos as a CSV (columns image, label) and return their number."""
    positions = sorted(held_out_positions(photos))
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["image", "label"])
        writer.writerows((photos.paths[i].name, photos.labels[i]) for i in positions)
    return len(positions)
