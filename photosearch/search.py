"""Queries in, ranked hits out: words or a photo, everywhere or within folders, exact cosine."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from photosearch.errors import QueryError
from photosearch.index.ranking import Folder, PhotoMatrix
from photosearch.index.rows import FileKey
from photosearch.model.prompts import BARE, embed_query
from photosearch.paths import absolute
from photosearch.query_photos import QueryPhotos, find_places, names_of
from photosearch.types import Answer, Hit, Photo, Query, Root

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from photosearch.index.catalog import Catalog
    from photosearch.model.encoder import ImageTextEncoder
    from photosearch.types import ModelSpec


class Searcher:
    """Answers queries for one model from a matrix in memory that follows the catalog.

    Any method may be called from any thread. ``encoder`` is asked for the model when a query
    needs it: one that compares indexed photos does not; ``templates`` for what plain words go
    through.
    """

    def __init__(
        self,
        catalog: Catalog,
        spec: ModelSpec,
        encoder: Callable[[], ImageTextEncoder],
        templates: Callable[[], Sequence[str]] = lambda: BARE,
    ) -> None:
        self._catalog = catalog
        self._encoder = encoder
        self._templates = templates
        self._model_id = catalog.vectors.model_id(spec)
        self._photos = QueryPhotos(catalog, self._model_id, encoder)
        self._lock = threading.Lock()
        # Opened before the rows are read: what changes meanwhile is read once more.
        self._journal = catalog.open_journal()
        self._roots = {root.id: root for root in catalog.roots()}
        rows = catalog.vectors.ranking_rows(self._model_id)
        self._matrix = PhotoMatrix.load(rows, spec.dimension)

    def close(self) -> None:
        """Stop following the catalog."""
        self._catalog.close_journal(self._journal)

    def __len__(self) -> int:
        """How many photos can be found."""
        return len(self._follow()[0])

    def answer(self, query: Query) -> Answer:
        """The best photos for a query, best first; several parts of a query are averaged.

        A photo that is the query itself is left out; a copy of it elsewhere is a hit.

        Raises:
            QueryError: the query is empty, none of its photos can be read, or a folder is not
                indexed.
            UnknownPhotoError: ``similar_to`` names a content that is not indexed.
            SettingsError: a relative path or one with ``~`` leads nowhere.
        """
        if query.offset < 0:
            raise QueryError("A page cannot begin before the best photo.", "Count from 0.")
        matrix, roots = self._follow()
        folders = _resolve(query.folders, roots, matrix) if query.folders else None
        itself: set[FileKey] = set()
        vectors = []
        if query.text is not None:
            vectors.append(embed_query(self._encoder(), query.text, self._templates()))
        if query.image is not None:
            vectors.append(self._photos.uploaded(query.image))
        for content_id in query.similar_to:
            vectors.append(self._photos.indexed(content_id))
            itself.update(self._catalog.files_of(content_id))
        files = self._photos.at(query.image_paths, roots.values())
        itself.update(files.keys)
        vectors += files.vectors
        if files.unread and not files.vectors and query.image is None and not query.similar_to:
            raise files.failure()
        if not vectors:
            raise QueryError("The search is empty.", "Type some words, or name a photo.")
        ranking = matrix.rank(
            _mean(vectors), query.limit, folders, offset=query.offset, without=itself
        )
        contents = self._catalog.contents_of([key for key, _ in ranking.page])
        # What was deleted since the matrix was looked at has no content any more.
        there = [(key, score) for key, score in ranking.page if key in contents]
        hits = (
            # Rounded numbers make a photo 1.000001 times itself.
            Hit(rank, min(score, 1.0), _photo(roots[key.root_id], key, contents[key]))
            for rank, (key, score) in enumerate(there, start=query.offset + 1)
        )
        away = (root.path for root in self._catalog.roots() if root.is_offline)
        return Answer(tuple(hits), ranking.total, tuple(away), tuple(files.unread))

    def _follow(self) -> tuple[PhotoMatrix, dict[int, Root]]:
        """The matrix and the roots as the catalog has them by now."""
        with self._lock:
            files, roots = self._journal.take()
            try:
                self._take_in(files, roots)
            except BaseException:  # what could not be read is still to be followed
                self._journal.put_back(files, roots)
                raise
            return self._matrix, self._roots

    def _take_in(self, files: Collection[FileKey], roots: Collection[int]) -> None:
        if roots or any(key.root_id not in self._roots for key in files):
            self._roots = {root.id: root for root in self._catalog.roots()}
        for root_id in roots:
            self._matrix = self._matrix.with_root(root_id, ())  # not twice in memory
            rows = self._catalog.vectors.ranking_rows(self._model_id, root_id)
            self._matrix = self._matrix.with_root(root_id, rows)
        if files:
            changed = self._catalog.vectors.ranking_rows_of(self._model_id, files)
            self._matrix = self._matrix.updated(files, changed)


def nothing_to_search(roots: Collection[Root], model: str) -> QueryError:
    """What to say where no photo of these folders can be found with a model."""
    if not roots:
        return QueryError(
            "No photos are indexed yet.", "Add a folder first: photosearch add FOLDER"
        )
    if all(root.is_offline for root in roots):
        return QueryError(
            "Every indexed folder is away: " + ", ".join(str(root.path) for root in roots),
            "Connect its drive, then run: photosearch index",
        )
    return QueryError(
        f"No photo is embedded with the model {model!r} yet.", "Run: photosearch index"
    )


def _photo(root: Root, key: FileKey, content_id: str) -> Photo:
    return Photo(root.path, Path(os.fsdecode(key.relative_path)), content_id)


def _resolve(paths: Sequence[Path], roots: Mapping[int, Root], matrix: PhotoMatrix) -> list[Folder]:
    folders = []
    for path in map(absolute, paths):
        inside = find_places(roots.values(), path)
        above = [
            Folder(root.id)
            for root in roots.values()
            if any(root.path.is_relative_to(name) for name in names_of(path))
        ]
        if not inside and not above:
            raise QueryError(
                f"{path} is not in an indexed folder.",
                f"Indexed are: {', '.join(str(root.path) for root in roots.values())}.",
            )
        may_hold = any(roots[one.root_id].is_offline or matrix.holds(one) for one in inside)
        # A Path raises for names that are too long, and where a folder above may not be entered.
        if not above and not os.path.isdir(path) and not may_hold:  # noqa: PTH112
            is_there = os.path.exists(path)  # noqa: PTH110
            raise QueryError(
                f"{path} {'is not a folder' if is_there else 'does not exist'}.",
                "Name a folder that holds photos.",
            )
        folders += [*inside, *above]
    return folders


def _mean(vectors: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    """The direction between unit vectors; of one, itself."""
    if len(vectors) == 1:
        return vectors[0]
    total: NDArray[np.float32] = np.sum(vectors, axis=0)
    return total / np.float32(max(float(np.linalg.norm(total)), 1e-6))
