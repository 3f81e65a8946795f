"""Carries what can still be read of a damaged catalog into a new one, and keeps the damaged file.

The pages are read one by one (`pages.py`): a row is taken if its values make sense, if the
indexes do not contradict it, and if what it refers to was taken. All else is found again by the
next scan; a photo whose content and vector survived is not embedded again.
"""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from photosearch.errors import PhotoSearchError
from photosearch.index.pages import PageFile, Value
from photosearch.index.roots_copy import read_roots, roots_copy_of
from photosearch.index.salvaged_rows import MODEL_KEY, Table, read_tables
from photosearch.index.schema import MIGRATIONS, migrate

_SIDE_FILES = ("-wal", "-shm")
"""What SQLite keeps beside a catalog; the first may hold committed rows that are nowhere else."""


@dataclass(frozen=True, slots=True)
class SalvageReport:
    """How much of a damaged catalog is in the new one, and where the damaged file is kept."""

    roots: int
    photos: int
    vectors: int
    kept_at: Path


def check_catalog(path: Path) -> bool:
    """Whether a file is a catalog of which SQLite finds every page sound; reads all of it.

    Opening a catalog reads its first page only, so that damage elsewhere shows when a question
    meets it. For 100,000 photos (165 MB) this takes 0.2 s, and as long as the disk takes to read
    them. What changed within a value, and breaks no structure, is not noticed here either.

    Raises:
        PhotoSearchError: the file cannot be read.
    """
    try:
        uri = path.absolute().as_uri() + "?mode=rw"  # never make one
        with closing(sqlite3.connect(uri, uri=True, timeout=30)) as db:
            version = int(db.execute("PRAGMA user_version").fetchone()[0])
            return version > 0 and db.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
    except sqlite3.OperationalError as error:
        raise PhotoSearchError(
            f"The catalog {path} cannot be checked: {error}.",
            "Make sure that the file and its folder may be read and written.",
        ) from error
    except sqlite3.DatabaseError:
        return False


def salvage(catalog_path: Path) -> SalvageReport:
    """Replace a damaged catalog by a new one with all that can be read of it.

    Only for the owner of the index, with no catalog open. The damaged file and its log are kept
    beside it as ``catalog.damaged-DATE-TIME.sqlite3``, to be deleted by hand. Nothing is moved
    before the new catalog is complete, half a minute later for 100,000 photos. Contents whose
    photos were lost are kept for the next scan to find: drop none before all is scanned again.

    Raises:
        IndexDamagedError: it is not damaged, but was written by a newer version.
        PhotoSearchError: the disk is full, or a file cannot be read or written; the damaged
            catalog is in its place.
    """
    building = catalog_path.with_name(catalog_path.name + ".salvaged")
    staging = catalog_path.with_name(catalog_path.name + ".rows")
    try:
        with PageFile(catalog_path, _page_bytes()) as pages:
            _refuse_newer(catalog_path, pages.user_version)
            _remove(building, staging)
            counts = _build(pages, roots_copy_of(catalog_path), building, staging)
        kept_at = _swap_in(building, catalog_path)
    except (OSError, sqlite3.Error) as error:
        raise PhotoSearchError(
            f"The damaged catalog {catalog_path} cannot be mended: {error}.",
            "It is where it was. Make sure that its folder may be written and that the disk has "
            "free space of twice its size, then try again.",
        ) from error
    finally:
        _remove(building, staging)
    return SalvageReport(*counts, kept_at)


def _refuse_newer(path: Path, user_version: int) -> None:
    """A catalog of a newer version looks damaged to us, but is not, and stays as it is."""
    if user_version > len(MIGRATIONS) and check_catalog(path):
        with closing(sqlite3.connect(path)) as db:
            migrate(db)


def _page_bytes() -> int:
    """The size of the pages of a new catalog: no other was ever asked for."""
    with closing(sqlite3.connect(":memory:")) as db:
        return int(db.execute("PRAGMA page_size").fetchone()[0])


def _build(
    pages: PageFile, roots_copy: Path, building: Path, staging: Path
) -> tuple[int, int, int]:
    """Make the new catalog; returns how many roots, photos and vectors are in it."""
    with closing(sqlite3.connect(building, isolation_level=None)) as db:
        # Not a safe way to write; but if anything goes wrong, the file is thrown away.
        db.execute("PRAGMA journal_mode = OFF")
        db.execute("PRAGMA synchronous = OFF")
        migrate(db)
        db.execute("ATTACH ? AS staging", (os.fspath(staging),))
        db.execute("PRAGMA staging.journal_mode = OFF")
        db.execute("PRAGMA staging.synchronous = OFF")
        tables = read_tables(db)
        db.execute("BEGIN")
        for table in tables:
            db.execute(table.staging_sql)
        _stage(db, tables, pages)
        _stage_roots_copy(db, tables, roots_copy)
        for table in tables:
            db.execute(table.copy_sql)
        db.execute("COMMIT")
        roots, photos, vectors = (
            int(db.execute(f"SELECT count(*) FROM main.{name}").fetchone()[0])
            for name in ("roots", "photos", "vectors")
        )
    with building.open("rb+") as file:
        os.fsync(file.fileno())
    return roots, photos, vectors


def _stage(db: sqlite3.Connection, tables: list[Table], pages: PageFile) -> None:
    """Collect every row that makes sense, and doubt those of which an index says otherwise."""
    tops = _root_pages(db, pages)
    _stage_rows(db, [table for table in tables if table.has_rowid], pages, tops)
    _stage_models_by_key(db, tables, pages, tops)
    for table in tables:
        top = tops.get(table.name, 0)
        if not table.has_rowid:
            rows = (table.row(None, values) for values in _entries(pages, top))
            db.executemany(table.stage_sql, ((n, *row) for n, row in enumerate(rows) if row))
        elif table.name != "roots":
            # A root is not doubted: its photos would go with it, and a person sees a wrong path.
            for index, columns in table.indexes.items():
                _doubt(db, table.name, columns, _entries(pages, tops.get(index, 0)))


def _stage_rows(
    db: sqlite3.Connection, tables: list[Table], pages: PageFile, tops: dict[str, int]
) -> None:
    """The shape of a record tells its table, so that rows are found without the pages above."""
    targets = [(table, table.stage_sql) for table in tables]
    for number in filter(pages.is_table_leaf, _pages_in_use(pages, tops)):
        for rowid, values in pages.cells(number):
            for table, sql in targets:
                if row := table.row(rowid, values):
                    db.execute(sql, (rowid, *row))


def _stage_models_by_key(
    db: sqlite3.Connection, tables: list[Table], pages: PageFile, tops: dict[str, int]
) -> None:
    """Make up the models of which only the key is left, in its index: all vectors hang on them.

    What makes vectors comparable is in the key; the rest of a model is for people to read.
    """
    table = next(table for table in tables if table.name == "models")
    for index in table.indexes:
        for values in _entries(pages, tops.get(index, 0)):
            match values:
                case (str(key), int(number)) if parts := MODEL_KEY.fullmatch(key):
                    architecture, dimension, weights, preprocessing = parts.groups()
                    made_up = (None, key, architecture, architecture, weights, int(dimension))
                    known = "SELECT 1 FROM staging.models WHERE row = ? OR key = ?"
                    row = table.row(number, (*made_up, preprocessing))
                    if row is not None and not db.execute(known, (number, key)).fetchone():
                        db.execute(table.stage_sql, (number, *row))


def _root_pages(db: sqlite3.Connection, pages: PageFile) -> dict[str, int]:
    """Where each table and index begins: as the damaged file says, else as in every new one."""
    found = dict(db.execute("SELECT name, rootpage FROM main.sqlite_master").fetchall())
    for number in pages.tree(1):
        for _, values in pages.cells(number):
            match values:
                case ("table" | "index", str(name), str(), int(top), _) if name in found:
                    found[name] = top
    return found


def _pages_in_use(pages: PageFile, tops: dict[str, int]) -> Iterator[int]:
    """All pages but the free ones, whose rows were deleted; else those that are part of a tree."""
    free = pages.free_pages()
    if free is not None:
        return (number for number in range(1, pages.count + 1) if number not in free)
    return iter(sorted({number for top in tops.values() for number in pages.tree(top)}))


def _entries(pages: PageFile, top: int) -> Iterator[tuple[Value, ...]]:
    """The entries of an index, or the rows of a table without rowid."""
    for number in pages.tree(top):
        for rowid, values in pages.cells(number):
            if rowid is None:
                yield values


def _doubt(
    db: sqlite3.Connection,
    name: str,
    columns: tuple[str, ...],
    entries: Iterator[tuple[Value, ...]],
) -> None:
    differs = " OR ".join(f"{column} IS NOT ?" for column in columns)
    question = f"SELECT 1 FROM staging.{name} WHERE row = ? AND ({differs})"
    seen, contradicted = 0, []
    for entry in entries:
        if len(entry) == len(columns) + 1 and isinstance(rowid := entry[-1], int):
            seen += 1
            if db.execute(question, (rowid, *entry[:-1])).fetchone():
                contradicted.append((rowid,))
    # What contradicts most rows is not the index that it was taken for.
    if len(contradicted) * 2 <= seen:
        db.executemany(f"UPDATE staging.{name} SET is_doubtful = 1 WHERE row = ?", contradicted)


def _stage_roots_copy(db: sqlite3.Connection, tables: list[Table], roots_copy: Path) -> None:
    """Add the folders that were lost or changed; what both have, the catalog knows better."""
    table = next(table for table in tables if table.name == "roots")
    for root in read_roots(roots_copy):
        path = os.fsencode(root.path)
        row = table.row(root.id, (None, path, json.dumps(root.exclude)))
        known = "SELECT 1 FROM staging.roots WHERE path = ? AND NOT is_doubtful"
        if row is not None and not db.execute(known, (path,)).fetchone():
            db.execute("DELETE FROM staging.roots WHERE row = ? OR path = ?", (root.id, path))
            db.execute(table.stage_sql, (root.id, *row))


def _swap_in(building: Path, catalog_path: Path) -> Path:
    """Put the new catalog in place of the damaged one; returns the place of that one."""
    kept_at = _unused_name(catalog_path)
    try:
        os.link(catalog_path, kept_at)  # so there is a catalog at every moment
    except OSError:  # a file system without links
        catalog_path.rename(kept_at)
    moved: list[tuple[Path, Path]] = []
    try:
        for suffix in _SIDE_FILES:
            beside, kept = _with(catalog_path, suffix), _with(kept_at, suffix)
            if beside.exists():
                beside.rename(kept)
                moved.append((beside, kept))
        building.replace(catalog_path)
    except OSError:
        for beside, kept in moved:
            kept.rename(beside)
        if catalog_path.exists():
            kept_at.unlink()
        else:
            kept_at.rename(catalog_path)
        raise
    return kept_at


def _unused_name(catalog_path: Path) -> Path:
    stem, suffix = catalog_path.stem, catalog_path.suffix
    name = f"{stem}.damaged-{time.strftime('%Y%m%d-%H%M%S')}"
    number = 1
    while (path := catalog_path.with_name(name + suffix)).exists():
        number += 1
        name = f"{name.removesuffix(f'.{number - 1}')}.{number}"
    return path


def _remove(*files: Path) -> None:
    for file in files:
        for suffix in ("", "-journal", *_SIDE_FILES):
            with suppress(OSError):
                _with(file, suffix).unlink()


def _with(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)
