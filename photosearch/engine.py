"""The facade: one open index with its model, and everything that can be asked of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from photosearch.errors import LibraryError, QueryError
from photosearch.index.catalog import Catalog
from photosearch.index.lock import IndexLock
from photosearch.indexing import IndexingJob
from photosearch.jobs import CancelToken
from photosearch.library.reach import is_reached
from photosearch.model.registry import load_encoder
from photosearch.paths import absolute
from photosearch.search import Searcher
from photosearch.types import (
    Hit,
    IndexReport,
    ModelStatus,
    Progress,
    Query,
    Root,
    RootStatus,
    Skipped,
    Status,
)

if TYPE_CHECKING:
    from photosearch.index.store import VectorStore
    from photosearch.model.encoder import ImageTextEncoder
    from photosearch.paths import AppPaths
    from photosearch.settings import Settings


class Engine:
    """An open index, owned by this process until it is closed; use it in a ``with`` block.

    Raises:
        IndexLockedError: another process owns the index.
        IndexDamagedError: the catalog cannot be read.
        SettingsError: the data folder cannot be used.
    """

    def __init__(
        self,
        paths: AppPaths,
        settings: Settings,
        load: Callable[[AppPaths, Settings], ImageTextEncoder] = load_encoder,
    ) -> None:
        self._paths = paths
        self._settings = settings
        self._load = load
        self._encoder: ImageTextEncoder | None = None
        self._store: VectorStore | None = None
        self._searcher: Searcher | None = None
        paths.create_data_dir()
        self._lock = IndexLock(paths.data_dir)
        self._lock.__enter__()
        try:
            self._catalog = Catalog(paths.catalog)
        except BaseException:
            self._lock.release()
            raise

    def __enter__(self) -> Engine:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the stores and let the next process in."""
        self._searcher = None
        if self._store is not None:
            self._store.close()
            self._store = None
        self._catalog.close()
        self._lock.release()

    @property
    def encoder(self) -> ImageTextEncoder:
        """The model, loaded at the first need.

        Raises:
            ModelError: it cannot be found or loaded.
        """
        if self._encoder is None:
            self._encoder = self._load(self._paths, self._settings)
        return self._encoder

    # -- folders

    def add_root(self, folder: Path, exclude: Sequence[str] | None = None) -> Root:
        """Add a folder to the library; its photos are found after the next ``index``.

        A folder inside a known one that is scanned with it adds nothing, and that one is
        returned; a hidden or excluded one, or one with patterns of its own, becomes a root within
        the other. Known folders inside the new one stay roots of their own. ``exclude`` of None
        leaves the patterns of a known folder as they are.

        Raises:
            LibraryError: it is no folder, or cannot be read.
        """
        path = Path(os.path.realpath(absolute(folder)))
        if not path.is_dir():
            what = "is a file, not a folder" if path.exists() else "does not exist"
            raise LibraryError(f"{folder} {what}.", "Name a folder that holds photos.")
        if not os.access(path, os.R_OK | os.X_OK):
            raise LibraryError(f"{folder} may not be read.", "Change its permissions.")
        if exclude is None:
            for root in self._catalog.roots():
                is_inside = path.is_relative_to(root.path)
                if is_inside and is_reached(root.path, root.exclude, path):
                    return root
        self._forget_searcher()
        return self._catalog.add_root(path, exclude or ())

    def remove_root(self, folder: Path) -> int:
        """Forget a folder and what is known of its photos; returns how many. No file is touched.

        Raises:
            LibraryError: the folder was never added.
        """
        path = Path(os.path.realpath(absolute(folder)))
        root = next((root for root in self._catalog.roots() if root.path == path), None)
        if root is None:
            known = ", ".join(str(root.path) for root in self._catalog.roots()) or "none"
            raise LibraryError(f"{folder} is not an added folder.", f"Added folders: {known}.")
        photos = self._catalog.count_photos(root.id)
        self._catalog.remove_root(root.id)
        orphans = self._catalog.delete_orphans()
        if self._store is not None:  # else it follows when it is next opened
            self._store.delete(orphans)
        self._forget_searcher()
        return photos

    def roots(self) -> tuple[Root, ...]:
        """The added folders."""
        return self._catalog.roots()

    # -- jobs

    def index(self, cancel: CancelToken | None = None) -> Iterator[Progress | IndexReport]:
        """Bring the index up to date with the disk; yields progress, and last the report.

        Raises:
            PhotoSearchError: the index cannot be written; what was done so far is kept.
        """
        cancel = cancel or CancelToken()
        self._forget_searcher()
        yield from self._open_store(cancel)
        if self._store is None:
            yield IndexReport(skipped=self._catalog.count_skipped(), is_cancelled=True)
            return
        job = IndexingJob(
            self._catalog,
            self._store,
            self.encoder,
            cancel,
            batch_size=self._settings.batch_size,
            decode_threads=self._settings.decode_threads,
        )
        yield from job.run()

    def rebuild(self, cancel: CancelToken | None = None) -> Iterator[Progress]:
        """Make the vector store anew from the catalog; no photo is read or embedded again.

        Cancelled, it leaves the store as it was.
        """
        from photosearch.index import upkeep

        if self._store is not None:
            self._store.close()
            self._store = None
        upkeep.finish_swap(self._paths.vectors)
        yield from upkeep.rebuild(self._catalog, self._paths.vectors, cancel or CancelToken())

    # -- questions

    def search(self, query: Query) -> list[Hit]:
        """The photos that answer a query, best first.

        Raises:
            QueryError: nothing is indexed for this model, or the query makes no sense.
        """
        if self._searcher is None:
            self._searcher = Searcher(self._catalog, self.encoder)
        if not len(self._searcher):
            raise self._nothing_to_search()
        return self._searcher.search(query)

    def status(self) -> Status:
        """What the index holds; loads no model."""
        return Status(
            roots=tuple(
                RootStatus(root, self._catalog.count_photos(root.id))
                for root in self._catalog.roots()
            ),
            models=tuple(ModelStatus(spec, count) for _, spec, count in self._catalog.vectors.models()),
            skipped=self._catalog.count_skipped(),
        )

    def skipped(self) -> list[Skipped]:
        """Files and folders that could not be indexed, each with its reason."""
        return self._catalog.skipped()

    # -- plumbing

    def _open_store(self, cancel: CancelToken) -> Iterator[Progress]:
        """Open the vectors; if the job is cancelled meanwhile, they stay closed."""
        from photosearch.index import upkeep

        if self._store is not None:
            return
        spec = self.encoder.spec
        for step in upkeep.open_store(self._catalog, self._paths.vectors, spec, cancel):
            if isinstance(step, Progress):
                yield step
            else:
                self._store = step

    def _forget_searcher(self) -> None:
        self._searcher = None

    def _nothing_to_search(self) -> QueryError:
        roots = self.roots()
        if not roots:
            return QueryError(
                "No photos are indexed yet.", "Add a folder first: photosearch add FOLDER"
            )
        if all(root.is_offline for root in roots):
            return QueryError(
                "Every indexed folder is away: " + ", ".join(str(root.path) for root in roots),
                "Connect its drive, then run: photosearch index",
            )
        return QueryError(
            f"No photo is embedded with the model {self.encoder.spec.name!r} yet.",
            "Run: photosearch index",
        )
