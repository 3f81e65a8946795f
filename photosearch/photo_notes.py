"""What people noted of a photo: in XMP first, then in the libraries of other programs."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from photosearch.errors import IntegrationError
from photosearch.library.content import read_photo
from photosearch.library.embedded import embedded_notes
from photosearch.library.skip import SkipPhoto
from photosearch.library.xmp import sidecar_notes
from photosearch.types import PhotoNotes, PhotoRecord

if TYPE_CHECKING:
    from photosearch.host_libraries import HostLibrary

_LOG = logging.getLogger(__name__)

_FILES_MAX = 8
"""Of a content with more copies than that, the others are not asked."""
_KEYWORDS_MAX, _KEYWORD_CHARS_MAX, _CAPTION_CHARS_MAX = 1_000, 500, 20_000


class NotesReader:
    """Reads notes when they are asked for; nothing of them is kept. For any thread.

    Each part, rating, keywords and caption, comes from the first place that has it: the sidecar,
    the photo's own XMP or IPTC, and then the programs in their order. Cameras write a rating of
    0 into every photo: it holds only where nobody says more.
    """

    def __init__(self, libraries: Callable[[], Sequence[HostLibrary]]) -> None:
        self._libraries = libraries
        self._told: set[str] = set()

    def of(self, record: PhotoRecord) -> PhotoNotes:
        """The notes of a photo, from the first of its files that has any."""
        for file in islice(record.files, _FILES_MAX):
            notes = merged(self._sources(file.photo.path, record.content_id))
            if notes.source:
                return notes
        return PhotoNotes()

    def _sources(self, path: Path, content_id: str) -> Iterator[PhotoNotes]:
        if (sidecar := sidecar_notes(path)) is not None:
            yield PhotoNotes(sidecar.rating, sidecar.keywords, sidecar.caption, "sidecar")
        try:
            read = read_photo(path)
        except SkipPhoto:
            pass  # a drive that is away: a program may know the photo all the same
        else:
            embedded = embedded_notes(read.data) if read.content_id == content_id else None
            if embedded is not None:
                yield embedded
        for library in self._libraries():
            notes = self._asked(library, path)
            if notes is not None:
                yield notes

    def _asked(self, library: HostLibrary, path: Path) -> PhotoNotes | None:
        try:
            return library.notes(path)
        except IntegrationError as error:
            if error.message not in self._told:  # it is the same for every photo
                self._told.add(error.message)
                _LOG.warning("%s", error)
        return None


def merged(sources: Iterable[PhotoNotes]) -> PhotoNotes:
    """One out of many: each part from the first that has it; the source names those that gave."""
    rating: int | None = None
    keywords: tuple[str, ...] = ()
    caption = rated_by = keywords_by = caption_by = ""
    for notes in sources:
        if not rating and notes.rating is not None and (notes.rating or rating is None):
            rating, rated_by = notes.rating, notes.source
        if not keywords and (found := tidied(notes.keywords)):
            keywords, keywords_by = found, notes.source
        if not caption and notes.caption:
            caption, caption_by = _plain(notes.caption)[:_CAPTION_CHARS_MAX], notes.source
        if rating and keywords and caption:
            break
    by = dict.fromkeys(filter(None, (rated_by, keywords_by, caption_by)))
    return PhotoNotes(rating, keywords, caption or None, ",".join(by))


def tidied(keywords: Iterable[str]) -> tuple[str, ...]:
    """Each keyword once: not what is only a part of one with its parents (``Cat``, ``Animals``)."""
    plain = (_plain(one).strip("/ ")[:_KEYWORD_CHARS_MAX] for one in keywords)
    every = list(dict.fromkeys(plain))
    every = [one for one in every if one][:_KEYWORDS_MAX]
    parts: set[str] = set()
    for keyword in every:
        levels = keyword.split("/")
        if len(levels) > 1:
            parts.update(levels)
            parts.update("/".join(levels[:end]) for end in range(1, len(levels)))
    return tuple(one for one in every if one not in parts)


def _plain(text: str) -> str:
    """Text that can be sent: bytes that are no text come as U+FFFD."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
