"""The indexing job: scan, compare, read, embed, store; interruptible, and cheap when repeated."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from photosearch.errors import LibraryError
from photosearch.index.rows import FileKey, NewContent, ReadPhoto
from photosearch.jobs import CancelToken, map_ahead
from photosearch.library.changes import Comparison
from photosearch.library.content import read_photo
from photosearch.library.images import decode
from photosearch.library.scanner import scan
from photosearch.library.skip import SkipPhoto
from photosearch.types import (
    IndexReport,
    Phase,
    PhotoFacts,
    PhotoStamp,
    Progress,
    Root,
    SkipKind,
    Skipped,
)

if TYPE_CHECKING:
    from photosearch.index.catalog import Catalog
    from photosearch.index.store import VectorStore
    from photosearch.model.encoder import ImageTextEncoder
    from photosearch.types import Pixels

_log = logging.getLogger(__name__)

_PROGRESS_FILES = 5_000
_WRITE_ROWS = 64
"""Photos a transaction: what a killed process loses at most, a second or two of work."""
_WRITE_INTERVAL_S = 2.0
_LOOK_AHEAD_BATCHES = 3
"""Decoded photos that wait for the encoder: 0.8 MB each at 260 px, so 40 MB a batch of 16 x 3."""


@dataclass(frozen=True, slots=True)
class _Task:
    key: FileKey
    path: Path
    stamp: PhotoStamp


@dataclass(frozen=True, slots=True)
class _Opened:
    """A file that was read; without pixels when its content is embedded already."""

    photo: ReadPhoto
    facts: PhotoFacts | None = None
    pixels: Pixels | None = None


@dataclass(frozen=True, slots=True)
class _Failed:
    task: _Task
    kind: SkipKind
    reason: str


@dataclass(slots=True)
class _Plan:
    """What the scans have found: one comparison for each root that is there."""

    comparisons: list[tuple[Root, Comparison]] = field(default_factory=list)
    offline: list[Path] = field(default_factory=list)

    @property
    def unchanged(self) -> int:
        return sum(comparison.unchanged for _, comparison in self.comparisons)

    @property
    def still_skipped(self) -> int:
        return sum(comparison.still_skipped for _, comparison in self.comparisons)

    @property
    def to_read(self) -> int:
        return sum(len(comparison.to_read) for _, comparison in self.comparisons)

    def tasks(self) -> Iterator[_Task]:
        """The files to read, made one by one: a first run may have a million."""
        for root, comparison in self.comparisons:
            for path, stamp in comparison.to_read:
                yield _Task(FileKey(root.id, path), root.path / os.fsdecode(path), stamp)


class IndexingJob:
    """One pass over all roots for one model.

    The vectors of a batch are stored first, then one catalog transaction says that they exist.
    Files that are gone are forgotten last, so that a moved photo finds its content still known.
    """

    def __init__(
        self,
        catalog: Catalog,
        store: VectorStore,
        encoder: ImageTextEncoder,
        cancel: CancelToken,
        *,
        batch_size: int = 16,
        decode_threads: int = 0,
    ) -> None:
        self._catalog = catalog
        self._store = store
        self._encoder = encoder
        self._cancel = cancel
        self._batch_size = batch_size
        self._threads = decode_threads or os.cpu_count() or 1
        self._model_id = catalog.vectors.model_id(encoder.spec)
        self._to_embed: dict[str, _Opened] = {}
        self._embedded: list[NewContent] = []
        self._to_save: list[ReadPhoto] = []
        self._written_at = time.monotonic()
        self._embedded_count = self._recognised_count = self._failed_count = 0

    def run(self) -> Iterator[Progress | IndexReport]:
        """Yield progress, and last the report."""
        plan = _Plan()
        for root in self._catalog.roots():
            yield from self._scan(root, plan)
        yield from self._read_all(plan)
        removed = 0
        if not self._cancel.is_cancelled:
            removed = sum(self._forget_gone(*seen, plan) for seen in plan.comparisons)
            self._store.delete(self._catalog.delete_orphans())
        yield IndexReport(
            embedded=self._embedded_count,
            recognised=self._recognised_count,
            removed=removed,
            unchanged=plan.unchanged,
            skipped=self._catalog.count_skipped(),
            offline_roots=tuple(plan.offline),
            is_cancelled=self._cancel.is_cancelled,
        )

    # -- finding work

    def _scan(self, root: Root, plan: _Plan) -> Iterator[Progress]:
        known = self._catalog.known_photos(root.id, self._model_id)
        is_away = _is_away(root.path, has_photos=bool(known))
        comparison = Comparison(known, self._catalog.known_skips(root.id))
        if not is_away:
            try:
                yield from self._compare(root, comparison)
            except LibraryError:  # it went away meanwhile: what was not seen is not known
                is_away = True
            if self._cancel.is_cancelled:
                return
        if is_away:
            self._mark_away(root, plan)
            return
        if root.is_offline:
            self._catalog.set_offline(root.id, False)
        plan.comparisons.append((root, comparison))
        for path, skipped in comparison.unreadable.items():
            self._catalog.save_skipped(FileKey(root.id, path), PhotoStamp(0, 0), skipped)

    def _compare(self, root: Root, comparison: Comparison) -> Iterator[Progress]:
        within = self._roots_within(root)
        for count, found in enumerate(scan(root.path, root.exclude)):
            if isinstance(found, Skipped):
                relative = found.path.relative_to(root.path)
                if not str(relative).startswith(within):
                    comparison.add_unreadable(os.fsencode(relative), found)
            elif not found.relative_path.startswith(within):
                comparison.add(found)
            if count % _PROGRESS_FILES == 0:
                yield Progress(Phase.SCANNING, count)
                if self._cancel.is_cancelled:
                    return

    def _roots_within(self, root: Root) -> tuple[str, ...]:
        """The beginnings of relative paths that belong to a root of their own."""
        return tuple(
            f"{other.path.relative_to(root.path)}/"
            for other in self._catalog.roots()
            if other.id != root.id and other.path.is_relative_to(root.path)
        )

    def _mark_away(self, root: Root, plan: _Plan) -> None:
        self._catalog.set_offline(root.id, True)
        plan.offline.append(root.path)

    def _forget_gone(self, root: Root, comparison: Comparison, plan: _Plan) -> int:
        """Forget what a root has lost; returns how many photos.

        A drive pulled out during the scan or while its photos were read looks like a folder
        emptied by its owner: nothing is forgotten of a root that is away by now.
        """
        gone_photos = comparison.gone_photos()
        if _is_away(root.path, has_photos=bool(self._catalog.count_photos(root.id))):
            self._catalog.forget_vanished(root.id)
            self._mark_away(root, plan)
            return 0
        gone = gone_photos + comparison.gone_skips()
        self._catalog.delete_files(FileKey(root.id, path) for path in gone)
        return len(gone_photos)

    # -- reading, embedding, storing

    def _read_all(self, plan: _Plan) -> Iterator[Progress]:
        """Decode on all cores a few batches ahead of the encoder, in the order of the scan."""
        window = self._batch_size * _LOOK_AHEAD_BATCHES
        total = plan.to_read
        done = 0
        yield Progress(Phase.EMBEDDING, done, total, plan.still_skipped)
        pool = ThreadPoolExecutor(self._threads, thread_name_prefix="decode")
        try:
            for _, result in map_ahead(pool, self._open, plan.tasks(), window):
                if self._cancel.is_cancelled:
                    break
                done += 1
                if self._take(result.result()) or done % _WRITE_ROWS == 0:
                    skipped = plan.still_skipped + self._failed_count
                    yield Progress(Phase.EMBEDDING, done, total, skipped)
            self._embed()
            self._write()
            yield Progress(Phase.EMBEDDING, done, total, plan.still_skipped + self._failed_count)
        finally:
            pool.shutdown(cancel_futures=True)

    def _open(self, task: _Task) -> _Opened | _Failed:
        """Read a file, and decode it if its content is new; runs on a decoding thread."""
        try:
            data = read_photo(task.path)
            photo = ReadPhoto(task.key, data.stamp, data.content_id)
            if self._catalog.vectors.has(self._model_id, data.content_id):
                return _Opened(photo)
            decoded = decode(data.data, self._encoder.decode_side_px)
            return _Opened(photo, decoded.facts, self._encoder.preprocess(decoded.image))
        except SkipPhoto as skip:
            return _Failed(task, skip.kind, skip.reason)
        except Exception as error:  # one photo must not end the job for a million others
            _log.exception("Unexpected failure on %s", task.path)
            reason = f"Unexpected failure ({type(error).__name__}: {error}); please report it."
            return _Failed(task, SkipKind.BROKEN, reason)

    def _take(self, result: _Opened | _Failed) -> bool:
        """Sort one result into what is to be embedded, saved or skipped; True after a batch."""
        if isinstance(result, _Failed):
            self._skip(result)
        else:
            self._to_save.append(result.photo)
            content_id = result.photo.content_id
            if result.pixels is None or self._is_under_way(content_id):
                self._recognised_count += 1
            else:
                self._to_embed[content_id] = result
        if len(self._to_embed) >= self._batch_size:
            self._embed()
            if self._is_write_due():
                self._write()
            return True
        if len(self._to_save) >= 4 * _WRITE_ROWS:  # known contents, which come fast
            self._embed()
            self._write()
        return False

    def _is_under_way(self, content_id: str) -> bool:
        """Whether a copy was embedded after this file was looked at."""
        return (
            content_id in self._to_embed
            or any(new.content_id == content_id for new in self._embedded)
            or self._catalog.vectors.has(self._model_id, content_id)
        )

    def _is_write_due(self) -> bool:
        waited_s = time.monotonic() - self._written_at
        return len(self._embedded) >= _WRITE_ROWS or waited_s > _WRITE_INTERVAL_S

    def _embed(self) -> None:
        if not self._to_embed:
            return
        opened = list(self._to_embed.values())
        embeddings = self._encoder.encode_images([o.pixels for o in opened if o.pixels is not None])
        for one, embedding in zip(opened, embeddings, strict=True):
            assert one.facts is not None
            half = embedding.astype("<f2")
            self._embedded.append(NewContent(one.photo.content_id, one.facts, half))
        self._embedded_count += len(opened)
        self._to_embed.clear()

    def _write(self) -> None:
        if self._embedded:
            # The store gets what the catalog will have, so that the two compare as equal.
            vectors = np.stack([new.vector for new in self._embedded]).astype(np.float32)
            self._store.upsert([new.content_id for new in self._embedded], vectors)
        with self._catalog.transaction():
            self._catalog.save_contents(self._model_id, self._embedded)
            self._catalog.save_photos(self._to_save)
        self._embedded.clear()
        self._to_save.clear()
        self._written_at = time.monotonic()

    def _skip(self, failed: _Failed) -> None:
        self._failed_count += 1
        skipped = Skipped(failed.task.path, failed.kind, failed.reason)
        self._catalog.save_skipped(failed.task.key, failed.task.stamp, skipped)


def _is_away(root: Path, *, has_photos: bool) -> bool:
    """Whether a root is missing, or is the empty mount point of a drive that held photos."""
    try:
        with os.scandir(root) as entries:
            is_empty = next(entries, None) is None
    except OSError:
        return True
    return is_empty and has_photos
