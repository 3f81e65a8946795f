"""Compares the disk with the catalog: which files to read, and which are gone and forgotten."""

from __future__ import annotations

import os
import stat
from collections import defaultdict
from collections.abc import Iterable, Iterator, MutableMapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from photosearch.errors import LibraryError
from photosearch.index.rows import FileKey
from photosearch.library.changes import Comparison
from photosearch.library.identity import identity_of, is_uncovered
from photosearch.library.reach import is_reached
from photosearch.library.scanner import scan, scan_below
from photosearch.types import Changes, Phase, PhotoStamp, Progress, Root, Skipped

if TYPE_CHECKING:
    from photosearch.index.catalog import Catalog
    from photosearch.jobs import CancelToken
    from photosearch.library.scanner import Found

_PROGRESS_FILES = 5_000

Links = MutableMapping[Path, dict[Path, bool]]
"""By root, the real folders that its links led to at the last scan, and whether to all below."""


@dataclass(frozen=True, slots=True)
class FileToRead:
    """A file that is new, changed or not yet embedded."""

    key: FileKey
    path: Path
    stamp: PhotoStamp


@dataclass(slots=True)
class Findings:
    """What the comparisons came to, over all roots that are there."""

    comparisons: list[tuple[Root, Comparison]] = field(default_factory=list)
    offline: list[Path] = field(default_factory=list)
    removed: int = 0

    @property
    def unchanged(self) -> int:
        """Photos that are as they were."""
        return sum(comparison.unchanged for _, comparison in self.comparisons)

    @property
    def still_skipped(self) -> int:
        """Files that are as they were when they could not be indexed."""
        return sum(comparison.still_skipped for _, comparison in self.comparisons)

    @property
    def to_read(self) -> int:
        """How many files have to be read."""
        return sum(len(comparison.to_read) for _, comparison in self.comparisons)

    def files(self) -> Iterator[FileToRead]:
        """The files to read, made one by one: a first run may have a million."""
        for root, comparison in self.comparisons:
            for path, stamp in comparison.to_read:
                yield FileToRead(FileKey(root.id, path), root.path / os.fsdecode(path), stamp)


class Survey:
    """One look at the disk. Files that are gone are forgotten by the catalog at once.

    Their contents stay known, so that a moved photo is recognised when it is read.
    """

    def __init__(
        self, catalog: Catalog, model_id: int, cancel: CancelToken, links: Links | None = None
    ) -> None:
        self._catalog = catalog
        self._model_id = model_id
        self._cancel = cancel
        self._links: Links = {} if links is None else links
        self._roots = catalog.roots()
        self.findings = Findings()

    def look_at_everything(self) -> Iterator[Progress]:
        """Scan all roots."""
        for root in self._roots:
            yield from self._scan(root)

    def look_at(self, changes: Changes) -> Iterator[Progress]:
        """Scan the roots that are named whole; of the others look at the named paths alone."""
        by_path = {os.fspath(root.path): root for root in self._roots}
        whole = {root for root in self._roots if root.path in changes.roots}
        paths: dict[Root, set[str]] = defaultdict(set)
        for path in changes.paths:
            whole.update(root for root in self._roots if _is_at_or_below(str(root.path), path))
            root = _innermost(by_path, path)
            if root is not None:
                paths[root].add(path[len(str(root.path)) :].lstrip("/"))
        # Behind links lie photos that no path of a change leads to.
        whole.update(
            root
            for root, below in paths.items()
            if root.is_offline or not self._leaves_links_alone(root, below)
        )
        for root in sorted(whole, key=lambda root: root.id):
            yield from self._scan(root)
        for root, relative_paths in paths.items():
            if root not in whole:
                yield from self._scan_parts(root, relative_paths)

    def _leaves_links_alone(self, root: Root, relative_paths: Iterable[str]) -> bool:
        """Whether these changes are of single files, which folders behind links do not mind.

        Of linked files each is shown once, under one of its links: any of them may be the next.
        """
        links = self._links.get(root.path, {})
        return not links or (
            all(links.values()) and all(self._is_single_file(root, one) for one in relative_paths)
        )

    def _is_single_file(self, root: Root, relative_path: str) -> bool:
        """Whether a path is that of a file, or was: nothing is known below it."""
        try:
            if not stat.S_ISREG(os.lstat(root.path / relative_path).st_mode):
                return False
        except FileNotFoundError:
            pass
        except OSError:
            return False
        path = os.fsencode(relative_path)
        known = self._catalog.known_photos(root.id, self._model_id, path).keys()
        skips = self._catalog.known_skips(root.id, path).keys()
        return known | skips <= {path}

    def forget_vanished(self, keys: Iterable[FileKey]) -> None:
        """Forget files that were found and then were not there to be read.

        If it is their whole drive that was pulled out, they are kept.
        """
        by_root: dict[int, list[FileKey]] = defaultdict(list)
        for key in keys:
            by_root[key.root_id].append(key)
        for root in self._roots:
            if not (vanished := by_root.get(root.id)):
                continue
            scanned = self._catalog.identity(root.id)
            gone = [
                key
                for key in vanished
                if not os.path.lexists(root.path / os.fsdecode(key.relative_path))
            ]
            if identity_of(root.path) == scanned:  # asked last: the files may have left with it
                self._catalog.delete_files(gone)
            elif self._catalog.has_root(root.id):
                self._mark_away(root)

    def _scan(self, root: Root) -> Iterator[Progress]:
        known = self._catalog.known_photos(root.id, self._model_id)
        comparison = Comparison(known, self._catalog.known_skips(root.id))
        linked: dict[Path, bool] = {}
        identity = identity_of(root.path)
        try:
            found = scan(root.path, root.exclude, linked)
            yield from self._take_in(root, found, comparison)
        except LibraryError:  # it is away, or went away meanwhile: what was not seen is not known
            identity = None
        if self._cancel.is_cancelled:
            return
        if identity is None or self._is_another(root, identity, comparison):
            self._mark_away(root)
            return
        self._links[root.path] = linked
        self._finish(root, comparison, identity)
        if not self._catalog.has_root(root.id):
            self._links.pop(root.path, None)

    def _scan_parts(self, root: Root, relative_paths: Iterable[str]) -> Iterator[Progress]:
        """Look at some paths of a root, or at all of it where links make that necessary.

        All of it also where another folder lies in its place.
        """
        identity = identity_of(root.path)
        then = self._catalog.identity(root.id)
        is_new = not then and not self._catalog.count_photos(root.id)
        if identity is None or (identity != then and not is_new):
            yield from self._scan(root)
            return
        reached = lru_cache(maxsize=1024)(
            lambda folder: is_reached(root.path, root.exclude, folder)
        )
        known, skips = {}, {}
        found: list[Found] = []
        for count, path in enumerate(sorted(relative_paths)):
            if count % _PROGRESS_FILES == 0:
                yield Progress(Phase.SCANNING, count)
            if self._cancel.is_cancelled:
                return
            below = os.fsencode(path)
            known.update(self._catalog.known_photos(root.id, self._model_id, below))
            skips.update(self._catalog.known_skips(root.id, below))
            if not reached((root.path / path).parent):
                continue
            try:
                part = scan_below(root.path, root.exclude, path)
            except LibraryError:
                self._mark_away(root)
                return
            if part is None:
                yield from self._scan(root)
                return
            found += part
        comparison = Comparison(known, skips)
        yield from self._take_in(root, found, comparison)
        if not self._cancel.is_cancelled:
            self._finish(root, comparison, identity)

    def _take_in(
        self, root: Root, found: Iterable[Found], comparison: Comparison
    ) -> Iterator[Progress]:
        within = self._roots_within(root)
        for count, one in enumerate(found):
            if isinstance(one, Skipped):
                relative = one.path.relative_to(root.path)
                if not str(relative).startswith(within):
                    comparison.add_unreadable(os.fsencode(relative), one)
            elif not one.relative_path.startswith(within):
                comparison.add(one)
            if count % _PROGRESS_FILES == 0:
                yield Progress(Phase.SCANNING, count)
                if self._cancel.is_cancelled:
                    return

    def _finish(self, root: Root, comparison: Comparison, identity: str) -> None:
        """Forget what a root has lost, and note what it would not show.

        A drive pulled out during the scan looks like a folder emptied by its owner, so nothing
        is forgotten of a root that is away, or another folder, by now.
        """
        if identity_of(root.path) != identity:
            self._mark_away(root)
            return
        if not self._catalog.has_root(root.id):  # it was removed meanwhile
            return
        if root.is_offline:
            self._catalog.set_offline(root.id, False)
        self._catalog.set_identity(root.id, identity)
        gone_photos = comparison.gone_photos()
        gone = gone_photos + comparison.gone_skips()
        self._catalog.delete_files(FileKey(root.id, path) for path in gone)
        for path, skipped in comparison.unreadable.items():
            self._catalog.save_skipped(FileKey(root.id, path), PhotoStamp(0, 0), skipped)
        self.findings.removed += len(gone_photos)
        self.findings.comparisons.append((root, comparison))

    def _roots_within(self, root: Root) -> tuple[str, ...]:
        """The beginnings of relative paths that belong to a root of their own."""
        return tuple(
            f"{other.path.relative_to(root.path)}/"
            for other in self._roots
            if other.id != root.id and other.path.is_relative_to(root.path)
        )

    def _mark_away(self, root: Root) -> None:
        self._catalog.set_offline(root.id, True)
        self.findings.offline.append(root.path)

    def _is_another(self, root: Root, identity: str, comparison: Comparison) -> bool:
        """Whether a whole scan was of the place of a drive that is away, not of the drive.

        A folder that is the very one that was scanned before, and is empty now, was emptied. In
        one that is not, photos are needed to show that it took the other's place. Where a drive
        was mounted and is not, these must be some that are known, or as many as are known: a few
        that somebody stored while it was away do not count.
        """
        then = self._catalog.identity(root.id)
        if identity == then or not comparison.known:
            return False
        if not is_uncovered(identity, then):
            return not comparison.found
        return not comparison.met and comparison.found < comparison.known


def _innermost(roots: dict[str, Root], path: str) -> Root | None:
    """The root that a path belongs to: itself, or the nearest one above it."""
    while path not in roots:
        above = path.rpartition("/")[0]
        if not above or above == path:
            return None
        path = above
    return roots[path]


def _is_at_or_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder + "/")
