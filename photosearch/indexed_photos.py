"""What is known of single photos of the index, and small pictures of them."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from photosearch.index.rows import FileKey
from photosearch.library.content import read_photo
from photosearch.library.skip import SkipPhoto
from photosearch.library.thumbnails import ThumbnailCache, check_size
from photosearch.paths import absolute
from photosearch.search import find_places, unknown_photo
from photosearch.types import PhotoRecord, SkipKind, Thumbnail

if TYPE_CHECKING:
    from photosearch.index.catalog import Catalog
    from photosearch.paths import AppPaths


class IndexedPhotos:
    """Photos by content id or place; no other file can be read through it. For any thread."""

    def __init__(self, catalog: Catalog, paths: AppPaths, cache_mb: int) -> None:
        self._catalog = catalog
        self._paths = paths
        self._cache_mb = cache_mb
        self._lock = threading.Lock()
        self._thumbnails: ThumbnailCache | None = None

    def of(self, content_id: str) -> PhotoRecord:
        """What is known of a content.

        Raises:
            UnknownPhotoError: no photo has it.
        """
        record = self._catalog.record(content_id)
        if record is None:
            raise unknown_photo(content_id)
        return record

    def at(self, path: Path) -> PhotoRecord:
        """What is known of the photo at a place.

        Raises:
            UnknownPhotoError: no indexed photo lies there.
        """
        places = find_places(self._catalog.roots(), absolute(path))
        keys = [FileKey(place.root_id, place.relative_path) for place in places]
        for content_id in self._catalog.contents_of(keys).values():
            return self.of(content_id)
        raise unknown_photo(str(path))

    def thumbnail(self, content_id: str, size_px: int) -> Thumbnail:
        """A small picture, its longer side at most ``size_px``.

        Raises:
            UnknownPhotoError: no indexed photo has this content, or its files are away.
            QueryError: there are no thumbnails of this size.
        """
        check_size(size_px)
        if not self._catalog.files_of(content_id):
            raise unknown_photo(content_id)
        try:
            return self._cache().get(content_id, size_px, lambda: _read(self.of(content_id)))
        except SkipPhoto as skip:
            raise unknown_photo(content_id) from skip

    def keep_at_most(self, cache_mb: int) -> None:
        """Let the thumbnails on disk take this much room, from the next ``forget`` on."""
        with self._lock:
            self._cache_mb = cache_mb
            if self._thumbnails is not None:
                self._thumbnails.max_bytes = cache_mb * 1_000_000

    def forget(self, content_ids: Iterable[str]) -> None:
        """Delete the thumbnails of contents that are gone, and what is too much."""
        if self._thumbnails is not None:
            self._thumbnails.forget(content_ids)
            self._thumbnails.prune()

    def _cache(self) -> ThumbnailCache:
        # Made when it is needed: where the home folder is not known, the rest works without.
        with self._lock:
            if self._thumbnails is None:
                max_bytes = self._cache_mb * 1_000_000
                self._thumbnails = ThumbnailCache(self._paths.thumbnails, max_bytes)
            return self._thumbnails


def _read(record: PhotoRecord) -> bytes:
    """The bytes of a photo, from the first of its files that still holds them.

    Raises:
        SkipPhoto: none does.
    """
    for file in record.files:
        with suppress(SkipPhoto):
            read = read_photo(file.photo.path)
            if read.content_id == record.content_id:
                return read.data
    raise SkipPhoto(SkipKind.VANISHED, "No file holds this photo any more.")
