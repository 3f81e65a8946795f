"""Another program's database is read without a trace, and what is wrong with it is said."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from host_databases import Program

from photosearch.errors import IntegrationError
from photosearch.host_libraries import database_file
from photosearch.host_libraries.database_file import Database, read

NAMES = ["a.db", "it's 100% #1?.db", "caf\udce9.db"]
MANY = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 9999) SELECT x FROM n"
JOURNALS = ["delete", "wal", "truncate", "memory"]


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def numbers(path: Path) -> list[int]:
    rows = read(path, "digiKam", lambda database: database.rows("SELECT x FROM numbers"))
    return sorted(number for (number,) in rows)


def filled(path: Path, journal: str) -> sqlite3.Connection:
    """A database with one row, open as the program has it that it belongs to."""
    connection = sqlite3.connect(os.fsencode(path))
    connection.execute(f"PRAGMA journal_mode = {journal}")
    connection.execute("CREATE TABLE numbers (x INTEGER)")
    connection.execute("INSERT INTO numbers VALUES (1)")
    connection.commit()
    return connection


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("journal", JOURNALS)
def test_a_closed_database_is_read_and_no_file_appears(
    tmp_path: Path, name: str, journal: str
) -> None:
    filled(tmp_path / name, journal).close()
    before = files(tmp_path)
    assert numbers(tmp_path / name) == [1]
    assert files(tmp_path) == before


@pytest.mark.parametrize("journal", JOURNALS)
def test_one_that_its_program_has_open_is_read_as_it_was_last_committed(
    tmp_path: Path, journal: str
) -> None:
    path = tmp_path / "a.db"
    filled(path, journal).close()
    with Program(path) as program:
        program.do(f"PRAGMA journal_mode = {journal}")
        program.do("BEGIN")
        program.do("INSERT INTO numbers VALUES (2)")
        names = set(files(tmp_path))
        assert numbers(path) == [1]
        assert set(files(tmp_path)) == names
        program.do("COMMIT")
        names = set(files(tmp_path))
        assert numbers(path) == [1, 2]
        program.do("INSERT INTO numbers VALUES (3)")
        assert numbers(path) == [1, 2, 3]
        assert set(files(tmp_path)) == names
    names = set(files(tmp_path))
    assert numbers(path) == [1, 2, 3]
    assert set(files(tmp_path)) == names
    assert not names & {"a.db-wal", "a.db-shm"}


@pytest.mark.parametrize("journal", JOURNALS)
def test_a_program_that_waits_for_nobody_can_write_while_we_read(
    tmp_path: Path, journal: str
) -> None:
    path = tmp_path / "a.db"
    filled(path, journal).close()
    with Program(path) as program:
        program.do(f"PRAGMA journal_mode = {journal}")
        program.do("PRAGMA busy_timeout = 0")
        asked = 0

        def ask(database: Database) -> list[tuple[int]]:
            nonlocal asked
            asked += 1
            before = database.rows("SELECT x FROM numbers ORDER BY x")
            if asked == 1:
                program.do("INSERT INTO numbers VALUES (2)")  # fails where a reader has a lock
            assert database.rows("SELECT x FROM numbers ORDER BY x") == before
            return before

        if journal == "wal":  # which keeps what a reader has begun with
            assert read(path, "digiKam", ask) == [(1,)]
        else:
            assert read(path, "digiKam", ask) == [(1,), (2,)]
            assert asked == 2


def test_the_log_of_a_program_that_died_is_read_and_left_for_it(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    filled(path, "wal").close()
    with Program(path) as program:
        program.do("INSERT INTO numbers VALUES (9)")
        program.die()
    before = files(tmp_path)
    assert set(before) == {"a.db", "a.db-shm", "a.db-wal"}
    assert numbers(path) == [1, 9]
    assert set(files(tmp_path)) == set(before)
    assert files(tmp_path)["a.db-wal"] == before["a.db-wal"]


def test_what_a_program_that_died_did_not_finish_is_not_undone_by_us(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    filled(path, "delete").close()
    with Program(path) as program:
        program.do("PRAGMA cache_size = 1")
        program.do("BEGIN")
        program.do("INSERT INTO numbers VALUES (9)")
        assert numbers(path) == [1]
        program.do(f"INSERT INTO numbers {MANY}")  # more than fits into its memory
        program.die()
    before = files(tmp_path)
    assert set(before) == {"a.db", "a.db-journal"}
    with pytest.raises(IntegrationError, match="did not finish") as told:
        numbers(path)
    assert "Start digiKam once" in told.value.hint
    assert files(tmp_path) == before


def test_a_folder_that_nobody_may_write_is_no_hindrance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "fixed"
    folder.mkdir()
    filled(folder / "a.db", "wal").close()
    folder.chmod(0o500)
    try:
        assert numbers(folder / "a.db") == [1]
    finally:
        folder.chmod(0o700)


def test_a_database_that_is_being_written_for_long_is_busy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_file, "_BUSY_S", 0.05)
    path = tmp_path / "a.db"
    filled(path, "delete").close()
    with Program(path) as program:
        program.do("BEGIN EXCLUSIVE")
        with pytest.raises(IntegrationError, match="busy"):
            numbers(path)
        program.do("COMMIT")
        assert numbers(path) == [1]


def nothing(path: Path) -> None:
    path.write_bytes(b"")


def garbage(path: Path) -> None:
    path.write_bytes(b"no database, just a long text " * 100)


def other_tables(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE letters (y)")


def cut_short(path: Path) -> None:
    with closing(filled(path, "delete")) as connection:
        connection.executemany("INSERT INTO numbers VALUES (?)", [(n,) for n in range(9_000)])
        connection.commit()
    path.write_bytes(path.read_bytes()[:20_000])


def torn(path: Path) -> None:
    with closing(filled(path, "wal")) as connection:
        connection.executemany("INSERT INTO numbers VALUES (?)", [(n,) for n in range(9_000)])
        connection.commit()
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    path.write_bytes(data)


def folder(path: Path) -> None:
    path.mkdir()


def pipe(path: Path) -> None:
    os.mkfifo(path)


def absent(path: Path) -> None:
    """Nothing is there."""


@pytest.mark.parametrize(
    "make", [nothing, garbage, other_tables, cut_short, torn, folder, pipe, absent]
)
def test_what_is_no_database_of_the_program_is_an_error_with_its_place_or_reason(
    tmp_path: Path, make: Callable[[Path], None]
) -> None:
    make(tmp_path / "a.db")
    names = {path.name for path in tmp_path.iterdir()}
    with pytest.raises(IntegrationError, match=r"a\.db|no such table") as told:
        numbers(tmp_path / "a.db")
    assert "digiKam" in told.value.hint
    assert {path.name for path in tmp_path.iterdir()} == names


def test_a_question_without_an_end_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_file, "_LONGEST_S", 0.05)
    path = tmp_path / "a.db"
    filled(path, "delete").close()
    endless = (
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT 1 FROM n) SELECT x FROM n WHERE x = 2"
    )
    with pytest.raises(IntegrationError, match="it takes too long"):
        read(path, "digiKam", lambda database: database.rows(endless))
    assert numbers(path) == [1]
