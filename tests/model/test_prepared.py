"""The cache of prepared towers: whole or not there, whatever happens to who fills it."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from photosearch.errors import ModelError
from photosearch.model import prepared, preparing
from photosearch.model.folder import ModelFolder
from photosearch.model.prepared import PreparedModels

CONFIG = {"model_cfg": {"embed_dim": 4}, "preprocess_cfg": {}}


@pytest.fixture
def model(tmp_path: Path) -> ModelFolder:
    return ModelFolder("a/b", tmp_path, CONFIG, tmp_path / "w", None, "0123456789abcdef" * 2)


@pytest.fixture(autouse=True)
def quick_maker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes towers of a few bytes, in this process."""

    def make(model: ModelFolder, cache: Path, folder: Path, note: dict[str, Any]) -> None:
        (folder / "text.onnx").write_bytes(b"graph")
        note["kind"] = "words"

    monkeypatch.setitem(preparing._MAKERS, "text", make)


def test_a_tower_is_found_with_its_note_once_it_is_made(model: ModelFolder, tmp_path: Path) -> None:
    assert PreparedModels(tmp_path).find(model, "text") is None
    made = preparing.prepare_here(model, tmp_path, "text")
    assert PreparedModels(tmp_path).find(model, "text") == made
    assert made.note["kind"] == "words"
    assert (made.folder / "text.onnx").read_bytes() == b"graph"


def test_other_weights_and_other_configurations_have_other_places(
    model: ModelFolder, tmp_path: Path
) -> None:
    store = PreparedModels(tmp_path)
    other_config = {**CONFIG, "model_cfg": {"embed_dim": 8}}
    others = [replace(model, fingerprint="f" * 32), replace(model, config=other_config)]
    assert len({store.place(one) for one in [model, *others]}) == 3
    assert store.place(replace(model, name="c/d")) == store.place(model)


def test_a_file_that_was_cut_short_is_made_again(model: ModelFolder, tmp_path: Path) -> None:
    first = preparing.prepare_here(model, tmp_path, "text")
    (first.folder / "text.onnx").write_bytes(b"sho")
    assert PreparedModels(tmp_path).find(model, "text") is None
    assert preparing.prepare_here(model, tmp_path, "text") == first
    assert PreparedModels(tmp_path).find(model, "text") == first


def test_a_note_that_is_damaged_counts_for_nothing(model: ModelFolder, tmp_path: Path) -> None:
    first = preparing.prepare_here(model, tmp_path, "text")
    for damage in ("", "[]", "{}", '{"sizes": 1}'):
        (first.folder / "prepared.json").write_text(damage)
        assert PreparedModels(tmp_path).find(model, "text") is None
    assert preparing.prepare_here(model, tmp_path, "text") == first


def test_what_was_prepared_by_an_older_recipe_goes_and_that_of_another_configuration_stays(
    model: ModelFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = replace(model, config={**CONFIG, "more": 1})
    preparing.prepare_here(other, tmp_path, "text")
    with monkeypatch.context() as patch:
        patch.setattr(prepared, "_RECIPE", 0)
        old = preparing.prepare_here(model, tmp_path, "text")
    preparing.prepare_here(model, tmp_path, "text")
    assert not old.folder.exists()
    assert PreparedModels(tmp_path).find(other, "text") is not None


def test_what_was_prepared_can_be_forgotten(model: ModelFolder, tmp_path: Path) -> None:
    preparing.prepare_here(model, tmp_path, "text")
    PreparedModels(tmp_path).forget(model)
    assert not list(tmp_path.rglob("*.onnx"))


def test_a_maker_that_fails_leaves_nothing(
    model: ModelFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(model: ModelFolder, cache: Path, folder: Path, note: dict[str, Any]) -> None:
        (folder / "text.onnx").write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setitem(preparing._MAKERS, "text", fail)
    with pytest.raises(ModelError, match="No space left") as refused:
        preparing.prepare_here(model, tmp_path, "text")
    assert "PHOTOSEARCH_CACHE_DIR" in refused.value.hint
    assert not list(tmp_path.rglob("text.onnx"))


def test_a_cache_that_cannot_be_written_is_an_error_in_plain_words(
    model: ModelFolder, tmp_path: Path
) -> None:
    (tmp_path / "models").write_bytes(b"a file in the place of the folder")
    with pytest.raises(ModelError, match="cannot be made ready"):
        preparing.prepare_here(model, tmp_path / "models", "text")


KILLED = """
import os, signal, sys
from pathlib import Path
from photosearch.model import preparing, prepared
from photosearch.model.folder import ModelFolder
def kill(*_): os.kill(os.getpid(), signal.SIGKILL)
def make(model, cache, folder, note):
    (folder / "text.onnx").write_bytes(b"half")
    if sys.argv[2] == "while exporting":
        kill()
prepared.write_atomically = kill
preparing._MAKERS["text"] = make
here = Path(sys.argv[1])
config = {"model_cfg": {"embed_dim": 4}, "preprocess_cfg": {}}
preparing.prepare_here(
    ModelFolder("a/b", here, config, here / "w", None, "0123456789abcdef" * 2), here, "text")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9")
@pytest.mark.parametrize("moment", ["while exporting", "while writing"])
def test_a_kill_leaves_nothing_half_and_the_next_try_sweeps_up(
    moment: str, model: ModelFolder, tmp_path: Path
) -> None:
    command = [sys.executable, "-c", KILLED, str(tmp_path), moment]
    root = Path(__file__).parents[2]
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": str(root)}, check=False)
    assert done.returncode == -9
    assert PreparedModels(tmp_path).find(model, "text") is None
    assert list(tmp_path.rglob(".making-*"))
    assert preparing.prepare_here(model, tmp_path, "text").note["kind"] == "words"
    assert not list(tmp_path.rglob(".making-*"))
