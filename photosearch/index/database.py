"""One SQLite file shared by threads: transactions, and errors in words a person can act on."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from photosearch.errors import IndexDamagedError, PhotoSearchError

CATALOG_HINT = (
    "Your photos are untouched. Make a new one from what can be read: photosearch rebuild"
)


class Database:
    """An open file in WAL mode; every method may be called from any thread.

    Raises:
        IndexDamagedError: the file is no SQLite database or is corrupt.
        PhotoSearchError: the disk is full or the file cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.RLock()
        with self.in_plain_words():
            self.connection = sqlite3.connect(
                path, isolation_level=None, check_same_thread=False, timeout=30
            )
            try:
                # WAL + NORMAL: a killed process loses nothing that was committed.
                self.connection.execute("PRAGMA journal_mode = WAL")
                self.connection.execute("PRAGMA synchronous = NORMAL")
                self.connection.execute("PRAGMA foreign_keys = ON")
            except BaseException:
                self.connection.close()
                raise

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self.connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All writes inside become visible together, or none of them does; may be nested."""
        with self._lock, self.in_plain_words():
            is_outermost = not self.connection.in_transaction
            if is_outermost:
                self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                if is_outermost:
                    self.connection.commit()
            except BaseException:
                # A commit that fails (a full disk) leaves the transaction open: what is written
                # later would nest in it, and never be kept.
                if is_outermost and self.connection.in_transaction:
                    self.connection.rollback()
                raise

    def run(self, sql: str, values: Sequence[object] = ()) -> None:
        """Run one statement, in a transaction of its own unless one is open."""
        with self.transaction():
            self.connection.execute(sql, values)

    def run_many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Run one statement for each row, in one transaction."""
        with self.transaction():
            self.connection.executemany(sql, rows)

    def all(self, sql: str, values: Sequence[object] = ()) -> list[Any]:
        """Every row of an answer."""
        with self._lock, self.in_plain_words():
            return self.connection.execute(sql, values).fetchall()

    def one(self, sql: str, values: Sequence[object] = ()) -> Any:
        """The first row of an answer, or None."""
        with self._lock, self.in_plain_words():
            return self.connection.execute(sql, values).fetchone()

    def each(self, sql: str, values: Sequence[object] = ()) -> Iterator[Any]:
        """The rows of a large answer one by one; others wait until the last one is taken."""
        with self._lock, self.in_plain_words():
            yield from self.connection.execute(sql, values)

    @contextmanager
    def in_plain_words(self) -> Iterator[None]:
        """Turn what SQLite raises into what a person can act on."""
        try:
            yield
        except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
            raise
        except sqlite3.OperationalError as error:
            # A wrong statement is our bug. The rest is the disk's doing.
            if error.sqlite_errorname == "SQLITE_ERROR":
                raise
            raise PhotoSearchError(
                f"The catalog {self._path} cannot be used: {error}.",
                "Make sure that the disk has free space and that the file may be written.",
            ) from error
        except sqlite3.DatabaseError as error:
            raise IndexDamagedError(
                f"The catalog {self._path} is damaged: {error}.",
                CATALOG_HINT,
            ) from error
