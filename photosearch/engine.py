"""The facade: one open index with its models, and everything that can be asked of it."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from photosearch.errors import LibraryError, PhotoSearchError, UnknownPhotoError
from photosearch.exclusions import Exclusions
from photosearch.index.lock import IndexLock
from photosearch.index.opening import open_catalog
from photosearch.index.roots_copy import roots_copy_of, save_roots
from photosearch.indexed_photos import IndexedPhotos
from photosearch.indexing import IndexingJob
from photosearch.jobs import BetweenJobs, CancelToken, RightOfWay
from photosearch.library.reach import is_reached, usable_folder
from photosearch.model.registry import load_encoder, parse_model_name
from photosearch.open_model import OpenModel, OpenModels
from photosearch.paths import absolute
from photosearch.search import nothing_to_search
from photosearch.settings import change_settings
from photosearch.types import (
    Answer,
    Changes,
    Hit,
    IndexReport,
    ModelStatus,
    PhotoRecord,
    Progress,
    Query,
    Root,
    RootStatus,
    Skipped,
    Status,
    Thumbnail,
)

if TYPE_CHECKING:
    from photosearch.model.encoder import ImageTextEncoder
    from photosearch.paths import AppPaths
    from photosearch.settings import Settings


_log = logging.getLogger(__name__)


class Engine:
    """An open index, owned by this process until it is closed; use it in a ``with`` block.

    Jobs (``index``, ``index_changes``, ``rebuild``, ``tidy``) are run by one thread at a time; a
    job over changes may run between two steps of one over everything. All else may be called
    from any thread at any time.

    Attributes:
        right_of_way: searches claim it, jobs give way to it; it also pauses jobs.
        being_written: names the files that jobs leave alone for now; who sets it sees to it that
            they come up again, in ``index_changes``.

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
        **owner: str,
    ) -> None:
        """Open the index; ``owner`` is noted beside its lock, for whoever looks for us."""
        self._paths = paths
        self._settings = settings
        self._settings_lock = threading.Lock()
        self._roots_lock = threading.Lock()
        self._links: dict[Path, dict[Path, bool]] = {}
        self._tidying = BetweenJobs(self._tidy_or_warn)
        self.right_of_way = RightOfWay()
        self.being_written: Callable[[], Collection[str]] = frozenset
        paths.create_data_dir()
        self._lock = IndexLock(paths.data_dir, **owner)
        self._lock.__enter__()
        try:
            self._catalog = open_catalog(paths.catalog)
        except BaseException:
            self._lock.release()
            raise
        self._save_roots()
        self._models = OpenModels(self._catalog, paths, load)
        self._exclusions = Exclusions(self._catalog)
        self._photos = IndexedPhotos(self._catalog, paths, settings.thumbnail_cache_mb)

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
        with self._tidying.alone():
            self._models.close()
            self._catalog.close()
        self._lock.release()

    @property
    def encoder(self) -> ImageTextEncoder:
        """The chosen model, loaded at the first need.

        Raises:
            ModelError: it cannot be found or loaded.
        """
        return self._model(None).encoder()

    @property
    def settings(self) -> Settings:
        """What the user chose."""
        return self._settings

    def change_settings(self, changes: dict[str, Any]) -> Settings:
        """Change settings by name, and keep them on disk; a new model is used from now on.

        Raises:
            SettingsError: there is no such setting, or it does not allow the value.
            ModelError: the model's name has none of the forms that such a name has.
        """
        if isinstance(model := changes.get("model"), str):
            parse_model_name(model)
        with self._settings_lock:
            self._settings = change_settings(self._paths.settings, self._settings, changes)
        self._photos.keep_at_most(self._settings.thumbnail_cache_mb)
        return self._settings

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
        path = usable_folder(folder)
        if exclude is None:
            for root in self._catalog.roots():
                is_inside = path.is_relative_to(root.path)
                if is_inside and is_reached(root.path, root.exclude, path):
                    return root
        root = self._catalog.add_root(path, exclude or ())
        self._save_roots()
        return root

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
        self._links.pop(path, None)
        self._save_roots()
        if not any(path.is_relative_to(other.path) for other in self._catalog.roots()):
            # Else a folder around it has these photos now, and will recognise them.
            self._tidying.ask()
        return photos

    def exclude(self, path: Path) -> str:
        """Leave a photo, or a folder, out of the library from now on; returns the pattern."""
        pattern = self._exclusions.exclude(path)
        self._save_roots()
        return pattern

    def include(self, root: Path, pattern: str) -> None:
        """Undo `exclude`: the photos are found after the next ``index``, without being embedded."""
        self._exclusions.include(root, pattern)
        self._save_roots()

    def roots(self) -> tuple[Root, ...]:
        """The added folders."""
        return self._catalog.roots()

    def links(self) -> dict[Path, dict[Path, bool]]:
        """By root, the real folders that its links led to, or would lead to, at the last scan.

        True says that all below such a folder belongs to it, False that it is linked files alone.
        """
        return dict(self._links)

    # -- jobs

    def index(
        self, cancel: CancelToken | None = None, model: str | None = None
    ) -> Iterator[Progress | IndexReport]:
        """Bring the index up to date with the disk; yields progress, and last the report.

        Raises:
            PhotoSearchError: the index cannot be written; what was done so far is kept.
        """
        yield from self._run_job(None, cancel or CancelToken(), self._model(model))

    def index_changes(
        self, changes: Changes, cancel: CancelToken | None = None
    ) -> Iterator[Progress | IndexReport]:
        """The same for what changed alone; the contents of photos that are gone stay known.

        Raises:
            PhotoSearchError: the index cannot be written; what was done so far is kept.
        """
        yield from self._run_job(changes, cancel or CancelToken(), self._model(None))

    def tidy(self) -> int:
        """Drop the contents that no photo has any more; returns how many.

        It is done a while after photos went, since a photo that was moved may turn up again.
        """
        with self._tidying.alone():
            orphans = self._catalog.delete_orphans(self._exclusions.contents)
            for model in self._models.all():
                model.delete_vectors(orphans)
            self._photos.forget(orphans)
        return len(orphans)

    def rebuild(self, cancel: CancelToken | None = None) -> Iterator[Progress]:
        """Make the vector store anew from the catalog; no photo is read or embedded again.

        Cancelled, it leaves the store as it was.
        """
        from photosearch.index import upkeep

        with self._tidying.job():
            for model in self._models.all():
                model.close_store()
            upkeep.finish_swap(self._paths.vectors)
            yield from upkeep.rebuild(self._catalog, self._paths.vectors, cancel or CancelToken())

    def rest(self) -> None:
        """Give back the memory that jobs took; the models stay loaded."""
        for model in self._models.all():
            model.rest()

    def let_models_go(self, idle_s: float) -> bool:
        """Free the memory of models that nobody has needed for a while; True if some was freed.

        Called while no job runs. A model that is not the chosen one any more goes whole.
        """
        with self._tidying.alone():
            return self._models.let_go(idle_s, self._settings)

    # -- questions

    def search(self, query: Query) -> list[Hit]:
        """The hits of `answer` alone."""
        return list(self.answer(query).hits)

    def answer(self, query: Query) -> Answer:
        """The photos that answer a query, best first, and how many there are.

        Raises:
            QueryError: nothing is indexed for this model, or the query makes no sense.
            UnknownPhotoError: ``similar_to`` names a content that is not indexed.
            ModelError: the model cannot be loaded.
        """
        model = self._model(query.model)
        with self.right_of_way.claimed():
            searcher = model.searcher()
            if not len(searcher):
                raise nothing_to_search(self.roots(), model.encoder().spec.name)
            return searcher.answer(query)

    def photo(self, content_id: str) -> PhotoRecord:
        """What is known of an indexed photo.

        Raises:
            UnknownPhotoError: there is none with this content.
        """
        return self._photos.of(content_id)

    def photo_at(self, path: Path) -> PhotoRecord:
        """What is known of the indexed photo at a place.

        Raises:
            UnknownPhotoError: no indexed photo lies there.
        """
        return self._photos.at(path)

    def thumbnail(self, content_id: str, size_px: int) -> Thumbnail:
        """A small picture of an indexed photo, its longer side at most ``size_px``.

        Raises:
            UnknownPhotoError: no indexed photo has this content, or its files are away.
            QueryError: there are no thumbnails of this size.
        """
        with self.right_of_way.claimed():
            return self._photos.thumbnail(content_id, size_px)

    def thumbnails(
        self, content_ids: Sequence[str], size_px: int
    ) -> Iterator[tuple[str, Thumbnail | PhotoSearchError]]:
        """The same for many, each once; in place of one that cannot be had comes its error."""
        for content_id in dict.fromkeys(content_ids):
            try:
                yield content_id, self.thumbnail(content_id, size_px)
            except UnknownPhotoError as error:
                yield content_id, error

    def status(self) -> Status:
        """What the index holds; loads no model."""
        return Status(
            roots=tuple(
                RootStatus(root, self._catalog.count_photos(root.id))
                for root in self._catalog.roots()
            ),
            models=tuple(
                ModelStatus(spec, count) for _, spec, count in self._catalog.vectors.models()
            ),
            skipped=self._catalog.count_skipped(),
        )

    def skipped(self) -> list[Skipped]:
        """Files and folders that could not be indexed, each with its reason."""
        return self._catalog.skipped()

    # -- plumbing

    def _run_job(
        self, changes: Changes | None, cancel: CancelToken, model: OpenModel
    ) -> Iterator[Progress | IndexReport]:
        with self._tidying.job():
            for step in self._steps(changes, cancel, model):
                if isinstance(step, IndexReport) and changes is None and not step.is_cancelled:
                    self.tidy()
                yield step

    def _steps(
        self, changes: Changes | None, cancel: CancelToken, model: OpenModel
    ) -> Iterator[Progress | IndexReport]:
        try:
            yield from model.open_store(cancel)
            if model.store is None:
                yield IndexReport(skipped=self._catalog.count_skipped(), is_cancelled=True)
                return
            job = IndexingJob(
                self._catalog,
                model.store,
                model.encoder(),
                cancel,
                links=self._links,
                right_of_way=self.right_of_way,
                being_written=self.being_written,
                is_excluded=self._exclusions.covers,
                batch_size=self._settings.batch_size,
                decode_threads=self._settings.decode_threads,
            )
            yield from job.run(changes)
        except Exception:
            # So that the next job looks whether it is sound, and mends it. A client of Chroma that
            # met a full disk hangs at its next write, and every thread of Python with it.
            model.close_store()
            raise
        finally:
            model.touch()

    def _tidy_or_warn(self) -> None:
        try:
            self.tidy()
        except PhotoSearchError as error:  # what is left is dropped the next time
            _log.warning("%s", error)

    def _save_roots(self) -> None:
        """Keep a copy of what no scan could find out again, should the catalog be damaged."""
        try:
            with self._roots_lock:  # two at once: the older list must not be written last
                save_roots(roots_copy_of(self._paths.catalog), self.roots())
        except PhotoSearchError as error:
            _log.warning("%s", error)

    def _model(self, name: str | None) -> OpenModel:
        return self._models.get(self._settings, name)
