"""The port every vector store stands behind: embeddings by content id, nearest ones by cosine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from photosearch.types import Embeddings

Neighbour = tuple[str, float]
"""A content id and its cosine with the query."""


class VectorStore(Protocol):
    """The embeddings of one model, keyed by content id."""

    def upsert(self, ids: Sequence[str], embeddings: Embeddings) -> None:
        """Store embeddings, float32 ``(n, d)``, over any that have the same ids."""
        ...

    def delete(self, ids: Sequence[str]) -> None:
        """Drop embeddings; ids that are not there are no error."""
        ...

    def ids(self) -> Iterator[str]:
        """Every stored id, in no order."""
        ...

    def count(self) -> int:
        """How many ids are stored. No health check: it may be right where queries fail."""
        ...

    def query(self, embedding: NDArray[np.float32], limit: int) -> list[Neighbour]:
        """The nearest ``limit`` contents to one ``(d,)`` embedding, nearest first."""
        ...

    def close(self) -> None:
        """Let go of files and memory."""
        ...
