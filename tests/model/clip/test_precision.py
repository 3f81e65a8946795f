"""Coarser numbers are used where they say nearly the same."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from clip_inputs import TEXTS, pictures

from photosearch.model import preparing
from photosearch.model.clip import ClipEncoder, load_clip
from photosearch.model.folder import ModelFolder
from photosearch.paths import AppPaths
from photosearch.settings import Settings

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")


@pytest.mark.parametrize("precision", ["bf16", "fp32"])
def test_other_numbers_stay_close_and_come_out_as_float32(
    encoder: ClipEncoder, model: ModelFolder, places: AppPaths, precision: str
) -> None:
    other = load_clip(model, places, Settings(device="cpu", precision=precision))
    pixels = [encoder.preprocess(picture) for picture in pictures()]
    one, two = encoder.encode_images(pixels), other.encode_images(pixels)
    assert two.dtype == np.float32
    assert (one * two).sum(axis=1).min() > 0.99
    assert other.spec.key == encoder.spec.key


def test_int8_is_used_where_it_is_worth_it_and_else_said_not_to_be(
    model: ModelFolder,
    encoder: ClipEncoder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(preparing, "_INT8_GAIN", 0.0)
    monkeypatch.setattr(preparing, "_SAME_INT8", 0.9)
    paths = AppPaths(tmp_path, tmp_path)
    int8 = Settings(device="cpu", precision="int8")
    exact = encoder.encode_texts(TEXTS)
    pixels = [encoder.preprocess(picture) for picture in pictures()]

    def embed() -> tuple[Any, Any]:
        coarse = load_clip(model, paths, int8)
        return coarse.encode_texts(TEXTS), coarse.encode_images(pixels)

    with caplog.at_level(logging.WARNING, "photosearch"):
        texts, images = embed()
    assert "int8" not in caplog.text
    assert (texts * exact).sum(axis=1).min() > 0.97
    assert not np.array_equal(texts, exact)
    assert (images * encoder.encode_images(pixels)).sum(axis=1).min() > 0.9
    for note in paths.models.rglob("*-int8/prepared.json"):
        noted = json.loads(note.read_text(encoding="utf-8"))
        note.write_text(json.dumps(noted | {"is_used": False}), encoding="utf-8")
    with caplog.at_level(logging.WARNING, "photosearch"):
        texts, _ = embed()
    assert len([r for r in caplog.records if "int8 is not used" in r.getMessage()]) == 2
    assert texts == pytest.approx(exact, abs=1e-6)


@pytest.mark.parametrize(
    ("gain", "likeness", "is_used"), [(1.3, 0.99, True), (1.2, 1.0, False), (3.0, 0.98, False)]
)
def test_int8_must_be_faster_and_say_nearly_the_same(
    model: ModelFolder, gain: float, likeness: float, is_used: bool
) -> None:
    note: dict[str, Any] = {}
    preparing._judge_int8(note, {"exact": gain, "int8": 1.0}, likeness)
    assert note == {"gain": gain, "cosine": likeness, "is_used": is_used}
