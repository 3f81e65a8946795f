"""The shape of the catalog file, as a numbered list of steps that bring any old file up to date."""

from __future__ import annotations

import sqlite3

from photosearch.errors import IndexDamagedError

# Paths are BLOBs: names on disk are bytes and need not be text. They also sort bytewise, which
# makes a folder a contiguous range of photos (see ranking.py).
_FIRST = """
CREATE TABLE roots (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    path BLOB NOT NULL UNIQUE,
    exclude TEXT NOT NULL DEFAULT '[]',
    is_offline INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE contents (
    id INTEGER PRIMARY KEY,
    content_id TEXT NOT NULL UNIQUE,
    width_px INTEGER NOT NULL,
    height_px INTEGER NOT NULL,
    orientation INTEGER NOT NULL,
    taken_at TEXT,
    camera TEXT,
    lens TEXT,
    latitude REAL,
    longitude REAL
);
CREATE TABLE photos (
    id INTEGER PRIMARY KEY,
    root_id INTEGER NOT NULL REFERENCES roots (id) ON DELETE CASCADE,
    relative_path BLOB NOT NULL,
    size_bytes INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    content INTEGER NOT NULL REFERENCES contents (id),
    UNIQUE (root_id, relative_path)
);
CREATE INDEX photos_by_content ON photos (content);
CREATE TABLE skipped (
    root_id INTEGER NOT NULL REFERENCES roots (id) ON DELETE CASCADE,
    relative_path BLOB NOT NULL,
    size_bytes INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    kind TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (root_id, relative_path)
) WITHOUT ROWID;
CREATE TABLE models (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    architecture TEXT NOT NULL,
    weights_fingerprint TEXT NOT NULL,
    dimension INTEGER NOT NULL,
    preprocessing_fingerprint TEXT NOT NULL,
    dead_vectors INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE vectors (
    model INTEGER NOT NULL REFERENCES models (id) ON DELETE CASCADE,
    content INTEGER NOT NULL REFERENCES contents (id) ON DELETE CASCADE,
    vector BLOB NOT NULL,
    UNIQUE (model, content)
);
CREATE INDEX vectors_by_content ON vectors (content);
"""

# Which folder it was that was scanned, so that one emptied is told from a drive that is away.
_ROOT_IDENTITY = "ALTER TABLE roots ADD COLUMN identity TEXT NOT NULL DEFAULT ''"

# One row: the name that the model which answers is loaded by, and the key of its vectors.
_ANSWERING = """
CREATE TABLE answering (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    name TEXT NOT NULL,
    key TEXT NOT NULL
);
"""

MIGRATIONS: tuple[str, ...] = (_FIRST, _ROOT_IDENTITY, _ANSWERING)


def migrate(connection: sqlite3.Connection) -> None:
    """Bring an open catalog up to the newest version, one step a transaction.

    Raises:
        IndexDamagedError: the file was written by a newer version.
    """
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > len(MIGRATIONS):
        raise IndexDamagedError(
            f"The catalog has version {version}; this photosearch knows up to {len(MIGRATIONS)}.",
            "It was written by a newer photosearch: update this one, or use another --data-dir.",
        )
    for number, script in enumerate(MIGRATIONS[version:], start=version + 1):
        connection.executescript(f"BEGIN;{script};PRAGMA user_version = {number};COMMIT;")
