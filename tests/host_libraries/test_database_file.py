"""Another program's database is read without a trace, and what is wrong with it is said."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from photosearch.errors import IntegrationError
from photosearch.host_libraries import database_file
from photosearch.host_libraries.database_file import reading

NAMES = ["a.db", "it's 100% #1?.db", "caf\udce9.db"]
JOURNALS = ["delete", "wal", "truncate", "memory"]


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def numbers(path: Path) -> list[int]:
    with reading(path, "digiKam") as database:
        return [number for (number,) in database.rows("SELECT x FROM numbers ORDER BY x")]


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
def test_one_that_its_program_has_open_is_read_as_it_is_by_now(
    tmp_path: Path, journal: str
) -> None:
    with closing(filled(tmp_path / "a.db", journal)) as program:
        program.execute("INSERT INTO numbers VALUES (2)")
        if journal == "wal":  # elsewhere what is not written yet is nowhere but in memory
            assert numbers(tmp_path / "a.db") == [1]
        program.commit()
        names = set(files(tmp_path))
        assert numbers(tmp_path / "a.db") == [1, 2]
        assert set(files(tmp_path)) == names
        program.execute("INSERT INTO numbers VALUES (3)")
        program.commit()
        assert numbers(tmp_path / "a.db") == [1, 2, 3]
    names = set(files(tmp_path))
    assert numbers(tmp_path / "a.db") == [1, 2, 3]
    assert set(files(tmp_path)) == names
    assert not names & {"a.db-wal", "a.db-shm"}


def test_the_log_of_a_program_that_died_is_read_and_left_for_it(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    filled(path, "wal").close()
    dies = "import sqlite3, sys, os; c = sqlite3.connect(sys.argv[1])\n"
    dies += "c.execute('INSERT INTO numbers VALUES (9)'); c.commit(); os._exit(1)"
    subprocess.run([sys.executable, "-c", dies, str(path)], check=False)
    before = files(tmp_path)
    assert set(before) == {"a.db", "a.db-shm", "a.db-wal"}
    assert numbers(path) == [1, 9]
    assert set(files(tmp_path)) == set(before)
    assert files(tmp_path)["a.db-wal"] == before["a.db-wal"]


def test_what_a_program_that_died_did_not_finish_is_not_undone_by_us(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    filled(path, "delete").close()
    dies = "import sqlite3, sys, os; c = sqlite3.connect(sys.argv[1])\n"
    dies += "c.execute('PRAGMA cache_size = 1')\n"
    dies += "c.executemany('INSERT INTO numbers VALUES (?)', [(n,) for n in range(9999)])\n"
    dies += "os._exit(1)"
    subprocess.run([sys.executable, "-c", dies, str(path)], check=False)
    before = files(tmp_path)
    assert set(before) == {"a.db", "a.db-journal"}
    with pytest.raises(IntegrationError, match="cannot be read") as told:
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


def test_a_database_that_is_locked_for_long_is_busy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_file, "_BUSY_S", 0.05)
    with closing(filled(tmp_path / "a.db", "delete")) as program:
        program.execute("BEGIN EXCLUSIVE")
        with pytest.raises(IntegrationError, match="busy"):
            numbers(tmp_path / "a.db")


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
