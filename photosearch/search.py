"""Queries in, ranked hits out: words or a photo, everywhere or within folders, exact cosine."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from photosearch.errors import QueryError
from photosearch.index.catalog import FileKey
from photosearch.index.ranking import Folder, PhotoMatrix
from photosearch.library.content import read_photo
from photosearch.library.images import decode
from photosearch.library.skip import SkipPhoto
from photosearch.types import Hit, Photo, Query, Root

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from photosearch.index.catalog import Catalog
    from photosearch.model.encoder import ImageTextEncoder


class Searcher:
    """Answers queries for one model from a snapshot of the catalog's embeddings."""

    def __init__(self, catalog: Catalog, encoder: ImageTextEncoder) -> None:
        self._catalog = catalog
        self._encoder = encoder
        self._model_id = catalog.model_id(encoder.spec)
        self._roots = {root.id: root for root in catalog.roots()}
        rows = catalog.ranking_rows(self._model_id)
        self._matrix = PhotoMatrix.load(rows, encoder.spec.dimension)

    def __len__(self) -> int:
        """How many photos can be found."""
        return len(self._matrix)

    def search(self, query: Query) -> list[Hit]:
        """The best photos for a query, best first.

        A photo that is the query itself is left out; a copy of it elsewhere is a hit.

        Raises:
            QueryError: the query is empty, its photo cannot be read, or a folder is not indexed.
        """
        folders = self._resolve(query.folders) if query.folders else None
        if query.image_path is not None:
            itself = self._key_of(query.image_path)
            vector = self._embed_photo(query.image_path, itself)
            found = self._matrix.rank(vector, query.limit + 1, folders)
            ranked = [(key, score) for key, score in found if key != itself][: query.limit]
        elif query.text is not None:
            vector = self._encoder.encode_texts([query.text])[0]
            ranked = self._matrix.rank(vector, query.limit, folders)
        else:
            raise QueryError("The search is empty.", "Type some words, or name a photo.")
        contents = self._catalog.contents_of([key for key, _ in ranked])
        return [
            Hit(rank, score, self._photo(key, contents.get(key, "")))
            for rank, (key, score) in enumerate(ranked, start=1)
        ]

    def _photo(self, key: FileKey, content_id: str) -> Photo:
        relative_path = Path(os.fsdecode(key.relative_path))
        return Photo(self._roots[key.root_id].path, relative_path, content_id)

    def _key_of(self, path: Path) -> FileKey | None:
        place = find_root(self._roots.values(), path)
        return FileKey(place.root_id, place.relative_path) if place else None

    def _embed_photo(self, path: Path, key: FileKey | None) -> NDArray[np.float32]:
        try:
            data = read_photo(path)
            stored = self._catalog.vector_of(self._model_id, data.content_id)
            if stored is not None:
                return _widen(stored)
            image = decode(data.data, self._encoder.decode_side_px).image
        except SkipPhoto as skip:
            content = self._catalog.content_of(key) if key else None
            stored = self._catalog.vector_of(self._model_id, content) if content else None
            if stored is not None:  # the file is away or spoilt, but its embedding is here
                return _widen(stored)
            raise QueryError(
                f"{path} cannot be searched with: {skip.reason}", "Name another photo."
            ) from skip
        embedded: NDArray[np.float32] = self._encoder.encode_images(
            [self._encoder.preprocess(image)]
        )[0]
        return embedded

    def _resolve(self, paths: Sequence[Path]) -> list[Folder]:
        folders = []
        for path in paths:
            inside = find_root(self._roots.values(), path)
            above = [
                Folder(root.id)
                for root in self._roots.values()
                if root.path.is_relative_to(os.path.realpath(path))
            ]
            if inside is None and not above:
                raise QueryError(
                    f"{path} is not in an indexed folder.",
                    f"Indexed are: {', '.join(str(root.path) for root in self._roots.values())}.",
                )
            folders += [inside] if inside else above
        return folders


def find_root(roots: Iterable[Root], path: Path) -> Folder | None:
    """The place of a file or folder below the root that holds it, or None outside all roots."""
    for candidate in (path.absolute(), Path(os.path.realpath(path))):
        for root in roots:
            if candidate.is_relative_to(root.path):
                relative = os.fsencode(candidate.relative_to(root.path))
                return Folder(root.id, b"" if relative == b"." else relative)
    return None


def _widen(stored: bytes) -> NDArray[np.float32]:
    vector: NDArray[np.float32] = np.frombuffer(stored, "<f2").astype(np.float32)
    return vector
