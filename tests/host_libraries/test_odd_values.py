"""Whatever stands in the tables of another program, there are notes, none, or an error in words."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from host_databases import Darktable, Digikam, Shotwell

from photosearch.errors import IntegrationError
from photosearch.host_libraries import host_libraries
from photosearch.types import PhotoNotes

ODD = (None, -5, 1.5, "", "odd\0", b"\0\xff", 2**62)


def without_types(path: Path) -> None:
    """Let every column hold whatever there is."""
    with closing(sqlite3.connect(path)) as database:
        for table, columns in tables(database):
            names = ", ".join(columns)
            database.executescript(
                f"CREATE TABLE new ({names}); INSERT INTO new SELECT {names} FROM {table};"
                f"DROP TABLE {table}; ALTER TABLE new RENAME TO {table};"
            )


def tables(database: sqlite3.Connection) -> list[tuple[str, list[str]]]:
    names = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return [
        (name, [row[1] for row in database.execute(f"PRAGMA table_info({name})")])
        for (name,) in names
        if not name.startswith("sqlite_")
    ]


def spoilt(path: Path) -> Iterator[str]:
    """Each column with each odd value in turn."""
    good = path.read_bytes()
    with closing(sqlite3.connect(path)) as database:
        every = [(table, column) for table, columns in tables(database) for column in columns]
    for table, column in every:
        for value in ODD:
            with closing(sqlite3.connect(path)) as database:
                database.execute(f"UPDATE {table} SET {column} = ?", (value,))
                database.commit()
            yield f"{table}.{column} = {value!r}"
            path.write_bytes(good)


def digikam_used(home: Path, pictures: Path) -> tuple[Path, ...]:
    made = Digikam(home, pictures)
    photo = made.add_photo("/", "a.jpg", rating=4)
    made.tag(photo, made.add_tag("Cat", made.add_tag("Animals")))
    made.comment(photo, "A cat")
    return (made.database,)


def darktable_used(home: Path, pictures: Path) -> tuple[Path, ...]:
    made = Darktable(home)
    photo = made.add_photo(made.add_roll(pictures), "a.jpg", flags=4)
    made.tag(photo, "Animals|Cat")
    made.describe(photo, "A cat")
    return (made.database, made.tags)


def shotwell_used(home: Path, pictures: Path) -> tuple[Path, ...]:
    made = Shotwell(home)
    made.add_tag("/Animals/Cat", [made.add_photo(pictures / "a.jpg", rating=4, comment="A cat")])
    return (made.database,)


@pytest.mark.parametrize("use", [digikam_used, darktable_used, shotwell_used])
def test_odd_values_never_end_in_a_bug(
    use: Callable[[Path, Path], tuple[Path, ...]], home: Path, pictures: Path
) -> None:
    paths = use(home, pictures)
    name = use.__name__.removesuffix("_used")
    (library,) = (one for one in host_libraries(home, {}) if one.name == name)
    for path in paths:
        without_types(path)
        assert library.notes(pictures / "a.jpg") == PhotoNotes(4, ("Animals/Cat",), "A cat", name)
        for what in spoilt(path):
            with suppress(IntegrationError):
                library.folders()
            with suppress(IntegrationError):
                notes = library.notes(pictures / "a.jpg")
                assert notes is None or is_sound(notes), f"{what}: {notes}"


def is_sound(notes: PhotoNotes) -> bool:
    """Whether all of it has the types that it should have."""
    texts = [*notes.keywords, *([] if notes.caption is None else [notes.caption])]
    is_rating = notes.rating is None or (type(notes.rating) is int and -1 <= notes.rating <= 5)
    return is_rating and all(isinstance(text, str) for text in texts)
