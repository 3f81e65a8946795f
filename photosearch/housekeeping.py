"""Drops what nobody needs any more, between jobs, and makes the vector store anew."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING

from photosearch.errors import PhotoSearchError
from photosearch.jobs import BetweenJobs, CancelToken

if TYPE_CHECKING:
    from photosearch.index.catalog import Catalog
    from photosearch.open_model import OpenModels
    from photosearch.types import Progress

_log = logging.getLogger(__name__)


class Leftover(Enum):
    """What is to be dropped when no job runs."""

    CONTENTS = auto()
    """Those that no photo has."""
    VECTORS = auto()
    """Those in the store of models that the catalog knows no more."""


class Housekeeping:
    """Work that would pull the ground from under a job. For any thread.

    Args:
        vectors: the folder of the vector store.
        spared: the contents that are kept though no photo has them.
        forget: is told the contents that were dropped.
    """

    def __init__(
        self,
        catalog: Catalog,
        models: OpenModels,
        vectors: Path,
        spared: Callable[[], Collection[str]],
        forget: Callable[[Sequence[str]], object],
    ) -> None:
        self._catalog = catalog
        self._models = models
        self._vectors = vectors
        self._spared = spared
        self._forget = forget
        self._between = BetweenJobs(self._drop_leftovers)
        self._leftovers: set[Leftover] = set()

    def job(self) -> AbstractContextManager[None]:
        """A job runs; jobs may be nested."""
        return self._between.job()

    def alone(self) -> AbstractContextManager[None]:
        """Hold off all this, and jobs that would begin."""
        return self._between.alone()

    def ask(self, what: Leftover) -> None:
        """Have it dropped as soon as no job runs."""
        self._leftovers.add(what)
        self._between.ask()

    def tidy(self) -> int:
        """Drop the contents that no photo has any more; returns how many.

        Raises:
            PhotoSearchError: the catalog or the store cannot be written.
        """
        with self.alone():
            orphans = self._catalog.delete_orphans(self._spared())
            for model in self._models.all():
                model.delete_vectors(orphans)
            self._forget(orphans)
        return len(orphans)

    def rebuild(self, cancel: CancelToken) -> Iterator[Progress]:
        """Make the vector store anew from the catalog; cancelled, it is left as it was.

        Raises:
            PhotoSearchError: the store cannot be written.
        """
        from photosearch.index import upkeep

        with self.job():
            self._models.close_stores()
            upkeep.finish_swap(self._vectors)
            yield from upkeep.rebuild(self._catalog, self._vectors, cancel)

    def _drop_leftovers(self) -> None:
        from photosearch.index import upkeep

        leftovers, self._leftovers = self._leftovers, set()
        try:
            if Leftover.CONTENTS in leftovers:
                self.tidy()
            if Leftover.VECTORS in leftovers:
                upkeep.drop_forgotten(self._catalog, self._vectors)
        except PhotoSearchError as error:  # what is left is dropped the next time
            _log.warning("%s", error)
