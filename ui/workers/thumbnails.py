"""Thumbnails from the service: fetched and decoded in threads, kept in memory as pixmaps."""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Collection, Iterable
from typing import NamedTuple

from PySide6.QtCore import QByteArray, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPixmap

from photosearch.errors import PhotoSearchError, ServiceError
from ui.workers.runner import CLOSE_S, Runner

_log = logging.getLogger(__name__)

SIZES_PX = (128, 256, 512, 1024)
"""The sizes that a service has: of the longer side, in pixels of the screen."""

_MAX_BYTES = 192 * 2**20
"""With the finished tiles of the grid, a quarter of a gigabyte."""
_THREADS = 2
"""One waits for pictures while the other decodes some."""
_BATCH = 16
"""Pictures asked for at once: many are quicker, few leave room for what is asked for next."""
_TAKE_MS = 6.0
"""How long one turn of the event loop may be spent on what has arrived; a frame has 16."""
_BREATH_S = 0.002
"""After each picture, for the GUI thread: decoding lets go of the interpreter for so short a time
that on an idle machine the other thread woke too late to take it, for seconds (measured)."""
_RETRY_S = 1.0


def size_for(pixels: float) -> int:
    """The smallest size that fills so many pixels of the screen."""
    return next((size for size in SIZES_PX if size >= pixels), SIZES_PX[-1])


class _Key(NamedTuple):
    content_id: str
    size_px: int


class _Arrival(NamedTuple):
    key: _Key
    image: QImage | None
    """None: the photo has no thumbnail."""
    bug: Exception | None = None


class Thumbnails(QObject):
    """Small pictures by content id. Lives in the GUI thread; what was asked last comes first.

    Signals:
        ready(str, int): the thumbnail of a content in a size is there, or is known to be missing,
            or (after `try_again`) is not known to be missing any more.
    """

    ready = Signal(str, int)
    _arrived = Signal()

    def __init__(self, runner: Runner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._pixmaps: OrderedDict[_Key, QPixmap] = OrderedDict()
        self._bytes = 0
        self._missing: set[_Key] = set()
        self._arrivals: deque[_Arrival] = deque()
        self._guard = threading.Condition()
        self._waiting: dict[_Key, bool] = {}
        """What was asked for, the last one last, and whether `keep_only` may drop it."""
        self._on_its_way: dict[_Key, bool] = {}
        self._is_closed = False
        self._closed = threading.Event()
        self._threads: list[threading.Thread] = []
        self._take_timer = QTimer(self, singleShot=True, interval=0)
        self._take_timer.timeout.connect(self._take)
        self._arrived.connect(self._take_timer.start, Qt.ConnectionType.QueuedConnection)

    def pixmap(self, content_id: str, size_px: int, *, is_fleeting: bool = False) -> QPixmap | None:
        """The thumbnail; None: it is asked for, and `ready` follows, or it is missing.

        Args:
            size_px: one of `SIZES_PX`.
            is_fleeting: `keep_only` may drop the request; who looks again asks again.
        """
        found = self.at_hand(content_id, size_px)
        key = _Key(content_id, size_px)
        if found is None and key not in self._missing and not self._is_closed:
            self._ask(key, is_fleeting)
        return found

    def at_hand(self, content_id: str, size_px: int) -> QPixmap | None:
        """The thumbnail if it is there; nothing is asked for."""
        key = _Key(content_id, size_px)
        found = self._pixmaps.get(key)
        if found is not None:
            self._pixmaps.move_to_end(key)
        return found

    def is_known(self, content_id: str, size_px: int) -> bool:
        """Whether the thumbnail is there, or known to be missing."""
        key = _Key(content_id, size_px)
        return key in self._pixmaps or key in self._missing

    def nearest(self, content_id: str, size_px: int) -> QPixmap | None:
        """A thumbnail of another size that is at hand, to stand in; nothing is asked for."""
        keys = (_Key(content_id, size) for size in sorted(SIZES_PX, key=lambda s: abs(s - size_px)))
        return next((self._pixmaps[key] for key in keys if key in self._pixmaps), None)

    def is_missing(self, content_id: str, size_px: int) -> bool:
        """Whether the service has no such thumbnail: its file is away, or cannot be read."""
        return _Key(content_id, size_px) in self._missing

    def keep_only(self, content_ids: Collection[str]) -> None:
        """Drop fleeting requests for other photos: nobody looks at them any more."""
        with self._guard:
            self._waiting = {
                key: is_fleeting
                for key, is_fleeting in self._waiting.items()
                if not is_fleeting or key.content_id in content_ids
            }

    def try_again(self) -> None:
        """Forget what is missing: a drive came back, say."""
        missing, self._missing = self._missing, set()
        for key in missing:
            self.ready.emit(*key)

    def close(self, wait_s: float = CLOSE_S) -> None:
        """Fetch nothing more; a call that hangs is left to die with the process."""
        with self._guard:
            self._is_closed = True
            self._waiting.clear()
            self._guard.notify_all()
        self._closed.set()
        until = time.monotonic() + wait_s
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
        self._take_timer.stop()
        self._arrivals.clear()

    # -- in the GUI thread

    def _ask(self, key: _Key, is_fleeting: bool) -> None:
        with self._guard:
            if key in self._on_its_way:
                return
            is_fleeting = self._waiting.pop(key, True) and is_fleeting
            self._waiting[key] = is_fleeting  # at the end: it comes next
            self._guard.notify()
        if not self._threads:
            for number in range(_THREADS):
                thread = threading.Thread(
                    target=self._work, name=f"app thumbnails {number + 1}", daemon=True
                )
                self._threads.append(thread)
                thread.start()

    def _take(self) -> None:
        """Make pixmaps of what has arrived, for a little while, and go on in the next turn."""
        until = time.perf_counter() + _TAKE_MS / 1e3
        while self._arrivals and not self._is_closed:
            if time.perf_counter() > until:
                self._take_timer.start()
                return
            self._keep(self._arrivals.popleft())

    def _keep(self, arrival: _Arrival) -> None:
        key = arrival.key
        with self._guard:
            self._on_its_way.pop(key, None)
        if arrival.image is None:
            self._missing.add(key)
        else:
            pixmap = QPixmap.fromImage(arrival.image)
            self._pixmaps[key] = pixmap
            self._bytes += _bytes_of(pixmap)
            while self._bytes > _MAX_BYTES:
                _, oldest = self._pixmaps.popitem(last=False)
                self._bytes -= _bytes_of(oldest)
        self.ready.emit(*key)
        if arrival.bug is not None:
            self._take_timer.start()  # for the others
            raise arrival.bug

    # -- in the worker threads

    def _work(self) -> None:
        while keys := self._next():
            try:
                self._fetch(keys)
            except ServiceError:
                self._put_back(keys)
                self._closed.wait(_RETRY_S)
            except PhotoSearchError as error:
                _log.info("No thumbnails: %s", error)
                self._end(_Arrival(key, None) for key in keys)
            except Exception as error:
                self._end(_Arrival(key, None, error) for key in keys)

    def _next(self) -> set[_Key]:
        """What was asked for last, of one size; waits for it. Empty: it is over."""
        with self._guard:
            while not self._waiting and not self._is_closed:
                self._guard.wait()
            keys: set[_Key] = set()
            if self._is_closed:
                return keys
            size_px = next(reversed(self._waiting)).size_px
            for key in reversed(self._waiting):
                if key.size_px == size_px and len(keys) < _BATCH:
                    keys.add(key)
            for key in keys:
                self._on_its_way[key] = self._waiting.pop(key)
            return keys

    def _fetch(self, keys: set[_Key]) -> None:
        """Hand over one picture after another, and take each out of ``keys``."""
        (size_px,) = {key.size_px for key in keys}
        asked = [key.content_id for key in keys]
        for content_id, found in self._runner.service().thumbnails(asked, size_px):
            key = _Key(content_id, size_px)
            if isinstance(found, ServiceError):
                continue  # the service is ending: it is put back with the rest
            if isinstance(found, PhotoSearchError):
                _log.info("%s has no thumbnail: %s", content_id, found)
            image = None if isinstance(found, PhotoSearchError) else _decoded(found.data)
            keys.discard(key)
            self._end([_Arrival(key, image)])
            time.sleep(_BREATH_S)
            if self._is_closed:
                return
        if keys:
            raise ServiceError("Some thumbnails did not come.")

    def _end(self, arrivals: Iterable[_Arrival]) -> None:
        self._arrivals.extend(arrivals)
        if not self._is_closed:
            self._arrived.emit()

    def _put_back(self, keys: set[_Key]) -> None:
        with self._guard:
            for key in keys:
                self._waiting.setdefault(key, self._on_its_way.pop(key))


def _decoded(data: bytes) -> QImage | None:
    # Not QImageReader with a QBuffer of ours: it locks Qt's list of image formats and then reads
    # from the buffer, for which it needs the interpreter. When the GUI thread has that, and wants
    # to save a picture, both wait for ever.
    image = QImage.fromData(QByteArray(data))
    return None if image.isNull() else image


def _bytes_of(pixmap: QPixmap) -> int:
    return pixmap.width() * pixmap.height() * max(pixmap.depth(), 8) // 8
