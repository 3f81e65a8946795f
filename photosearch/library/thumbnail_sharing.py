"""Hands our thumbnails to other programs beside all other work, and takes theirs."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Iterable
from itertools import islice
from typing import NamedTuple

from photosearch.library.shared_thumbnails import Original, SharedThumbnails, shared_folder

_log = logging.getLogger(__name__)

_MOST_BYTES = 32 * 1024**2
"""What may wait to be written: some 2,000 thumbnails of 256 pixels. Beyond it, none are taken."""

_LULL_S = 0.5
"""Written is when nobody has asked for a thumbnail for so long, or half of what may wait waits.

A thread of low priority would do worse: it could be kept waiting while it holds Python's lock, and
everybody in this process with it.
"""

_MOST_FILES = 8
"""Of the files with one content, how many are looked at."""


class _Waiting(NamedTuple):
    originals: tuple[Original, ...]
    size_px: int
    thumbnail: bytes


class ThumbnailSharing:
    """What a cache of thumbnails asks other programs for, and offers them; for any thread.

    Attributes:
        is_on: whether it does anything; on Windows and macOS it never does.
    """

    def __init__(self, is_on: bool) -> None:
        self.is_on = is_on
        self._has_warned = False
        self._changed = threading.Condition()
        self._waiting: deque[_Waiting] = deque()
        self._waiting_bytes = 0
        self._is_writing = False
        self._is_closed = False
        self._asked_at_s = 0.0
        self._writer: threading.Thread | None = None

    def find(self, originals: Iterable[Original], size_px: int) -> bytes | None:
        """The PNG file of a thumbnail made by another program, of any file with one content."""
        folder = shared_folder() if self.is_on else None
        if folder is None:
            return None
        self._asked_at_s = time.monotonic()
        shared = SharedThumbnails(folder)
        found = (shared.find(one, size_px) for one in islice(originals, _MOST_FILES))
        return next(filter(None, found), None)

    def offer(self, originals: Iterable[Original], size_px: int, thumbnail: bytes) -> None:
        """Have a thumbnail written for other programs, soon, as that of the first file."""
        if not self.is_on or shared_folder() is None:
            return
        one = _Waiting(tuple(islice(originals, _MOST_FILES)), size_px, thumbnail)
        with self._changed:
            if self._is_closed or self._waiting_bytes + len(thumbnail) > _MOST_BYTES:
                return
            self._waiting.append(one)
            self._waiting_bytes += len(thumbnail)
            if self._writer is None:
                self._writer = threading.Thread(
                    target=self._write_all, name="thumbnail-sharing", daemon=True
                )
                self._writer.start()
            self._changed.notify_all()

    def wait_until_written(self, timeout_s: float) -> bool:
        """Wait until nothing is left to write; False where it took longer than this."""
        with self._changed:
            return self._changed.wait_for(
                lambda: not (self._waiting or self._is_writing), timeout_s
            )

    def close(self) -> None:
        """Write the one in hand, and no more."""
        with self._changed:
            self._is_closed = True
            self._waiting.clear()
            self._changed.notify_all()
        if self._writer is not None:
            self._writer.join()

    def _write_all(self) -> None:
        while True:
            with self._changed:
                self._is_writing = False
                self._changed.notify_all()
                self._changed.wait_for(lambda: self._waiting or self._is_closed)
                self._wait_for_a_lull()
                if self._is_closed:
                    return
                one = self._waiting.popleft()
                self._waiting_bytes -= len(one.thumbnail)
                self._is_writing = True
            self._write(one)

    def _wait_for_a_lull(self) -> None:
        while not self._is_closed and self._waiting_bytes < _MOST_BYTES / 2:
            rest_s = self._asked_at_s + _LULL_S - time.monotonic()
            if rest_s <= 0:
                return
            self._changed.wait(rest_s)

    def _write(self, one: _Waiting) -> None:
        folder = shared_folder() if self.is_on else None
        original = next(filter(Original.is_as_it_was, one.originals), None)
        if folder is None or original is None:
            return
        try:
            SharedThumbnails(folder).save(original, one.size_px, one.thumbnail)
        except OSError as error:
            if not self._has_warned:
                self._has_warned = True
                _log.warning("Thumbnails cannot be shared in %s: %s.", folder, error)
