"""The folders that are watched below one folder on Linux, and what each inotify event means."""

from __future__ import annotations

import errno
import logging
import os
import stat
import threading
from collections import deque
from collections.abc import Callable, Iterator
from typing import Protocol

from photosearch.library.formats import is_photo_name
from photosearch.library.pending import ChangeKind
from photosearch.library.scanner import NO_MEDIA, UNWANTED_FOLDERS

_log = logging.getLogger(__name__)

# linux/inotify.h
IN_MODIFY = 0x00000002
IN_ATTRIB = 0x00000004
IN_CLOSE_WRITE = 0x00000008
IN_MOVED_FROM = 0x00000040
IN_MOVED_TO = 0x00000080
IN_CREATE = 0x00000100
IN_DELETE = 0x00000200
IN_DELETE_SELF = 0x00000400
IN_MOVE_SELF = 0x00000800
IN_UNMOUNT = 0x00002000
IN_ISDIR = 0x40000000

# Not asked for: that files are opened, read and closed, so our own reading wakes nobody.
EVENTS = (
    IN_MODIFY
    | IN_ATTRIB
    | IN_CLOSE_WRITE
    | IN_MOVED_FROM
    | IN_MOVED_TO
    | IN_CREATE
    | IN_DELETE
    | IN_DELETE_SELF
    | IN_MOVE_SELF
)

# A new folder with more files than this is named as a whole instead of file by file.
_MAX_FOUND_FILES = 1_000
# As many events as may wait while a folder is walked: three times what the kernel keeps.
_MAX_INBOX = 50_000

_NOT_THERE = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP)
# Such folders cannot be listed by a scan either, so nothing that is known of them changes.
_NOT_FOR_US = (*_NOT_THERE, errno.EACCES, errno.EPERM, errno.ENAMETOOLONG)


class Listener(Protocol):
    """Who is told about changes below a watched folder, from any thread; must return at once."""

    def on_change(self, path: str, kind: ChangeKind) -> None:
        """Something changed at this path."""

    def on_overflow(self) -> None:
        """Events were lost: anything below the watched folder may have changed."""

    def on_lost(self, error: OSError | None) -> None:
        """It is not watched any more: it went away, or the error says why it cannot be."""


class Descriptors(Protocol):
    """The part of inotify that a tree needs."""

    def add(self, path: str, *, is_top: bool) -> int:
        """Watch one folder, not those below it; the same folder gives the same number.

        Raises:
            OSError: it cannot be watched.
        """

    def remove(self, numbers: list[int]) -> None:
        """Stop watching; a number that is not watched any more is passed over."""


class _Node:
    """A watched folder; ``links`` are its links whose names are not those of photos."""

    __slots__ = ("children", "links", "name", "number", "parent", "path")

    def __init__(self, path: str, name: str, number: int, parent: _Node | None) -> None:
        self.path = path
        self.name = name
        self.number = number
        self.parent = parent
        self.children: dict[str, _Node] = {}
        self.links: set[str] = set()


class FolderTree:
    """Watches a folder and, if asked, all below it; hidden and unwanted ones are left out.

    The rule that nothing is missed by: a folder is watched first and listed then, and whatever
    the listing finds is reported. A folder that leaves its place is let go with all below it,
    and one that comes to a place is watched anew: paths are never carried over.

    Events may come from one thread while another walks: they wait in line, nobody blocks.
    """

    def __init__(
        self, top: str, descriptors: Descriptors, listener: Listener, *, is_recursive: bool = True
    ) -> None:
        self._top = top
        self._descriptors = descriptors
        self._listener = listener
        self._is_recursive = is_recursive
        self._nodes: dict[int, _Node] = {}
        self._root: _Node | None = None
        self._lock = threading.Lock()
        self._inbox: deque[Callable[[], None]] = deque()
        self._is_busy = True  # until `open` is done
        self._is_closed = False

    def open(self) -> None:
        """Watch the folder, and all below it; what is there already is not reported.

        Raises:
            OSError: the folder cannot be watched, or a limit was reached; nothing is watched then.
        """
        try:
            self._watch_top()
        except OSError:
            self._is_closed = True
            self._let_go()
            raise
        self._work_off()

    def close(self) -> None:
        """Stop watching; nothing is reported any more, save what is being reported just now."""
        self._is_closed = True
        self._submit(self._let_go)

    def on_event(self, number: int, mask: int, name: bytes) -> None:
        """Take in an event of inotify."""
        self._submit(lambda: self._handle(number, mask, os.fsdecode(name)))

    def on_ignored(self, number: int) -> None:
        """Take in that the kernel let a folder go: it was deleted, or its drive unmounted."""
        self._submit(lambda: self._forget_ignored(number))

    def on_overflow(self) -> None:
        """Take in that events were lost: everything is watched anew, and then reported."""
        self._submit(self._start_over)

    def __len__(self) -> int:
        return len(self._nodes)

    def _submit(self, job: Callable[[], None]) -> None:
        with self._lock:
            if len(self._inbox) >= _MAX_INBOX:
                self._inbox.clear()
                self._inbox.append(self._start_over)
            self._inbox.append(job)
            if self._is_busy:
                return
            self._is_busy = True
        self._work_off()

    def _work_off(self) -> None:
        while True:
            with self._lock:
                if not self._inbox:
                    self._is_busy = False
                    return
                job = self._inbox.popleft()
            try:
                job()
            except OSError as error:
                self._fail(error)
            except Exception as error:  # a bug of ours must not end the thread of all folders
                _log.exception("Watching %r failed.", self._top)
                self._fail(OSError(errno.EIO, str(error)))

    def _fail(self, error: OSError | None) -> None:
        if not self._is_closed:
            self._is_closed = True
            self._let_go()
            self._listener.on_lost(error)

    def _let_go(self) -> None:
        self._descriptors.remove(list(self._nodes))
        self._nodes.clear()
        self._root = None

    def _start_over(self) -> None:
        if self._is_closed:
            return
        self._let_go()
        try:
            self._watch_top()
        except OSError as error:
            self._fail(None if error.errno in _NOT_THERE else error)
            return
        self._listener.on_overflow()

    def _watch_top(self) -> None:
        number = self._descriptors.add(self._top, is_top=True)
        self._root = self._nodes[number] = _Node(self._top, "", number, None)
        for _ in self._list_and_watch_below(self._root):
            pass

    def _watch(self, parent: _Node, name: str) -> _Node | None:
        """Watch one folder; None: it went away or may not be read, or it is watched already."""
        path = os.path.join(parent.path, name)  # noqa: PTH118 - 100,000 path objects take seconds
        try:
            number = self._descriptors.add(path, is_top=False)
        except OSError as error:
            if error.errno in _NOT_FOR_US:
                self._drop(parent, name)
                return None
            raise
        known = parent.children.get(name)
        if known is not None and known.number == number:
            return None
        self._drop(parent, name)
        node = _Node(path, name, number, parent)
        other = self._nodes.get(number)
        if other is self._root:  # the top is mounted a second time below itself
            return None
        if other is not None:  # it has moved here, and the event that says so is still to come
            self._detach(other)
            self._release([below for below in _below(other) if below is not other])
        self._nodes[number] = parent.children[name] = node
        return node

    def _list_and_watch_below(self, top: _Node) -> Iterator[tuple[str, ChangeKind]]:
        """Watch all folders below; yields the photo files and links that lie there already."""
        pending = [top]
        while pending and not self._is_closed:
            node = pending.pop()
            try:
                with os.scandir(node.path) as listing:
                    entries = list(listing)
            except OSError:  # it went away: an event says so; or a scan will come to it as well
                continue
            for entry in entries:
                name = entry.name
                if name[0] == ".":
                    continue
                if entry.is_symlink():
                    node.links.add(name)
                    yield entry.path, ChangeKind.SETTLED
                elif entry.is_dir(follow_symlinks=False):
                    if self._is_recursive and _is_wanted_folder(name):
                        below = self._watch(node, name)
                        if below is not None:
                            pending.append(below)
                elif is_photo_name(name):
                    yield entry.path, ChangeKind.FOUND

    def _drop(self, parent: _Node, name: str) -> None:
        node = parent.children.get(name)
        if node is not None:
            self._detach(node)
            self._release(list(_below(node)))

    def _detach(self, node: _Node) -> None:
        if node.parent is not None and node.parent.children.get(node.name) is node:
            del node.parent.children[node.name]

    def _release(self, nodes: list[_Node]) -> None:
        numbers = [node.number for node in nodes if self._nodes.get(node.number) is node]
        for number in numbers:
            del self._nodes[number]
        self._descriptors.remove(numbers)

    def _forget_ignored(self, number: int) -> None:
        node = self._nodes.get(number)
        if node is None:
            return
        if node is self._root:
            self._fail(None)
            return
        self._detach(node)
        self._release(list(_below(node)))

    def _handle(self, number: int, mask: int, name: str) -> None:
        node = self._nodes.get(number)
        if node is None or self._is_closed:
            return
        if not name:
            self._handle_itself(node, mask)
        elif name == NO_MEDIA:
            if mask & (IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO):
                self._listener.on_change(node.path, ChangeKind.FOLDER)
        elif mask & IN_ISDIR:
            if self._is_recursive and _is_wanted_folder(name):
                self._handle_folder(node, name, mask)
        elif name[0] != ".":
            self._handle_file(node, name, mask)

    def _handle_itself(self, node: _Node, mask: int) -> None:
        """An event of the folder, not of something in it: those have a name."""
        if node is self._root:
            if mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT):
                self._fail(None)
            elif mask & IN_ATTRIB:
                self._listener.on_change(node.path, ChangeKind.FOLDER)
        elif mask & IN_UNMOUNT and node.parent is not None:
            self._handle_folder(node.parent, node.name, IN_MOVED_TO)

    def _handle_folder(self, parent: _Node, name: str, mask: int) -> None:
        path = os.path.join(parent.path, name)  # noqa: PTH118
        if mask & (IN_MOVED_FROM | IN_DELETE):
            self._drop(parent, name)
        # Also where one has left: another may have its place by now, even before it in the line
        # of events (two folders that are exchanged).
        node = self._watch(parent, name)
        found = self._list_and_watch_below(node) if node else iter(())
        if mask & IN_CREATE:
            self._report_new(path, found)
            return
        for _ in found:
            pass
        self._listener.on_change(path, ChangeKind.FOLDER)

    def _report_new(self, path: str, found: Iterator[tuple[str, ChangeKind]]) -> None:
        """Name the files of a new folder one by one: some of them may still be being written."""
        for files, (file, kind) in enumerate(found):
            if files < _MAX_FOUND_FILES:
                self._listener.on_change(file, kind)
            elif files == _MAX_FOUND_FILES:
                self._listener.on_change(path, ChangeKind.FOLDER)

    def _handle_file(self, node: _Node, name: str, mask: int) -> None:
        path = os.path.join(node.path, name)  # noqa: PTH118
        if mask & (IN_CREATE | IN_MOVED_TO):
            self._handle_arrival(node, name, path, mask)
        elif mask & (IN_DELETE | IN_MOVED_FROM):
            if is_photo_name(name) or name in node.links:
                node.links.discard(name)
                self._listener.on_change(path, ChangeKind.SETTLED)
        elif is_photo_name(name):
            self._listener.on_change(path, _kind_of(mask))

    def _handle_arrival(self, node: _Node, name: str, path: str, mask: int) -> None:
        """Something that is no folder appeared: a file, or a link, which may lead to a folder."""
        was_link = name in node.links
        node.links.discard(name)
        is_photo = is_photo_name(name)
        kind = ChangeKind.SETTLED
        try:
            status = os.lstat(path)
        except OSError:  # gone already: that is news as well
            pass
        else:
            if stat.S_ISLNK(status.st_mode):
                node.links.add(name)
                is_photo = True
            elif mask & IN_CREATE and status.st_nlink == 1:  # two names: a hard link, all there
                kind = ChangeKind.WRITING
        if is_photo or was_link:
            self._listener.on_change(path, kind)


def _below(node: _Node) -> Iterator[_Node]:
    pending = [node]
    while pending:
        node = pending.pop()
        yield node
        pending.extend(node.children.values())


def _kind_of(mask: int) -> ChangeKind:
    if mask & IN_CLOSE_WRITE:
        return ChangeKind.CLOSED
    return ChangeKind.WRITING if mask & IN_MODIFY else ChangeKind.TOUCHED


def _is_wanted_folder(name: str) -> bool:
    return name[0] != "." and name.lower() not in UNWANTED_FOLDERS
