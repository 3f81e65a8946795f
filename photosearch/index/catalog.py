"""The catalog: the SQLite file that is the truth about roots, photos, skipped files and vectors."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import astuple
from pathlib import Path
from typing import Any
from weakref import WeakSet

from photosearch.index.database import Database
from photosearch.index.journal import Journal
from photosearch.index.rows import FileKey, NewContent, ReadPhoto
from photosearch.index.schema import migrate
from photosearch.index.vector_table import VectorTable, wanted_files
from photosearch.types import (
    KnownPhoto,
    KnownSkip,
    Photo,
    PhotoFacts,
    PhotoFile,
    PhotoRecord,
    PhotoStamp,
    Root,
    SkipKind,
    Skipped,
)


class Catalog:
    """One open catalog. Every method may be called from any thread; writes are transactions.

    Raises:
        IndexDamagedError: the file is no catalog, is corrupt, or is of a newer version.
        PhotoSearchError: the disk is full or the file cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._db = Database(path)
        try:
            with self._db.transaction():
                pass  # a file that is no database says so here, at the first write
            with self._db.in_plain_words():
                migrate(self._db.connection)
        except BaseException:
            self._db.close()
            raise
        self.vectors = VectorTable(self._db)
        # Weakly: a search that fails, or is overtaken by the letting go of its model, leaves one.
        self._journals: WeakSet[Journal] = WeakSet()
        self._journals_lock = threading.Lock()

    def close(self) -> None:
        """Close the file; the catalog is not used afterwards."""
        self._db.close()

    def transaction(self) -> AbstractContextManager[None]:
        """All writes inside become visible together, or none of them does."""
        return self._db.transaction()

    def open_journal(self) -> Journal:
        """Have every later change of a photo noted, as long as somebody holds the journal."""
        journal = Journal()
        with self._journals_lock:
            self._journals.add(journal)
        return journal

    def close_journal(self, journal: Journal) -> None:
        """Note no more."""
        with self._journals_lock:
            self._journals.discard(journal)

    # -- roots

    def add_root(self, path: Path, exclude: Sequence[str] = ()) -> Root:
        """Add a folder, or give a known one new patterns to leave out."""
        with self.transaction():
            self._db.run(
                "INSERT INTO roots (path, exclude) VALUES (?, ?) "
                "ON CONFLICT (path) DO UPDATE SET exclude = excluded.exclude",
                (os.fsencode(path), json.dumps(list(exclude))),
            )
            return next(root for root in self.roots() if root.path == path)

    def roots(self) -> tuple[Root, ...]:
        """All folders, in the order in which they were added."""
        rows = self._db.all("SELECT id, path, exclude, is_offline FROM roots ORDER BY id")
        return tuple(
            Root(id_, Path(os.fsdecode(path)), tuple(json.loads(exclude)), bool(offline))
            for id_, path, exclude, offline in rows
        )

    def has_root(self, root_id: int) -> bool:
        """Whether a folder is still one of ours."""
        return self._db.one("SELECT 1 FROM roots WHERE id = ?", (root_id,)) is not None

    def remove_root(self, root_id: int) -> None:
        """Forget a folder and its photos; their contents stay until ``delete_orphans``."""
        with self.transaction():
            self._db.run("DELETE FROM roots WHERE id = ?", (root_id,))
            self._note_root(root_id)

    def set_offline(self, root_id: int, is_offline: bool) -> None:
        """Note whether a folder was there at the last look."""
        with self.transaction():
            self._db.run("UPDATE roots SET is_offline = ? WHERE id = ?", (is_offline, root_id))
            self._note_root(root_id)

    def identity(self, root_id: int) -> str:
        """Which folder stood at the root's place at the last scan; empty before the first."""
        row = self._db.one("SELECT identity FROM roots WHERE id = ?", (root_id,))
        return str(row[0]) if row else ""

    def set_identity(self, root_id: int, identity: str) -> None:
        """Note which folder was scanned."""
        self._db.run(
            "UPDATE roots SET identity = ?1 WHERE id = ?2 AND identity != ?1", (identity, root_id)
        )

    # -- photos

    def known_photos(
        self, root_id: int, model_id: int, below: bytes = b""
    ) -> dict[bytes, KnownPhoto]:
        """The photos of a root by relative path: all, or those at a path and below it."""
        where, values = _at_and_below(below)
        rows = self._db.all(
            "SELECT relative_path, size_bytes, mtime_ns, vectors.rowid IS NOT NULL "
            "FROM photos LEFT JOIN vectors "
            f"ON vectors.content = photos.content AND vectors.model = ? WHERE root_id = ? {where}",
            (model_id, root_id, *values),
        )
        return {row[0]: KnownPhoto._make(row[1:]) for row in rows}

    def known_skips(self, root_id: int, below: bytes = b"") -> dict[bytes, KnownSkip]:
        """The skipped files and folders of a root by relative path, in the same way."""
        where, values = _at_and_below(below)
        rows = self._db.all(
            "SELECT relative_path, size_bytes, mtime_ns, kind FROM skipped "
            f"WHERE root_id = ? {where}",
            (root_id, *values),
        )
        return {row[0]: KnownSkip._make(row[1:]) for row in rows}

    def save_contents(self, model_id: int, contents: Sequence[NewContent]) -> None:
        """Store facts and embeddings of contents; those already known are left as they are."""
        with self.transaction():
            self._db.run_many(
                "INSERT INTO contents (content_id, width_px, height_px, orientation, taken_at, "
                "camera, lens, latitude, longitude) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) "
                "ON CONFLICT (content_id) DO NOTHING",
                [(new.content_id, *astuple(new.facts)) for new in contents],
            )
            self.vectors.save(model_id, contents)

    def save_photos(self, photos: Iterable[ReadPhoto]) -> None:
        """Point files at contents that are stored; a file that was skipped before no longer is.

        Those of a root that was removed meanwhile are passed over.
        """
        photos = list(photos)
        rows = [
            (p.key.root_id, p.key.relative_path, p.stamp.size_bytes, p.stamp.mtime_ns, p.content_id)
            for p in photos
        ]
        with self.transaction():
            self._db.run_many(
                "INSERT INTO photos (root_id, relative_path, size_bytes, mtime_ns, content) "
                "SELECT ?1, ?2, ?3, ?4, id FROM contents "
                "WHERE content_id = ?5 AND EXISTS (SELECT 1 FROM roots WHERE id = ?1) "
                "ON CONFLICT (root_id, relative_path) DO UPDATE SET "
                "size_bytes = excluded.size_bytes, mtime_ns = excluded.mtime_ns, "
                "content = excluded.content",
                rows,
            )
            self._delete_skips(row[:2] for row in rows)
            self._note(photo.key for photo in photos)

    def save_skipped(self, key: FileKey, stamp: PhotoStamp, skipped: Skipped) -> None:
        """Note why a file cannot be indexed.

        What was known of its earlier content is dropped if the file was read and is another one
        now; a file that could not be opened, on a drive pulled out, say, keeps it. A file of a
        root that was removed meanwhile is passed over.
        """
        with self.transaction():
            self._db.run(
                "INSERT OR REPLACE INTO skipped "
                "SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE EXISTS (SELECT 1 FROM roots WHERE id = ?1)",
                (*astuple(key), *astuple(stamp), skipped.kind.value, skipped.reason),
            )
            if skipped.kind is not SkipKind.UNREADABLE:
                self._db.run(
                    "DELETE FROM photos WHERE root_id = ? AND relative_path = ?", astuple(key)
                )
                self._note([key])

    def delete_files(self, keys: Iterable[FileKey]) -> None:
        """Forget files that are gone, photos and skipped ones alike."""
        keys = list(keys)
        rows = [astuple(key) for key in keys]
        with self.transaction():
            self._db.run_many("DELETE FROM photos WHERE root_id = ? AND relative_path = ?", rows)
            self._delete_skips(rows)
            self._note(keys)

    def delete_orphans(self, spared: Collection[str] = ()) -> list[str]:
        """Drop the contents that no photo has any more, save some; returns their content ids."""
        with self.transaction():
            found = self._db.all(
                "SELECT id, content_id FROM contents "
                "WHERE NOT EXISTS (SELECT 1 FROM photos WHERE content = contents.id)"
            )
            orphans = [row for row in found if row[1] not in spared]
            ids = [(row[0],) for row in orphans]
            self._db.run_many(
                "UPDATE models SET dead_vectors = dead_vectors + 1 "
                "WHERE id IN (SELECT model FROM vectors WHERE content = ?)",
                ids,
            )
            self._db.run_many("DELETE FROM contents WHERE id = ?", ids)
        return [row[1] for row in orphans]

    def skipped(self) -> list[Skipped]:
        """All files and folders that could not be indexed, by path."""
        rows = self._db.all(
            "SELECT path, relative_path, kind, reason FROM skipped "
            "JOIN roots ON roots.id = root_id ORDER BY path, relative_path"
        )
        return [
            Skipped(Path(os.fsdecode(root), os.fsdecode(relative)), SkipKind(kind), reason)
            for root, relative, kind, reason in rows
        ]

    def count_photos(self, root_id: int) -> int:
        """How many photos a root has."""
        return int(self._db.one("SELECT count(*) FROM photos WHERE root_id = ?", (root_id,))[0])

    def count_skipped(self) -> int:
        """How many files and folders could not be indexed."""
        return int(self._db.one("SELECT count(*) FROM skipped")[0])

    def contents_of(self, keys: Iterable[FileKey]) -> dict[FileKey, str]:
        """The content ids of many files in one question; unknown files are left out."""
        found: dict[FileKey, str] = {}
        for wanted, values in wanted_files(keys):
            rows = self._db.all(
                f"{wanted} SELECT wanted.root_id, wanted.relative_path, content_id FROM wanted "
                "CROSS JOIN photos USING (root_id, relative_path) "
                "CROSS JOIN contents ON contents.id = photos.content",
                values,
            )
            found.update((FileKey(root_id, path), content_id) for root_id, path, content_id in rows)
        return found

    def content_at(self, keys: Sequence[FileKey], stamp: PhotoStamp) -> str | None:
        """The content id of a file that has this stamp still; it may be known by several keys."""
        for key in keys:
            row = self._db.one(
                "SELECT content_id FROM photos JOIN contents ON contents.id = photos.content "
                "WHERE root_id = ? AND relative_path = ? AND size_bytes = ? AND mtime_ns = ?",
                (*astuple(key), *astuple(stamp)),
            )
            if row is not None:
                return str(row[0])
        return None

    def files_at(self, root_id: int, path: bytes) -> list[FileKey]:
        """The photos and skipped files at a path and below it."""
        where, values = _at_and_below(path)
        rows = self._db.all(
            f"SELECT relative_path FROM photos WHERE root_id = ? {where} "
            f"UNION SELECT relative_path FROM skipped WHERE root_id = ? {where}",
            (root_id, *values, root_id, *values),
        )
        return [FileKey(root_id, row[0]) for row in rows]

    def files_of(self, content_id: str) -> list[FileKey]:
        """Every file that holds a content."""
        rows = self._db.all(
            "SELECT root_id, relative_path FROM photos "
            "JOIN contents ON contents.id = photos.content AND content_id = ?",
            (content_id,),
        )
        return [FileKey(*row) for row in rows]

    def record(self, content_id: str) -> PhotoRecord | None:
        """All that is known of a content which some photo has, or None."""
        with self.transaction():
            facts = self._db.one(
                "SELECT width_px, height_px, orientation, taken_at, camera, lens, latitude, "
                "longitude FROM contents WHERE content_id = ?",
                (content_id,),
            )
            files = self._db.all(
                "SELECT path, relative_path, size_bytes, mtime_ns FROM photos "
                "JOIN contents ON contents.id = photos.content AND content_id = ? "
                "JOIN roots ON roots.id = root_id ORDER BY is_offline, path, relative_path",
                (content_id,),
            )
        if not files:
            return None
        return PhotoRecord(
            content_id,
            PhotoFacts(*facts),
            tuple(
                PhotoFile(
                    Photo(Path(os.fsdecode(root)), Path(os.fsdecode(relative)), content_id),
                    PhotoStamp(size_bytes, mtime_ns),
                )
                for root, relative, size_bytes, mtime_ns in files
            ),
        )

    def _delete_skips(self, rows: Iterable[tuple[Any, ...]]) -> None:
        self._db.run_many("DELETE FROM skipped WHERE root_id = ? AND relative_path = ?", rows)

    def _note(self, keys: Iterable[FileKey]) -> None:
        keys = list(keys)
        for journal in self._open_journals():
            journal.add_files(keys)

    def _note_root(self, root_id: int) -> None:
        for journal in self._open_journals():
            journal.add_root(root_id)

    def _open_journals(self) -> list[Journal]:
        with self._journals_lock:
            return list(self._journals)


def _at_and_below(path: bytes) -> tuple[str, tuple[bytes, ...]]:
    """A condition on relative paths; "0" is the byte after "/", so all below lies between them.

    The range is all that an index needs; without it SQLite would read every row of ``skipped``.
    """
    if not path:
        return "", ()
    condition = (
        "AND relative_path >= ? AND relative_path < ? AND (relative_path = ? OR relative_path > ?)"
    )
    return condition, (path, path + b"0", path, path + b"/")
