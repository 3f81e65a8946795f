"""Reads the SQLite file of another program, which may be at work on it, and leaves no trace."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from photosearch.errors import IntegrationError, shown

_BUSY_S = 2.0
_UNKNOWN_SCHEMA = ("no such table", "no such column")
_BUSY = ("locked", "busy")
# https://www.sqlite.org/fileformat.html: byte 19 of the header, the version for reading.
_HEADER_BYTES, _VERSION_AT, _WAL = 20, 19, 2


class Database:
    """An open file; text in it is as `os.fsdecode` has it, whatever its bytes."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def rows(self, sql: str, *values: bytes | int) -> list[tuple[Any, ...]]:
        """What a question finds; a name is asked for as bytes, with ``CAST(? AS TEXT)``."""
        return self._connection.execute(sql, values).fetchall()

    def row(self, sql: str, *values: bytes | int) -> tuple[Any, ...] | None:
        """The first of them."""
        return next(iter(self.rows(sql, *values)), None)


@contextmanager
def reading(path: Path, owner: str) -> Iterator[Database]:
    """Open the database of a program, named for messages, to read it.

    Raises:
        IntegrationError: it is locked, damaged, away, or of a version with other tables.
    """
    try:
        with closing(_connect(path)) as connection:
            connection.text_factory = _text
            yield Database(connection)
    except sqlite3.Error as error:
        raise _explained(error, path, owner) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise _unreadable(path, owner, reason) from error


def _connect(path: Path) -> sqlite3.Connection:
    """Open it as it has to be, so that no file appears beside it.

    Opened with ``mode=ro`` alone, a database with a write-ahead log gets a ``-wal`` and a
    ``-shm`` file when it has none, which may belong to nobody and stay (measured with 3.40).
    """
    is_logged = _has_wal(path)
    options = "mode=ro"
    if is_logged and _is_at_work(path):
        options += "&readonly_shm=1"
    elif is_logged:
        options += "&immutable=1"  # closed: all of it is in the file itself
    return sqlite3.connect(
        f"{path.as_uri()}?{options}", uri=True, timeout=_BUSY_S, check_same_thread=False
    )


def _has_wal(path: Path) -> bool:
    if not path.is_file():
        raise FileNotFoundError(2, "No such file")
    with path.open("rb") as file:
        header = file.read(_HEADER_BYTES)
    return len(header) == _HEADER_BYTES and header[_VERSION_AT] == _WAL


def _is_at_work(path: Path) -> bool:
    """Whether a program has it open, or died with it open: the log has both of its files then."""
    return all(path.with_name(path.name + end).exists() for end in ("-wal", "-shm"))


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _explained(error: sqlite3.Error, path: Path, owner: str) -> IntegrationError:
    text = str(error)
    if any(word in text for word in _BUSY):
        return IntegrationError(
            f"The library of {owner} is busy: {shown(str(path))}.", "Try again in a moment."
        )
    if any(word in text for word in _UNKNOWN_SCHEMA):
        return IntegrationError(
            f"The library of {owner} is of a version that photosearch does not know: {text}.",
            f"Start {owner} once, if it was updated since: it then brings its library up to date.",
        )
    return _unreadable(path, owner, text)


def _unreadable(path: Path, owner: str, reason: str) -> IntegrationError:
    return IntegrationError(
        f"The library of {owner} cannot be read: {shown(str(path))}: {shown(reason)}.",
        f"Start {owner} once, and see whether it opens its library.",
    )
