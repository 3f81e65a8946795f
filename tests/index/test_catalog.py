"""The catalog file: opened, migrated, damaged, and undone when a write fails."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np
import pytest

from photosearch.errors import IndexDamagedError, PhotoSearchError
from photosearch.index.catalog import Catalog
from photosearch.index.rows import FileKey, NewContent, ReadPhoto
from photosearch.index.schema import MIGRATIONS
from photosearch.types import ModelSpec, PhotoFacts, PhotoStamp

SPEC = ModelSpec("m", "m", "0" * 16, 4, "0" * 8)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "catalog.sqlite3"


def save(catalog: Catalog, root_id: int, name: bytes, content_id: str) -> None:
    vector = np.full(4, 0.5, np.float16)
    catalog.save_contents(
        catalog.vectors.model_id(SPEC),
        [NewContent(content_id, PhotoFacts(4, 3, taken_at="2024"), vector)],
    )
    catalog.save_photos([ReadPhoto(FileKey(root_id, name), PhotoStamp(1, 2), content_id)])


def test_what_is_saved_is_there_after_reopening(path: Path) -> None:
    catalog = Catalog(path)
    root = catalog.add_root(Path("/photos"), ["*.tmp"])
    save(catalog, root.id, b"a.jpg", "c1")
    catalog.close()
    catalog = Catalog(path)
    assert catalog.roots() == (root,)
    key = FileKey(root.id, b"a.jpg")
    assert catalog.contents_of([key]) == {key: "c1"}
    known = catalog.known_photos(root.id, catalog.vectors.model_id(SPEC))
    assert known == {b"a.jpg": (1, 2, 1)}
    catalog.close()


def test_a_transaction_that_fails_leaves_nothing_behind(path: Path) -> None:
    catalog = Catalog(path)
    root = catalog.add_root(Path("/photos"))

    def save_half() -> None:
        with catalog.transaction():
            save(catalog, root.id, b"a.jpg", "c1")
            raise KeyError

    with pytest.raises(KeyError):
        save_half()
    assert catalog.count_photos(root.id) == 0
    assert catalog.vectors.count(catalog.vectors.model_id(SPEC)) == 0
    catalog.close()


def test_contents_without_photos_are_dropped_with_their_vectors(path: Path) -> None:
    catalog = Catalog(path)
    root = catalog.add_root(Path("/photos"))
    save(catalog, root.id, b"a.jpg", "shared")
    save(catalog, root.id, b"b.jpg", "shared")
    save(catalog, root.id, b"c.jpg", "own")
    catalog.delete_files([FileKey(root.id, b"a.jpg"), FileKey(root.id, b"c.jpg")])
    assert catalog.delete_orphans() == ["own"]
    model = catalog.vectors.model_id(SPEC)
    assert catalog.vectors.count(model) == 1
    assert catalog.vectors.count_dead(model) == 1
    catalog.close()


def test_vectors_come_back_in_batches_whole_and_once(path: Path) -> None:
    catalog = Catalog(path)
    root = catalog.add_root(Path("/photos"))
    for number in range(7):
        save(catalog, root.id, b"%d.jpg" % number, f"c{number}")
    batches = list(catalog.vectors.batches(catalog.vectors.model_id(SPEC), 3))
    assert [len(batch) for batch in batches] == [3, 3, 1]
    assert {id_ for batch in batches for id_, _ in batch} == {f"c{n}" for n in range(7)}
    assert {len(vector) for batch in batches for _, vector in batch} == {8}
    sampled = catalog.vectors.sample(catalog.vectors.model_id(SPEC), 50)
    assert len({id_ for id_, _ in sampled}) == len(sampled) > 1
    catalog.close()


def test_a_file_that_is_no_catalog_is_refused_in_plain_words(path: Path) -> None:
    path.write_bytes(b"this is no database" * 500)
    with pytest.raises(IndexDamagedError, match="is damaged"):
        Catalog(path)


def test_a_catalog_of_a_newer_version_is_refused(path: Path) -> None:
    Catalog(path).close()
    with sqlite3.connect(path) as db:
        db.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    db.close()
    with pytest.raises(IndexDamagedError, match="newer photosearch"):
        Catalog(path)


def test_every_old_version_is_brought_up_to_date(path: Path) -> None:
    for version in range(len(MIGRATIONS) + 1):
        path.unlink(missing_ok=True)
        db = sqlite3.connect(path)
        for number, script in enumerate(MIGRATIONS[:version], start=1):
            db.executescript(f"{script};PRAGMA user_version = {number};")
        db.close()
        catalog = Catalog(path)
        assert catalog.add_root(Path("/photos")).path == Path("/photos")
        catalog.close()


def test_contents_of_many_files_are_found_and_unknown_ones_left_out(path: Path) -> None:
    catalog = Catalog(path)
    root = catalog.add_root(Path("/photos"))
    names = [b"%05d.jpg" % number for number in range(6_000)]  # more than one question takes
    with catalog.transaction():
        for name in names[::100]:
            save(catalog, root.id, name, f"c{name!r}")
    found = catalog.contents_of([FileKey(root.id, name) for name in names])
    assert found == {FileKey(root.id, name): f"c{name!r}" for name in names[::100]}
    assert catalog.contents_of([]) == {}
    catalog.close()


def test_a_commit_that_fails_leaves_the_next_writes_their_own_transaction(path: Path) -> None:
    class FullOnce(sqlite3.Connection):
        is_full = True

        def commit(self) -> None:
            if self.is_full:
                self.is_full = False
                error = sqlite3.OperationalError("database or disk is full")
                error.sqlite_errorname = "SQLITE_FULL"
                raise error
            super().commit()

    catalog = Catalog(path)
    catalog._db.connection.close()
    catalog._db.connection = sqlite3.connect(path, isolation_level=None, factory=FullOnce)
    with pytest.raises(PhotoSearchError, match="disk is full"):
        catalog.add_root(Path("/lost"))
    catalog.add_root(Path("/kept"))
    catalog.close()
    catalog = Catalog(path)
    assert [root.path for root in catalog.roots()] == [Path("/kept")]
    catalog.close()
