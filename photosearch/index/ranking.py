"""Exact ranking: one row a photo, sorted by path, so that a folder is a range of the rows."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from photosearch.index.rows import FileKey, RankingRow

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from photosearch.types import Embeddings

LEAF_ROWS = 4_096
"""8 MB at 512 dimensions: one changed photo costs a copy of that, 2 ms."""

_SortKey = tuple[int, bytes]


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder below a root, or the root itself with an empty path."""

    root_id: int
    relative_path: bytes = b""


@dataclass(frozen=True, slots=True)
class _Leaf:
    """Some neighbouring rows: their keys in order, and their embeddings ``(n, d)``, n > 0."""

    keys: list[_SortKey]
    embeddings: Embeddings


@dataclass(frozen=True, slots=True)
class Ranking:
    """A page of photos with their cosines, best first, and how many photos are ranked in all."""

    page: list[tuple[FileKey, float]]
    total: int


class PhotoMatrix:
    """The embeddings of all photos, in memory as float32: 2 KB a photo at 512 dimensions.

    At 100,000 photos the product with a query ranks them all in about 15 ms, with nothing
    missed; a folder is a contiguous range of rows, so a filter makes a search faster.

    The rows stand in leaves, as those of a B+ tree. A matrix never changes: ``updated`` makes a
    new one that shares the leaves in which nothing did, while searches go on in the old one.
    """

    def __init__(self, dimension: int, leaves: Sequence[_Leaf] = ()) -> None:
        self._dimension = dimension
        self._leaves = tuple(leaves)
        self._firsts = [leaf.keys[0] for leaf in leaves]
        self._starts = [0, *accumulate(len(leaf.keys) for leaf in leaves)]

    @classmethod
    def load(
        cls, rows: Iterable[RankingRow], dimension: int, leaf_rows: int = LEAF_ROWS
    ) -> PhotoMatrix:
        """Read the catalog's float16 rows, which come sorted by root id and path."""
        return cls(dimension, list(_leaves_of(rows, dimension, leaf_rows)))

    def __len__(self) -> int:
        return self._starts[-1]

    def updated(
        self, changed: Iterable[FileKey], rows: Iterable[RankingRow], leaf_rows: int = LEAF_ROWS
    ) -> PhotoMatrix:
        """The matrix after some photos changed: ``rows`` are those that are still to be found."""
        changes: dict[_SortKey, bytes | None] = {
            (key.root_id, key.relative_path): None for key in changed
        }
        changes |= {(row.key.root_id, row.key.relative_path): row.vector for row in rows}
        if not changes:
            return self
        by_leaf: dict[int, dict[_SortKey, bytes | None]] = defaultdict(dict)
        for key, vector in changes.items():
            by_leaf[max(bisect_right(self._firsts, key) - 1, 0)][key] = vector
        leaves: list[_Leaf] = []
        for position, leaf in enumerate(self._leaves or (self._empty_leaf(),)):
            if position in by_leaf:
                leaves += _split(self._merged(leaf, by_leaf[position]), leaf_rows)
            else:
                leaves.append(leaf)
        return PhotoMatrix(self._dimension, leaves)

    def with_root(
        self, root_id: int, rows: Iterable[RankingRow], leaf_rows: int = LEAF_ROWS
    ) -> PhotoMatrix:
        """The matrix with all photos of a root replaced."""
        start, end = self._range(Folder(root_id))
        leaves = [
            *self._slices(0, start),
            *_leaves_of(rows, self._dimension, leaf_rows),
            *self._slices(end, len(self)),
        ]
        return PhotoMatrix(self._dimension, leaves)

    def holds(self, folder: Folder) -> bool:
        """Whether any photo lies below a folder."""
        start, end = self._range(folder)
        return end > start

    def rank(
        self,
        query: NDArray[np.float32],
        limit: int,
        folders: Sequence[Folder] | None = None,
        *,
        offset: int = 0,
        without: Collection[FileKey] = (),
    ) -> Ranking:
        """The ``limit`` photos after the best ``offset`` for a ``(d,)`` query, best first.

        ``folders`` of None means everywhere; ``without`` are photos that are not ranked. Equal
        scores are ordered by path, so the pages of a ranking are the parts of one order.
        """
        ranges = [(0, len(self))] if folders is None else self._ranges(folders)
        left_out = {row for key in without if (row := self._row(key, ranges)) is not None}
        total = sum(hi - lo for lo, hi in ranges) - len(left_out)
        end = min(offset + limit, total)
        if not 0 <= offset < end:
            return Ranking([], total)
        slices = [leaf for lo, hi in ranges for leaf in self._slices(lo, hi)]
        scores = np.concatenate([_dot(leaf.embeddings, query) for leaf in slices])
        scores[list(left_out)] = -np.inf
        starts = [0, *accumulate(len(leaf.keys) for leaf in slices)]
        page = []
        for row in _order(scores, offset, end).tolist():
            at = bisect_right(starts, row) - 1
            page.append((FileKey(*slices[at].keys[row - starts[at]]), float(scores[row])))
        return Ranking(page, total)

    def _row(self, key: FileKey, ranges: Sequence[tuple[int, int]]) -> int | None:
        """Which of the rows of some ranges a photo has, counted over them all."""
        place = (key.root_id, key.relative_path)
        row, before = self._position(place), 0
        for lo, hi in ranges:
            if lo <= row < hi:
                return before + row - lo if self._key(row) == place else None
            before += hi - lo
        return None

    def _key(self, row: int) -> _SortKey:
        at = bisect_right(self._starts, row) - 1
        return self._leaves[at].keys[row - self._starts[at]]

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
            return self._position((folder.root_id, b"")), self._position((folder.root_id + 1, b""))
        # "0" is the byte after "/": everything below the folder lies between the two.
        return (
            self._position((folder.root_id, folder.relative_path + b"/")),
            self._position((folder.root_id, folder.relative_path + b"0")),
        )

    def _position(self, key: _SortKey) -> int:
        at = bisect_right(self._firsts, key) - 1
        return 0 if at < 0 else self._starts[at] + bisect_left(self._leaves[at].keys, key)

    def _slices(self, start: int, end: int) -> Iterator[_Leaf]:
        """The leaves with the rows from ``start`` to ``end``, cut where those begin and end."""
        at = bisect_right(self._starts, start) - 1
        while start < end:
            leaf, first = self._leaves[at], self._starts[at]
            stop = min(end, self._starts[at + 1])
            if stop - start == len(leaf.keys):
                yield leaf
            else:
                rows = slice(start - first, stop - first)
                yield _Leaf(leaf.keys[rows], leaf.embeddings[rows])
            start, at = stop, at + 1

    def _merged(self, leaf: _Leaf, changes: dict[_SortKey, bytes | None]) -> _Leaf:
        kept = [row for row, key in enumerate(leaf.keys) if key not in changes]
        new = {key: vector for key, vector in changes.items() if vector is not None}
        keys = [*(leaf.keys[row] for row in kept), *new]
        order = sorted(range(len(keys)), key=keys.__getitem__)
        embeddings = np.concatenate(
            [leaf.embeddings[kept], _unpack(b"".join(new.values()), self._dimension)]
        )
        return _Leaf([keys[row] for row in order], embeddings[order])

    def _empty_leaf(self) -> _Leaf:
        return _Leaf([], np.empty((0, self._dimension), np.float32))


def _leaves_of(rows: Iterable[RankingRow], dimension: int, leaf_rows: int) -> Iterator[_Leaf]:
    keys: list[_SortKey] = []
    packed = bytearray()
    for row in rows:
        keys.append((row.key.root_id, row.key.relative_path))
        packed += row.vector
        if len(keys) == leaf_rows:
            yield _Leaf(keys, _unpack(packed, dimension))
            keys, packed = [], bytearray()
    if keys:
        yield _Leaf(keys, _unpack(packed, dimension))


def _split(leaf: _Leaf, leaf_rows: int) -> Iterator[_Leaf]:
    """The leaf in parts that leave room for more; none of it when it is empty."""
    size = len(leaf.keys)
    if 0 < size <= leaf_rows:
        yield leaf
        return
    step = max(leaf_rows // 2, 1)
    for start in range(0, size, step):
        rows = slice(start, start + step)
        # Copies, or a part would keep the whole leaf in memory.
        yield _Leaf(leaf.keys[rows], leaf.embeddings[rows].copy())


def _unpack(halves: bytes | bytearray, dimension: int) -> Embeddings:
    return np.frombuffer(halves, "<f2").reshape(-1, dimension).astype(np.float32)


def _order(scores: NDArray[np.float32], start: int, end: int) -> NDArray[np.intp]:
    """The rows from place ``start`` to ``end`` of the order by score, then by row.

    Only they are sorted, with those that tie with the first or the last of them: a page far down
    costs as much as the first one.
    """
    falling = -scores
    cut = np.partition(falling, (start, end - 1))
    first, last = cut[start], cut[end - 1]
    rows = np.flatnonzero((falling >= first) & (falling <= last))
    before = int(np.count_nonzero(falling < first))
    return rows[np.argsort(falling[rows], kind="stable")][start - before : end - before]


def _dot(embeddings: Embeddings, query: NDArray[np.float32]) -> NDArray[np.float32]:
    """The cosines of rows with a query, computed by this thread alone.

    `@` would split the product over all cores and wait for the slowest, which is a busy one while
    photos are indexed (docs/benchmarks.md). NumPy has a faster way than ``einsum`` since 2.0.
    """
    cosines: NDArray[np.float32]
    if hasattr(np, "vecdot"):
        cosines = np.vecdot(embeddings, query)
    else:
        cosines = np.einsum("ij,j->i", embeddings, query)
    return cosines
