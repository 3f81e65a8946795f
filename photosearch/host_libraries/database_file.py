"""Reads the SQLite file of another program, which may be at work on it, and leaves no trace.

A reader's lock, held for a moment, is enough to spoil a write of a program that does not wait for
it: darktable loses the change then, and Shotwell ends. So none is taken. A file with a rollback
journal is read as it lies there, and read again if it was written meanwhile; in one with a
write-ahead log, readers and writers are in nobody's way.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

from photosearch.errors import IntegrationError, shown
from photosearch.host_libraries.sqlite_locks import has_reserved, is_writing

Answer = TypeVar("Answer")

_BUSY_S, _STEP_S = 2.0, 0.02
_LONGEST_S = 30.0
"""A question takes milliseconds, and a second about a million photos."""
_STEPS_BETWEEN_LOOKS = 10_000
_UNKNOWN_SCHEMA = ("no such table", "no such column")
# https://www.sqlite.org/fileformat.html: the version for reading, and the count of changes, in
# the header of a database; and how a journal begins that is not finished with.
_HEADER_BYTES, _VERSION_AT, _WAL = 28, 19, 2
_JOURNAL_MAGIC = bytes.fromhex("d9d505f920a163d7")

# Two connections of one process to one file would let go of each other's locks (fcntl).
_turns: defaultdict[Path, threading.Lock] = defaultdict(threading.Lock)


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


class _WrittenError(Exception):
    """The file was written while it was read: a part of what was read may be older than another."""


def read(path: Path, owner: str, ask: Callable[[Database], Answer]) -> Answer:
    """What ``ask`` finds in the database of a program, which is named for messages.

    ``ask`` may be called again where the program wrote meanwhile.

    Raises:
        IntegrationError: the file is busy, damaged, away, or of a version with other tables.
    """
    until = time.monotonic() + _BUSY_S
    with _turns[path]:
        while True:
            try:
                return _read_once(path, owner, ask)
            except _WrittenError:
                if time.monotonic() > until:
                    raise IntegrationError(
                        f"The library of {owner} is busy: {shown(str(path))}.",
                        "Try again in a moment.",
                    ) from None
                time.sleep(_STEP_S)
            except sqlite3.Error as error:
                raise _explained(error, path, owner) from error
            except OSError as error:
                raise _unreadable(path, owner, error.strerror or str(error)) from error


def _read_once(path: Path, owner: str, ask: Callable[[Database], Answer]) -> Answer:
    before = _header(path)
    if len(before) == _HEADER_BYTES and before[_VERSION_AT] == _WAL:
        # With ``mode=ro`` alone, a ``-wal`` and a ``-shm`` file are made where there are none, and
        # may stay (seen with SQLite 3.40). A log that is closed is empty: all is in the file.
        return _asked(path, "readonly_shm=1" if _has_log(path) else "immutable=1", ask)
    if is_writing(path):
        raise _WrittenError
    if _is_left_behind(path):
        raise _unreadable(path, owner, f"{owner} did not finish its last change to it")
    try:
        answer = _asked(path, "immutable=1", ask)
    except sqlite3.DatabaseError:
        if is_writing(path) or _header(path) != before:
            raise _WrittenError from None
        raise
    if is_writing(path) or _header(path) != before:
        raise _WrittenError
    return answer


def _asked(path: Path, option: str, ask: Callable[[Database], Answer]) -> Answer:
    place = f"{path.as_uri()}?mode=ro&{option}"
    with closing(sqlite3.connect(place, uri=True, timeout=_BUSY_S)) as connection:
        connection.text_factory = _text
        until = time.monotonic() + _LONGEST_S  # a view may be without an end
        connection.set_progress_handler(lambda: time.monotonic() > until, _STEPS_BETWEEN_LOOKS)
        connection.execute("BEGIN")  # so that all that is asked is of one moment
        return ask(Database(connection))


def _header(path: Path) -> bytes:
    if not path.is_file():
        raise FileNotFoundError(2, "No such file")
    with path.open("rb", buffering=0) as file:
        return file.read(_HEADER_BYTES)


def _has_log(path: Path) -> bool:
    """Whether a program has it open, or died with it open: the log has both of its files then."""
    return all(path.with_name(path.name + end).exists() for end in ("-wal", "-shm"))


def _has_journal(path: Path) -> bool:
    """Whether a change was begun: of this program's, or of one that died and is to be undone."""
    try:
        with path.with_name(f"{path.name}-journal").open("rb") as file:
            return file.read(len(_JOURNAL_MAGIC)) == _JOURNAL_MAGIC
    except FileNotFoundError:
        return False


def _is_left_behind(path: Path) -> bool:
    """Whether a change was begun by a program that died; looked at twice, since programs are quick.

    It is for that program to undo it, and what lies in the file until then is no answer.
    """
    if not _has_journal(path) or has_reserved(path):
        return False
    time.sleep(_STEP_S)
    return _has_journal(path) and not has_reserved(path) and not is_writing(path)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _explained(error: sqlite3.Error, path: Path, owner: str) -> IntegrationError:
    text = str(error)
    if any(word in text for word in _UNKNOWN_SCHEMA):
        return IntegrationError(
            f"The library of {owner} is of a version that photosearch does not know: {text}.",
            f"Start {owner} once, if it was updated since: it then brings its library up to date.",
        )
    return _unreadable(path, owner, "it takes too long" if text == "interrupted" else text)


def _unreadable(path: Path, owner: str, reason: str) -> IntegrationError:
    return IntegrationError(
        f"The library of {owner} cannot be read: {shown(str(path))}: {shown(reason)}.",
        f"Start {owner} once, and see whether it opens its library.",
    )
