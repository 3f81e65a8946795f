"""What is known of single photos of the index, and small pictures of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from photosearch.index.rows import FileKey
from photosearch.library.content import read_photo
from photosearch.library.shared_thumbnails import Original
from photosearch.library.skip import SkipPhoto
from photosearch.library.thumbnail_sharing import ThumbnailSharing
from photosearch.library.thumbnails import ThumbnailCache, check_size
from photosearch.paths import absolute
from photosearch.query_photos import find_places, unknown_photo
from photosearch.types import PhotoRecord, SkipKind, Thumbnail

if TYPE_CHECKING:
    from photosearch.index.catalog import Catalog
    from photosearch.paths import AppPaths
    from photosearch.settings import Settings


class IndexedPhotos:
    """Photos by content id or place; no other file can be read through it. For any thread."""

    def __init__(self, catalog: Catalog, paths: AppPaths, settings: Settings) -> None:
        self._catalog = catalog
        self._paths = paths
        self._cache_mb = settings.thumbnail_cache_mb
        self._sharing = ThumbnailSharing(settings.share_thumbnails)
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
            return self._cache().get(
                content_id,
                size_px,
                lambda: _read(self.of(content_id)),
                _Others(self._sharing, lambda: self.of(content_id)),
            )
        except SkipPhoto as skip:
            raise unknown_photo(content_id) from skip

    def follow(self, settings: Settings) -> None:
        """Let the thumbnails on disk take as much room as these say, from the next ``forget`` on.

        They also say whether thumbnails are shared with other programs.
        """
        self._sharing.is_on = settings.share_thumbnails
        with self._lock:
            self._cache_mb = settings.thumbnail_cache_mb
            if self._thumbnails is not None:
                self._thumbnails.max_bytes = self._cache_mb * 1_000_000

    def close(self) -> None:
        """Let go of what is still to be written for other programs."""
        self._sharing.close()

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


class _Others:
    """Other programs, and their thumbnails of the files of one photo."""

    def __init__(self, sharing: ThumbnailSharing, record: Callable[[], PhotoRecord]) -> None:
        self._sharing = sharing
        self._record = record

    def find(self, size_px: int) -> bytes | None:
        """The file of a thumbnail that one of them made."""
        return self._sharing.find(self._originals(), size_px)

    def offer(self, size_px: int, thumbnail: bytes) -> None:
        """Have it written for them, later."""
        self._sharing.offer(self._originals(), size_px, thumbnail)

    def _originals(self) -> Iterator[Original]:
        record = self._record()
        for file in record.files:
            yield Original(
                file.photo.path, file.stamp, record.facts.width_px, record.facts.height_px
            )


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
