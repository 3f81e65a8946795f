"""The vector store on disk: one Chroma collection a model (the only importer of chromadb)."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from photosearch.errors import IndexDamagedError, PhotoSearchError
from photosearch.index.store import Neighbour

if TYPE_CHECKING:
    import numpy as np
    from chromadb.api import ClientAPI
    from numpy.typing import NDArray

    from photosearch.types import Embeddings, ModelSpec

_BATCH_ROWS = 5_000
"""Chroma takes at most 5,461 rows in one call, and SQLite as many variables in one question."""

_LEAST_FREE_BYTES = 16 * 1024**2
"""With less than this, what Chroma says of its files is the disk's doing."""

EF_SEARCH = 1_000
"""How many candidates HNSW follows: with fewer, recall@100 on text-like queries is below 0.99."""


class ChromaStore:
    """A folder that one process owns: a second one on the same path loses vectors silently."""

    def __init__(self, folder: Path, spec: ModelSpec) -> None:
        with _in_plain_words(folder):
            self._folder = folder
            self._client = _new_client(folder)
            self._collection = self._client.get_or_create_collection(
                spec.key,
                configuration={"hnsw": {"space": "cosine", "ef_search": EF_SEARCH}},
                embedding_function=None,
            )

    def upsert(self, ids: Sequence[str], embeddings: Embeddings) -> None:
        """Store embeddings over any that have the same ids."""
        with _in_plain_words(self._folder):
            for start in range(0, len(ids), _BATCH_ROWS):
                rows = slice(start, start + _BATCH_ROWS)
                self._collection.upsert(ids=list(ids[rows]), embeddings=embeddings[rows])

    def delete(self, ids: Sequence[str]) -> None:
        """Drop embeddings; ids that are not there are no error."""
        with _in_plain_words(self._folder):
            for start in range(0, len(ids), _BATCH_ROWS):
                self._collection.delete(ids=list(ids[start : start + _BATCH_ROWS]))

    def ids(self) -> Iterator[str]:
        """Every stored id, read in pages."""
        for offset in itertools.count(step=_BATCH_ROWS):
            with _in_plain_words(self._folder):
                page = self._collection.get(limit=_BATCH_ROWS, offset=offset, include=[])["ids"]
            yield from page
            if len(page) < _BATCH_ROWS:
                return

    def count(self) -> int:
        """How many ids are stored."""
        with _in_plain_words(self._folder):
            return self._collection.count()

    def query(self, embedding: NDArray[np.float32], limit: int) -> list[Neighbour]:
        """The nearest contents, by HNSW (Malkov and Yashunin 2018): fast, not always all."""
        with _in_plain_words(self._folder):
            found = self._collection.query(
                query_embeddings=embedding[None, :], n_results=limit, include=["distances"]
            )
        distances = found["distances"] or [[]]
        return [(id_, 1.0 - d) for id_, d in zip(found["ids"][0], distances[0], strict=True)]

    def close(self) -> None:
        """Close the client, so that the folder may be moved or opened again."""
        _close(self._client)


def delete_collections_but(kept: Collection[str], folder: Path) -> None:
    """Delete the vectors of all models but some; those may be open, in this process alone."""
    with _in_plain_words(folder):
        client = _new_client(folder)
        try:
            for collection in client.list_collections():
                if collection.name not in kept:
                    client.delete_collection(collection.name)
        finally:
            _close(client)


def _new_client(folder: Path) -> ClientAPI:
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(
        path=str(folder), settings=Settings(anonymized_telemetry=False)
    )


def _close(client: ClientAPI) -> None:
    client.close()  # type: ignore[attr-defined] # on the class, not yet on its interface


@contextmanager
def _in_plain_words(folder: Path) -> Iterator[None]:
    """Say which folder is at fault, and the command that mends it."""
    try:
        yield
    except Exception as error:
        if _is_full(folder):
            raise PhotoSearchError(
                f"The disk of the vector store {folder} is full.",
                "Make room and run the command again: what was done so far is kept.",
            ) from error
        raise IndexDamagedError(
            f"The vector store {folder} cannot be used: {type(error).__name__}: {error}.",
            "Your photos and the catalog are untouched: `photosearch rebuild` makes it anew.",
        ) from error


def _is_full(folder: Path) -> bool:
    try:
        return shutil.disk_usage(folder.parent).free < _LEAST_FREE_BYTES
    except OSError:
        return False
