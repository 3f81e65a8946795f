"""Which records of a damaged catalog make sense as rows of our tables, and how to stage them."""

from __future__ import annotations

import json
import os
import re
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from photosearch.index.pages import Value
from photosearch.types import ModelSpec, SkipKind

Row = dict[str, Any]

MODEL_KEY = re.compile(r"(.+)-(\d{1,9})-([^-]+)-([^-]+)")
"""Architecture, dimension, and the fingerprints of weights and preprocessing."""

_CONTENT_ID = re.compile(r"[0-9a-f]{32}")

_NORM_TOLERANCE = 0.01
"""Embeddings have length 1; as float16 they have it to 0.0005. A changed exponent shows."""

_KINDS: dict[str, type] = {"INTEGER": int, "TEXT": str, "BLOB": bytes, "REAL": float}


@dataclass(frozen=True, slots=True)
class Column:
    """A column; ``default`` is for rows older than it, where there may be such rows."""

    name: str
    kind: type
    is_nullable: bool
    has_default: bool
    default: Value


@dataclass(frozen=True, slots=True)
class Table:
    """A table as a new catalog has it, and the place where its rows are collected first.

    Attributes:
        has_rowid: if not, its rows lie on the pages of an index.
        rowid_column: which column is another name of the rowid; None if there is none.
        references: column, other table, column there.
        indexes: the columns of each index by its name.
    """

    name: str
    columns: tuple[Column, ...]
    has_rowid: bool
    rowid_column: int | None
    references: tuple[tuple[str, str, str], ...]
    indexes: dict[str, tuple[str, ...]]

    def row(self, number: int | None, values: Sequence[Value]) -> tuple[Value, ...] | None:
        """A record as a row of this table, every column filled; None if it cannot be one."""
        if len(values) > len(self.columns):
            return None
        row: list[Value] = []
        for place, column in enumerate(self.columns):
            if place >= len(values):
                if not column.has_default:
                    return None
                row.append(column.default)
                continue
            value = values[place]
            if place == self.rowid_column:  # stored as NULL
                if value is not None:
                    return None
                value = number
            if column.kind is float and isinstance(value, int):
                value = float(value)  # SQLite saves space so
            if not isinstance(value, column.kind) and not (value is None and column.is_nullable):
                return None
            row.append(value)
        check = _SENSE.get(self.name)
        named = dict(zip((c.name for c in self.columns), row, strict=True))
        return tuple(row) if check is None or check(named) else None

    @property
    def _names(self) -> str:
        return ", ".join(c.name for c in self.columns)

    @property
    def staging_sql(self) -> str:
        """Makes the table of rows that were read, by their rowid (or any number of their own)."""
        return (
            f"CREATE TABLE staging.{self.name} "
            f"(row INTEGER PRIMARY KEY, is_doubtful INTEGER, {self._names})"
        )

    @property
    def stage_sql(self) -> str:
        """Takes the rowid and a row; two that differ put each other in doubt."""
        differs = " OR ".join(
            f"{self.name}.{c.name} IS NOT excluded.{c.name}" for c in self.columns
        )
        return (
            f"INSERT INTO staging.{self.name} VALUES (?, 0{', ?' * len(self.columns)}) "
            f"ON CONFLICT (row) DO UPDATE SET is_doubtful = is_doubtful OR {differs}"
        )

    @property
    def copy_sql(self) -> str:
        """Puts into the catalog what is beyond doubt and refers to rows that are there."""
        conditions = ["NOT is_doubtful"]
        for column, table, there in self.references:
            conditions.append(f"{column} IN (SELECT {there} FROM main.{table})")
        if self.name == "vectors":
            conditions.append(
                "length(vector) = 2 * (SELECT dimension FROM main.models WHERE id = model)"
            )
        return (
            f"INSERT OR IGNORE INTO main.{self.name} ({self._names}) SELECT {self._names} "
            f"FROM staging.{self.name} WHERE {' AND '.join(conditions)} ORDER BY row"
        )


def read_tables(db: sqlite3.Connection) -> list[Table]:
    """The tables of a new catalog, each after those that it refers to."""
    found = db.execute(
        "SELECT name, sql FROM main.sqlite_master "
        "WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY rowid"
    )
    tables = [_table(db, name, sql) for name, sql in found.fetchall()]
    ordered: list[Table] = []
    while tables:
        names = {table.name for table in tables}
        ready = [t for t in tables if not names.intersection(there for _, there, _ in t.references)]
        ordered += ready
        tables = [table for table in tables if table not in ready]
    return ordered


def _table(db: sqlite3.Connection, name: str, sql: str) -> Table:
    about = db.execute(f"PRAGMA main.table_info({name})").fetchall()
    keys = [place for place, *_, in_key in about if in_key]
    has_rowid = "WITHOUT ROWID" not in sql.upper()
    is_rowid = has_rowid and len(keys) == 1 and about[keys[0]][2] == "INTEGER"
    indexes = {
        index: tuple(row[2] for row in db.execute(f"PRAGMA main.index_info({index})"))
        for _, index, *_ in db.execute(f"PRAGMA main.index_list({name})").fetchall()
    }
    return Table(
        name,
        tuple(_column(db, *row[1:5]) for row in about),
        has_rowid,
        keys[0] if is_rowid else None,
        tuple(
            (row[3], row[2], row[4]) for row in db.execute(f"PRAGMA main.foreign_key_list({name})")
        ),
        indexes if has_rowid else {},
    )


def _column(
    db: sqlite3.Connection, name: str, kind: str, not_null: int, default: str | None
) -> Column:
    value = None if default is None else db.execute(f"SELECT {default}").fetchone()[0]
    return Column(name, _KINDS[kind], not not_null, not not_null or default is not None, value)


def _is_root(row: Row) -> bool:
    try:
        patterns = json.loads(row["exclude"])
    except (ValueError, RecursionError):
        return False
    path = os.fsdecode(row["path"])
    is_path = os.path.isabs(path) and "\0" not in path  # noqa: PTH117 - text of the disk's own
    return (
        is_path
        and row["id"] > 0
        and isinstance(patterns, list)
        and all(isinstance(pattern, str) for pattern in patterns)
    )


def _is_content(row: Row) -> bool:
    latitude, longitude = row["latitude"], row["longitude"]
    return (
        _CONTENT_ID.fullmatch(row["content_id"]) is not None
        and row["width_px"] > 0
        and row["height_px"] > 0
        and 1 <= row["orientation"] <= 8
        and (latitude is None or -90 <= latitude <= 90)
        and (longitude is None or -180 <= longitude <= 180)
    )


def _is_file(row: Row) -> bool:
    path = row["relative_path"]
    return not path.startswith(b"/") and b"\0" not in path and row["size_bytes"] >= 0


def _is_photo(row: Row) -> bool:
    return _is_file(row) and row["relative_path"] != b""


def _is_skipped(row: Row) -> bool:
    return _is_file(row) and row["kind"] in set(SkipKind)


def _is_model(row: Row) -> bool:
    spec = ModelSpec(
        row["name"],
        row["architecture"],
        row["weights_fingerprint"],
        row["dimension"],
        row["preprocessing_fingerprint"],
    )
    return spec.dimension > 0 and spec.key == row["key"] and row["dead_vectors"] >= 0


def _is_answering(row: Row) -> bool:
    return row["id"] == 1 and row["name"] != "" and MODEL_KEY.fullmatch(row["key"]) is not None


def _is_vector(row: Row) -> bool:
    data = row["vector"]
    if not data or len(data) % 2:
        return False
    vector = np.frombuffer(data, "<f2").astype(np.float32)
    if not np.isfinite(vector).all():
        return False
    return abs(float(np.sqrt(vector @ vector)) - 1) < _NORM_TOLERANCE


_SENSE: dict[str, Callable[[Row], bool]] = {
    "roots": _is_root,
    "contents": _is_content,
    "photos": _is_photo,
    "skipped": _is_skipped,
    "models": _is_model,
    "vectors": _is_vector,
    "answering": _is_answering,
}
