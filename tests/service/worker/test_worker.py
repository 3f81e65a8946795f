"""The thread that does all indexing: what it sees to by itself, and what is said about it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from photosearch.engine import Engine
from photosearch.model.fake import FakeEncoder
from photosearch.paths import AppPaths
from photosearch.service.events import EventHub, Subscription
from photosearch.service.worker import IndexWorker
from photosearch.settings import Settings
from photosearch.types import (
    ActivityState,
    EventKind,
    WatchState,
)
from photosearch.watching import Timing, Watching

MakePhoto = Callable[..., Path]
WaitFor = Callable[..., None]
Found = Callable[[Engine], set[str]]
IsIdle = Callable[[IndexWorker], bool]

WAIT_S = 120.0
TIMING = Timing(quiet_s=0.05, found_quiet_s=0.05, writing_quiet_s=0.5, rescan_s=0.0)


def test_it_looks_at_everything_when_it_starts(
    engine: Engine,
    worker: IndexWorker,
    library: Path,
    make_photo: MakePhoto,
    wait_for: WaitFor,
    found: Found,
    is_idle: IsIdle,
) -> None:
    make_photo("a.png")
    engine.add_root(library)
    worker.start()
    wait_for(lambda: found(engine) == {"a.png"})
    wait_for(lambda: is_idle(worker))
    [root] = worker.status().roots
    assert (root.photos, root.watch) == (1, WatchState.WATCHED)


def test_without_folders_no_model_is_loaded(
    paths: AppPaths,
) -> None:
    def load(*_: object) -> FakeEncoder:
        raise AssertionError("nobody needs it")

    with Engine(paths, Settings(), load) as engine:
        worker = IndexWorker(engine, Watching(TIMING), EventHub())
        worker.start()
        time.sleep(0.2)
        assert worker.stop(WAIT_S)


def test_an_added_folder_is_looked_at_and_a_removed_one_let_go(
    engine: Engine,
    worker: IndexWorker,
    library: Path,
    make_photo: MakePhoto,
    wait_for: WaitFor,
    found: Found,
) -> None:
    worker.start()
    make_photo("a.png")
    engine.add_root(library)
    worker.roots_changed()
    wait_for(lambda: found(engine) == {"a.png"})
    engine.remove_root(library)
    worker.roots_changed()
    make_photo("b.png")
    wait_for(lambda: worker.status().roots == ())
    time.sleep(0.3)
    assert found(engine) == set()


def test_work_is_held_while_paused_and_goes_on_when_resumed(
    engine: Engine,
    worker: IndexWorker,
    library: Path,
    make_photo: MakePhoto,
    wait_for: WaitFor,
    found: Found,
) -> None:
    engine.add_root(library)
    worker.start()
    wait_for(lambda: worker.status().roots[0].watch is WatchState.WATCHED)
    worker.pause()
    make_photo("a.png")
    assert worker.status().activity.state is ActivityState.PAUSED
    time.sleep(0.5)
    assert found(engine) == set()
    worker.resume()
    wait_for(lambda: found(engine) == {"a.png"})


def test_those_who_listen_hear_of_work_and_of_its_end(
    engine: Engine,
    worker: IndexWorker,
    heard: Subscription,
    library: Path,
    make_photo: MakePhoto,
    wait_for: WaitFor,
    found: Found,
    is_idle: IsIdle,
) -> None:
    make_photo("a.png")
    engine.add_root(library)
    worker.start()
    wait_for(lambda: found(engine) == {"a.png"})
    wait_for(lambda: is_idle(worker))
    events = heard.take()
    kinds = [event.kind for event in events]
    assert EventKind.INDEX_CHANGED in kinds
    [report] = [event.report for event in events if event.report]
    assert report.embedded == 1
    states = [event.activity.state for event in events if event.activity]
    assert (states[0], states[-1]) == (ActivityState.INDEXING, ActivityState.IDLE)


def test_photos_behind_a_link_out_of_the_folder_are_followed(
    engine: Engine,
    worker: IndexWorker,
    library: Path,
    make_photo: MakePhoto,
    tmp_path: Path,
    wait_for: WaitFor,
    found: Found,
    is_idle: IsIdle,
) -> None:
    elsewhere = tmp_path / "elsewhere"
    make_photo("a.png", folder=elsewhere)
    (library / "link").symlink_to(elsewhere)
    engine.add_root(library)
    worker.start()
    wait_for(lambda: found(engine) == {"link/a.png"})
    wait_for(lambda: is_idle(worker))
    make_photo("b.png", folder=elsewhere)
    wait_for(lambda: found(engine) == {"link/a.png", "link/b.png"})
    (library / "link").unlink()
    wait_for(lambda: found(engine) == set())


def test_contents_of_photos_that_went_are_dropped_a_while_later(
    engine: Engine,
    encoder: Any,
    worker: IndexWorker,
    library: Path,
    make_photo: MakePhoto,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    wait_for: WaitFor,
    found: Found,
) -> None:
    monkeypatch.setattr("photosearch.service.worker._TIDY_S", 1.5)
    photo = make_photo("a.png")
    engine.add_root(library)
    worker.start()
    wait_for(lambda: found(engine) == {"a.png"})
    away = photo.rename(tmp_path / "a.png")
    wait_for(lambda: found(engine) == set())
    away.rename(library / "b.png")
    wait_for(lambda: found(engine) == {"b.png"})
    assert encoder.encoded_images == 1, "it was recognised"
    (library / "b.png").unlink()
    wait_for(lambda: engine.status().models[0].embedded == 0, "the content to be dropped")


def test_memory_is_given_back_a_while_after_work(
    engine: Engine,
    encoder: Any,
    worker: IndexWorker,
    library: Path,
    make_photo: MakePhoto,
    monkeypatch: pytest.MonkeyPatch,
    wait_for: WaitFor,
    found: Found,
) -> None:
    monkeypatch.setattr("photosearch.service.worker._TIDY_S", 0.1)
    make_photo("a.png")
    engine.add_root(library)
    worker.start()
    wait_for(lambda: found(engine) == {"a.png"})
    wait_for(encoder.has_rested.is_set)


def test_its_thread_is_prepared_where_the_settings_say_so(
    paths: AppPaths,
    encoder: Any,
) -> None:
    for is_low in (True, False):
        prepared = threading.Event()
        settings = Settings(background_priority=is_low)
        with Engine(paths, settings, lambda *_: encoder) as engine:
            worker = IndexWorker(engine, Watching(TIMING), EventHub(), prepare_thread=prepared.set)
            worker.start()
            time.sleep(0.1)
            assert worker.stop(WAIT_S)
            assert prepared.is_set() == is_low


def test_a_model_that_nobody_needs_is_let_go_and_loaded_again(
    paths: AppPaths,
    library: Path,
    make_photo: MakePhoto,
    found: Found,
) -> None:
    loads = []

    def load(*_: object) -> FakeEncoder:
        loads.append(FakeEncoder())
        return loads[-1]

    make_photo("a.png", "red")
    with Engine(paths, Settings(), load) as engine:
        engine.add_root(library)
        list(engine.index())
        assert not engine.let_models_go(idle_s=3600.0)
        assert engine.let_models_go(idle_s=0.0)
        assert not engine.let_models_go(idle_s=0.0)
        assert found(engine) == {"a.png"}
        assert len(loads) == 2
