"""A vector store in memory with exact answers: the reference for Chroma, and for fast tests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from photosearch.index.store import Neighbour

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from photosearch.types import Embeddings


class MemoryStore:
    """A dictionary of unit vectors."""

    def __init__(self) -> None:
        self._vectors: dict[str, NDArray[np.float32]] = {}

    def upsert(self, ids: Sequence[str], embeddings: Embeddings) -> None:
        """Store embeddings over any that have the same ids."""
        self._vectors.update(zip(ids, embeddings, strict=True))

    def delete(self, ids: Sequence[str]) -> None:
        """Drop embeddings; ids that are not there are no error."""
        for id_ in ids:
            self._vectors.pop(id_, None)

    def ids(self) -> Iterator[str]:
        """Every stored id."""
        yield from self._vectors

    def count(self) -> int:
        """How many ids are stored."""
        return len(self._vectors)

    def query(self, embedding: NDArray[np.float32], limit: int) -> list[Neighbour]:
        """The nearest contents, by an exact scan."""
        scored = [(id_, float(vector @ embedding)) for id_, vector in self._vectors.items()]
        return sorted(scored, key=lambda pair: -pair[1])[:limit]

    def close(self) -> None:
        """Nothing to let go of."""
