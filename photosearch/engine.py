"""The facade: one open index with its models, and everything that can be asked of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from photosearch.added_folders import AddedFolders
from photosearch.answering import Answering
from photosearch.errors import PhotoSearchError, UnknownPhotoError
from photosearch.host_libraries import own_host_libraries
from photosearch.housekeeping import Housekeeping, Leftover
from photosearch.index.lock import IndexLock
from photosearch.index.opening import open_catalog
from photosearch.indexed_photos import IndexedPhotos
from photosearch.indexing import IndexingJob
from photosearch.jobs import CancelToken, RightOfWay
from photosearch.model.registry import load_encoder, parse_model_name
from photosearch.model_choice import IsInstalled, ModelChoice, is_on_this_machine
from photosearch.model_jobs import ModelJobs
from photosearch.model_list import ModelList
from photosearch.open_model import OpenModel, OpenModels
from photosearch.photo_notes import NotesReader
from photosearch.settings import change_settings
from photosearch.types import (
    Answer,
    Changes,
    Hit,
    IndexReport,
    ModelStatus,
    PhotoNotes,
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
    from photosearch.host_libraries import HostLibrary
    from photosearch.model.encoder import ImageTextEncoder
    from photosearch.model_info import ModelInfo, Switch
    from photosearch.paths import AppPaths
    from photosearch.settings import Settings


class Engine:
    """An open index, owned by this process until it is closed; use it in a ``with`` block.

    What the methods of `PhotoSearch` return and raise stands there.

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
        *,
        is_installed: IsInstalled | None = None,
        libraries: Callable[[], Sequence[HostLibrary]] = own_host_libraries,
        **owner: str,
    ) -> None:
        """Open the index; ``owner`` is noted beside its lock, for whoever looks for us.

        ``is_installed`` says which models ``load`` can load; None looks on this machine's disk.
        ``libraries`` are those of other programs, which `notes` asks.
        """
        self._paths = paths
        self._settings = settings
        self._settings_lock = threading.Lock()
        self._links: dict[Path, dict[Path, bool]] = {}
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
        self._folders = AddedFolders(self._catalog, paths.catalog)
        self._photos = IndexedPhotos(self._catalog, paths, settings)
        self._models = OpenModels(self._catalog, paths, load)
        self._keeping = Housekeeping(
            self._catalog,
            self._models,
            paths.vectors,
            lambda: self._folders.exclusions.contents,
            self._photos.forget,
        )
        installed = is_installed or is_on_this_machine(paths)
        self._choice = ModelChoice(self._catalog, self._models, lambda: self._settings, installed)
        self._jobs = ModelJobs(
            self._catalog, self._models, self._choice, lambda: self._settings, self._new_job
        )
        self._jobs.on_dropped = partial(self._keeping.ask, Leftover.VECTORS)
        self._answering = Answering(
            self._models, self._choice, lambda: self._settings, self.right_of_way, self.roots
        )
        self._notes = NotesReader(libraries)
        self._list = ModelList(paths, self._catalog, self._models, self._choice, installed)

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
        self._photos.close()
        with self._keeping.alone():
            self._models.close()
            self._catalog.close()
        self._lock.release()

    @property
    def encoder(self) -> ImageTextEncoder:
        """The chosen model, loaded at the first need.

        Raises:
            ModelError: it cannot be found or loaded.
        """
        return self._models.get(self._settings).encoder()

    @property
    def settings(self) -> Settings:
        """What the user chose."""
        return self._settings

    def change_settings(self, changes: dict[str, Any]) -> Settings:
        """Change settings by name, and keep them on disk.

        A model that is chosen answers as soon as it has embedded the library; see `switch`.

        Raises:
            SettingsError: there is no such setting, or it does not allow the value.
            ModelError: the model's name has none of the forms that such a name has.
        """
        if isinstance(model := changes.get("model"), str):
            parse_model_name(model)
        with self._settings_lock:
            self._settings = change_settings(self._paths.settings, self._settings, changes)
        self._photos.follow(self._settings)
        self._choice.forget_failure(self._settings.model)
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
        return self._folders.add(folder, exclude)

    def remove_root(self, folder: Path) -> int:
        """Forget a folder and what is known of its photos; returns how many. No file is touched."""
        path, photos = self._folders.remove(folder)
        self._links.pop(path, None)
        if not self._folders.holds(path):
            # Else a folder around it has these photos now, and will recognise them.
            self._keeping.ask(Leftover.CONTENTS)
        return photos

    def exclude(self, path: Path) -> str:
        """Leave a photo, or a folder, out of the library from now on; returns the pattern."""
        return self._folders.exclude(path)

    def include(self, root: Path, pattern: str) -> None:
        """Undo `exclude`: the photos are found after the next ``index``, without being embedded."""
        self._folders.include(root, pattern)

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

        ``model`` of None is the one that answers, and after it the chosen one.

        Raises:
            PhotoSearchError: the index cannot be written; what was done so far is kept.
        """
        yield from self._run_job(None, cancel or CancelToken(), model)

    def index_changes(
        self, changes: Changes, cancel: CancelToken | None = None
    ) -> Iterator[Progress | IndexReport]:
        """The same for what changed alone; the contents of photos that are gone stay known.

        Raises:
            PhotoSearchError: the index cannot be written; what was done so far is kept.
        """
        yield from self._run_job(changes, cancel or CancelToken(), None)

    def tidy(self) -> int:
        """Drop the contents that no photo has any more; returns how many.

        It is done a while after photos went, since a photo that was moved may turn up again.
        """
        return self._keeping.tidy()

    def rebuild(self, cancel: CancelToken | None = None) -> Iterator[Progress]:
        """Make the vector store anew from the catalog; no photo is read or embedded again.

        Cancelled, it leaves the store as it was.
        """
        yield from self._keeping.rebuild(cancel or CancelToken())

    def rest(self) -> None:
        """Give back the memory that jobs took; the models stay loaded."""
        for model in self._models.all():
            model.rest()

    def let_models_go(self, idle_s: float) -> bool:
        """Free the memory of models that nobody has needed for a while; True if some was freed.

        Called while no job runs. A model that is not at work any more goes whole.
        """
        with self._keeping.alone():
            return self._models.let_go(idle_s, self._settings, self._choice.at_work())

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
        return self._answering.answer(query)

    def photo(self, content_id: str) -> PhotoRecord:
        """What is known of an indexed photo."""
        return self._photos.of(content_id)

    def photo_at(self, path: Path) -> PhotoRecord:
        """What is known of the indexed photo at a place."""
        return self._photos.at(path)

    def notes(self, content_id: str) -> PhotoNotes:
        """What people noted of an indexed photo: in XMP, or in another program's library."""
        return self._notes.of(self.photo(content_id))

    def thumbnail(self, content_id: str, size_px: int) -> Thumbnail:
        """A small picture of an indexed photo, its longer side at most ``size_px``."""
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
            notices=self._choice.notices(),
            switch=self._choice.switch(),
        )

    def skipped(self) -> list[Skipped]:
        """Files and folders that could not be indexed, each with its reason."""
        return self._catalog.skipped()

    # -- models

    def answering(self) -> str:
        """The name of the model that answers."""
        return self._choice.answering()

    def models_at_work(self) -> tuple[str, ...]:
        """Which models photos are embedded with: the one that answers, and the one that is to."""
        return self._choice.at_work()

    def switch(self) -> Switch | None:
        """How far the chosen model is, while another one answers."""
        return self._choice.switch()

    def let_models_come(self, is_coming: Callable[[str], bool]) -> None:
        """Tell no more of a model that is not here while ``is_coming`` says that it will be."""
        self._choice.is_coming = is_coming

    def model_came(self, name: str) -> None:
        """A model was put on this disk: try to load it, whatever was before."""
        self._choice.forget_failure(name)

    def models(self) -> tuple[ModelInfo, ...]:
        """The models of the menu, those on this disk, and those of this index; the menu's first."""
        return self._list.all()

    def delete_vectors(self, name: str) -> int:
        """Forget what a model has embedded; returns of how many contents."""
        self._list.refuse_in_use(name, "vectors")
        with self._jobs.without(name):
            self._list.refuse_in_use(name, "vectors")  # it may have been chosen while we waited
            dropped = self._list.drop_vectors(name)
        self._keeping.ask(Leftover.VECTORS)
        return dropped

    def delete_model(self, name: str) -> None:
        """Delete the files of a model from this disk; what it has embedded stays."""
        self._list.refuse_in_use(name, "files")
        with self._jobs.without(name):
            self._list.refuse_in_use(name, "files")
            self._list.delete_files(name)

    # -- plumbing

    def _run_job(
        self, changes: Changes | None, cancel: CancelToken, model: str | None
    ) -> Iterator[Progress | IndexReport]:
        with self._keeping.job():
            for step in self._jobs.run(changes, cancel, model):
                if isinstance(step, IndexReport) and changes is None and not step.is_cancelled:
                    self.tidy()
                yield step

    def _new_job(self, model: OpenModel, cancel: CancelToken) -> IndexingJob:
        assert model.store is not None
        return IndexingJob(
            self._catalog,
            model.store,
            model.encoder(),
            cancel,
            links=self._links,
            right_of_way=self.right_of_way,
            being_written=self.being_written,
            is_excluded=self._folders.exclusions.covers,
            batch_size=self._settings.batch_size,
            decode_threads=self._settings.decode_threads,
        )
