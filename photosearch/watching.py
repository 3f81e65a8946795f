"""Watches the added folders, and says which paths in them are to be looked at again, and when."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from photosearch.library.change_queue import ChangeQueue
from photosearch.library.filesystems import is_network_path, mountinfo, parse_mountinfo
from photosearch.library.pending import MAX_PATHS, Delays
from photosearch.library.watched_folder import WatchedFolder, Watcher
from photosearch.library.watcher import FolderWatcher
from photosearch.types import Changes, Notice, Root, WatchState

_log = logging.getLogger(__name__)

# A polled folder is left alone nine times as long as it took to look through: at most a tenth of
# the time goes into that, however slow the network is.
_REST_AFTER_POLL = 9
_CLOSE_WAIT_S = 5.0


@dataclass(frozen=True, slots=True)
class Timing(Delays):
    """All the delays of watching, in seconds.

    Attributes:
        presence_s: between two looks whether the folders are there, and are still the same.
        poll_s: between two looks through a folder that cannot be watched.
        retry_s: between two attempts to watch such a folder nevertheless.
        rescan_s: between two looks through a folder that is watched, to be safe; 0 for never.
    """

    presence_s: float = 1.0
    poll_s: float = 60.0
    retry_s: float = 300.0
    rescan_s: float = 3600.0


@dataclass(slots=True)
class _Watched:
    """An added folder, and the folders elsewhere that its links lead to."""

    folder: WatchedFolder
    links: dict[tuple[Path, bool], WatchedFolder] = field(default_factory=dict)

    def folders(self) -> Iterator[WatchedFolder]:
        yield self.folder
        yield from self.links.values()


class Watching:
    """Notices changes below some roots, wherever they come from; safe from any thread.

    Nothing is missed: whatever the system does not report (lost events, a limit, a network, a
    drive that comes and goes) makes the whole root one to be looked at again. A path that is
    given out says where something may have changed, never what.

    One thread checks that the roots are there; another one reads events, once there is a root.
    """

    def __init__(
        self,
        timing: Timing = Timing(),
        clock: Callable[[], float] = time.monotonic,
        *,
        watcher: Callable[[], Watcher] = FolderWatcher,
        is_network: Callable[[Path], bool] = is_network_path,
        max_paths: int = MAX_PATHS,
    ) -> None:
        self._timing = timing
        self._clock = clock
        self._new_watcher = watcher
        self._is_network = is_network
        self._queue = ChangeQueue(timing, clock, max_paths)
        self._watcher = watcher()
        self._mountinfo = mountinfo()
        self._taken_at = 0.0
        self._taken_roots: frozenset[Path] = frozenset()
        self._control = threading.Lock()  # one change of what is watched at a time; may take long
        self._lock = threading.Lock()  # the dictionaries and ``_is_closed``; held for moments
        self._roots: dict[Path, _Watched] = {}
        self._is_closed = False
        self._keeper: threading.Thread | None = None
        self._keeper_news = threading.Event()

    def set_roots(self, roots: Sequence[Root]) -> None:
        """Watch exactly these folders.

        Those that are new are not reported: the caller scans them after this call has returned,
        and whatever changes from then on is reported. What is pending for those that are let go
        is dropped; a root around one of them is reported, for it has these photos now.
        """
        wanted = {root.path for root in roots}
        with self._control:
            for path in self._roots.keys() - wanted:
                self._let_go(path)
            for path in sorted(wanted - self._roots.keys()):
                self._queue.add_root(path)
                folder = WatchedFolder(
                    path,
                    self._queue.change,
                    partial(self._queue.report, path),
                    self._keeper_news.set,
                )
                with self._lock:
                    self._roots[path] = _Watched(folder)
                self._begin(folder)
            self._start_keeper()

    def set_links(
        self, root: Path, folders: Sequence[Path], *, shallow: Sequence[Path] = ()
    ) -> None:
        """Watch these real folders, to which links inside a root lead, for the root.

        Anything that happens to a photo in them makes the whole root one to be looked at. If one
        of them is new, the root is reported once, for it may have changed before it was watched.

        Args:
            root: an added folder; one that is not known is passed over.
            folders: folders that are watched with all below them.
            shallow: folders that are watched without those below them (of linked files, say).
        """
        wanted = {(path, True) for path in folders} | {(path, False) for path in shallow}
        with self._control:
            watched = self._roots.get(root)
            if watched is None:
                return
            for key in watched.links.keys() - wanted:
                watched.links[key].end()
                with self._lock:
                    del watched.links[key]
            for path, is_recursive in sorted(wanted - watched.links.keys()):
                folder = WatchedFolder(
                    path,
                    partial(self._queue.change_elsewhere, root),
                    partial(self._queue.report, root),
                    self._keeper_news.set,
                    is_recursive=is_recursive,
                )
                with self._lock:
                    watched.links[path, is_recursive] = folder
                self._begin(folder)
                self._queue.report(root)

    def poll_every(self, poll_s: float) -> None:
        """Look through folders that cannot be watched so often from now on."""
        if poll_s != self._timing.poll_s:
            self._timing = replace(self._timing, poll_s=poll_s)
            now = self._clock()
            with self._lock:
                for _, folder in self._folders():
                    folder.poll_at = min(folder.poll_at, now + poll_s)

    def mark(self, changes: Changes) -> None:
        """Add changes by hand, ready at once; what lies in no root is passed over."""
        self._queue.mark(changes)

    def take(self) -> Changes:
        """What is ready now; it is the caller's from then on, and not given out again."""
        self._rest_after_poll()
        changes = self._queue.take()
        self._taken_at, self._taken_roots = self._clock(), changes.roots
        return changes

    def wait(self, wait_s: float) -> bool:
        """Block until something is ready (True), or until the end of the time or `wake`."""
        self._rest_after_poll()
        return self._queue.wait(wait_s)

    def wake(self) -> None:
        """End the present `wait`, or else the next one, at once."""
        self._queue.wake()

    def being_written(self) -> frozenset[str]:
        """Files that are not written to their end yet, as far as is known: better not read now.

        Each of them is given out by `take` when it is, or reported with its whole root.
        """
        return self._queue.being_written()

    def states(self) -> dict[Path, WatchState]:
        """How each root is watched."""
        with self._lock:
            return {path: watched.folder.state for path, watched in self._roots.items()}

    def notices(self) -> tuple[Notice, ...]:
        """What a person should know: which folders cannot be watched, and what to do about it."""
        with self._lock:
            folders = [folder for _, folder in self._folders()]
        return tuple(notice for folder in folders if (notice := folder.notice()) is not None)

    def close(self) -> None:
        """Let everything go and end the threads; more than one call does no harm."""
        with self._lock:
            self._is_closed = True
            watcher = self._watcher
        self._queue.close()
        self._keeper_news.set()
        watcher.stop()
        if self._keeper is not None:
            self._keeper.join(_CLOSE_WAIT_S)

    def _folders(self) -> list[tuple[Path, WatchedFolder]]:
        """Every folder that should be watched, with its root."""
        return [
            (root, folder) for root, watched in self._roots.items() for folder in watched.folders()
        ]

    def _begin(self, folder: WatchedFolder) -> None:
        folder.begin(self._watcher, self._is_network)
        now = self._clock()
        folder.poll_at = now + self._timing.poll_s
        folder.retry_at = now + self._timing.retry_s
        folder.rescan_at = now + self._timing.rescan_s

    def _let_go(self, root: Path) -> None:
        with self._lock:
            watched = self._roots.pop(root)
        for folder in watched.folders():
            folder.end()
        self._queue.remove_root(root)

    def _start_keeper(self) -> None:
        with self._lock:
            if self._roots and self._keeper is None and not self._is_closed:
                self._keeper = threading.Thread(target=self._keep, name="watching", daemon=True)
                self._keeper.start()

    def _keep(self) -> None:
        while not self._is_closed:
            self._keeper_news.wait(self._timing.presence_s)
            self._keeper_news.clear()
            try:
                with self._control:
                    self._check()
            except Exception:  # a bug must not end the only one who notices a drive's return
                _log.exception("The check of the watched folders failed.")

    def _check(self) -> None:
        is_renewed = self._replace_dead_watcher()
        mounted = self._changed_mount_points()
        for root, folder in self._folders():
            if self._is_closed:
                return
            if is_renewed or folder.has_changed() or any(map(folder.contains, mounted)):
                self._renew(root, folder)
            else:
                self._look_through_if_due(root, folder)

    def _renew(self, root: Path, folder: WatchedFolder) -> None:
        folder.end()
        self._begin(folder)
        _log.info("The folder %r is watched anew: %s.", str(folder.path), folder.state)
        if folder.path == root and folder.state is WatchState.OFFLINE:
            self._queue.report_only(root)
        else:
            self._queue.report(root)

    def _look_through_if_due(self, root: Path, folder: WatchedFolder) -> None:
        now = self._clock()
        if folder.state is WatchState.POLLED:
            if folder.error is not None and now >= folder.retry_at:
                self._renew(root, folder)
            elif now >= folder.poll_at:
                folder.poll_at = now + self._timing.poll_s
                self._queue.report(root)
        elif (
            folder.state is WatchState.WATCHED and self._timing.rescan_s and now >= folder.rescan_at
        ):
            folder.rescan_at = now + self._timing.rescan_s
            self._queue.report(root)

    def _rest_after_poll(self) -> None:
        """Put off the next look through polled folders, by how long the caller was busy with it."""
        roots, self._taken_roots = self._taken_roots, frozenset()
        now = self._clock()
        rest_s = max(self._timing.poll_s, _REST_AFTER_POLL * (now - self._taken_at))
        with self._lock:
            folders = self._folders()
        for root, folder in folders:
            if root in roots:
                folder.poll_at = now + rest_s

    def _replace_dead_watcher(self) -> bool:
        if self._watcher.is_alive():
            return False
        _log.warning("The observer of folders has died; a new one takes over.")
        dead, new = self._watcher, self._new_watcher()
        with self._lock:
            if self._is_closed:
                return False
            self._watcher = new
        dead.stop()
        return True

    def _changed_mount_points(self) -> set[str]:
        """Where something was mounted or unmounted since the last call."""
        old, new = self._mountinfo, mountinfo()
        if old == new:
            return set()
        self._mountinfo = new
        return {mount.point for mount in set(parse_mountinfo(old)) ^ set(parse_mountinfo(new))}
