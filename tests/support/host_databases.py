"""Databases of other programs, with the tables that the real programs made, and photos in them.

digiKam 7.9.0 (schema 15), Shotwell 0.30.17 (schema 20) and darktable 4.2.1 wrote these tables on
Debian 12; `tests/hosts/test_libraries.py` reads those of the programs themselves.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

DIGIKAM = """
CREATE TABLE AlbumRoots (id INTEGER PRIMARY KEY, label TEXT, status INTEGER NOT NULL,
    type INTEGER NOT NULL, identifier TEXT, specificPath TEXT, UNIQUE(identifier, specificPath));
CREATE TABLE Albums (id INTEGER PRIMARY KEY, albumRoot INTEGER NOT NULL,
    relativePath TEXT NOT NULL, date DATE, caption TEXT, collection TEXT, icon INTEGER,
    modificationDate DATETIME, UNIQUE(albumRoot, relativePath));
CREATE TABLE Images (id INTEGER PRIMARY KEY, album INTEGER, name TEXT NOT NULL,
    status INTEGER NOT NULL, category INTEGER NOT NULL, modificationDate DATETIME,
    fileSize INTEGER, uniqueHash TEXT, manualOrder INTEGER, UNIQUE (album, name));
CREATE TABLE ImageInformation (imageid INTEGER PRIMARY KEY, rating INTEGER, creationDate DATETIME,
    digitizationDate DATETIME, orientation INTEGER, width INTEGER, height INTEGER, format TEXT,
    colorDepth INTEGER, colorModel INTEGER);
CREATE TABLE ImageComments (id INTEGER PRIMARY KEY, imageid INTEGER, type INTEGER, language TEXT,
    author TEXT, date DATETIME, comment TEXT, UNIQUE(imageid, type, language, author));
CREATE TABLE Tags (id INTEGER PRIMARY KEY, pid INTEGER, name TEXT NOT NULL, icon INTEGER,
    iconkde TEXT, UNIQUE (name, pid));
CREATE TABLE ImageTags (imageid INTEGER NOT NULL, tagid INTEGER NOT NULL, UNIQUE (imageid, tagid));
INSERT INTO Tags (id, pid, name) VALUES (1, 0, '_Digikam_Internal_Tags_'),
    (2, 1, 'Current Version'), (4, 0, 'People'), (5, 4, 'Unknown'), (6, 1, 'Pick Label Accepted');
"""

SHOTWELL = """
CREATE TABLE PhotoTable (id INTEGER PRIMARY KEY, filename TEXT UNIQUE NOT NULL, width INTEGER,
    height INTEGER, filesize INTEGER, timestamp INTEGER, exposure_time INTEGER,
    orientation INTEGER, original_orientation INTEGER, import_id INTEGER, event_id INTEGER,
    transformations TEXT, md5 TEXT, thumbnail_md5 TEXT, exif_md5 TEXT, time_created INTEGER,
    flags INTEGER DEFAULT 0, rating INTEGER DEFAULT 0, file_format INTEGER DEFAULT 0, title TEXT,
    backlinks TEXT, time_reimported INTEGER, editable_id INTEGER DEFAULT -1,
    metadata_dirty INTEGER DEFAULT 0, developer TEXT, develop_shotwell_id INTEGER DEFAULT -1,
    develop_camera_id INTEGER DEFAULT -1, develop_embedded_id INTEGER DEFAULT -1, comment TEXT);
CREATE TABLE TagTable (id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL, photo_id_list TEXT,
    time_created INTEGER);
"""

DARKTABLE_LIBRARY = """
CREATE TABLE film_rolls (id INTEGER PRIMARY KEY, access_timestamp INTEGER,
    folder VARCHAR(1024) NOT NULL);
CREATE TABLE images (id INTEGER PRIMARY KEY AUTOINCREMENT, group_id INTEGER, film_id INTEGER,
    filename VARCHAR, flags INTEGER, version INTEGER, max_version INTEGER, position INTEGER);
CREATE TABLE tagged_images (imgid INTEGER, tagid INTEGER, position INTEGER,
    PRIMARY KEY (imgid, tagid));
CREATE TABLE meta_data (id INTEGER, key INTEGER, value VARCHAR);
"""
DARKTABLE_DATA = """
CREATE TABLE tags (id INTEGER PRIMARY KEY, name VARCHAR, synonyms VARCHAR, flags INTEGER);
"""


def new_database(path: Path, schema: str) -> Path:
    """Make a database with these tables."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(schema)
    return path


def write(path: Path, sql: str, *values: object) -> int:
    """Change a database; returns the number of the row that was added.

    Bytes are written as text, as a program does that does not care what they are.
    """
    sql = sql.replace("?", "CAST(? AS TEXT)") if any(isinstance(v, bytes) for v in values) else sql
    with closing(sqlite3.connect(path)) as connection:
        row = connection.execute(sql, values).lastrowid
        connection.commit()
    assert row is not None
    return row


class Program:
    """Another process that has a database open, and does what it is told."""

    _CODE = """
import json, os, sqlite3, sys
opened = sqlite3.connect(sys.argv[1], isolation_level=None)
for line in sys.stdin:
    rows = opened.execute(json.loads(line)).fetchall()
    print(json.dumps(rows), flush=True)
"""

    def __init__(self, path: Path) -> None:
        command = [sys.executable, "-c", self._CODE, os.fspath(path)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __enter__(self) -> Program:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate(timeout=120)

    def do(self, sql: str) -> list[list[object]]:
        """Run a statement; returns its rows, when it is done."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{json.dumps(sql)}\n")
        self._process.stdin.flush()
        rows: list[list[object]] = json.loads(self._process.stdout.readline())
        return rows

    def die(self) -> None:
        """Kill it."""
        self._process.kill()


class Digikam:
    """A digiKam that was used: its settings, and its database in the first collection."""

    def __init__(self, home: Path, collection: Path) -> None:
        collection.mkdir(parents=True, exist_ok=True)
        self.settings = home / ".config/digikamrc"
        self.settings.parent.mkdir(parents=True, exist_ok=True)
        self.database = new_database(collection / "digikam4.db", DIGIKAM)
        self.set_database("QSQLITE", f"{collection}/")
        self._albums: dict[tuple[int, str], int] = {}
        self.root = self.add_root(f"volumeid:?path={collection}", "/")

    def set_database(self, kind: str, name: str) -> None:
        """Write the settings as digiKam does."""
        self.settings.write_text(
            "[Album Settings]\nDatabase Name=/not/this/one\n\n"
            f"[Database Settings]\nDatabase Name={name}\nDatabase Type={kind}\n\n"
            "[General Settings]\n",
            errors="surrogateescape",
        )

    def add_root(self, identifier: str, below: str) -> int:
        """A collection; returns its number."""
        sql = "INSERT INTO AlbumRoots (label, status, type, identifier, specificPath)"
        return write(self.database, f"{sql} VALUES ('Photos', 0, 1, ?, ?)", identifier, below)

    def add_photo(self, album: str, name: str, *, rating: int = -1, root: int | None = None) -> int:
        """A photo in an album (``/`` is the collection itself); returns its number."""
        root = root or self.root
        if (root, album) not in self._albums:
            sql = f"INSERT INTO Albums (albumRoot, relativePath) VALUES ({root}, ?)"
            self._albums[root, album] = write(self.database, sql, os.fsencode(album))
        sql = "INSERT INTO Images (album, status, category, name)"
        sql += f" VALUES ({self._albums[root, album]}, 1, 1, ?)"
        photo = write(self.database, sql, os.fsencode(name))
        sql = "INSERT INTO ImageInformation (imageid, rating) VALUES (?, ?)"
        write(self.database, sql, photo, rating)
        return photo

    def add_tag(self, name: str, parent: int = 0) -> int:
        """A tag; returns its number."""
        return write(self.database, "INSERT INTO Tags (name, pid) VALUES (?, ?)", name, parent)

    def tag(self, photo: int, *tags: int) -> None:
        """Give a photo tags."""
        for tag in tags:
            write(self.database, "INSERT INTO ImageTags VALUES (?, ?)", photo, tag)

    def comment(self, photo: int, text: str, *, kind: int = 1, language: str = "x-default") -> None:
        """Give a photo a caption (1) or a title (3)."""
        sql = "INSERT INTO ImageComments (imageid, type, language, comment) VALUES (?, ?, ?, ?)"
        write(self.database, sql, photo, kind, language, text)


class Shotwell:
    """A Shotwell that was used."""

    def __init__(self, home: Path) -> None:
        self.database = new_database(home / ".local/share/shotwell/data/photo.db", SHOTWELL)

    def add_photo(self, path: Path, *, rating: int = 0, title: str = "", comment: str = "") -> int:
        """A photo; returns its number."""
        photo = write(
            self.database, "INSERT INTO PhotoTable (filename) VALUES (?)", os.fsencode(path)
        )
        sql = "UPDATE PhotoTable SET rating = ?, title = ?, comment = ? WHERE id = ?"
        write(self.database, sql, rating, title, comment, photo)
        return photo

    def add_tag(self, name: str, photos: Sequence[int]) -> None:
        """A tag with all its photos."""
        packed = "".join(f"thumb{photo:016x}," for photo in photos)
        sql = "INSERT INTO TagTable (name, photo_id_list) VALUES (?, ?)"
        write(self.database, sql, name, packed)


class Darktable:
    """A darktable that was used."""

    def __init__(self, home: Path) -> None:
        folder = home / ".config/darktable"
        self.database = new_database(folder / "library.db", DARKTABLE_LIBRARY)
        self.tags = new_database(folder / "data.db", DARKTABLE_DATA)

    def add_roll(self, folder: Path) -> int:
        """A film roll; returns its number."""
        sql = "INSERT INTO film_rolls (folder) VALUES (?)"
        return write(self.database, sql, os.fsencode(folder))

    def add_photo(self, roll: int, name: str, *, flags: int = 1, version: int = 0) -> int:
        """A photo; returns its number."""
        sql = f"INSERT INTO images (film_id, flags, version, filename) VALUES ({roll}, {flags}, "
        return write(self.database, f"{sql}{version}, ?)", os.fsencode(name))

    def tag(self, photo: int, name: str) -> None:
        """Give a photo a tag, ``Animals|Cat``."""
        tag = write(self.tags, "INSERT INTO tags (name) VALUES (?)", name)
        sql = "INSERT INTO tagged_images (imgid, tagid, position) VALUES (?, ?, 0)"
        write(self.database, sql, photo, tag)

    def describe(self, photo: int, text: str, *, key: int = 3) -> None:
        """Give a photo a description (3) or a title (2)."""
        sql = "INSERT INTO meta_data (id, key, value) VALUES (?, ?, ?)"
        write(self.database, sql, photo, key, text)
