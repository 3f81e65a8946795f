"""Queries in, ranked hits out: words or a photo, everywhere or within folders, exact cosine."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from photosearch.errors import QueryError
from photosearch.index.rows import FileKey
from photosearch.index.ranking import Folder, PhotoMatrix
from photosearch.library.content import read_photo
from photosearch.library.images import decode
from photosearch.library.skip import SkipPhoto
from photosearch.paths import absolute
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
        self._model_id = catalog.vectors.model_id(encoder.spec)
        self._roots = {root.id: root for root in catalog.roots()}
        rows = catalog.vectors.ranking_rows(self._model_id)
        self._matrix = PhotoMatrix.load(rows, encoder.spec.dimension)

    def __len__(self) -> int:
        """How many photos can be found."""
        return len(self._matrix)

    def search(self, query: Query) -> list[Hit]:
        """The best photos for a query, best first.

        A photo that is the query itself is left out; a copy of it elsewhere is a hit.

        Raises:
            QueryError: the query is empty, its photo cannot be read, or a folder is not indexed.
            SettingsError: a relative path or one with ``~`` leads nowhere.
        """
        folders = self._resolve(query.folders) if query.folders else None
        if query.image_path is not None:
            path = absolute(query.image_path)
            places = find_places(self._roots.values(), path)
            itself = [FileKey(place.root_id, place.relative_path) for place in places]
            vector = self._embed_photo(path, itself)
            found = self._matrix.rank(vector, query.limit + len(itself), folders)
            ranked = [(key, score) for key, score in found if key not in itself][: query.limit]
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

    def _embed_photo(self, path: Path, keys: Sequence[FileKey]) -> NDArray[np.float32]:
        try:
            data = read_photo(path)
            stored = self._catalog.vectors.of(self._model_id, data.content_id)
            if stored is not None:
                return _widen(stored)
            image = decode(data.data, self._encoder.decode_side_px).image
        except SkipPhoto as skip:
            # The file is away or spoilt, but its embedding may be here.
            for content in self._catalog.contents_of(keys).values():
                stored = self._catalog.vectors.of(self._model_id, content)
                if stored is not None:
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
        for path in map(absolute, paths):
            inside = find_places(self._roots.values(), path)
            above = [
                Folder(root.id)
                for root in self._roots.values()
                if any(root.path.is_relative_to(name) for name in _names_of(path))
            ]
            if not inside and not above:
                raise QueryError(
                    f"{path} is not in an indexed folder.",
                    f"Indexed are: {', '.join(str(root.path) for root in self._roots.values())}.",
                )
            if not above and not path.is_dir() and not any(map(self._may_hold, inside)):
                raise QueryError(
                    f"{path} {'is not a folder' if path.exists() else 'does not exist'}.",
                    "Name a folder that holds photos.",
                )
            folders += [*inside, *above]
        return folders

    def _may_hold(self, folder: Folder) -> bool:
        return self._roots[folder.root_id].is_offline or self._matrix.holds(folder)


def find_places(roots: Iterable[Root], path: Path) -> list[Folder]:
    """Where an absolute path lies below the roots: as it is named, and as its links lead."""
    return [
        Folder(root.id, _relative_to(root, name))
        for name in _names_of(path)
        for root in roots
        if name.is_relative_to(root.path)
    ]


def _names_of(path: Path) -> list[Path]:
    """An absolute path without ``..``: by its letters alone, and with all links followed."""
    return [Path(name) for name in dict.fromkeys((os.path.normpath(path), os.path.realpath(path)))]


def _relative_to(root: Root, name: Path) -> bytes:
    relative = os.fsencode(name.relative_to(root.path))
    return b"" if relative == b"." else relative


def _widen(stored: bytes) -> NDArray[np.float32]:
    vector: NDArray[np.float32] = np.frombuffer(stored, "<f2").astype(np.float32)
    return vector
