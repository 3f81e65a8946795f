"""A model is made ready by another process, and used without torch in memory."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from clip_inputs import CPU, model_of
from tiny_clip import as_model_folder, make_tiny_clip

from photosearch.errors import ModelError
from photosearch.jobs import CancelToken
from photosearch.model import preparing
from photosearch.model.folder import InstalledModels, ModelFolder
from photosearch.model.openclip import build, reference_tokenizer, text_reference
from photosearch.model.prepared import PreparedModels
from photosearch.paths import AppPaths

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")


SEARCH = """
import sys
from pathlib import Path
from PIL import Image
from photosearch.model.preprocessing import Preprocessing
from photosearch.model.registry import load_encoder
from photosearch.paths import AppPaths
from photosearch.settings import Settings
paths = AppPaths(Path(sys.argv[1]), Path(sys.argv[2]))
encoder = load_encoder(paths, Settings(model=sys.argv[3], device="cpu"))
print(encoder.encode_texts(["a dog"]).tolist()[0])
if sys.argv[4] == "images":
    encoder.encode_images([encoder.preprocess(Image.new("RGB", (40, 30)))])
print(sorted({"torch", "open_clip", "timm", "transformers", "onnx"} & sys.modules.keys()))
"""


def search_elsewhere(paths: AppPaths, name: str, towers: str) -> list[str]:
    command = [sys.executable, "-P", "-c", SEARCH, str(paths.data_dir), str(paths.cache_dir)]
    done = subprocess.run([*command, name, towers], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def test_an_installed_model_is_made_ready_by_another_process_and_torch_never_enters_this_one(
    tmp_path: Path,
) -> None:
    paths = AppPaths(tmp_path / "data", tmp_path / "cache")
    installed = InstalledModels(paths.installed_models)
    folder = make_tiny_clip(tmp_path / "weights")
    model = as_model_folder(folder, "tiny/test", place=installed.place("tiny/test"))
    installed.install(model)
    vector, modules = search_elsewhere(paths, "tiny/test", "words")
    assert modules == "[]"
    assert (paths.models / PreparedModels(paths.models).place(model) / "text").is_dir()
    theirs, _ = text_reference(build(model), reference_tokenizer(model), ["a dog"])
    assert np.array(json.loads(vector)) @ theirs[0] >= 0.9999


@pytest.mark.parametrize("name", ["vit", "xlm-roberta"])
def test_a_prepared_model_needs_neither_torch_nor_its_weights(
    name: str, places: AppPaths, tmp_path: Path
) -> None:
    paths = AppPaths(tmp_path / "data", places.cache_dir)
    model = model_of(places, name)
    preparing.prepare(model, paths, CPU)
    if preparing.prepare_tower(model, paths.models, "image").note["engine"] != "onnx":
        pytest.skip("torch is faster here")
    weights = tmp_path / "weights.safetensors"
    weights.touch()
    place = InstalledModels(paths.installed_models).place(model.name)
    InstalledModels(paths.installed_models).install(
        replace(model, folder=place, weights=weights, tokenizer=None)
    )
    assert search_elsewhere(paths, model.name, "images")[1] == "[]"


def test_what_goes_wrong_in_the_other_process_is_told_by_this_one(
    model: ModelFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = AppPaths(tmp_path, tmp_path / "cache")
    paths.cache_dir.mkdir()
    paths.models.write_bytes(b"a file in the place of the folder")
    with monkeypatch.context() as patch:
        patch.delitem(sys.modules, "torch")
        with pytest.raises(ModelError, match="cannot be made ready") as refused:
            preparing.prepare(model, paths, CPU)
    assert "PHOTOSEARCH_CACHE_DIR" in refused.value.hint


def test_making_ready_can_be_cancelled(
    model: ModelFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with monkeypatch.context() as patch:
        patch.delitem(sys.modules, "torch")
        preparing.prepare(model, AppPaths(tmp_path, tmp_path), CPU, cancel)
    assert PreparedModels(tmp_path / "models").find(model, "text") is None


def test_weights_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    model = as_model_folder(make_tiny_clip(tmp_path / "weights"))
    model.weights.write_bytes(b"no weights at all")
    with pytest.raises(ModelError, match="do not load as tiny") as refused:
        preparing.prepare_here(model, tmp_path / "cache", "text")
    assert refused.value.hint
    assert not list((tmp_path / "cache").rglob("*.onnx"))
