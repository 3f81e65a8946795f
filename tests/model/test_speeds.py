"""Measured speeds: kept for this machine, and for as long as they hold."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from photosearch.model.speeds import Speed, Speeds

_SPEED = Speed(photos_per_s=12.5, engine="torch")


def test_a_speed_that_was_saved_is_known_to_the_next_process(tmp_path: Path) -> None:
    path = tmp_path / "cache" / "speeds.json"
    Speeds(path).save("ViT-B-32", _SPEED)
    Speeds(path).save("starter", Speed(50.0, "onnx"))

    assert Speeds(path).of("ViT-B-32") == _SPEED
    assert Speeds(path).of("starter") == Speed(50.0, "onnx")
    assert Speeds(path).of("ViT-L-14") is None


def test_a_new_measurement_replaces_the_old_one(tmp_path: Path) -> None:
    speeds = Speeds(tmp_path / "speeds.json")
    speeds.save("ViT-B-32", Speed(1.0, "torch"))
    speeds.save("ViT-B-32", _SPEED)

    assert speeds.of("ViT-B-32") == _SPEED


@pytest.mark.parametrize("changed", ["processor", "cores", "torch", "onnxruntime"])
def test_a_speed_of_another_machine_or_library_counts_for_nothing(
    changed: str, tmp_path: Path
) -> None:
    path = tmp_path / "speeds.json"
    Speeds(path).save("ViT-B-32", _SPEED)
    note = json.loads(path.read_text())
    assert note["machine"][changed]
    note["machine"][changed] = "another"
    path.write_text(json.dumps(note))

    assert Speeds(path).of("ViT-B-32") is None
    Speeds(path).save("starter", _SPEED)
    assert Speeds(path).of("ViT-B-32") is None
    assert Speeds(path).of("starter") == _SPEED


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"machine": 3, "speeds": 4}', "\0"], ids=repr)
def test_a_file_that_is_damaged_is_written_anew(text: str, tmp_path: Path) -> None:
    path = tmp_path / "speeds.json"
    path.write_text(text)

    assert Speeds(path).of("ViT-B-32") is None
    Speeds(path).save("ViT-B-32", _SPEED)
    assert Speeds(path).of("ViT-B-32") == _SPEED


def test_speeds_that_are_saved_at_once_are_all_kept(tmp_path: Path) -> None:
    path = tmp_path / "speeds.json"
    names = [f"model-{number}" for number in range(20)]

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda name: Speeds(path).save(name, _SPEED), names))

    assert all(Speeds(path).of(name) == _SPEED for name in names)
