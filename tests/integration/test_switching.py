"""From one model to another: the old one answers until the new one has embedded the library."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from photosearch.engine import Engine
from photosearch.errors import ModelError
from photosearch.index.chroma import ChromaStore
from photosearch.jobs import CancelToken, Pace
from photosearch.model.fake import FakeEncoder
from photosearch.model.folder import InstalledModels, ModelFolder
from photosearch.model_info import Switch
from photosearch.paths import AppPaths
from photosearch.settings import Settings
from photosearch.types import Changes, IndexReport, Phase, Progress

MakePhoto = Callable[..., Path]
Index = Callable[[Engine], IndexReport]
Found = Callable[..., list[str]]

OLD, NEW, THIRD = "starter", "net/new", "net/third"


class Models:
    """Fake models by name: which are on this machine, which are broken, which weights they have."""

    def __init__(self) -> None:
        self.installed = {OLD, NEW, THIRD}
        self.broken: set[str] = set()
        self.weights = dict.fromkeys(self.installed, "0123456789abcdef")
        self.twins: dict[str, str] = {}
        self.encoders: dict[str, FakeEncoder] = {}
        self.on_batch: Callable[[str], None] = lambda _: None

    def load(self, _: AppPaths, settings: Settings) -> FakeEncoder:
        name = settings.model
        if name in self.broken or name not in self.installed:
            raise ModelError(f"{name} does not load.", "Mend it.")
        models = self

        class Named(FakeEncoder):
            spec = replace(
                FakeEncoder.spec,
                name=name,
                architecture=models.twins.get(name, name).replace("/", "-"),
                weights_fingerprint=models.weights[name],
            )

            def encode_images(self, pixels: Sequence[Any]) -> Any:
                models.on_batch(name)
                return super().encode_images(pixels)

        self.encoders[name] = Named()
        return self.encoders[name]

    def embedded(self, name: str) -> int:
        return self.encoders[name].encoded_images if name in self.encoders else 0


@pytest.fixture
def models() -> Models:
    return Models()


@pytest.fixture
def new_engine(paths: AppPaths, models: Models) -> Iterator[Callable[..., Engine]]:
    opened: list[Engine] = []

    def make(model: str = OLD) -> Engine:
        close()
        settings = Settings(model=model, batch_size=1, decode_threads=1)
        opened.append(
            Engine(paths, settings, models.load, is_installed=models.installed.__contains__)
        )
        return opened[-1]

    def close() -> None:
        while opened:
            opened.pop().close()

    yield make
    close()


@pytest.fixture
def engine(
    new_engine: Callable[..., Engine], library: Path, make_photo: MakePhoto, index: Index
) -> Engine:
    """Five photos, embedded by the old model."""
    for number in range(5):
        make_photo(f"{number}.png", ["red", "blue"][number % 2])
    made = new_engine()
    made.add_root(library)
    index(made)
    return made


def choose(engine: Engine, name: str) -> None:
    engine.change_settings({"model": name})


def counts(engine: Engine) -> dict[str, int]:
    return {one.spec.name: one.embedded for one in engine.status().models}


def test_the_old_model_answers_until_a_whole_pass_is_done_with_the_chosen_one(
    engine: Engine, models: Models, found: Found
) -> None:
    choose(engine, NEW)
    assert engine.switch() == Switch(OLD, NEW, 0, 5, None)
    assert engine.models_at_work() == (OLD, NEW)
    answering = []
    models.on_batch = lambda name: answering.append((name, engine.answering(), len(found(engine))))
    steps = list(engine.index())
    assert answering == [(NEW, OLD, 5)] * 5
    assert engine.answering() == NEW
    assert engine.models_at_work() == (NEW,)
    assert (engine.switch(), engine.status().switch, len(found(engine))) == (None, None, 5)
    report = steps[-1]
    assert isinstance(report, IndexReport)
    assert (report.embedded, report.unchanged, report.is_cancelled) == (5, 0, False)


def test_it_is_remembered_which_model_answers(
    engine: Engine, new_engine: Callable[..., Engine], index: Index, models: Models
) -> None:
    choose(engine, NEW)
    assert new_engine(NEW).answering() == OLD
    index(new_engine(NEW))
    again = new_engine(NEW)
    assert (again.answering(), again.switch()) == (NEW, None)
    choose(again, OLD)
    assert again.answering() == NEW
    assert index(again).embedded == 0, "the old one has all of them still"
    assert again.answering() == OLD


def test_progress_of_a_pass_counts_what_the_new_model_has_already(
    engine: Engine, models: Models, make_photo: MakePhoto
) -> None:
    choose(engine, NEW)
    cancel = CancelToken()
    models.on_batch = lambda name: cancel.cancel() if models.embedded(NEW) == 2 else None
    assert list(engine.index(cancel))[-1].is_cancelled  # type: ignore[union-attr]
    assert engine.answering() == OLD
    switch = engine.switch()
    assert switch is not None
    has = switch.embedded
    assert 0 < has < 5
    assert switch.total == 5
    models.on_batch = lambda _: None
    steps = [s for s in engine.index() if isinstance(s, Progress) and s.phase is Phase.EMBEDDING]
    new = steps[[s.total for s in steps].index(5) :]
    assert (new[0].done, new[-1].done) == (has, 5)
    assert models.embedded(NEW) == 5, "what it had was not embedded again"


def test_photos_that_come_meanwhile_are_embedded_with_both(
    engine: Engine, models: Models, make_photo: MakePhoto, found: Found
) -> None:
    choose(engine, NEW)
    photo = make_photo("new.png")
    report = list(engine.index_changes(Changes(frozenset([str(photo)]))))[-1]
    assert isinstance(report, IndexReport)
    assert report.embedded == 2
    assert counts(engine) == {OLD: 6, NEW: 1}
    assert engine.answering() == OLD, "one photo is not everything"
    assert "new.png" in found(engine)


def test_a_change_between_two_steps_of_the_new_models_pass_goes_to_both(
    engine: Engine, models: Models, make_photo: MakePhoto, found: Found
) -> None:
    choose(engine, NEW)
    photo = None
    for step in engine.index():
        at_work = isinstance(step, Progress) and step.phase is Phase.EMBEDDING
        if photo is None and at_work and models.embedded(NEW) == 2:
            photo = make_photo("new.png")
            list(engine.index_changes(Changes(frozenset([str(photo)]))))
            assert counts(engine)[OLD] == 6
            assert "new.png" in found(engine)
    assert engine.answering() == NEW
    assert "new.png" in found(engine)
    assert counts(engine) == {OLD: 6, NEW: 6}


def test_looks_at_the_roots_one_by_one_complete_a_switch_as_well(
    engine: Engine, make_photo: MakePhoto, tmp_path: Path, index: Index
) -> None:
    make_photo("a.png", folder=tmp_path / "second")
    first, second = engine.roots()[0], engine.add_root(tmp_path / "second")
    index(engine)
    choose(engine, NEW)
    list(engine.index_changes(Changes(roots=frozenset([first.path]))))
    assert engine.answering() == OLD
    list(engine.index_changes(Changes(roots=frozenset([second.path]))))
    assert engine.answering() == NEW


def test_what_was_missed_while_another_was_chosen_is_made_up_for(
    engine: Engine, make_photo: MakePhoto, tmp_path: Path, index: Index, found: Found
) -> None:
    make_photo("a.png", folder=tmp_path / "second")
    first, second = engine.roots()[0], engine.add_root(tmp_path / "second")
    index(engine)
    choose(engine, NEW)
    list(engine.index_changes(Changes(roots=frozenset([first.path]))))
    choose(engine, OLD)
    late = make_photo("late.png")
    list(engine.index_changes(Changes(frozenset([str(late)]))))
    choose(engine, NEW)
    list(engine.index_changes(Changes(roots=frozenset([second.path]))))
    assert engine.answering() == OLD, "the first root has a photo that it never saw"
    index(engine)
    assert engine.answering() == NEW
    assert "late.png" in found(engine)


def test_a_switch_completes_without_the_drives_that_are_away(
    engine: Engine, make_photo: MakePhoto, tmp_path: Path, index: Index, found: Found
) -> None:
    drive = tmp_path / "drive"
    make_photo("away.png", folder=drive)
    engine.add_root(drive)
    index(engine)
    drive.rename(tmp_path / "unplugged")
    choose(engine, NEW)
    index(engine)
    assert engine.answering() == NEW
    assert "away.png" not in found(engine)
    (tmp_path / "unplugged").rename(drive)
    list(engine.index_changes(Changes(roots=frozenset([drive]))))
    assert "away.png" in found(engine)


def test_choosing_the_old_one_again_ends_the_switch_in_the_middle(
    engine: Engine, models: Models, found: Found
) -> None:
    choose(engine, NEW)
    models.on_batch = lambda _: choose(engine, OLD)
    report = list(engine.index())[-1]
    assert isinstance(report, IndexReport)
    assert not report.is_cancelled
    assert (engine.answering(), engine.switch(), engine.models_at_work()) == (OLD, None, (OLD,))
    assert models.embedded(NEW) < 5
    assert len(found(engine)) == 5


def test_a_third_model_may_be_chosen_in_the_middle(
    engine: Engine, models: Models, index: Index, found: Found
) -> None:
    choose(engine, NEW)
    models.on_batch = lambda name: choose(engine, THIRD) if name == NEW else None
    index(engine)
    assert engine.answering() == OLD
    switch = engine.switch()
    assert switch is not None
    assert (switch.new, switch.embedded) == (THIRD, 0)
    index(engine)
    assert engine.answering() == THIRD
    assert len(found(engine)) == 5
    choose(engine, NEW)
    models.on_batch = lambda _: None
    already = counts(engine)[NEW]
    assert index(engine).embedded == 5 - already


def test_a_model_is_chosen_at_once_where_nothing_was_embedded_with_the_old_one(
    new_engine: Callable[..., Engine], library: Path, make_photo: MakePhoto, index: Index
) -> None:
    make_photo("a.png")
    engine = new_engine()
    engine.add_root(library)
    choose(engine, NEW)
    assert (engine.answering(), engine.switch()) == (NEW, None)
    index(engine)
    assert counts(engine) == {NEW: 1}


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


def test_the_list_tells_how_far_the_chosen_model_is(engine: Engine, models: Models) -> None:
    choose(engine, NEW)
    cancel = CancelToken()
    models.on_batch = lambda name: cancel.cancel() if models.embedded(NEW) == 2 else None
    list(engine.index(cancel))
    told = {one.name: one for one in engine.models()}
    old, new = told[OLD], told[NEW]
    assert (old.is_searching, old.is_chosen, old.embedded, old.remaining) == (True, False, 5, 0)
    assert (new.is_searching, new.is_chosen) == (False, True)
    assert new.embedded + new.remaining == 5
    assert new.index_bytes == new.embedded * old.index_bytes // 5 > 0


def test_an_index_from_before_is_answered_by_the_chosen_model(
    engine: Engine, new_engine: Callable[..., Engine], paths: AppPaths, index: Index
) -> None:
    choose(engine, NEW)
    index(engine)
    engine.close()
    with closing(sqlite3.connect(paths.catalog)) as db:
        db.executescript("DROP TABLE answering; PRAGMA user_version = 2;")
    again = new_engine(NEW)
    assert again.answering() == NEW
    index(again)
    choose(again, OLD)
    assert again.answering() == NEW, "it is remembered from the first job on"


def test_the_pace_is_that_of_the_last_minute() -> None:
    now = 0.0
    pace = Pace(clock=lambda: now)
    assert (pace.seconds_for(10), pace.seconds_for(0)) == (None, 0.0)
    for second in range(200):
        now = float(second)
        pace.note(second * (1 if second < 100 else 2))
    assert pace.seconds_for(100) == pytest.approx(50, rel=0.1)
    pace.note(0)
    assert pace.seconds_for(10) is None
