"""The part of the catalog about models: which contents each has embedded, and their vectors."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple
from typing import TYPE_CHECKING, Any

from photosearch.index.rows import Answering, FileKey, NewContent, RankingRow
from photosearch.types import ModelSpec

if TYPE_CHECKING:
    from photosearch.index.database import Database

_FILES_A_QUESTION = 5_000
"""SQLite takes 32,766 variables in one question; a file needs two."""

_DROPPED_AT_ONCE = 5_000
"""Vectors a transaction: 0.1 s for which searches wait."""

_RANKING = (
    "SELECT photos.root_id, photos.relative_path, vector FROM {files} "
    "CROSS JOIN roots ON roots.id = photos.root_id AND NOT is_offline "
    "CROSS JOIN vectors ON vectors.content = photos.content AND model = ? "
)


class VectorTable:
    """Models by number, and a float16 copy of every vector; any method from any thread."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def model_id(self, spec: ModelSpec) -> int:
        """The catalog's number of a model, given at the first call."""
        known = self._db.one(
            "SELECT id, name, architecture, weights_fingerprint, dimension, "
            "preprocessing_fingerprint FROM models WHERE key = ?",
            (spec.key,),
        )
        if known is not None and known[1:] == astuple(spec):
            return int(known[0])
        # A model that a damaged catalog still had may be known by its key alone.
        self._db.run(
            "INSERT INTO models (key, name, architecture, weights_fingerprint, dimension, "
            "preprocessing_fingerprint) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET "
            "name = excluded.name, architecture = excluded.architecture, "
            "weights_fingerprint = excluded.weights_fingerprint, dimension = excluded.dimension, "
            "preprocessing_fingerprint = excluded.preprocessing_fingerprint",
            (spec.key, *astuple(spec)),
        )
        return int(self._db.one("SELECT id FROM models WHERE key = ?", (spec.key,))[0])

    def models(self) -> list[tuple[int, ModelSpec, int]]:
        """Every model that was used: its number, its spec, and how many contents it embedded."""
        rows = self._db.all(
            "SELECT id, name, architecture, weights_fingerprint, dimension, "
            "preprocessing_fingerprint, (SELECT count(*) FROM vectors WHERE model = models.id) "
            "FROM models ORDER BY id"
        )
        return [(row[0], ModelSpec(*row[1:6]), row[6]) for row in rows]

    def specs(self) -> list[tuple[int, ModelSpec]]:
        """The same without the counts, which take a while to make."""
        rows = self._db.all(
            "SELECT id, name, architecture, weights_fingerprint, dimension, "
            "preprocessing_fingerprint FROM models ORDER BY id"
        )
        return [(row[0], ModelSpec(*row[1:])) for row in rows]

    def answering(self) -> Answering | None:
        """The model that answers, if one is remembered."""
        row = self._db.one("SELECT name, key FROM answering")
        return None if row is None else Answering(*row)

    def set_answering(self, model: Answering) -> None:
        """Have another model answer from now on, also after a restart."""
        self._db.run(
            "INSERT INTO answering (id, name, key) VALUES (1, ?1, ?2) "
            "ON CONFLICT (id) DO UPDATE SET name = ?1, key = ?2",
            (model.name, model.key),
        )

    def is_empty(self, key: str) -> bool:
        """Whether a model, by its key, has embedded nothing."""
        sql = "SELECT 1 FROM vectors JOIN models ON models.id = model WHERE key = ? LIMIT 1"
        return self._db.one(sql, (key,)) is None

    def remaining(self, model_id: int | None) -> int:
        """How many contents of photos in folders that are there a model has not embedded.

        None is a model that was never used: all of them. 0.1 s for 100,000 photos.
        """
        row = self._db.one(
            "SELECT count(DISTINCT photos.content) FROM photos "
            "JOIN roots ON roots.id = root_id AND NOT is_offline WHERE NOT EXISTS "
            "(SELECT 1 FROM vectors WHERE model = ? AND content = photos.content)",
            (model_id,),
        )
        return int(row[0])

    def drop(self, model_id: int) -> int:
        """Forget a model with all its vectors; returns how many. Others get a turn in between."""
        dropped = 0
        while rows := self._db.all(
            "SELECT rowid FROM vectors WHERE model = ? LIMIT ?", (model_id, _DROPPED_AT_ONCE)
        ):
            self._db.run_many("DELETE FROM vectors WHERE rowid = ?", rows)
            dropped += len(rows)
        self._db.run("DELETE FROM models WHERE id = ?", (model_id,))
        return dropped

    def save(self, model_id: int, contents: Sequence[NewContent]) -> None:
        """Store the embeddings of contents that the catalog has; known ones are left alone."""
        self._db.run_many(
            "INSERT INTO vectors (model, content, vector) "
            "SELECT ?, id, ? FROM contents WHERE content_id = ? "
            "ON CONFLICT (model, content) DO NOTHING",
            [(model_id, new.vector.tobytes(), new.content_id) for new in contents],
        )

    def has(self, model_id: int, content_id: str) -> bool:
        """Whether a model has embedded a content."""
        return self.of(model_id, content_id) is not None

    def of(self, model_id: int, content_id: str) -> bytes | None:
        """The embedding of a content as float16 bytes, or None."""
        row = self._db.one(
            "SELECT vector FROM vectors JOIN contents ON contents.id = content "
            "WHERE model = ? AND content_id = ?",
            (model_id, content_id),
        )
        return bytes(row[0]) if row else None

    def count(self, model_id: int) -> int:
        """How many contents a model has embedded."""
        return int(self._db.one("SELECT count(*) FROM vectors WHERE model = ?", (model_id,))[0])

    def count_dead(self, model_id: int) -> int:
        """How many vectors were deleted since the store was last rebuilt."""
        return int(self._db.one("SELECT dead_vectors FROM models WHERE id = ?", (model_id,))[0])

    def reset_dead(self, model_id: int) -> None:
        """Note that the store was rebuilt."""
        self._db.run("UPDATE models SET dead_vectors = 0 WHERE id = ?", (model_id,))

    def sample(self, model_id: int, count: int) -> list[tuple[str, bytes]]:
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

    def batches(self, model_id: int, batch_rows: int) -> Iterator[list[tuple[str, bytes]]]:
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

    def ranking_rows(self, model_id: int, root_id: int | None = None) -> Iterator[RankingRow]:
        """Every embedded photo of the folders that are there (or of one), by root and path."""
        where, values = ("", ()) if root_id is None else ("WHERE photos.root_id = ? ", (root_id,))
        rows = self._db.each(
            _RANKING.format(files="photos") + where + "ORDER BY photos.root_id, relative_path",
            (model_id, *values),
        )
        return map(_as_row, rows)

    def ranking_rows_of(self, model_id: int, keys: Iterable[FileKey]) -> list[RankingRow]:
        """The same for some files; those that cannot be found by a search are left out."""
        found: list[RankingRow] = []
        for wanted, values in wanted_files(keys):
            sql = wanted + _RANKING.format(
                files="wanted CROSS JOIN photos USING (root_id, relative_path)"
            )
            found += map(_as_row, self._db.all(sql, [*values, model_id]))
        return found


def wanted_files(keys: Iterable[FileKey]) -> Iterator[tuple[str, list[object]]]:
    """A table ``wanted (root_id, relative_path)`` to begin a question with, and its values."""
    rest = list(keys)
    for start in range(0, len(rest), _FILES_A_QUESTION):
        batch = rest[start : start + _FILES_A_QUESTION]
        values: list[object] = [v for key in batch for v in (key.root_id, key.relative_path)]
        rows = ", ".join(["(?, ?)"] * len(batch))
        yield f"WITH wanted (root_id, relative_path) AS (VALUES {rows}) ", values


def _as_row(row: tuple[Any, ...]) -> RankingRow:
    root_id, relative_path, vector = row
    return RankingRow(FileKey(root_id, relative_path), vector)
