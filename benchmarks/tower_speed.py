"""Compares the starter's image tower with open_clip's ViT-B/32 in torch: JSON on stdout.

The rounds of both are interleaved, so that whatever else the machine does slows both alike.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from photosearch.model.starter import load_starter

RESOURCES = Path(__file__).resolve().parents[1] / "resources" / "starter"


def main() -> None:
    """Read the options, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--images", type=int, default=32, help="images a round")
    parser.add_argument("--cache", type=Path, help="folder for the starter's ONNX files")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        runs = {
            "starter": starter_run(options.cache or Path(folder), options.threads, options.images),
            "vit_b_32": vit_run(options.threads, options.images),
        }
        print(json.dumps(measure(runs, options.rounds, options.images), indent=2))


def starter_run(cache_dir: Path, threads: int, images: int) -> Callable[[], Any]:
    """Make a function that embeds a batch with the starter, in ONNX Runtime."""
    encoder = load_starter(cache_dir, RESOURCES, threads)
    side_px = encoder.decode_side_px
    pixels = list(np.random.default_rng(0).random((images, 3, side_px, side_px), dtype=np.float32))
    return lambda: encoder.encode_images(pixels)


def vit_run(threads: int, images: int) -> Callable[[], Any]:
    """Make a function that embeds a batch with ViT-B/32; random weights take as long as any."""
    from photosearch.model.torchvision_shim import declare_missing_operators

    declare_missing_operators()
    import open_clip
    import torch

    torch.set_num_threads(threads)
    visual = open_clip.create_model("ViT-B-32", pretrained=None).visual.eval()
    pixels = torch.rand(images, 3, 224, 224)

    def run() -> Any:
        with torch.inference_mode():
            return visual(pixels)

    return run


def measure(
    runs: dict[str, Callable[[], Any]], rounds: int, images: int
) -> dict[str, float | dict[str, float]]:
    """Return the median images a second of each, and the median of the rounds' ratios."""
    speeds: dict[str, list[float]] = {name: [] for name in runs}
    for run in runs.values():
        run()
    for _ in range(rounds):
        for name, run in runs.items():
            started = time.perf_counter()
            run()
            speeds[name].append(images / (time.perf_counter() - started))
    first, second = speeds.values()
    ratios = [one / other for one, other in zip(first, second, strict=True)]
    return {
        "images_per_second": {name: round(statistics.median(s), 1) for name, s in speeds.items()},
        "ratio": round(statistics.median(ratios), 2),
        "ratio_lowest": round(min(ratios), 2),
    }


if __name__ == "__main__":
    main()
