"""Photos that are searched by: their vectors, from the index where it has them, else embedded."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from photosearch.errors import QueryError, UnknownPhotoError
from photosearch.index.ranking import Folder
from photosearch.index.rows import FileKey
from photosearch.library.content import read_photo
from photosearch.library.images import decode
from photosearch.library.skip import SkipPhoto
from photosearch.paths import absolute
from photosearch.types import PhotoStamp, Root, Skipped

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from photosearch.index.catalog import Catalog
    from photosearch.model.encoder import ImageTextEncoder
    from photosearch.types import Pixels

    Vector = NDArray[np.float32]

_BATCH_PHOTOS = 16
"""0.8 MB each at 260 px, decoded; the batch of indexing."""
_KEPT_VECTORS = 2_000
"""Of files that are not indexed: the pages of an answer to a query by 1,000 ask for them again."""


@dataclass(slots=True)
class FilesAsked:
    """What became of the files of a query.

    Attributes:
        vectors: of those that can be searched by, float32 ``(d,)``, in their order.
        keys: what the catalog calls them, where it knows their places.
        unread: those that cannot be read, and why.
    """

    vectors: list[Vector] = field(default_factory=list)
    keys: set[FileKey] = field(default_factory=set)
    unread: list[Skipped] = field(default_factory=list)

    def failure(self) -> QueryError:
        """What to say where none can be searched by."""
        first = self.unread[0]
        if len(self.unread) == 1:
            return QueryError(
                f"{first.path} cannot be searched with: {first.reason}", "Name another photo."
            )
        return QueryError(
            f"None of the {len(self.unread):,} photos can be searched with. "
            f"{first.path}: {first.reason}",
            "Name other photos.",
        )


@dataclass(frozen=True, slots=True)
class _Place:
    """A file of a query: where it is, what the catalog calls it, and its stamp if it is there."""

    path: Path
    keys: tuple[FileKey, ...]
    stamp: PhotoStamp | None


class QueryPhotos:
    """The vectors of query photos for one model; any method from any thread."""

    def __init__(
        self, catalog: Catalog, model_id: int, encoder: Callable[[], ImageTextEncoder]
    ) -> None:
        self._catalog = catalog
        self._model_id = model_id
        self._encoder = encoder
        self._kept: OrderedDict[tuple[Path, PhotoStamp], Vector] = OrderedDict()
        self._kept_lock = Lock()

    def indexed(self, content_id: str) -> Vector:
        """The vector of an indexed content, float32 ``(d,)``.

        Raises:
            UnknownPhotoError: the index has none.
        """
        stored = self._stored(content_id)
        if stored is None:
            raise unknown_photo(content_id)
        return stored

    def uploaded(self, data: bytes) -> Vector:
        """The vector of a photo file's bytes, float32 ``(d,)``.

        Raises:
            QueryError: they are no photo that can be read.
        """
        try:
            pixels = self._pixels(data)
        except SkipPhoto as skip:
            raise QueryError(
                f"The picture cannot be searched with: {skip.reason}", "Choose another one."
            ) from skip
        vector: Vector = self._encoder().encode_images([pixels])[0]
        return vector

    def at(self, paths: Sequence[Path], roots: Iterable[Root]) -> FilesAsked:
        """The vectors of files, each file once; a file that the index knows is not even read.

        Raises:
            SettingsError: a relative path, or one with ``~``, leads nowhere.
        """
        roots = list(roots)
        places = [_placed(path, roots) for path in dict.fromkeys(map(absolute, paths))]
        asked = FilesAsked(keys={key for place in places for key in place.keys})
        vectors = [self._known(place) for place in places]
        unknown = [at for at, vector in enumerate(vectors) if vector is None]
        for start in range(0, len(unknown), _BATCH_PHOTOS):
            batch = unknown[start : start + _BATCH_PHOTOS]
            embedded = self._embed([places[at] for at in batch], asked.unread)
            for at, vector in zip(batch, embedded, strict=True):
                vectors[at] = vector
        asked.vectors += [vector for vector in vectors if vector is not None]
        return asked

    def _known(self, place: _Place) -> Vector | None:
        """What was embedded of the file as it is now, by an index or for an earlier query."""
        if place.stamp is None:
            return None
        with self._kept_lock:
            kept = self._kept.get((place.path, place.stamp))
        if kept is not None:
            return kept
        content_id = self._catalog.content_at(place.keys, place.stamp)
        return None if content_id is None else self._stored(content_id)

    def _embed(self, places: Sequence[_Place], unread: list[Skipped]) -> list[Vector | None]:
        """Read, decode and embed a batch; None is what cannot be read."""
        found: list[Vector | None] = [None] * len(places)
        to_encode: list[tuple[int, Pixels]] = []
        for at, opened in enumerate(self._open_all(places)):
            if isinstance(opened, Skipped):
                found[at] = self._last_known(places[at])
                if found[at] is None:
                    unread.append(opened)
            elif isinstance(opened, tuple):
                to_encode.append((at, opened[0]))
            else:
                found[at] = opened
        if to_encode:
            embedded = self._encoder().encode_images([pixels for _, pixels in to_encode])
            for (at, _), vector in zip(to_encode, embedded, strict=True):
                found[at] = vector
        self._keep(places, found)
        return found

    def _open_all(self, places: Sequence[_Place]) -> list[Vector | tuple[Pixels] | Skipped]:
        if len(places) == 1:
            return [self._open(places[0])]
        with ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="query-photo") as pool:
            return list(pool.map(self._open, places))

    def _open(self, place: _Place) -> Vector | tuple[Pixels] | Skipped:
        """The vector of a file whose content is indexed elsewhere; else its pixels."""
        try:
            data = read_photo(place.path)
            stored = self._stored(data.content_id)
            return (self._pixels(data.data),) if stored is None else stored
        except SkipPhoto as skip:
            return skip.at(place.path)

    def _pixels(self, data: bytes) -> Pixels:
        encoder = self._encoder()
        return encoder.preprocess(decode(data, encoder.decode_side_px).image)

    def _last_known(self, place: _Place) -> Vector | None:
        """The file is away or spoilt, but its embedding may be here."""
        for content_id in self._catalog.contents_of(place.keys).values():
            stored = self._stored(content_id)
            if stored is not None:
                return stored
        return None

    def _stored(self, content_id: str) -> Vector | None:
        stored = self._catalog.vectors.of(self._model_id, content_id)
        return None if stored is None else np.frombuffer(stored, "<f2").astype(np.float32)

    def _keep(self, places: Sequence[_Place], vectors: Sequence[Vector | None]) -> None:
        with self._kept_lock:
            for place, vector in zip(places, vectors, strict=True):
                if place.stamp is not None and vector is not None:
                    self._kept[place.path, place.stamp] = vector
            while len(self._kept) > _KEPT_VECTORS:
                self._kept.popitem(last=False)


def unknown_photo(name: str) -> UnknownPhotoError:
    """What to say of a content id or a path that the index does not have."""
    return UnknownPhotoError(
        f"No indexed photo is known as {name}.", "It may have been changed, moved or removed."
    )


def find_places(roots: Iterable[Root], path: Path) -> list[Folder]:
    """Where an absolute path lies below the roots: as it is named, and as its links lead."""
    return [
        Folder(root.id, _relative_to(root, name))
        for name in names_of(path)
        for root in roots
        if name.is_relative_to(root.path)
    ]


def names_of(path: Path) -> list[Path]:
    """An absolute path without ``..``: by its letters alone, and with all links followed."""
    return [Path(name) for name in dict.fromkeys((os.path.normpath(path), os.path.realpath(path)))]


def _placed(path: Path, roots: Sequence[Root]) -> _Place:
    places = find_places(roots, path)
    try:
        stamp = PhotoStamp.of(path.stat())
    except (OSError, ValueError):  # to read it will say why
        stamp = None
    return _Place(path, tuple(FileKey(one.root_id, one.relative_path) for one in places), stamp)


def _relative_to(root: Root, name: Path) -> bytes:
    relative = os.fsencode(name.relative_to(root.path))
    return b"" if relative == b"." else relative
