"""The catalog: the SQLite file that is the truth about roots, photos, skipped files and vectors."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from photosearch.index.database import Database
from photosearch.index.schema import migrate
from photosearch.types import (
    KnownPhoto,
    KnownSkip,
    ModelSpec,
    PhotoFacts,
    PhotoStamp,
    Root,
    SkipKind,
    Skipped,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_FILES_A_QUESTION = 5_000
"""SQLite takes 32,766 variables in one question; a file needs two."""


@dataclass(frozen=True, slots=True)
class FileKey:
    """A file as the catalog names it: its root and its path below it, in the disk's own bytes."""

    root_id: int
    relative_path: bytes


@dataclass(frozen=True, slots=True)
class ReadPhoto:
    """A file that was read: which content it has at which stamp."""

    key: FileKey
    stamp: PhotoStamp
    content_id: str


@dataclass(frozen=True, slots=True)
class NewContent:
    """A content seen for the first time: its facts and its embedding, float16 ``(d,)``."""

    content_id: str
    facts: PhotoFacts
    vector: NDArray[np.float16]


@dataclass(frozen=True, slots=True)
class RankingRow:
    """A photo with its embedding, as stored: ``d`` float16 numbers."""

    key: FileKey
    vector: bytes


class Catalog:
    """One open catalog. Every method may be called from any thread; writes are transactions.

    Raises:
        IndexDamagedError: the file is no catalog, is corrupt, or is of a newer version.
        PhotoSearchError: the disk is full or the file cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._db = Database(path)
        with self._db.transaction():
            pass  # a file that is no database says so here, at the first write
        migrate(self._db.connection)

    def close(self) -> None:
        """Close the file; the catalog is not used afterwards."""
        self._db.close()

    def transaction(self) -> AbstractContextManager[None]:
        """All writes inside become visible together, or none of them does."""
        return self._db.transaction()

    # -- roots

    def add_root(self, path: Path, exclude: Sequence[str] = ()) -> Root:
        """Add a folder, or give a known one new patterns to leave out."""
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

    def remove_root(self, root_id: int) -> None:
        """Forget a folder and its photos; their contents stay until ``delete_orphans``."""
        self._db.run("DELETE FROM roots WHERE id = ?", (root_id,))

    def set_offline(self, root_id: int, is_offline: bool) -> None:
        """Note whether a folder was there at the last look."""
        self._db.run("UPDATE roots SET is_offline = ? WHERE id = ?", (is_offline, root_id))

    # -- photos

    def known_photos(self, root_id: int, model_id: int) -> dict[bytes, KnownPhoto]:
        """All photos of a root by relative path."""
        rows = self._db.all(
            "SELECT relative_path, size_bytes, mtime_ns, vectors.rowid IS NOT NULL "
            "FROM photos LEFT JOIN vectors "
            "ON vectors.content = photos.content AND vectors.model = ? WHERE root_id = ?",
            (model_id, root_id),
        )
        return {row[0]: KnownPhoto._make(row[1:]) for row in rows}

    def known_skips(self, root_id: int) -> dict[bytes, KnownSkip]:
        """All skipped files and folders of a root by relative path."""
        rows = self._db.all(
            "SELECT relative_path, size_bytes, mtime_ns, kind FROM skipped WHERE root_id = ?",
            (root_id,),
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
            self._db.run_many(
                "INSERT INTO vectors (model, content, vector) "
                "SELECT ?, id, ? FROM contents WHERE content_id = ? "
                "ON CONFLICT (model, content) DO NOTHING",
                [(model_id, new.vector.tobytes(), new.content_id) for new in contents],
            )

    def save_photos(self, photos: Iterable[ReadPhoto]) -> None:
        """Point files at contents that are stored; a file that was skipped before no longer is."""
        rows = [
            (p.key.root_id, p.key.relative_path, p.stamp.size_bytes, p.stamp.mtime_ns, p.content_id)
            for p in photos
        ]
        with self.transaction():
            self._db.run_many(
                "INSERT INTO photos (root_id, relative_path, size_bytes, mtime_ns, content) "
                "SELECT ?1, ?2, ?3, ?4, id FROM contents WHERE content_id = ?5 "
                "ON CONFLICT (root_id, relative_path) DO UPDATE SET "
                "size_bytes = excluded.size_bytes, mtime_ns = excluded.mtime_ns, "
                "content = excluded.content",
                rows,
            )
            self._delete_skips(row[:2] for row in rows)

    def save_skipped(self, key: FileKey, stamp: PhotoStamp, skipped: Skipped) -> None:
        """Note why a file cannot be indexed.

        What was known of its earlier content is dropped if the file was read and is another one
        now; a file that could not be opened, on a drive pulled out, say, keeps it.
        """
        with self.transaction():
            self._db.run(
                "INSERT OR REPLACE INTO skipped VALUES (?, ?, ?, ?, ?, ?)",
                (*astuple(key), *astuple(stamp), skipped.kind.value, skipped.reason),
            )
            if skipped.kind not in (SkipKind.UNREADABLE, SkipKind.VANISHED):
                self._db.run(
                    "DELETE FROM photos WHERE root_id = ? AND relative_path = ?", astuple(key)
                )

    def forget_vanished(self, root_id: int) -> None:
        """Take back that files vanished: it was their whole folder that went away."""
        self._db.run(
            "DELETE FROM skipped WHERE root_id = ? AND kind = ?",
            (root_id, SkipKind.VANISHED.value),
        )

    def delete_files(self, keys: Iterable[FileKey]) -> None:
        """Forget files that are gone, photos and skipped ones alike."""
        rows = [(key.root_id, key.relative_path) for key in keys]
        with self.transaction():
            self._db.run_many("DELETE FROM photos WHERE root_id = ? AND relative_path = ?", rows)
            self._delete_skips(rows)

    def delete_orphans(self) -> list[str]:
        """Drop the contents that no photo has any more; returns their content ids."""
        with self.transaction():
            orphans = self._db.all(
                "SELECT id, content_id FROM contents "
                "WHERE NOT EXISTS (SELECT 1 FROM photos WHERE content = contents.id)"
            )
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

    def contents_of(self, keys: Sequence[FileKey]) -> dict[FileKey, str]:
        """The content ids of many files in one question; unknown files are left out."""
        found: dict[FileKey, str] = {}
        for start in range(0, len(keys), _FILES_A_QUESTION):
            batch = keys[start : start + _FILES_A_QUESTION]
            rows = self._db.all(
                "WITH wanted (root_id, relative_path) AS "
                f"(VALUES {', '.join(['(?, ?)'] * len(batch))}) "
                "SELECT wanted.root_id, wanted.relative_path, content_id FROM wanted "
                "CROSS JOIN photos USING (root_id, relative_path) "
                "CROSS JOIN contents ON contents.id = photos.content",
                [value for key in batch for value in (key.root_id, key.relative_path)],
            )
            found.update((FileKey(root_id, path), content_id) for root_id, path, content_id in rows)
        return found

    # -- models and vectors

    def model_id(self, spec: ModelSpec) -> int:
        """The catalog's number of a model, given at the first call."""
        row = self._db.one("SELECT id FROM models WHERE key = ?", (spec.key,))
        if row is None:
            with self.transaction():
                self._db.run(
                    "INSERT INTO models (key, name, architecture, weights_fingerprint, dimension, "
                    "preprocessing_fingerprint) VALUES (?, ?, ?, ?, ?, ?)",
                    (spec.key, *astuple(spec)),
                )
            return self.model_id(spec)
        return int(row[0])

    def models(self) -> list[tuple[int, ModelSpec, int]]:
        """Every model that was used: its number, its spec, and how many contents it embedded."""
        rows = self._db.all(
            "SELECT id, name, architecture, weights_fingerprint, dimension, "
            "preprocessing_fingerprint, (SELECT count(*) FROM vectors WHERE model = models.id) "
            "FROM models ORDER BY id"
        )
        return [(row[0], ModelSpec(*row[1:6]), row[6]) for row in rows]

    def has_vector(self, model_id: int, content_id: str) -> bool:
        """Whether a model has embedded a content."""
        return self.vector_of(model_id, content_id) is not None

    def vector_of(self, model_id: int, content_id: str) -> bytes | None:
        """The embedding of a content as float16 bytes, or None."""
        row = self._db.one(
            "SELECT vector FROM vectors JOIN contents ON contents.id = content "
            "WHERE model = ? AND content_id = ?",
            (model_id, content_id),
        )
        return bytes(row[0]) if row else None

    def count_vectors(self, model_id: int) -> int:
        """How many contents a model has embedded."""
        return int(self._db.one("SELECT count(*) FROM vectors WHERE model = ?", (model_id,))[0])

    def dead_vectors(self, model_id: int) -> int:
        """How many vectors were deleted since the store was last rebuilt."""
        return int(self._db.one("SELECT dead_vectors FROM models WHERE id = ?", (model_id,))[0])

    def reset_dead_vectors(self, model_id: int) -> None:
        """Note that the store was rebuilt."""
        self._db.run("UPDATE models SET dead_vectors = 0 WHERE id = ?", (model_id,))

    def sample_vectors(self, model_id: int, count: int) -> list[tuple[str, bytes]]:
        """Up to ``count`` embeddings of a model from all over the table, drawn at random."""
        low, high = self._db.one(
            "SELECT min(rowid), max(rowid) FROM vectors NOT INDEXED WHERE model = ?", (model_id,)
        )
        if low is None:
            return []
        drawn = {
            self._db.one(
                "SELECT content_id, vector FROM vectors NOT INDEXED "
                "JOIN contents ON contents.id = content "
                "WHERE model = ? AND vectors.rowid >= ? ORDER BY vectors.rowid LIMIT 1",
                (model_id, random.randint(low, high)),
            )
            for _ in range(count)
        }
        return sorted(drawn)

    def iter_vectors(self, model_id: int, batch_rows: int) -> Iterator[list[tuple[str, bytes]]]:
        """All embeddings of a model as (content id, float16 bytes), in batches."""
        last = 0
        while True:
            rows = self._db.all(
                "SELECT vectors.rowid, content_id, vector FROM vectors NOT INDEXED "
                "JOIN contents ON contents.id = content "
                "WHERE model = ? AND vectors.rowid > ? ORDER BY vectors.rowid LIMIT ?",
                (model_id, last, batch_rows),
            )
            if not rows:
                return
            last = rows[-1][0]
            yield [(row[1], row[2]) for row in rows]

    def ranking_rows(self, model_id: int) -> Iterator[RankingRow]:
        """Every embedded photo of the folders that are there, ordered by root and path."""
        rows = self._db.each(
            "SELECT root_id, relative_path, vector FROM photos "
            "CROSS JOIN roots ON roots.id = root_id AND NOT is_offline "
            "CROSS JOIN vectors ON vectors.content = photos.content AND model = ? "
            "ORDER BY root_id, relative_path",
            (model_id,),
        )
        for root_id, relative_path, vector in rows:
            yield RankingRow(FileKey(root_id, relative_path), vector)

    def _delete_skips(self, rows: Iterable[tuple[Any, ...]]) -> None:
        self._db.run_many("DELETE FROM skipped WHERE root_id = ? AND relative_path = ?", rows)
