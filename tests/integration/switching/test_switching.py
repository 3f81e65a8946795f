"""From one model to another: the old one answers until the new one has embedded the library."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from models_by_name import NEW, OLD, THIRD, Models, choose, counts

from photosearch.engine import Engine
from photosearch.jobs import CancelToken
from photosearch.model_info import Switch
from photosearch.paths import AppPaths
from photosearch.types import Changes, IndexReport, Phase, Progress

MakePhoto = Callable[..., Path]
Index = Callable[[Engine], IndexReport]
Found = Callable[..., list[str]]


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
