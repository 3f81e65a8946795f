"""Vectors and files of models are deleted, but not those that are needed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from models_by_name import NEW, OLD, THIRD, Models, choose, counts

from photosearch.engine import Engine
from photosearch.errors import ModelError
from photosearch.index.chroma import ChromaStore
from photosearch.model.folder import InstalledModels, ModelFolder
from photosearch.paths import AppPaths
from photosearch.types import IndexReport, Progress

MakePhoto = Callable[..., Path]
Index = Callable[[Engine], IndexReport]
Found = Callable[..., list[str]]


def test_vectors_of_a_model_are_forgotten_in_catalog_and_store(
    engine: Engine, index: Index, paths: AppPaths, found: Found
) -> None:
    choose(engine, NEW)
    index(engine)
    spec = engine.status().models[0].spec
    assert spec.name == OLD
    for name in (NEW, "net/unknown"):
        with pytest.raises(ModelError):
            engine.delete_vectors(name)
    assert engine.delete_vectors(OLD) == 5
    assert counts(engine) == {NEW: 5}
    assert len(found(engine)) == 5
    choose(engine, OLD)
    assert index(engine).embedded == 5
    engine.delete_vectors(NEW)
    engine.close()
    store = ChromaStore(paths.vectors, replace(spec, weights_fingerprint="none"))
    names = {one.name for one in store._client.list_collections()}
    assert spec.key in names
    assert not any("new" in name for name in names)
    store.close()


def test_files_of_a_model_are_deleted_and_what_it_has_embedded_stays(
    engine: Engine, models: Models, index: Index, paths: AppPaths
) -> None:
    installed = InstalledModels(paths.installed_models)
    folder = installed.place(NEW)
    folder.mkdir(parents=True)
    (folder / "weights.safetensors").write_bytes(bytes(1_000))
    installed.install(ModelFolder(NEW, folder, {}, folder / "weights.safetensors", None, "f" * 32))
    choose(engine, NEW)
    index(engine)
    with pytest.raises(ModelError, match="chosen"):
        engine.delete_model(NEW)
    choose(engine, OLD)
    index(engine)
    [told] = [one for one in engine.models() if one.name == NEW]
    assert told.weights_bytes > 1_000, "its note and its configuration count as well"
    engine.delete_model(NEW)
    assert installed.find(NEW) is None
    assert not folder.exists()
    assert counts(engine)[NEW] == 5
    models.installed.discard(NEW)
    for name in (NEW, OLD, "ViT-B-32@/nowhere/a.pt"):
        with pytest.raises(ModelError) as refused:
            engine.delete_model(name)
        assert refused.value.hint


def test_the_same_weights_under_another_name_keep_what_the_one_that_answers_has(
    engine: Engine, models: Models, index: Index
) -> None:
    models.twins = {THIRD: NEW}
    for name in (NEW, THIRD, NEW):
        choose(engine, name)
        index(engine)
    assert engine.answering() == NEW
    with suppress(ModelError):
        engine.delete_vectors(THIRD)
    assert counts(engine) == {OLD: 5, NEW: 5}


def test_a_model_that_is_chosen_while_its_vectors_are_about_to_go_keeps_them(
    engine: Engine, models: Models, index: Index
) -> None:
    choose(engine, NEW)
    index(engine)
    choose(engine, OLD)
    index(engine)
    refused: list[str] = []

    def delete() -> None:
        try:
            engine.delete_vectors(NEW)
        except ModelError as error:
            refused.append(error.message)

    steps = engine.index(model=NEW)
    next(step for step in steps if isinstance(step, Progress))
    deleting = threading.Thread(target=delete)
    deleting.start()
    deleting.join(0.5)
    assert deleting.is_alive(), "it waits for the job"
    choose(engine, NEW)
    assert isinstance(list(steps)[-1], IndexReport)
    deleting.join(120.0)
    assert counts(engine)[NEW] == 5
    assert "chosen" in refused[0]


def test_the_files_of_a_model_that_is_being_made_ready_stay(
    engine: Engine, models: Models, paths: AppPaths
) -> None:
    installed = InstalledModels(paths.installed_models)
    folder = installed.place(NEW)
    folder.mkdir(parents=True)
    (folder / "weights.safetensors").write_bytes(bytes(1_000))
    installed.install(ModelFolder(NEW, folder, {}, folder / "weights.safetensors", None, "f" * 32))
    models.installed.discard(NEW)  # which is what the service says until it is ready
    with pytest.raises(ModelError, match="made ready") as refused:
        engine.delete_model(NEW)
    assert refused.value.hint
    assert installed.find(NEW) is not None


def test_a_name_that_looks_like_another_ones_folder_is_not_that_model(
    engine: Engine, models: Models, paths: AppPaths
) -> None:
    installed = InstalledModels(paths.installed_models)
    folder = installed.place(NEW)
    folder.mkdir(parents=True)
    (folder / "weights.safetensors").write_bytes(bytes(1_000))
    installed.install(ModelFolder(NEW, folder, {}, folder / "weights.safetensors", None, "f" * 32))
    choose(engine, NEW)
    for odd in ("net//new", "net /new", "net/:new"):
        assert installed.find(odd) is None
        with pytest.raises(ModelError):
            engine.delete_model(odd)
    assert installed.find(NEW) is not None


def test_the_model_that_answers_keeps_its_vectors_during_a_switch(
    engine: Engine,
) -> None:
    choose(engine, NEW)
    with pytest.raises(ModelError, match="answers until"):
        engine.delete_vectors(OLD)
    with pytest.raises(ModelError, match="chosen"):
        engine.delete_vectors(NEW)
    with pytest.raises(ModelError):
        engine.delete_model(OLD)
