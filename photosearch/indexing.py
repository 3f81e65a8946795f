"""The indexing job: scan, compare, read, embed, store; interruptible, and cheap when repeated."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from photosearch.index.rows import FileKey, NewContent, ReadPhoto
from photosearch.jobs import CancelToken, RightOfWay, map_ahead
from photosearch.library.content import read_photo
from photosearch.library.images import decode
from photosearch.library.skip import SkipPhoto
from photosearch.survey import FileToRead, Findings, Survey
from photosearch.types import Changes, IndexReport, Phase, PhotoFacts, Progress, SkipKind, Skipped

if TYPE_CHECKING:
    from photosearch.index.catalog import Catalog
    from photosearch.index.store import VectorStore
    from photosearch.model.encoder import ImageTextEncoder
    from photosearch.survey import Links
    from photosearch.types import Pixels

_log = logging.getLogger(__name__)

_WRITE_ROWS = 64
"""Photos a transaction: what a killed process loses at most, a second or two of work."""
_WRITE_INTERVAL_S = 2.0
_LOOK_AHEAD_BATCHES = 3
"""Decoded photos that wait for the encoder: 0.8 MB each at 260 px, so 40 MB a batch of 16 x 3."""


@dataclass(frozen=True, slots=True)
class _Opened:
    """A file that was read; without pixels when its content is embedded already."""

    photo: ReadPhoto
    facts: PhotoFacts | None = None
    pixels: Pixels | None = None


@dataclass(frozen=True, slots=True)
class _Failed:
    task: FileToRead
    kind: SkipKind
    reason: str


class IndexingJob:
    """One pass over all roots, or over what changed, for one model.

    The vectors of a batch are stored first, then one catalog transaction says that they exist.
    A pass over changes may run between two steps of a pass over everything.
    """

    def __init__(
        self,
        catalog: Catalog,
        store: VectorStore,
        encoder: ImageTextEncoder,
        cancel: CancelToken,
        *,
        links: Links | None = None,
        right_of_way: RightOfWay | None = None,
        being_written: Callable[[], Collection[str]] = frozenset,
        is_excluded: Callable[[FileKey], bool] = lambda _: False,
        batch_size: int = 16,
        decode_threads: int = 0,
    ) -> None:
        self._catalog = catalog
        self._store = store
        self._encoder = encoder
        self._cancel = cancel
        self._batch_size = batch_size
        self._threads = decode_threads or os.cpu_count() or 1
        self._right_of_way = right_of_way or RightOfWay()
        self._being_written = being_written
        self._is_excluded = is_excluded
        self._model_id = catalog.vectors.model_id(encoder.spec)
        self._survey = Survey(catalog, self._model_id, cancel, links)
        self._vanished: list[FileKey] = []
        self._to_embed: dict[str, _Opened] = {}
        self._embedded: list[NewContent] = []
        self._to_save: list[ReadPhoto] = []
        self._written_at = time.monotonic()
        self._embedded_count = self._recognised_count = self._failed_count = 0

    @property
    def unchanged(self) -> int:
        """How many photos were up to date, of those looked at so far."""
        return self._survey.findings.unchanged

    def run(self, changes: Changes | None = None) -> Iterator[Progress | IndexReport]:
        """Look at everything, or at what changed alone; yield progress, and last the report."""
        survey, findings = self._survey, self._survey.findings
        yield from survey.look_at_everything() if changes is None else survey.look_at(changes)
        yield from self._read_all(findings)
        survey.forget_vanished(self._vanished)
        yield IndexReport(
            embedded=self._embedded_count,
            recognised=self._recognised_count,
            removed=findings.removed,
            unchanged=findings.unchanged,
            skipped=self._catalog.count_skipped(),
            offline_roots=tuple(findings.offline),
            is_cancelled=self._cancel.is_cancelled,
        )

    def _read_all(self, findings: Findings) -> Iterator[Progress]:
        """Decode on all cores a few batches ahead of the encoder, in the order of the scan."""
        window = self._batch_size * _LOOK_AHEAD_BATCHES
        total = findings.to_read
        done = 0
        yield Progress(Phase.EMBEDDING, done, total, findings.still_skipped)
        pool = ThreadPoolExecutor(self._threads, thread_name_prefix="decode")
        try:
            for _, result in map_ahead(pool, self._open, findings.files(), window):
                if self._cancel.is_cancelled:
                    break
                done += 1
                if self._take(result.result()) or done % _WRITE_ROWS == 0:
                    skipped = findings.still_skipped + self._failed_count
                    yield Progress(Phase.EMBEDDING, done, total, skipped)
            self._embed()
            self._write()
            yield Progress(
                Phase.EMBEDDING, done, total, findings.still_skipped + self._failed_count
            )
        finally:
            pool.shutdown(cancel_futures=True)

    def _open(self, task: FileToRead) -> _Opened | _Failed | None:
        """Read a file, and decode it if its content is new; runs on a decoding thread.

        None is a file that has to wait until it is written, or that is none of ours any more.
        """
        self._right_of_way.wait_while_paused(self._cancel)
        if not self._catalog.has_root(task.key.root_id):  # it was removed meanwhile
            return None
        if str(task.path) in self._being_written() or self._is_excluded(task.key):
            return None
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

    def _take(self, result: _Opened | _Failed | None) -> bool:
        """Sort one result into what is to be embedded, saved or skipped; True after a batch."""
        if isinstance(result, _Failed):
            self._skip(result)
        elif result is not None:
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
        self._right_of_way.give_way(self._cancel)
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
            # Asked here, where nobody can leave out another one before the end.
            self._catalog.save_photos(p for p in self._to_save if not self._is_excluded(p.key))
        self._embedded.clear()
        self._to_save.clear()
        self._written_at = time.monotonic()

    def _skip(self, failed: _Failed) -> None:
        if failed.kind is SkipKind.VANISHED:
            self._vanished.append(failed.task.key)
            return
        self._failed_count += 1
        skipped = Skipped(failed.task.path, failed.kind, failed.reason)
        self._catalog.save_skipped(failed.task.key, failed.task.stamp, skipped)
