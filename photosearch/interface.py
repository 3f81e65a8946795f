"""What can be asked of an index: of an engine in this process, or of the service over HTTP."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from photosearch.errors import PhotoSearchError
    from photosearch.jobs import CancelToken
    from photosearch.model_info import ModelInfo
    from photosearch.settings import Settings
    from photosearch.types import (
        Answer,
        Event,
        Hit,
        IndexReport,
        PhotoNotes,
        PhotoRecord,
        Progress,
        Query,
        Root,
        Skipped,
        Status,
        Thumbnail,
    )


class PhotoSearch(Protocol):
    """An open index. Every method may be called from any thread.

    Raises:
        PhotoSearchError: whatever went wrong, in words for a person.
    """

    def add_root(self, folder: Path, exclude: Sequence[str] | None = None) -> Root:
        """Add a folder to the library.

        Raises:
            LibraryError: it is no folder, or cannot be read.
        """
        ...

    def remove_root(self, folder: Path) -> int:
        """Forget a folder and what is known of its photos; returns how many.

        Raises:
            LibraryError: the folder was never added.
        """
        ...

    def roots(self) -> tuple[Root, ...]:
        """The added folders."""
        ...

    def exclude(self, path: Path) -> str:
        """Leave a photo, or a folder with all below it, out of the library from now on.

        It is no hit any more. Returns the pattern that its root has for it now.

        Raises:
            LibraryError: it is in no added folder, is one itself, or is not there.
        """
        ...

    def include(self, root: Path, pattern: str) -> None:
        """Undo `exclude`: the photos are found again after the next look at the folder.

        Raises:
            LibraryError: the root was never added.
        """
        ...

    def index(
        self, cancel: CancelToken | None = None, model: str | None = None
    ) -> Iterator[Progress | IndexReport]:
        """Bring the index up to date with the disk; yields progress, and last the report.

        ``model`` of None is the one that answers, and after it the chosen one where that is
        another: when everything is embedded with it, it answers.

        Raises:
            ModelError: the model cannot be loaded.
        """
        ...

    def rebuild(self, cancel: CancelToken | None = None) -> Iterator[Progress]:
        """Make the vector store anew from the catalog; cancelled, it is left as it was."""
        ...

    def search(self, query: Query) -> list[Hit]:
        """The hits of `answer` alone."""
        ...

    def answer(self, query: Query) -> Answer:
        """The photos that answer a query, best first, and how many there are.

        The pages of a query are the parts of one order, as long as the index stays as it is.

        Raises:
            QueryError: nothing is indexed for this model, or the query makes no sense.
            UnknownPhotoError: ``similar_to`` names a content that is not indexed.
            ModelError: the model cannot be loaded.
        """
        ...

    def photo(self, content_id: str) -> PhotoRecord:
        """What is known of an indexed photo.

        Raises:
            UnknownPhotoError: there is none with this content.
        """
        ...

    def photo_at(self, path: Path) -> PhotoRecord:
        """What is known of the indexed photo at a place.

        Raises:
            UnknownPhotoError: no indexed photo lies there.
        """
        ...

    def notes(self, content_id: str) -> PhotoNotes:
        """What people noted of an indexed photo: in XMP, or in the library of another program.

        It is read now, from the files that hold the photo; empty where nobody noted anything.

        Raises:
            UnknownPhotoError: there is none with this content.
        """
        ...

    def thumbnail(self, content_id: str, size_px: int) -> Thumbnail:
        """A small picture of an indexed photo, its longer side at most ``size_px``.

        Raises:
            UnknownPhotoError: no indexed photo has this content, or its files are away.
            QueryError: there are no thumbnails of this size.
        """
        ...

    def thumbnails(
        self, content_ids: Sequence[str], size_px: int
    ) -> Iterator[tuple[str, Thumbnail | PhotoSearchError]]:
        """The same for many, each once, in the order in which they are ready.

        In place of one that cannot be had comes the error that `thumbnail` would raise.

        Raises:
            QueryError: there are no thumbnails of this size.
        """
        ...

    def status(self) -> Status:
        """What the index holds; loads no model."""
        ...

    def skipped(self) -> list[Skipped]:
        """Files and folders that could not be indexed, each with its reason."""
        ...

    @property
    def settings(self) -> Settings:
        """What the user chose."""
        ...

    def change_settings(self, changes: dict[str, Any]) -> Settings:
        """Change settings by name, and keep them on disk.

        Raises:
            SettingsError: there is no such setting, or it does not allow the value.
        """
        ...

    def models(self) -> tuple[ModelInfo, ...]:
        """The models of the menu, those on this disk, and those of this index; the menu's first."""
        ...

    def delete_vectors(self, name: str) -> int:
        """Forget what a model has embedded; returns of how many contents.

        Raises:
            ModelError: it is the chosen model, or the one that answers.
        """
        ...

    def delete_model(self, name: str) -> None:
        """Delete the files of a model from this disk; what it has embedded stays.

        Raises:
            ModelError: it is the chosen model, the one that answers, or part of the product.
        """
        ...

    def close(self) -> None:
        """Let go of the index, or of the connection to the service."""
        ...


class PhotoSearchService(PhotoSearch, Protocol):
    """An index that a service owns, which works in the background and tells of it."""

    def events(self, cancel: CancelToken | None = None) -> Iterator[Event]:
        """What the service tells of its work, until ``cancel`` is set; starts the service.

        Raises:
            ServiceError: the service ended.
        """
        ...

    def download_model(self, name: str) -> None:
        """Begin a download, or go on with one; `models` and events tell how far it is.

        Choosing a model (``change_settings({"model": name})``) that is not here does this too.

        Raises:
            ModelError: there is no such model to download, or it is here already.
        """
        ...

    def pause_download(self, name: str) -> None:
        """Stop a download; what is here is kept, and `download_model` goes on from there."""
        ...

    def cancel_download(self, name: str) -> None:
        """Stop a download and delete what is here of it."""
        ...

    def measure_models(self) -> None:
        """Measure, in the background, how fast this machine embeds with the menu's models."""
        ...

    def pause(self) -> None:
        """Stop all work in the background until `resume`; questions are still answered."""
        ...

    def resume(self) -> None:
        """Go on with the work in the background."""
        ...
