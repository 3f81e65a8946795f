"""Measures how fast this machine embeds photos with models that need not be here.

A child process does it, at low priority, with random weights: neither its memory nor a crash of
it concerns the service. It is told the folder of prepared models and the names, and answers in
lines of JSON.
"""

from __future__ import annotations

import json
import logging
import math
import os
import queue
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from photosearch.errors import ModelError
from photosearch.jobs import CancelToken
from photosearch.model.menu import menu
from photosearch.model.registry import STARTER, parse_model_name
from photosearch.model.speeds import Speed, Speeds
from photosearch.paths import resource_dir

if TYPE_CHECKING:
    from photosearch.paths import AppPaths

_log = logging.getLogger(__name__)

_BATCH = 16
"""Photos a run: what settings have. Larger models get what fits the time."""
_BUDGET_S = 2.5
"""For one model, after its warm-up."""
_SLOWEST_PHOTOS_PER_S = 0.2
"""A model that must be slower, by its operations, is not tried."""
_DISTURBED = 1.5
"""Passed time, by time that our threads had, from which on others were in the way."""
_LOOK_S = 0.2
_NICE = 5
"""After what a person does, and ahead of our own indexing (15), which would halve the figure."""
_PASSIVE = {"OMP_WAIT_POLICY": "PASSIVE"}
"""Threads that wait for each other sleep: else they burn the time by which `_timed` counts."""


def measure(
    names: Sequence[str],
    paths: AppPaths,
    cancel: CancelToken,
    on_measured: Callable[[str, Speed], None],
) -> Mapping[str, str]:
    """Measure how many photos a second models embed here, and keep it in `Speeds`.

    Takes a few seconds a model. Speeds belong to architectures: models that share one are
    measured once and told of each.

    Args:
        names: of models, best from small to large; several may share an architecture.
        cancel: ends the child process at once; what was measured is kept.
        on_measured: is told each name with its speed, as soon as it is known.

    Returns:
        The names that were not measured, each with the reason; none if it was cancelled.

    Raises:
        OSError: what was measured cannot be kept.
    """
    by_architecture: dict[str, list[str]] = {}
    for name in names:
        by_architecture.setdefault(parse_model_name(name).architecture, []).append(name)
    speeds = Speeds(paths.speeds)
    pending = list(by_architecture)
    skipped: dict[str, str] = {}
    while pending and not cancel.is_cancelled:
        for line in _run_child(tuple(pending), paths, cancel):
            architecture = line["architecture"]
            if "photos_per_s" in line:
                speed = Speed(line["photos_per_s"], line["engine"])
                speeds.save(architecture, speed)
                for name in by_architecture[architecture]:
                    on_measured(name, speed)
            else:
                skipped[architecture] = line["skipped"]
            pending.remove(architecture)
        if pending and not cancel.is_cancelled:  # the child died over the first of them
            skipped[pending.pop(0)] = "Measuring it ended early; it may need more memory."
    for architecture, reason in skipped.items():
        _log.info("The speed of %s was not measured: %s", architecture, reason)
    return {name: reason for a, reason in skipped.items() for name in by_architecture[a]}


def _run_child(
    architectures: Sequence[str], paths: AppPaths, cancel: CancelToken
) -> Iterator[dict[str, Any]]:
    """Yield what the child says of each architecture, in their order, until it ends."""
    child = subprocess.Popen(
        [sys.executable, "-P", "-m", __name__, str(paths.models), str(_BUDGET_S), *architectures],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        env={**os.environ, **_PASSIVE},
        creationflags=getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0),
    )
    lines: queue.Queue[str | None] = queue.Queue()
    reader = threading.Thread(target=_read_lines, args=(child, lines), daemon=True)
    reader.start()
    try:
        while not cancel.is_cancelled:
            try:
                line = lines.get(timeout=_LOOK_S)
            except queue.Empty:
                continue
            if line is None:
                break
            if line.startswith('{"architecture"'):  # libraries may print remarks of their own
                yield json.loads(line)
    finally:
        child.kill()
        child.wait()
        reader.join()
        assert child.stdout is not None
        child.stdout.close()


def _read_lines(child: subprocess.Popen[str], lines: queue.Queue[str | None]) -> None:
    assert child.stdout is not None
    for line in child.stdout:
        lines.put(line)
    lines.put(None)


def _main(models_dir: Path, budget_s: float, architectures: Sequence[str]) -> None:
    """What the child does: measure each, and answer line by line."""
    if hasattr(os, "nice"):
        os.nice(_NICE)
    gflops = {entry.architecture: entry.card.image_gflops for entry in menu(resource_dir())}
    gflops_per_s = 0.0
    for architecture in architectures:
        work = gflops.get(architecture)
        answer: dict[str, object] = {"architecture": architecture}
        if work and gflops_per_s and gflops_per_s / work < _SLOWEST_PHOTOS_PER_S:
            answer["skipped"] = f"Takes more than {1 / _SLOWEST_PHOTOS_PER_S:.0f} s a photo here."
        else:
            try:
                speed = _measure_one(architecture, models_dir, budget_s)
                answer |= {"photos_per_s": speed.photos_per_s, "engine": speed.engine}
                if work and architecture != STARTER:
                    gflops_per_s = max(gflops_per_s, speed.photos_per_s * work)
            except Exception as error:  # whatever a network or a library raises: the next may work
                reason = error.message if isinstance(error, ModelError) else repr(error)
                answer["skipped"] = reason
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _measure_one(architecture: str, models_dir: Path, budget_s: float) -> Speed:
    random = np.random.default_rng(0)
    if architecture == STARTER:
        from photosearch.model.starter import load_starter

        starter = load_starter(models_dir, resource_dir() / "starter")
        side_px = starter.decode_side_px
        photos = list(random.random((_BATCH, 3, side_px, side_px), dtype=np.float32))
        return Speed(_photos_per_s(lambda n: starter.encode_images(photos[:n]), budget_s), "onnx")
    from photosearch.model.random_tower import random_tower

    tower, (height_px, width_px), engine = random_tower(architecture)
    pixels = random.random((_BATCH, 3, height_px, width_px), dtype=np.float32)
    return Speed(_photos_per_s(lambda n: tower.encode(pixels[:n]), budget_s), engine)


def _photos_per_s(embed: Callable[[int], object], budget_s: float) -> float:
    """The median speed of batches, after a warm-up of one photo that says how many fit the time."""
    embed(1)
    batch = max(1, min(_BATCH, math.floor(budget_s / _timed(embed, 1) / 2)))
    times: list[float] = []
    until = time.perf_counter() + budget_s
    while not times or time.perf_counter() + times[-1] <= until:
        times.append(_timed(embed, batch))
    return batch / statistics.median(times)


def _timed(embed: Callable[[int], object], count: int) -> float:
    """Seconds for some photos, as if nothing else ran here.

    Whatever else runs would be taken for the model's slowness, the more at low priority.
    Where others held the processors for long, the time that ours had on them is what counts.
    """
    from photosearch.model.random_tower import thread_count

    begun, had = time.perf_counter(), time.process_time()
    embed(count)
    passed, had = time.perf_counter() - begun, time.process_time() - had
    alone = had / thread_count()
    return alone if passed > _DISTURBED * alone else passed


if __name__ == "__main__":
    _main(Path(sys.argv[1]), float(sys.argv[2]), sys.argv[3:])
