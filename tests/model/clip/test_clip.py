"""Prepared models of every family embed as open_clip itself does."""

from __future__ import annotations

import logging
import math
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from clip_inputs import CPU, TEXTS, model_of, pictures
from tiny_clip import as_model_folder, make_tiny_clip

from photosearch.errors import ModelError, QueryError
from photosearch.model import preparing
from photosearch.model.clip import ClipEncoder, load_clip
from photosearch.model.folder import ModelFolder
from photosearch.model.openclip import build, reference_tokenizer, text_reference
from photosearch.model.preprocessing import Preprocessing
from photosearch.model.registry import load_encoder
from photosearch.paths import AppPaths
from photosearch.settings import Settings
from photosearch.types import ModelSpec

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")


def their_transform(model: ModelFolder, network: Any) -> Any:
    from open_clip.transform import PreprocessCfg, image_transform_v2

    config = PreprocessCfg(**{**model.config["preprocess_cfg"], "size": network.visual.image_size})
    return image_transform_v2(config, is_train=False)


def test_texts_embed_as_by_open_clip_itself(family: ModelFolder, places: AppPaths) -> None:
    ours = load_clip(family, places, CPU).encode_texts(TEXTS)
    theirs, _ = text_reference(build(family), reference_tokenizer(family), TEXTS)
    assert ours.dtype == np.float32
    assert np.linalg.norm(ours, axis=1) == pytest.approx(1.0, abs=1e-5)
    assert (ours * theirs).sum(axis=1).min() >= 0.9999


def test_images_embed_as_by_open_clip_itself(family: ModelFolder, places: AppPaths) -> None:
    import torch

    encoder = load_clip(family, places, CPU)
    network = build(family)
    transform = their_transform(family, network)
    with torch.inference_mode():
        pixels = torch.stack([transform(picture) for picture in pictures()])
        theirs = network.encode_image(pixels, normalize=True).numpy()
    ours = encoder.encode_images([encoder.preprocess(picture) for picture in pictures()])
    assert ours.dtype == np.float32
    assert ours.shape == theirs.shape == (4, encoder.spec.dimension)
    assert (ours * theirs).sum(axis=1).min() >= 0.9999


@pytest.mark.parametrize(
    ("name", "kind", "is_trimmed"),
    [
        ("vit", "words", True),
        ("siglip", "words", False),
        ("mobileclip", "words", False),
        ("xlm-roberta", "masked", True),
    ],
)
def test_a_text_runs_at_its_own_length_where_nothing_reads_the_rest(
    places: AppPaths, name: str, kind: str, is_trimmed: bool
) -> None:
    note = preparing.prepare_tower(model_of(places, name), places.models, "text").note
    assert (note["kind"], note["is_trimmed"]) == (kind, is_trimmed)


@pytest.mark.parametrize("failing", ["words", "words and ids"])
def test_a_text_tower_that_cannot_be_cut_down_runs_as_it_is(
    failing: str, model: ModelFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from photosearch.model import exporting

    plain = exporting.export_text

    def fail_for_some(graph: Any, inputs: Any, file: Path) -> None:
        if str(graph.kind) in failing:
            raise RuntimeError("Exporting the operator is not supported.")
        plain(graph, inputs, file)

    monkeypatch.setattr(exporting, "export_text", fail_for_some)
    paths = AppPaths(tmp_path, tmp_path)
    ours = load_clip(model, paths, CPU).encode_texts(TEXTS)
    theirs, _ = text_reference(build(model), reference_tokenizer(model), TEXTS)
    assert (ours * theirs).sum(axis=1).min() >= 0.9999
    kind = preparing.prepare_tower(model, paths.models, "text").note["kind"]
    assert kind == ("ids" if failing == "words" else "torch")


def test_equal_weights_have_one_identity_and_others_another(
    model: ModelFolder, encoder: ClipEncoder, places: AppPaths, tmp_path: Path
) -> None:
    assert load_clip(model, places, CPU).spec == encoder.spec
    other = as_model_folder(make_tiny_clip(tmp_path, seed=1), model.name)
    assert load_clip(other, places, CPU).spec.key != encoder.spec.key
    mean = {**model.config["preprocess_cfg"], "mean": [0.5] * 3}
    greyer = replace(model, config={**model.config, "preprocess_cfg": mean})
    assert load_clip(greyer, places, CPU).spec.key != encoder.spec.key


def test_long_texts_are_cut_with_a_warning_and_short_ones_are_not(
    encoder: ClipEncoder, caplog: pytest.LogCaptureFixture
) -> None:
    fourteen = "one two three four five six seven eight nine ten one two three four"
    with caplog.at_level(logging.WARNING, "photosearch"):
        encoder.encode_texts([fourteen])
    assert caplog.records == []  # with the two marks they are the whole context
    with caplog.at_level(logging.WARNING, "photosearch"):
        encoder.encode_texts(["short", f"{fourteen} five"])
    [record] = caplog.records
    assert "cut to 16 tokens" in record.getMessage()


@pytest.mark.parametrize("text", ["", " \n"])
def test_empty_texts_are_an_error(encoder: ClipEncoder, text: str) -> None:
    with pytest.raises(QueryError, match="empty"):
        encoder.encode_texts(["a dog", text])


def test_nothing_embeds_as_no_rows(encoder: ClipEncoder) -> None:
    assert encoder.encode_texts([]).shape == (0, encoder.spec.dimension)
    assert encoder.encode_images([]).shape == (0, encoder.spec.dimension)


def test_many_texts_at_once_embed_as_one_by_one(encoder: ClipEncoder) -> None:
    texts = [f"the {'red ' * (n % 9)}cat {n}" for n in range(150)]
    together = encoder.encode_texts(texts)
    alone = np.concatenate([encoder.encode_texts([text]) for text in texts])
    assert together == pytest.approx(alone, abs=1e-5)


def test_many_threads_may_ask_for_texts_and_images_at_once(
    model: ModelFolder, places: AppPaths
) -> None:
    encoder = load_clip(model, places, CPU)
    pixels = [encoder.preprocess(picture) for picture in pictures()]
    gate = threading.Barrier(8)

    def ask(n: int) -> tuple[Any, Any]:
        gate.wait()
        if n % 4 == 3:
            encoder.rest()
        return encoder.encode_texts(TEXTS), encoder.encode_images(pixels)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(8)))
    for texts, images in answers:
        assert texts == pytest.approx(answers[0][0], abs=1e-6)
        assert images == pytest.approx(answers[0][1], abs=1e-6)


def test_a_tower_is_loaded_when_it_is_needed_and_goes_when_only_the_other_one_is() -> None:
    loads: list[str] = []
    row = np.ones((1, 4), np.float32)

    class Tower:
        def __init__(self, name: str) -> None:
            loads.append(name)

        def encode(self, _: object) -> Any:
            return row

        def rest(self) -> None:
            """Nothing was taken."""

    def encoder_of(idle_s: float) -> ClipEncoder:
        spec = ModelSpec("a/b", "a", "0" * 32, 4, "0" * 16)
        tokenizer: Any = type("Tokenizer", (), {"encode": lambda _, text: ([1, 2], False)})()
        towers = (lambda: Tower("text")), (lambda: Tower("images"))
        return ClipEncoder(spec, Preprocessing.of({}, 8), tokenizer, *towers, idle_s=idle_s)

    pixels = [np.zeros((3, 8, 8), np.float32)]
    for idle_s in (-1.0, math.inf):
        encoder = encoder_of(idle_s)
        encoder.rest()
        assert loads == []
        for _ in range(2):
            encoder.encode_texts(["a dog"])
            encoder.encode_images(pixels)
        assert loads == ["text", "images"] * (2 if idle_s < 0 else 1)
        loads.clear()


def test_a_device_that_is_not_there_is_refused(model: ModelFolder, places: AppPaths) -> None:
    import torch

    if torch.cuda.is_available():
        pytest.skip("it is there")
    with pytest.raises(ModelError, match="cuda"):
        load_clip(model, places, Settings(device="cuda"))


def test_a_model_that_is_not_here_is_not_fetched_but_named(places: AppPaths) -> None:
    with pytest.raises(ModelError, match=r"ViT-B-32/laion2b_s34b_b79k is not on this") as refused:
        load_encoder(places, Settings(model="ViT-B-32/laion2b_s34b_b79k"))
    assert refused.value.hint == "Get it with: photosearch models get ViT-B-32/laion2b_s34b_b79k"
