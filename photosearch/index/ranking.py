"""Exact ranking: one row a photo, sorted by path, so that a folder is a slice of the matrix."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from photosearch.index.catalog import FileKey, RankingRow

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from photosearch.types import Embeddings


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder below a root, or the root itself with an empty path."""

    root_id: int
    relative_path: bytes = b""


class PhotoMatrix:
    """The embeddings of all photos, in memory as float32: 2 KB a photo at 512 dimensions.

    At 100,000 photos one matrix-vector product ranks them all in about 15 ms, with nothing
    missed; a folder is a contiguous range of rows, so a filter makes a search faster.
    """

    def __init__(self, keys: Sequence[FileKey], embeddings: Embeddings) -> None:
        """Take keys sorted by root id and path, and their embeddings ``(n, d)``."""
        self._sort_keys = [(key.root_id, key.relative_path) for key in keys]
        self._embeddings = embeddings

    @classmethod
    def load(cls, rows: Iterable[RankingRow], dimension: int) -> PhotoMatrix:
        """Read the catalog's float16 rows, which come sorted, into one float32 matrix."""
        keys: list[FileKey] = []
        packed = bytearray()
        for row in rows:
            keys.append(row.key)
            packed += row.vector
        halves = np.frombuffer(packed, dtype="<f2").reshape(len(keys), dimension)
        return cls(keys, halves.astype(np.float32))

    def __len__(self) -> int:
        return len(self._sort_keys)

    def holds(self, folder: Folder) -> bool:
        """Whether any photo lies below a folder."""
        start, end = self._range(folder)
        return end > start

    def rank(
        self, query: NDArray[np.float32], limit: int, folders: Sequence[Folder] | None = None
    ) -> list[tuple[FileKey, float]]:
        """The best ``limit`` photos for a ``(d,)`` query with their cosines, best first.

        ``folders`` of None means everywhere; equal scores are ordered by path.
        """
        ranges = [(0, len(self))] if folders is None else self._ranges(folders)
        if not ranges or limit < 1:
            return []
        rows = np.concatenate([np.arange(lo, hi) for lo, hi in ranges])
        scores = np.concatenate([_dot(self._embeddings[lo:hi], query) for lo, hi in ranges])
        if len(scores) > limit:
            best = np.argpartition(-scores, limit - 1)[:limit]
            # Ties at the cut are settled by path as well, or the answer would change by chance.
            best = np.flatnonzero(scores >= scores[best].min())
        else:
            best = np.arange(len(scores))
        order = best[np.argsort(-scores[best], kind="stable")][:limit]
        return [(FileKey(*self._sort_keys[rows[i]]), float(scores[i])) for i in order]

    def _ranges(self, folders: Sequence[Folder]) -> list[tuple[int, int]]:
        """Row ranges of the folders, without overlap: a folder inside another adds nothing."""
        spans = sorted(self._range(folder) for folder in folders)
        merged: list[tuple[int, int]] = []
        for lo, hi in spans:
            start = max(lo, merged[-1][1]) if merged else lo
            if hi > start:
                merged.append((start, hi))
        return merged

    def _range(self, folder: Folder) -> tuple[int, int]:
        if not folder.relative_path:
            start, end = (folder.root_id, b""), (folder.root_id + 1, b"")
        else:
            # "0" is the byte after "/": everything below the folder lies between the two.
            start = (folder.root_id, folder.relative_path + b"/")
            end = (folder.root_id, folder.relative_path + b"0")
        return bisect_left(self._sort_keys, start), bisect_left(self._sort_keys, end)


def _dot(embeddings: Embeddings, query: NDArray[np.float32]) -> NDArray[np.float32]:
    """The cosines of rows with a query, computed by this thread alone.

    `@` would split the product over all cores and wait for the slowest, which is a busy one while
    photos are indexed (docs/benchmarks.md).
    """
    cosines: NDArray[np.float32] = np.einsum("ij,j->i", embeddings, query)
    return cosines
