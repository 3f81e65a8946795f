"""Calibration: a child process that measures image towers, and what becomes of its answers."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
from carried_models import ARCHITECTURE, register_tiny
from tiny_clip import make_tiny_clip

from photosearch.jobs import CancelToken
from photosearch.model import calibration
from photosearch.model.calibration import measure
from photosearch.model.random_tower import random_tower
from photosearch.model.speeds import Speed, Speeds
from photosearch.paths import AppPaths


def test_a_child_measures_and_what_it_says_is_told_and_kept(
    paths: AppPaths, model_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calibration, "_BUDGET_S", 0.1)
    paths.cache_dir.mkdir()
    paths.models.symlink_to(model_cache)
    told: dict[str, Speed] = {}

    skipped = measure(
        ["starter"], paths, CancelToken(), lambda name, speed: told.update({name: speed})
    )

    assert skipped == {}
    assert told["starter"].photos_per_s > 0
    assert told["starter"].engine == "onnx"
    assert Speeds(paths.speeds).of("starter") == told["starter"]


def test_the_child_measures_networks_that_are_not_here_and_says_what_it_cannot_measure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(calibration.os, "nice", lambda _: 0)
    register_tiny(monkeypatch, make_tiny_clip(tmp_path))

    calibration._main(Path(), 0.1, ["ViT-Z-99", ARCHITECTURE])

    unknown, measured = map(json.loads, capsys.readouterr().out.splitlines())
    assert unknown["architecture"] == "ViT-Z-99"
    assert "no architecture" in unknown["skipped"]
    assert measured["architecture"] == ARCHITECTURE
    assert measured["photos_per_s"] > 0
    assert measured["engine"].startswith("torch")


def test_a_calibration_that_is_cancelled_ends_its_child(paths: AppPaths) -> None:
    cancel = CancelToken()
    ended: list[object] = []
    # An architecture that takes minutes: nothing is told of it before the end.
    work = threading.Thread(
        target=lambda: ended.append(
            measure(["ViT-bigG-14/none"], paths, cancel, lambda *told: ended.append(told))
        )
    )
    work.start()
    while not (children := _children()):
        assert work.is_alive()
        time.sleep(0.01)

    cancel.cancel()
    work.join(timeout=120)

    assert ended == [{}]
    assert not any(child.is_running() for child in children)


def test_a_child_that_dies_costs_the_architecture_it_was_at(
    paths: AppPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[list[str]] = []

    def run(architectures: Sequence[str], *unused: object) -> Iterator[dict[str, Any]]:
        runs.append(list(architectures))
        for architecture in architectures:
            if architecture == "deadly":
                return
            yield {"architecture": architecture, "photos_per_s": 3.0, "engine": "torch"}

    monkeypatch.setattr(calibration, "_run_child", run)
    told: list[str] = []

    skipped = measure(
        ["a/x", "deadly/x", "b/x", "a/y"], paths, CancelToken(), lambda name, _: told.append(name)
    )

    assert runs == [["a", "deadly", "b"], ["b"]]
    assert told == ["a/x", "a/y", "b/x"]  # what shares a network is measured once
    assert list(skipped) == ["deadly/x"]
    assert "memory" in skipped["deadly/x"]


def test_what_must_be_too_slow_is_not_tried(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(calibration.os, "nice", lambda _: 0)
    tried: list[str] = []

    def crawl(architecture: str, *unused: object) -> Speed:
        tried.append(architecture)
        return Speed(0.5, "torch")

    monkeypatch.setattr(calibration, "_measure_one", crawl)

    calibration._main(Path(), 1.0, ["ViT-B-32", "ViT-L-14", "unknown"])

    assert tried == ["ViT-B-32", "unknown"]  # 4.4 GFLOP/s: ViT-L-14 would take 37 s a photo
    assert '"ViT-L-14", "skipped": "Takes more than 5 s a photo here."' in capsys.readouterr().out


@pytest.mark.parametrize("family", ["vit", "siglip", "convnext", "mobileclip"])
def test_a_random_tower_embeds_photos_without_numbers_that_slow_it_down(
    family: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register_tiny(monkeypatch, make_tiny_clip(tmp_path, family))

    tower, (height_px, width_px), _ = random_tower(ARCHITECTURE)

    embedded = tower.encode(np.ones((2, 3, height_px, width_px), dtype=np.float32))

    assert np.isfinite(embedded).all()
    assert np.linalg.norm(embedded, axis=1) == pytest.approx([1.0, 1.0], abs=1e-2)


def _children() -> list[psutil.Process]:
    return [
        child
        for child in psutil.Process().children()
        if any("calibration" in part for part in child.cmdline())
    ]
