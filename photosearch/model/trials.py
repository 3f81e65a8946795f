"""Which way to run a tower is fastest on this machine, and whether it still says the same."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from photosearch.types import Embeddings

_MIN_ROUNDS, _MAX_ROUNDS = 3, 30

PROBE_TEXTS = (
    "two children playing on the beach",
    "a dog",
    "Sunset over the sea, with a red boat in front",
    "grandmother's 80th birthday: everybody around the table in the garden",
    "IMG_2041.jpg",
    "Grüße aus Köln & <b>Bonn</b> …",
    "日没の山",
    "a photo of a very small blue bird that sits on the highest branch of an old apple tree while "
    "it rains, and of the cat that looks up to it from the wet grass beside the garden gate, which "
    "nobody has closed since last autumn, when the last of the apples were brought in by the "
    "neighbours and their three children, who all wore yellow boots and hats of straw, singing",
)


def probe_pixels(size_px: tuple[int, int], count: int) -> NDArray[np.float32]:
    """Made-up pictures of soft shapes and some noise, as the tower reads them: ``(n, 3, h, w)``."""
    random = np.random.default_rng(0)
    rows, columns = (np.linspace(-1, 1, side, dtype=np.float32) for side in size_px)
    waves = random.normal(0, 3, (count, 3, 4)).astype(np.float32)[..., None, None]
    shapes = np.sin(
        waves[:, :, 0] * rows[:, None] + waves[:, :, 1] * columns[None, :] + waves[:, :, 2]
    )
    noise = random.normal(0, 0.3, shapes.shape).astype(np.float32)
    return np.ascontiguousarray(shapes * np.abs(waves[:, :, 3]) / 2 + noise, dtype=np.float32)


def cosine(one: Embeddings, other: Embeddings) -> float:
    """The least cosine between the unit vectors of the same inputs, ``(n, d)`` each."""
    return float((one * other).sum(axis=1).min())


def seconds_a_run(ways: Mapping[str, Callable[[], Any]], budget_s: float) -> dict[str, float]:
    """The median time of each way, by turns, so that whatever else runs here slows all alike.

    Args:
        budget_s: for all of them together; each runs three times even if that takes longer.
    """
    for run in ways.values():
        run()
    times: dict[str, list[float]] = {name: [] for name in ways}
    started = time.monotonic()
    for turn in range(_MAX_ROUNDS):
        if turn >= _MIN_ROUNDS and time.monotonic() - started > budget_s:
            break
        for name, run in ways.items():
            begun = time.perf_counter()
            run()
            times[name].append(time.perf_counter() - begun)
    return {name: statistics.median(taken) for name, taken in times.items()}
