"""Folders that are added and removed while a job runs: it goes on, and nothing is lost."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from photosearch.engine import Engine
from photosearch.errors import LibraryError, QueryError
from photosearch.model.fake import FakeEncoder
from photosearch.paths import AppPaths
from photosearch.settings import Settings
from photosearch.types import IndexReport, Phase, Progress, Query

MakePhoto = Callable[..., Path]
Found = Callable[..., list[str]]
Index = Callable[[Engine], IndexReport]
STRESS_S = 10.0


@pytest.fixture
def engine(paths: AppPaths, encoder: FakeEncoder) -> Iterator[Engine]:
    with Engine(paths, Settings(batch_size=1, decode_threads=1), lambda *_: encoder) as opened:
        yield opened


def test_a_folder_that_is_removed_while_it_is_read_leaves_the_job_to_the_others(
    engine: Engine, tmp_path: Path, make_photo: MakePhoto, found: Found
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for name in "abc":
        make_photo(f"{name}.png", folder=first)
        make_photo(f"{name}2.png", folder=second)
    (first / "bad.png").write_bytes(b"bad")
    engine.add_root(first)
    engine.add_root(second)
    job = engine.index()
    for step in job:
        if isinstance(step, Progress) and step.phase is Phase.EMBEDDING:
            break
    engine.remove_root(first)
    for step in job:
        report = step
    assert isinstance(report, IndexReport)
    assert sorted(found(engine)) == ["a2.png", "b2.png", "c2.png"]
    assert engine.skipped() == []
    assert engine.status().models[0].embedded == 3


def test_a_copy_is_kept_although_the_photo_it_is_known_from_is_removed_meanwhile(
    engine: Engine, tmp_path: Path, make_photo: MakePhoto, found: Found, index: Index
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    photo = make_photo("a.png", folder=first)
    engine.add_root(first)
    index(engine)
    second.mkdir()
    (second / "a.png").write_bytes(photo.read_bytes())
    make_photo("b.png", folder=second)
    make_photo("c.png", folder=second)
    engine.add_root(second)
    for step in engine.index():
        if isinstance(step, Progress) and step.phase is Phase.EMBEDDING and step.done:
            with contextlib.suppress(LibraryError):  # it is removed already
                engine.remove_root(first)
    assert sorted(found(engine)) == ["a.png", "b.png", "c.png"]


def test_a_folder_within_another_leaves_it_its_photos(
    engine: Engine, encoder: FakeEncoder, library: Path, make_photo: MakePhoto, index: Index
) -> None:
    make_photo("a.png", folder=library / "within")
    engine.add_root(library / "within")
    engine.add_root(library)
    index(engine)
    engine.remove_root(library / "within")
    assert index(engine).recognised == 1
    assert encoder.encoded_images == 1


class Together:
    """Works that are repeated at the same time, in a thread each, until one fails or time is up."""

    def __init__(self) -> None:
        self._is_over = threading.Event()
        self.failures: list[BaseException] = []

    def run(self, *works: Callable[[], object]) -> None:
        threads = [threading.Thread(target=self._repeat, args=[work]) for work in works]
        interval_s = sys.getswitchinterval()
        sys.setswitchinterval(1e-5)
        try:
            for thread in threads:
                thread.start()
            self._is_over.wait(STRESS_S)
        finally:
            self._is_over.set()
            for thread in threads:
                thread.join()
            sys.setswitchinterval(interval_s)

    def _repeat(self, work: Callable[[], object]) -> None:
        try:
            while not self._is_over.is_set():
                with contextlib.suppress(LibraryError, QueryError):
                    work()
        except BaseException as error:
            self.failures.append(error)
            self._is_over.set()


@pytest.mark.slow
def test_folders_come_and_go_under_jobs_and_searches_and_nothing_fails(
    engine: Engine, tmp_path: Path, make_photo: MakePhoto, found: Found, index: Index
) -> None:
    folders = [tmp_path / name for name in "abc"]
    for folder in folders:
        for number in range(8):
            make_photo(f"{number}.png", folder=folder)
        (folder / "bad.png").write_bytes(b"bad")
    engine.add_root(folders[0])

    def come_and_go() -> None:
        for folder in folders[1:]:
            engine.add_root(folder)
        for folder in folders[1:]:
            engine.remove_root(folder)

    def ask() -> None:
        assert {hit.photo.root for hit in engine.search(Query(text="red"))} <= set(folders)
        engine.status()
        engine.skipped()

    def change_model() -> None:
        engine.change_settings({"precision": "fp32"})
        engine.change_settings({"precision": "auto"})

    def work() -> None:
        index(engine)
        engine.tidy()
        list(engine.rebuild())
        engine.let_models_go(0.0)

    together = Together()
    together.run(come_and_go, come_and_go, ask, ask, change_model, work)
    assert together.failures == []
    for folder in folders[1:]:
        engine.add_root(folder)
    index(engine)
    assert len(found(engine)) == 24
