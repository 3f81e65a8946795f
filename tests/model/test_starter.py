"""The starter model: it finds photos by words, agrees with torch, and keeps its cache true."""

from __future__ import annotations

import json
import logging
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
from PIL import Image
from skimage import data

from photosearch.errors import ModelError, QueryError
from photosearch.model import starter
from photosearch.model.starter import StarterEncoder, load_starter
from photosearch.model.starter_cache import package_file

RESOURCES = Path(__file__).resolve().parents[2] / "resources" / "starter"
TEXTS = (
    "cat",
    "a photo of a cup of coffee on a saucer.",
    "an astronaut in an orange suit smiles at the camera",
    "two dogs run across a field of grass while a child in a red coat watches them from afar",
)


@pytest.fixture(scope="session")
def photos() -> dict[str, Image.Image]:
    names = ("astronaut", "chelsea", "coffee", "rocket")
    return {name: Image.fromarray(getattr(data, name)()) for name in names}


@pytest.fixture
def changed_resources(tmp_path: Path) -> Callable[..., Path]:
    """Copy the starter's resources with one setting of one part of the configuration changed."""

    def change(part: str, key: str, value: Any) -> Path:
        folder = tmp_path / "resources"
        folder.mkdir()
        shutil.copy(RESOURCES / "heads.safetensors", folder)
        config = json.loads((RESOURCES / "config.json").read_text(encoding="utf-8"))
        config[part][key] = value
        (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
        return folder

    return change


def test_words_find_the_photo_they_describe(
    encoder: StarterEncoder, photos: dict[str, Image.Image]
) -> None:
    texts = {"chelsea": "a cat", "coffee": "a cup of coffee", "rocket": "a rocket"}
    images = encoder.encode_images([encoder.preprocess(photo) for photo in photos.values()])
    scores = encoder.encode_texts(list(texts.values())) @ images.T
    assert [list(photos)[best] for best in scores.argmax(axis=1)] == list(texts)


def test_embeddings_are_float32_of_length_one_and_of_the_dimension_of_the_spec(
    encoder: StarterEncoder, photos: dict[str, Image.Image]
) -> None:
    images = encoder.encode_images([encoder.preprocess(photo) for photo in photos.values()])
    texts = encoder.encode_texts(TEXTS)
    for embeddings, count in ((images, len(photos)), (texts, len(TEXTS))):
        assert embeddings.dtype == np.float32
        assert embeddings.shape == (count, encoder.spec.dimension)
        np.testing.assert_allclose(np.linalg.norm(embeddings, axis=1), 1.0, atol=1e-5)


def test_no_images_and_no_texts_give_no_embeddings(encoder: StarterEncoder) -> None:
    assert encoder.encode_images([]).shape == (0, encoder.spec.dimension)
    assert encoder.encode_texts([]).shape == (0, encoder.spec.dimension)


def test_torch_and_onnx_agree_on_photos_and_texts(
    encoder: StarterEncoder, photos: dict[str, Image.Image]
) -> None:
    import torch

    from photosearch.model.starter_towers import StarterParts, build_starter

    config = json.loads((RESOURCES / "config.json").read_text(encoding="utf-8"))
    image, text = config["image"], config["text"]
    parts = StarterParts(
        config,
        RESOURCES / "heads.safetensors",
        package_file(image["package"], image["weights_file"]),
        package_file(text["package"], text["weights_file"]),
    )
    model: Any = build_starter(parts)
    pixels = [encoder.preprocess(photo) for photo in photos.values()]
    rows = [encoder._token_ids(text) for text in TEXTS]
    ids = torch.zeros(len(rows), max(map(len, rows)), dtype=torch.long)
    for line, row in zip(ids, rows, strict=True):
        line[: len(row)] = torch.tensor(row)
    with torch.inference_mode():
        images = model.encode_image(torch.from_numpy(np.stack(pixels)), normalize=True).numpy()
        texts = model.encode_text(ids, normalize=True).numpy()
    assert ((images * encoder.encode_images(pixels)).sum(axis=1) >= 0.9999).all()
    assert ((texts * encoder.encode_texts(TEXTS)).sum(axis=1) >= 0.9999).all()


def test_an_embedding_does_not_depend_on_its_batch(
    encoder: StarterEncoder, photos: dict[str, Image.Image]
) -> None:
    pixels = [encoder.preprocess(photo) for photo in photos.values()]
    alone = np.concatenate([encoder.encode_images([image]) for image in pixels])
    np.testing.assert_allclose(encoder.encode_images(pixels), alone, atol=1e-5)
    alone = np.concatenate([encoder.encode_texts([text]) for text in TEXTS])
    np.testing.assert_allclose(encoder.encode_texts(TEXTS), alone, atol=1e-5)


def test_many_texts_come_back_in_their_order(encoder: StarterEncoder) -> None:
    texts = [f"{'very ' * (number % 7)}big number {number}" for number in range(150)]
    together = encoder.encode_texts(texts)
    for position in (0, 6, 77, 149):
        alone = encoder.encode_texts([texts[position]])[0]
        np.testing.assert_allclose(together[position], alone, atol=1e-5)


def test_preprocessing_keeps_the_edges_of_a_wide_photo(encoder: StarterEncoder) -> None:
    wide = Image.new("RGB", (900, 300), "black")
    wide.paste("white", (0, 0, 60, 300))
    pixels = encoder.preprocess(wide)
    side = encoder.decode_side_px
    assert pixels.shape == (3, side, side)
    assert pixels.dtype == np.float32
    assert pixels.flags.c_contiguous
    assert pixels[:, :, 5].min() > 0.9
    assert pixels[:, :, -5].max() < -0.9


@pytest.mark.parametrize("text", ["", "  \t\n"])
def test_a_text_without_words_is_refused(encoder: StarterEncoder, text: str) -> None:
    with pytest.raises(QueryError):
        encoder.encode_texts(["a dog", text])


def test_a_text_longer_than_the_context_is_cut_with_a_warning(
    encoder: StarterEncoder, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        fitting, longer = encoder.encode_texts(["dog " * 62, "dog " * 500])
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "502" in caplog.text
    np.testing.assert_allclose(fitting, longer, atol=1e-5)


def test_a_search_with_a_warm_cache_does_not_import_torch(
    encoder: StarterEncoder, model_cache: Path
) -> None:
    program = f"""
import sys
from pathlib import Path
from PIL import Image
from photosearch.model.starter import load_starter
heavy = {{"torch", "torchvision", "open_clip", "timm", "onnxruntime", "tokenizers"}}
print(sorted(heavy & set(sys.modules)))
encoder = load_starter(Path({str(model_cache)!r}), Path({str(RESOURCES)!r}), threads=1)
encoder.encode_texts(["a dog"])
encoder.encode_images([encoder.preprocess(Image.new("RGB", (40, 30)))])
print(sorted(heavy & set(sys.modules)))
"""
    finished = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert finished.stdout.splitlines() == ["[]", "['onnxruntime', 'tokenizers']"]


def test_a_damaged_cache_file_is_made_again(
    encoder: StarterEncoder, model_cache: Path, tmp_path: Path
) -> None:
    cache = tmp_path / "cache"
    cache.mkdir()
    for file in model_cache.glob(f"starter-{encoder.spec.weights_fingerprint[:16]}-*"):
        shutil.copy(file, cache)
    [damaged] = cache.glob("*-image.onnx")
    whole = damaged.read_bytes()
    damaged.write_bytes(whole[: len(whole) // 2])
    again = load_starter(cache, RESOURCES, threads=1)
    assert damaged.stat().st_size == len(whole)
    pixels = [encoder.preprocess(Image.new("RGB", (40, 30), "green"))]
    np.testing.assert_allclose(
        again.encode_images(pixels), encoder.encode_images(pixels), atol=1e-5
    )
    assert not list(cache.glob(".starter-*"))


def test_other_heads_have_other_fingerprints_and_other_files(
    encoder: StarterEncoder,
    model_cache: Path,
    changed_resources: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = changed_resources("image", "side_px", 260)
    with (folder / "heads.safetensors").open("ab") as file:
        file.write(b"other")
    asked: list[str] = []
    files = sorted(model_cache.glob(f"starter-{encoder.spec.weights_fingerprint[:16]}-*.onnx"))

    def tower_files(*arguments: Any) -> tuple[Path, ...]:
        asked.append(arguments[-1])
        return tuple(files)

    monkeypatch.setattr(starter, "tower_files", tower_files)
    other = load_starter(model_cache, folder)
    assert asked == [other.spec.weights_fingerprint]
    assert len(files) == 2
    assert other.spec.weights_fingerprint != encoder.spec.weights_fingerprint
    assert other.spec.preprocessing_fingerprint == encoder.spec.preprocessing_fingerprint


def test_other_preprocessing_has_another_fingerprint(
    encoder: StarterEncoder, model_cache: Path, changed_resources: Callable[..., Path]
) -> None:
    folder = changed_resources("image", "mean", [0.4, 0.4, 0.4])
    other = load_starter(model_cache, folder, threads=1)
    assert other.spec.preprocessing_fingerprint != encoder.spec.preprocessing_fingerprint
    assert other.spec.key != encoder.spec.key


@pytest.mark.parametrize(
    ("part", "key", "value"),
    [
        ("image", "package", "no_such_package"),
        ("text", "tokenizer_file", "model/no-such-file.json"),
        ("image", "weights_sha256", "0" * 64),
    ],
)
def test_missing_or_other_tower_weights_are_reported_with_a_remedy(
    changed_resources: Callable[..., Path], tmp_path: Path, part: str, key: str, value: str
) -> None:
    with pytest.raises(ModelError) as caught:
        load_starter(tmp_path / "cache", changed_resources(part, key, value))
    assert "pip install" in caught.value.hint


def test_missing_resources_are_reported(tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        load_starter(tmp_path / "cache", tmp_path / "nowhere")


def test_a_model_at_rest_gives_memory_back_and_embeds_as_before(model_cache: Path) -> None:
    encoder = load_starter(model_cache, RESOURCES)
    photo = np.full((3, encoder.decode_side_px, encoder.decode_side_px), 0.5, np.float32)
    before = encoder.encode_images([photo] * 16)
    busy_bytes = psutil.Process().memory_info().rss
    encoder.rest()
    assert psutil.Process().memory_info().rss < busy_bytes - 100_000_000
    np.testing.assert_allclose(encoder.encode_images([photo] * 16), before, atol=1e-5)
