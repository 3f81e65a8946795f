"""What every vector store does, checked on Chroma and on its exact reference."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from photosearch.errors import IndexDamagedError
from photosearch.index.chroma import ChromaStore
from photosearch.index.memory import MemoryStore
from photosearch.index.store import VectorStore
from photosearch.types import ModelSpec

SPEC = ModelSpec("test", "test/arch (odd name)", "a" * 32, 8, "b" * 16)


@pytest.fixture(params=["chroma", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[VectorStore]:
    opened = ChromaStore(tmp_path / "vectors", SPEC) if request.param == "chroma" else MemoryStore()
    yield opened
    opened.close()


def unit_rows(count: int, seed: int = 0) -> np.ndarray:
    rows = np.random.default_rng(seed).normal(size=(count, 8)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_a_vector_is_its_own_nearest_neighbour_with_cosine_one(store: VectorStore) -> None:
    rows = unit_rows(50)
    store.upsert([str(i) for i in range(50)], rows)
    id_, cosine = store.query(rows[7], 5)[0]
    assert id_ == "7"
    assert cosine == pytest.approx(1.0, abs=1e-5)


def test_neighbours_come_nearest_first(store: VectorStore) -> None:
    rows = unit_rows(50)
    store.upsert([str(i) for i in range(50)], rows)
    found = store.query(rows[0], 10)
    expected = np.argsort(-(rows @ rows[0]))[:10]
    assert [id_ for id_, _ in found] == [str(i) for i in expected]


def test_writing_an_id_again_replaces_its_vector(store: VectorStore) -> None:
    rows = unit_rows(2)
    store.upsert(["a"], rows[:1])
    store.upsert(["a"], rows[1:])
    assert store.count() == 1
    assert store.query(rows[1], 1)[0][1] == pytest.approx(1.0, abs=1e-5)


def test_deleted_ids_are_gone_and_unknown_ones_are_no_error(store: VectorStore) -> None:
    store.upsert(["a", "b"], unit_rows(2))
    store.delete(["a", "never there"])
    store.delete([])
    assert list(store.ids()) == ["b"]
    assert store.count() == 1


def test_batches_beyond_what_chroma_takes_at_once_are_split(store: VectorStore) -> None:
    count = 6_000
    store.upsert([str(i) for i in range(count)], unit_rows(count))
    assert store.count() == count
    assert len(set(store.ids())) == count
    store.delete([str(i) for i in range(count)])
    assert store.count() == 0


def test_chroma_keeps_vectors_over_a_restart(tmp_path: Path) -> None:
    rows = unit_rows(3)
    first = ChromaStore(tmp_path / "v", SPEC)
    first.upsert(["a", "b", "c"], rows)
    first.close()
    second = ChromaStore(tmp_path / "v", SPEC)
    assert second.query(rows[2], 1)[0][0] == "c"
    second.close()


def test_a_chroma_folder_full_of_nonsense_says_how_to_mend_it(tmp_path: Path) -> None:
    folder = tmp_path / "v"
    folder.mkdir()
    (folder / "chroma.sqlite3").write_bytes(b"nonsense" * 1000)
    with pytest.raises(IndexDamagedError, match="photosearch rebuild"):
        ChromaStore(folder, SPEC)
