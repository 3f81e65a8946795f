"""A model that is not here, is broken, or has new weights: another one answers meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from models_by_name import NEW, OLD, Models, choose

from photosearch.engine import Engine
from photosearch.index.chroma import ChromaStore
from photosearch.jobs import CancelToken
from photosearch.paths import AppPaths
from photosearch.types import IndexReport

MakePhoto = Callable[..., Path]
Index = Callable[[Engine], IndexReport]
Found = Callable[..., list[str]]


def test_a_chosen_model_that_is_not_here_leaves_the_old_one_at_work(
    engine: Engine, models: Models, index: Index, found: Found, make_photo: MakePhoto
) -> None:
    models.installed.discard(NEW)
    choose(engine, NEW)
    make_photo("new.png")
    assert index(engine).embedded == 1
    assert len(found(engine)) == 6
    assert (engine.answering(), engine.switch()) == (OLD, None)
    [notice] = engine.status().notices
    assert NEW in notice.message
    assert notice.hint == f"Get it with: photosearch models get {NEW}"
    models.installed.add(NEW)
    assert engine.models_at_work() == (OLD, NEW)
    index(engine)
    assert engine.answering() == NEW
    assert engine.status().notices == ()


def test_a_new_library_begins_with_the_starter_while_the_chosen_model_is_not_here(
    new_engine: Callable[..., Engine],
    models: Models,
    library: Path,
    make_photo: MakePhoto,
    index: Index,
    found: Found,
) -> None:
    make_photo("a.png")
    models.installed.discard(NEW)
    engine = new_engine(NEW)
    engine.add_root(library)
    index(engine)
    assert (engine.answering(), found(engine)) == (OLD, ["a.png"])


def test_a_chosen_model_that_is_broken_leaves_the_old_one_at_work(
    engine: Engine, models: Models, index: Index, found: Found
) -> None:
    models.broken.add(NEW)
    choose(engine, NEW)
    index(engine)
    assert (engine.answering(), len(found(engine))) == (OLD, 5)
    assert engine.models_at_work() == (OLD,), "it is left alone for a while"
    [notice] = engine.status().notices
    assert f"{NEW} does not load." in notice.message
    models.broken.clear()
    engine.model_came(NEW)
    index(engine)
    assert engine.answering() == NEW


def test_a_model_that_answered_and_is_gone_makes_way_for_the_chosen_one(
    engine: Engine, models: Models, index: Index, new_engine: Callable[..., Engine], found: Found
) -> None:
    models.broken.add(OLD)
    again = new_engine(NEW)
    index(again)
    assert (again.answering(), len(found(again))) == (NEW, 5)


def test_new_weights_of_the_same_name_answer_at_once_and_the_old_vectors_go_when_complete(
    engine: Engine,
    models: Models,
    new_engine: Callable[..., Engine],
    index: Index,
    found: Found,
    paths: AppPaths,
) -> None:
    old_spec = engine.status().models[0].spec
    models.weights[OLD] = "fedcba9876543210"
    again = new_engine()
    cancel = CancelToken()
    models.on_batch = lambda _: cancel.cancel()
    list(again.index(cancel))
    assert 0 < len(found(again)) < 5
    assert [one.embedded for one in again.status().models] == [5, len(found(again))]
    models.on_batch = lambda _: None
    index(again)
    assert len(found(again)) == 5
    assert [one.embedded for one in again.status().models] == [5]
    assert again.status().models[0].spec.weights_fingerprint == "fedcba9876543210"
    again.close()
    store = ChromaStore(paths.vectors, old_spec)
    assert store.count() == 0, "the store let them go as well"
    store.close()
