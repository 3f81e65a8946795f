"""Watches folders with watchdog, the only module that imports it; failures come as values.

On Linux its reader of inotify is used, but not its recursive observer. In watchdog 7.1 that one

- says nothing when the limit of watches is reached at a subfolder;
- loses its thread, and with it all news, when a folder is moved out, another takes its name and
  moves on, and the first is deleted (a ``KeyError`` in its tables);
- holds everything back for half a second behind each file that is moved out;
- says nothing to its user when the kernel's queue of events overflows.

`FolderTree` answers these. Elsewhere the systems watch whole trees by themselves.
"""

from __future__ import annotations

import errno
import os
import sys
import threading
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from photosearch.library.formats import is_photo_name
from photosearch.library.pending import ChangeKind
from photosearch.library.scanner import NO_MEDIA, UNWANTED_FOLDERS
from photosearch.library.watch_tree import EVENTS, FolderTree, Listener

if TYPE_CHECKING:
    from watchdog.events import FileSystemEvent
    from watchdog.observers.api import BaseObserver, ObservedWatch
    from watchdog.observers.inotify_c import InotifyEvent, InotifyFD

_STOP_WAIT_S = 5.0

_IN_DONT_FOLLOW = 0x02000000
_IN_ONLYDIR = 0x01000000


class Watch(Protocol):
    """A folder that is being watched."""

    def close(self) -> None:
        """Stop watching it; more than one call does no harm."""


class Backend(Protocol):
    """What watches folders on one kind of system."""

    def watch(self, folder: str, listener: Listener, *, is_recursive: bool) -> Watch:
        """Begin to watch a folder.

        Raises:
            OSError: it cannot be watched.
        """

    def is_alive(self) -> bool:
        """Whether news still come."""

    def stop(self) -> None:
        """Let everything go."""


class FolderWatcher:
    """One observer for any number of folders; it starts with the first of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._backend: Backend | None = None
        self._is_stopped = False

    def watch(self, folder: Path, listener: Listener, *, is_recursive: bool = True) -> Watch:
        """Watch a folder, and all below it; what is there already is not reported.

        What happens after this call has returned is reported, in one order for all folders.

        Raises:
            OSError: it cannot be watched. ``ENOSPC``: the limit of watched folders is reached;
                ``EMFILE``: that of observers; else it is not there, or may not be read.
        """
        return self._started().watch(os.fspath(folder), listener, is_recursive=is_recursive)

    def is_alive(self) -> bool:
        """Whether the observer works, or was not needed yet; a dead one must be replaced."""
        with self._lock:
            return self._backend is None or self._backend.is_alive()

    def stop(self) -> None:
        """Let all folders go and end the threads."""
        with self._lock:
            self._is_stopped = True
            backend, self._backend = self._backend, None
        if backend is not None:
            backend.stop()

    def _started(self) -> Backend:
        with self._lock:
            if self._is_stopped:
                raise OSError(errno.EBADF, "The observer was stopped.")
            if self._backend is None:
                self._backend = _new_backend()
            return self._backend


def _new_backend() -> Backend:
    if sys.platform.startswith("linux"):
        # Not every C library has inotify, and another watchdog may not have this reader of it.
        with suppress(ImportError):
            return InotifyBackend()
    return ObserverBackend()


class InotifyBackend:
    """One inotify instance, read by one thread of watchdog's, for the trees of all folders."""

    def __init__(self) -> None:
        """Start the thread that reads.

        Raises:
            OSError: ``EMFILE``, the limit of inotify instances or of open files is reached.
        """
        from watchdog.observers.inotify_c import InotifyFD
        from watchdog.utils import UnsupportedLibcError

        try:
            self._inotify: InotifyFD = InotifyFD()
        except UnsupportedLibcError as error:
            raise ImportError(str(error)) from error
        self._lock = threading.Lock()
        self._ids = count(1)
        self._is_stopped = False
        self._inotify.start()

    def watch(self, folder: str, listener: Listener, *, is_recursive: bool) -> Watch:
        tree = _Tree(self, folder, listener, is_recursive)
        tree.open()
        return tree

    def is_alive(self) -> bool:
        return self._inotify.is_alive()

    def stop(self) -> None:
        with self._lock:  # no descriptor is used once it is closed: its number may be another's
            self._is_stopped = True
        self._inotify.stop()
        self._inotify.join(_STOP_WAIT_S)

    def add(self, tree: _Tree, path: str, *, is_top: bool) -> tuple[int, int]:
        """Watch one folder for a tree; returns the kernel's number and a new id of the callback."""
        from watchdog.observers.inotify_c import CallbackId, Mask

        mask = Mask(EVENTS | _IN_ONLYDIR | (0 if is_top else _IN_DONT_FOLLOW))
        with self._lock:
            if self._is_stopped:
                raise OSError(errno.EBADF, "The observer was stopped.")
            callback_id = CallbackId(next(self._ids))
            number = self._inotify.add_callback(os.fsencode(path), mask, tree, callback_id)
            if number == -1:  # WORKAROUND: watchdog takes a folder that may not be read for watched
                self._inotify.remove_callbacks([(number, callback_id)])
                raise PermissionError(errno.EACCES, "The folder may not be read.", path)
        return number, callback_id

    def remove(self, callbacks: list[tuple[int, int]]) -> None:
        """Stop watching folders."""
        from watchdog.observers.inotify_c import CallbackId, WatchDescriptor

        with self._lock:
            if not self._is_stopped:
                self._inotify.remove_callbacks(
                    [(WatchDescriptor(number), CallbackId(id_)) for number, id_ in callbacks]
                )


class _Tree:
    """A `FolderTree` on an inotify instance; it is the callback of each of its folders."""

    def __init__(
        self, backend: InotifyBackend, folder: str, listener: Listener, is_recursive: bool
    ) -> None:
        self._backend = backend
        self._ids: dict[int, int] = {}
        self._tree = FolderTree(folder, self, listener, is_recursive=is_recursive)
        self.open = self._tree.open
        self.close = self._tree.close

    def add(self, path: str, *, is_top: bool) -> int:
        number, callback_id = self._backend.add(self, path, is_top=is_top)
        old_id = self._ids.get(number)
        self._ids[number] = callback_id
        if old_id is not None:  # watched already under another path: one callback is enough
            self._backend.remove([(number, old_id)])
        return number

    def remove(self, numbers: list[int]) -> None:
        ids = self._ids
        self._backend.remove([(number, ids.pop(number)) for number in numbers if number in ids])

    def on_event(self, event: InotifyEvent) -> None:
        self._tree.on_event(event.wd, event.mask, event.name)

    def on_watch_deleted(self, wd: int) -> None:
        self._tree.on_ignored(wd)

    def on_queue_overflow(self) -> None:
        self._tree.on_overflow()


class ObserverBackend:
    """watchdog's observer of this system, for those that watch whole trees by themselves."""

    def __init__(self) -> None:
        from watchdog.observers import Observer

        self._observer: BaseObserver = Observer()
        self._observer.start()

    def watch(self, folder: str, listener: Listener, *, is_recursive: bool) -> Watch:
        from watchdog.events import FileSystemEventHandler

        class Handler(FileSystemEventHandler):
            def dispatch(self, event: FileSystemEvent) -> None:
                translate(event, folder, listener)

        if not os.path.isdir(folder):  # noqa: PTH112 - some systems would wait for it to appear
            raise FileNotFoundError(errno.ENOENT, "There is no such folder.", folder)
        try:
            watch = self._observer.schedule(Handler(), folder, recursive=is_recursive)
        except OSError:
            raise
        except Exception as error:  # the adapters of some systems raise errors of their own
            raise OSError(errno.EIO, str(error)) from error
        return _ObserverWatch(self._observer, watch)

    def is_alive(self) -> bool:
        return self._observer.is_alive() and all(
            emitter.is_alive() for emitter in self._observer.emitters.copy()
        )

    def stop(self) -> None:
        self._observer.stop()
        self._observer.join(_STOP_WAIT_S)


class _ObserverWatch:
    def __init__(self, observer: BaseObserver, watch: ObservedWatch) -> None:
        self._observer = observer
        self._watch = watch

    def close(self) -> None:
        with suppress(KeyError):  # it was closed before, or the observer was stopped
            self._observer.unschedule(self._watch)


_KINDS = {
    "created": ChangeKind.WRITING,
    "modified": ChangeKind.WRITING,
    "closed": ChangeKind.CLOSED,
    "attrib": ChangeKind.TOUCHED,
    "deleted": ChangeKind.SETTLED,
    "moved": ChangeKind.SETTLED,
}


def translate(event: FileSystemEvent, folder: str, listener: Listener) -> None:
    """Tell the listener of a watched folder what an event of watchdog's means, if anything."""
    kind = _KINDS.get(event.event_type)
    if kind is None or (event.is_directory and event.event_type == "modified"):
        return
    is_moved = event.event_type == "moved"
    for raw_path in (event.src_path, event.dest_path) if is_moved else (event.src_path,):
        path = os.fsdecode(raw_path)
        if path == folder:
            if event.event_type in ("deleted", "moved"):
                listener.on_lost(None)
        elif path:
            _tell(path, kind, folder, listener, is_folder=event.is_directory)


def _tell(path: str, kind: ChangeKind, folder: str, listener: Listener, *, is_folder: bool) -> None:
    above, _, name = path.rpartition(os.sep)
    if _is_hidden(above[len(folder) :]):
        return
    if name == NO_MEDIA:
        listener.on_change(above, ChangeKind.FOLDER)
    elif name[:1] == "." or (is_folder and name.lower() in UNWANTED_FOLDERS):
        return
    elif is_folder:
        listener.on_change(path, ChangeKind.FOLDER)
    elif is_photo_name(name) or os.path.islink(path):  # noqa: PTH114
        listener.on_change(path, kind)


def _is_hidden(relative_folder: str) -> bool:
    parts = Path(relative_folder.strip(os.sep)).parts
    return any(part[0] == "." or part.lower() in UNWANTED_FOLDERS for part in parts)
