"""Reading a database page by page gives the rows that SQLite gives, and never fails on damage."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from photosearch.index.pages import PageFile

_INTS = st.integers(-(2**63), 2**63 - 1) | st.integers(-300, 300)
_TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"))
_LONG = st.integers(0, 20_000).map(lambda size: random.Random(size).randbytes(size))
_VALUES = st.none() | _INTS | st.floats(allow_nan=False) | _TEXTS | st.binary() | _LONG


def top_of(path: Path, name: str) -> int:
    with closing(sqlite3.connect(path)) as db:
        sql = "SELECT rootpage FROM sqlite_master WHERE name = ?"
        return int(db.execute(sql, (name,)).fetchone()[0])


def rows_in(path: Path, top: int, page_bytes: int = 4096) -> Iterator[tuple[object, ...]]:
    with PageFile(path, page_bytes) as pages:
        for number in pages.tree(top):
            for rowid, values in pages.cells(number):
                yield values if rowid is None else (rowid, *values)


def make(path: Path, rows: list[tuple[object, ...]], page_bytes: int = 4096) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(f"PRAGMA page_size = {page_bytes}")
        db.execute("CREATE TABLE t (a, b)")
        db.execute("CREATE INDEX i ON t (a, b)")
        db.executemany("INSERT OR REPLACE INTO t (rowid, a, b) VALUES (?, ?, ?)", rows)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rows=st.lists(st.tuples(_INTS, _VALUES, _VALUES)), size=st.sampled_from([512, 4096, 65536]))
def test_rows_and_entries_are_those_that_sqlite_reads(
    tmp_path: Path, rows: list[tuple[object, ...]], size: int
) -> None:
    path = tmp_path / "db"
    path.unlink(missing_ok=True)
    make(path, rows, size)
    with closing(sqlite3.connect(path)) as db:
        expected = db.execute("SELECT rowid, a, b FROM t ORDER BY rowid").fetchall()
    found = sorted(rows_in(path, top_of(path, "t"), size), key=lambda row: row[0])
    assert found == expected
    entries = {(row[-1], *row[:-1]) for row in rows_in(path, top_of(path, "i"), size)}
    assert entries == set(expected)


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    path = tmp_path / "sound"
    rng = random.Random(7)
    make(path, [(n, n * 3, rng.randbytes(rng.choice((5, 60, 9_000)))) for n in range(400)])
    return path


def test_damage_of_any_kind_ends_where_it_is_met(sound: Path, tmp_path: Path) -> None:
    rng = random.Random(1)
    top, index = top_of(sound, "t"), top_of(sound, "i")
    path = tmp_path / "damaged"
    for _ in range(60):
        data = bytearray(sound.read_bytes())
        for _ in range(rng.choice((1, 30, 3_000))):
            data[rng.randrange(len(data))] = rng.randrange(256)
        path.write_bytes(data[: rng.randrange(len(data))] if rng.random() < 0.3 else data)
        with PageFile(path, 4096) as pages:
            for number in range(pages.count + 3):
                list(pages.cells(number))
            pages.free_pages()
            assert len(list(pages.tree(top))) <= pages.count
            assert len(list(pages.tree(index))) <= pages.count


def test_a_page_that_points_at_itself_is_read_once(sound: Path) -> None:
    top = top_of(sound, "t")
    data = bytearray(sound.read_bytes())
    data[(top - 1) * 4096 + 8 : (top - 1) * 4096 + 12] = top.to_bytes(4, "big")
    sound.write_bytes(data)
    with PageFile(sound, 4096) as pages:
        numbers = list(pages.tree(top))
    assert len(numbers) == len(set(numbers))


def test_rows_in_the_log_count_once_they_are_committed(tmp_path: Path) -> None:
    path, copy = tmp_path / "db", tmp_path / "copy"
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA cache_size = 1")  # uncommitted pages spill into the log
        db.execute("CREATE TABLE t (a, b)")
        db.executemany("INSERT INTO t VALUES (?, ?)", [(n, b"x" * 900) for n in range(50)])
        db.execute("BEGIN")
        db.executemany("INSERT INTO t VALUES (?, ?)", [(n, b"y" * 900) for n in range(50, 90)])
        shutil.copy(path, copy)
        shutil.copy(f"{path}-wal", f"{copy}-wal")
        db.execute("ROLLBACK")
    assert sorted(row[1] for row in rows_in(copy, 2)) == list(range(50))


def test_pages_whose_rows_were_deleted_are_known_to_be_free(tmp_path: Path) -> None:
    path = tmp_path / "db"
    make(path, [(n, n, b"x" * 500) for n in range(300)])
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("DELETE FROM t WHERE rowid < 250")
        count = db.execute("PRAGMA freelist_count").fetchone()[0]
    with PageFile(path, 4096) as pages:
        free = pages.free_pages()
        assert free is not None
        assert len(free) == count > 20
        assert free.isdisjoint([*pages.tree(top_of(path, "t")), *pages.tree(top_of(path, "i"))])
    data = bytearray(path.read_bytes())
    data[32:36] = (2).to_bytes(4, "big")  # the list now begins at a page that is in use
    path.write_bytes(data)
    with PageFile(path, 4096) as pages:
        assert pages.free_pages() is None


def test_a_sector_that_cannot_be_read_is_a_page_of_zeros(sound: Path) -> None:
    class Unreadable:
        def seek(self, at: int) -> None:
            raise OSError(5, "Input/output error")

    with PageFile(sound, 4096) as pages:
        file, pages._file = pages._file, Unreadable()  # type: ignore[assignment]
        assert pages.page(2) == bytes(4096)
        pages._file = file
