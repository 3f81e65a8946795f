"""Photos for the search of a desktop: few, each of them there, with its picture if ready."""

from __future__ import annotations

import logging
import os
import queue
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from photosearch.desktop_search.icons import ICON_PX, Icon, icon_of
from photosearch.errors import PhotoSearchError, QueryError, UnknownPhotoError, shown
from photosearch.types import Query, Thumbnail

if TYPE_CHECKING:
    from photosearch.interface import PhotoSearch

_log = logging.getLogger(__name__)

_PICTURES_WAIT_S = 1.5
"""How long rows wait for their pictures, which are made the first time that a photo is found."""
_AFTER_FAILURE_S = 10.0
"""How long nothing is asked after the service could not be: not with every keystroke."""
_KEPT = 64
"""Rows kept in memory, of 64 KiB each: those of a few searches."""
_LOOKS_AT_ONCE = 3
"""Looks at photos that may go on when nobody waits for them: a dead drive blocks for ever."""


@dataclass(frozen=True, slots=True)
class FoundPhoto:
    """A row; ``icon`` is None while its picture is not ready."""

    content_id: str
    path: Path
    icon: Icon | None = None

    @property
    def name(self) -> str:
        """The name of the file, as text for people."""
        return _as_text(self.path.name)

    @property
    def folder(self) -> str:
        """The folder that it lies in, as text for people; the home folder is ``~``."""
        home, folder = os.path.expanduser("~"), str(self.path.parent)  # noqa: PTH111
        if folder == home or folder.startswith(home + os.sep):
            folder = "~" + folder[len(home) :]
        return _as_text(folder)


class PhotoFinder:
    """Asks the service; its methods take long, and are called one at a time.

    No score tells that nothing matches: the scale is another one for each model and photo library.
    So the best few are given for all words, and the desktops rank them below other results.

    Args:
        client: starts the service if need be.
        has_index: whether anything was ever indexed: if not, no service is started to learn it.
        wait_s: how long a search waits for the pictures of its rows.
    """

    def __init__(
        self,
        client: PhotoSearch,
        has_index: Callable[[], bool],
        wait_s: float = _PICTURES_WAIT_S,
    ) -> None:
        self._client = client
        self._has_index = has_index
        self._wait_s = wait_s
        self._not_before = 0.0
        self._known: OrderedDict[str, FoundPhoto] = OrderedDict()
        self._guard = threading.Lock()
        self._looks = threading.BoundedSemaphore(_LOOKS_AT_ONCE)

    def find(self, words: str, limit: int) -> tuple[FoundPhoto, ...]:
        """The best photos for some words, best first; none when they cannot be asked for."""
        if time.monotonic() < self._not_before or not self._has_index():
            return ()
        try:
            # Some may be gone, or be copies of others.
            hits = self._client.answer(Query(text=words, limit=2 * limit)).hits
        except QueryError as error:  # nothing is indexed yet
            _log.info("%s", error.message)
            return ()
        except PhotoSearchError as error:
            _log.warning("%s", error)
            self._not_before = time.monotonic() + _AFTER_FAILURE_S
            return ()
        return self._looked_at([FoundPhoto(h.photo.content_id, h.photo.path) for h in hits], limit)

    def recall(self, content_ids: Sequence[str]) -> tuple[FoundPhoto, ...]:
        """The rows of photos that were found before, by this process or the one before it.

        One that is not indexed any more is left out.
        """
        missing = [one for one in content_ids if self._kept(one) is None]
        asked = [photo for one in missing if (photo := self._ask_for(one)) is not None]
        self._looked_at(asked, len(asked))
        rows = (self._kept(one) for one in content_ids)
        return tuple(row for row in rows if row is not None)

    def path(self, content_id: str) -> Path | None:
        """Where a photo lies by now; None where it is gone."""
        kept = self._kept(content_id)
        if kept is not None and kept.path.exists():
            return kept.path
        photo = self._ask_for(content_id)
        return None if photo is None else photo.path

    def _ask_for(self, content_id: str) -> FoundPhoto | None:
        try:
            files = self._client.photo(content_id).files
        except UnknownPhotoError:
            return None
        except PhotoSearchError as error:
            _log.warning("%s", error)
            return None
        there = (file.photo.path for file in files if file.photo.path.exists())
        path = next(there, None)
        return None if path is None else FoundPhoto(content_id, path)

    def _looked_at(self, photos: Sequence[FoundPhoto], limit: int) -> tuple[FoundPhoto, ...]:
        """The first few that are there, with the pictures that are ready in time.

        Those of which nothing is heard in time are taken to be there: their drive may be asleep.
        """
        places: dict[str, list[FoundPhoto]] = {}
        for photo in photos:
            places.setdefault(photo.content_id, []).append(photo)
        rows: dict[str, FoundPhoto | None] = {key: first[0] for key, first in places.items()}
        rows.update({key: self._kept(key) or row for key, row in rows.items()})
        heard: queue.SimpleQueue[FoundPhoto | str | None] = queue.SimpleQueue()
        if self._looks.acquire(blocking=False):
            threading.Thread(
                target=self._look, args=(places, heard.put), name="photosearch-look", daemon=True
            ).start()
            _take(heard, rows, self._wait_s)
        found = tuple(row for row in rows.values() if row is not None)[:limit]
        for row in found:
            self._keep(row)
        return found

    def _look(
        self,
        places: dict[str, list[FoundPhoto]],
        tell: Callable[[FoundPhoto | str | None], None],
    ) -> None:
        """Tell of each photo: its row, or the id of one that cannot be shown; None is the end."""
        try:
            for content_id, made in self._client.thumbnails(list(places), ICON_PX):
                there = [one.path for one in places[content_id] if os.path.exists(one.path)]  # noqa: PTH110
                if not there or not isinstance(made, Thumbnail):
                    self._forget(content_id)
                    tell(content_id)
                    continue
                row = FoundPhoto(content_id, there[0], icon_of(made))
                self._keep(row)
                tell(row)
        except PhotoSearchError as error:
            _log.warning("%s", error)
        finally:
            self._looks.release()
            tell(None)

    def _kept(self, content_id: str) -> FoundPhoto | None:
        with self._guard:
            return self._known.get(content_id)

    def _keep(self, row: FoundPhoto) -> None:
        with self._guard:
            if row.icon is None and row.content_id in self._known:
                return
            self._known[row.content_id] = row
            self._known.move_to_end(row.content_id)
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)

    def _forget(self, content_id: str) -> None:
        with self._guard:
            self._known.pop(content_id, None)


def _take(
    heard: queue.SimpleQueue[FoundPhoto | str | None],
    rows: dict[str, FoundPhoto | None],
    wait_s: float,
) -> None:
    """Put what is heard into the rows, until all was or it took too long."""
    until = time.monotonic() + wait_s
    while True:
        try:
            news = heard.get(timeout=max(0.0, until - time.monotonic()))
        except queue.Empty:
            return
        if news is None:
            return
        if isinstance(news, str):
            rows[news] = None
        else:
            rows[news.content_id] = news


def _as_text(name: str) -> str:
    """Bytes that are no text become U+FFFD, what would act on a screen is written out."""
    return shown(os.fsencode(name).decode("utf-8", "replace"))
