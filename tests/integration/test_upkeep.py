"""The vector store is made true to the catalog, whatever happened to it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from photosearch.engine import Engine
from photosearch.index import upkeep
from photosearch.index.catalog import Catalog
from photosearch.index.chroma import ChromaStore
from photosearch.index.probe import Health, probe
from photosearch.jobs import CancelToken
from photosearch.model.fake import FakeEncoder
from photosearch.paths import AppPaths
from photosearch.settings import Settings
from photosearch.types import IndexReport, Phase, Progress

SPEC = FakeEncoder.spec
MakePhoto = Callable[..., Path]
Index = Callable[[Engine], IndexReport]


@pytest.fixture
def closed(
    paths: AppPaths, encoder: FakeEncoder, library: Path, make_photo: MakePhoto, index: Index
) -> AppPaths:
    """An index of twelve photos that no process has open."""
    for number in range(12):
        make_photo(f"{number}.png", ["red", "green", "blue"][number % 3])
    with Engine(paths, Settings(), lambda *_: encoder) as engine:
        engine.add_root(library)
        index(engine)
    return paths


def reopen(paths: AppPaths) -> list[Progress | IndexReport]:
    with Engine(paths, Settings(), lambda *_: FakeEncoder()) as engine:
        return list(engine.index())


def stored_ids(paths: AppPaths) -> set[str]:
    store = ChromaStore(paths.vectors, SPEC)
    ids = set(store.ids())
    store.close()
    return ids


def known_ids(paths: AppPaths) -> set[str]:
    catalog = Catalog(paths.catalog)
    ids = {
        id_
        for batch in catalog.vectors.batches(catalog.vectors.model_id(SPEC), 100)
        for id_, _ in batch
    }
    catalog.close()
    return ids


def is_rebuilt(steps: list[Progress | IndexReport]) -> bool:
    return any(isinstance(s, Progress) and s.phase is Phase.REBUILDING for s in steps)


def test_a_sound_store_is_left_alone(closed: AppPaths) -> None:
    assert not is_rebuilt(reopen(closed))
    assert stored_ids(closed) == known_ids(closed)


def test_vectors_written_before_a_kill_that_the_catalog_never_heard_of_are_dropped(
    closed: AppPaths,
) -> None:
    store = ChromaStore(closed.vectors, SPEC)
    store.upsert(["orphan"], np.ones((1, SPEC.dimension), np.float32))
    store.close()
    assert not is_rebuilt(reopen(closed))
    assert stored_ids(closed) == known_ids(closed)


def test_vectors_that_the_store_lost_are_put_back(closed: AppPaths) -> None:
    lost = sorted(known_ids(closed))[:1]
    store = ChromaStore(closed.vectors, SPEC)
    store.delete(lost)
    store.close()
    reopen(closed)
    assert stored_ids(closed) == known_ids(closed)


def test_a_missing_store_is_rebuilt_without_reading_a_photo(
    closed: AppPaths, library: Path
) -> None:
    shutil.rmtree(closed.vectors)
    steps = reopen(closed)
    assert is_rebuilt(steps)
    report = steps[-1]
    assert isinstance(report, IndexReport)
    assert (report.embedded, report.unchanged) == (0, 12)
    assert stored_ids(closed) == known_ids(closed)


def test_a_store_whose_database_is_corrupt_is_rebuilt(closed: AppPaths) -> None:
    database = closed.vectors / "chroma.sqlite3"
    database.write_bytes(b"\xde\xad\xbe\xef" * (database.stat().st_size // 4))
    assert is_rebuilt(reopen(closed))
    assert stored_ids(closed) == known_ids(closed)


@pytest.mark.parametrize("victim", ["header.bin", "data_level0.bin"])
def test_the_probe_survives_and_tells_a_corrupt_hnsw_file(tmp_path: Path, victim: str) -> None:
    rows = np.random.default_rng(0).normal(size=(2_500, SPEC.dimension)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    ids = [str(number) for number in range(len(rows))]
    store = ChromaStore(tmp_path / "vectors", SPEC)
    store.upsert(ids, rows)
    store.close()
    samples = [
        (id_, row.astype("<f2").tobytes()) for id_, row in zip(ids[::100], rows[::100], strict=True)
    ]
    assert probe(tmp_path / "vectors", SPEC, samples) is Health.SOUND
    for file in (tmp_path / "vectors").glob(f"*/{victim}"):
        file.write_bytes(b"\xff" * file.stat().st_size)
    assert probe(tmp_path / "vectors", SPEC, samples) is Health.DAMAGED


def test_the_probe_tells_right_vectors_from_wrong_ones(closed: AppPaths) -> None:
    catalog = Catalog(closed.catalog)
    samples = catalog.vectors.sample(catalog.vectors.model_id(SPEC), 24)
    catalog.close()
    assert probe(closed.vectors, SPEC, samples) is Health.SOUND
    wrong = np.random.default_rng(0).normal(size=(12, SPEC.dimension)).astype("<f2")
    unknown = [(f"unknown {number}", row.tobytes()) for number, row in enumerate(wrong)]
    assert probe(closed.vectors, SPEC, unknown) is Health.DAMAGED
    assert probe(closed.vectors / "chroma.sqlite3", SPEC, samples) is Health.DAMAGED


def test_photos_of_equal_pixels_are_no_damage(closed: AppPaths, library: Path) -> None:
    picture = (library / "0.png").read_bytes()
    for number in range(60):  # bytes after the end of a PNG: another content, the same picture
        (library / f"twin {number}.png").write_bytes(picture + number.to_bytes(2, "big"))
    reopen(closed)
    assert not is_rebuilt(reopen(closed))


def test_a_probe_that_cannot_start_says_nothing_of_the_store(
    closed: AppPaths, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("sys.executable", "/no/such/python")
    assert not is_rebuilt(reopen(closed))
    assert "could not be checked" in caplog.text


def test_files_in_the_current_folder_are_not_run_by_the_probe(
    closed: AppPaths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "numpy.py").write_text("open('was-run', 'w')")
    monkeypatch.chdir(tmp_path)
    assert not is_rebuilt(reopen(closed))
    assert not (tmp_path / "was-run").exists()


def test_a_rebuild_that_is_cancelled_leaves_the_store_as_it_was(closed: AppPaths) -> None:
    before = stored_ids(closed)
    cancel = CancelToken()
    cancel.cancel()
    with Engine(closed, Settings(), lambda *_: FakeEncoder()) as engine:
        list(engine.rebuild(cancel))
    assert stored_ids(closed) == before
    assert not closed.vectors.with_name("vectors.new").exists()


@pytest.mark.parametrize("stage", ["before the swap", "between the renames"])
def test_a_rebuild_that_was_killed_leaves_a_whole_store(closed: AppPaths, stage: str) -> None:
    new, old = (closed.vectors.with_name(f"vectors{s}") for s in (".new", ".old"))
    new.mkdir()
    if stage == "between the renames":
        closed.vectors.rename(old)
    upkeep.finish_swap(closed.vectors)
    assert not new.exists()
    assert not old.exists()
    assert stored_ids(closed) == known_ids(closed)


def test_a_store_that_is_mostly_dead_is_rebuilt(
    closed: AppPaths, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "_DEAD_MINIMUM", 2)
    for number in range(6):
        (library / f"{number}.png").unlink()
    assert not is_rebuilt(reopen(closed))
    assert is_rebuilt(reopen(closed))
    assert not is_rebuilt(reopen(closed))


def test_the_rebuild_command_mends_a_store_of_nonsense(closed: AppPaths) -> None:
    (closed.vectors / "chroma.sqlite3").write_bytes(b"nonsense" * 1000)
    with Engine(closed, Settings(), lambda *_: FakeEncoder()) as engine:
        steps = list(engine.rebuild())
    assert steps[-1] == Progress(Phase.REBUILDING, 12, 12)
    assert stored_ids(closed) == known_ids(closed)
