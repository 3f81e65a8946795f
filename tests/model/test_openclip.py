"""Networks from files: bare checkpoints, pickles, text towers of Hugging Face, and their errors."""

from __future__ import annotations

import json
import logging
import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tiny_clip import CONFIG_FILE, WEIGHTS_FILE, as_model_folder, make_tiny_clip

from photosearch.errors import ModelError
from photosearch.model import openclip, preparing
from photosearch.model.clip import load_checkpoint
from photosearch.model.folder import ModelFolder
from photosearch.model.openclip import build, find_checkpoint, image_tower_of, published_models
from photosearch.model.registry import ModelName, load_encoder, parse_model_name
from photosearch.paths import AppPaths
from photosearch.settings import Settings

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")

CPU = Settings(device="cpu")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_clip(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def model(folder: Path) -> ModelFolder:
    return as_model_folder(folder)


def test_a_pickle_of_tensors_loads_as_the_safetensors_do(
    model: ModelFolder, tmp_path: Path
) -> None:
    import torch

    state = build(model).state_dict()
    torch.save({"state_dict": {f"module.{n}": w for n, w in state.items()}}, tmp_path / "w.pt")
    pickled = build(replace(model, weights=tmp_path / "w.pt")).state_dict()
    assert all(torch.equal(pickled[name], weight) for name, weight in state.items())


class _Runs:
    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        return Path.touch, (self.file,)


def test_a_pickle_that_runs_code_is_refused_before_it_does(
    model: ModelFolder, tmp_path: Path
) -> None:
    import torch

    for save in (torch.save, lambda value, file: Path(file).write_bytes(pickle.dumps(value))):
        save({"state_dict": _Runs(tmp_path / "ran")}, tmp_path / "w.pt")
        with pytest.raises(ModelError, match="do not load"):
            build(replace(model, weights=tmp_path / "w.pt"))
        assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    "damage",
    [
        lambda config: config["text_cfg"].update(width=64),
        lambda config: config["vision_cfg"].update(layers=3),
        lambda config: config["vision_cfg"].update(patch_size="x"),
        lambda config: config["text_cfg"].update(unheard_of=1),
        lambda config: config["vision_cfg"].update(timm_model_name="no_such_network"),
    ],
)
def test_weights_that_do_not_fit_the_configuration_are_refused(
    model: ModelFolder, damage: object
) -> None:
    config = json.loads(json.dumps(model.config))
    assert callable(damage)
    damage(config["model_cfg"])
    with pytest.raises(ModelError, match="do not load as tiny") as refused:
        build(replace(model, config=config))
    assert refused.value.hint


def test_a_text_tower_without_its_configuration_is_built_where_it_is_a_known_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_tiny_clip(tmp_path, "xlm-roberta")
    tower = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    (folder / "config.json").unlink()
    model = as_model_folder(folder)
    with pytest.raises(ModelError, match=r"needs the config\.json of its text tower"):
        build(model)
    monkeypatch.setitem(openclip._KNOWN_TOWERS, "tiny-xlm-roberta", tower)
    assert build(model).text.config.hidden_size == tower["hidden_size"]


@pytest.mark.parametrize(
    ("name", "width", "layers"),
    [("roberta-base", 768, 12), ("xlm-roberta-base", 768, 12), ("xlm-roberta-large", 1024, 24)],
)
def test_the_known_text_towers_are_those_that_transformers_can_build(
    name: str, width: int, layers: int
) -> None:
    from transformers import AutoConfig

    config = dict(openclip._KNOWN_TOWERS[name])
    built = AutoConfig.for_model(config.pop("model_type"), **config)
    assert (built.hidden_size, built.num_hidden_layers, built.pad_token_id) == (width, layers, 1)


@pytest.mark.parametrize("precision", ["bf16", "fp16"])
@pytest.mark.parametrize("family", ["vit", "convnext"])
def test_an_image_tower_in_half_precision_says_about_the_same(
    tmp_path: Path, family: str, precision: str
) -> None:
    model = as_model_folder(make_tiny_clip(tmp_path, family))
    side = build(model).visual.image_size
    side = side if isinstance(side, int) else side[0]
    pixels = np.random.default_rng(0).normal(0, 1, (3, 3, side, side)).astype(np.float32)
    full = image_tower_of(build(model), "cpu", "fp32").encode(pixels)
    half = image_tower_of(build(model, precision), "cpu", precision)
    half.rest()
    assert half.encode(pixels).dtype == np.float32
    assert (half.encode(pixels) * full).sum(axis=1).min() > 0.99


@pytest.fixture
def registered(folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An architecture's name that open_clip has, for the tiny network."""
    from open_clip import factory

    network = json.loads((folder / CONFIG_FILE).read_text(encoding="utf-8"))["model_cfg"]
    monkeypatch.setitem(factory._MODEL_CONFIGS, "tiny-registered", network)
    return "tiny-registered"


@pytest.fixture
def bare(folder: Path, tmp_path: Path) -> Path:
    """The weights alone."""
    (tmp_path / "bare").mkdir()
    checkpoint = tmp_path / "bare" / "weights.safetensors"
    checkpoint.write_bytes((folder / WEIGHTS_FILE).read_bytes())
    return checkpoint


def test_a_bare_checkpoint_is_used_where_it_lies_and_read_through_once(
    registered: str, bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparing, "_TRIAL_S", 0.0)
    paths = AppPaths(tmp_path / "data", tmp_path / "cache")
    name = f"{registered}@{bare}"
    first = load_encoder(paths, replace(CPU, model=name))
    assert first.spec.name == name
    assert first.spec.architecture == registered
    monkeypatch.setattr(openclip, "fingerprint_file", None)
    assert load_encoder(paths, replace(CPU, model=name)).spec == first.spec
    monkeypatch.undo()
    make_tiny_clip(tmp_path / "other", seed=1)
    bare.write_bytes((tmp_path / "other" / WEIGHTS_FILE).read_bytes() + b" ")
    with pytest.raises(ModelError):  # it was looked at again, and one byte is too many
        load_checkpoint(ModelName("tiny-registered", checkpoint=bare), paths, CPU)


def test_a_config_beside_the_checkpoint_decides_on_preprocessing(
    registered: str, bare: Path
) -> None:
    preprocessing = {"mean": [0.5] * 3, "std": [0.5] * 3, "resize_mode": "squash"}
    beside = bare.parent / CONFIG_FILE
    beside.write_text(json.dumps({"preprocess_cfg": preprocessing}), encoding="utf-8")
    name = ModelName(registered, checkpoint=bare)
    assert find_checkpoint(name).config["preprocess_cfg"] == preprocessing
    beside.write_text("no JSON", encoding="utf-8")
    with pytest.raises(ModelError, match="cannot be read") as refused:
        find_checkpoint(name)
    assert refused.value.hint


def test_a_config_beside_may_describe_a_network_that_open_clip_does_not_know(
    folder: Path,
) -> None:
    found = find_checkpoint(ModelName("my-own", checkpoint=folder / WEIGHTS_FILE))
    assert build(found).visual.image_size == (32, 32)


def test_a_config_beside_may_not_ask_for_code_from_elsewhere(folder: Path, tmp_path: Path) -> None:
    (tmp_path / WEIGHTS_FILE).write_bytes((folder / WEIGHTS_FILE).read_bytes())
    config = json.loads((folder / CONFIG_FILE).read_text(encoding="utf-8"))
    config["model_cfg"]["text_cfg"]["tokenizer_kwargs"] = {"trust_remote_code": True}
    (tmp_path / CONFIG_FILE).write_text(json.dumps(config), encoding="utf-8")
    with pytest.raises(ModelError, match="trust_remote_code"):
        find_checkpoint(ModelName("my-own", checkpoint=tmp_path / WEIGHTS_FILE))


def test_a_bare_siglip_checkpoint_gets_siglips_preprocessing(tmp_path: Path) -> None:
    (tmp_path / "w.safetensors").write_bytes(b"weights")
    siglip = find_checkpoint(ModelName("ViT-B-16-SigLIP", checkpoint=tmp_path / "w.safetensors"))
    assert siglip.config["preprocess_cfg"]["mean"] == [0.5, 0.5, 0.5]
    assert siglip.config["preprocess_cfg"]["resize_mode"] == "squash"
    clip = find_checkpoint(ModelName("ViT-B-32", checkpoint=tmp_path / "w.safetensors"))
    assert clip.config["preprocess_cfg"]["resize_mode"] == "shortest"


def test_an_architecture_of_which_nothing_is_published_is_prepared_as_clip_with_a_warning(
    registered: str, bare: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "photosearch"):
        find_checkpoint(ModelName(registered, checkpoint=bare))
    assert "using CLIP's" in caplog.text


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        (ModelName("no-such-architecture", checkpoint=Path(__file__)), "no architecture"),
        (ModelName("ViT-B-32", checkpoint=Path("/nowhere.pt")), "There is no file"),
    ],
)
def test_what_does_not_exist_is_refused_in_plain_words(name: ModelName, complaint: str) -> None:
    with pytest.raises(ModelError, match=complaint) as refused:
        find_checkpoint(name)
    assert refused.value.hint


def test_every_published_model_can_be_named() -> None:
    published = published_models()
    assert len(published) > 100
    for architecture, tag in published:
        assert parse_model_name(f"{architecture}/{tag}") == ModelName(architecture, tag=tag)
