"""What can be done with the files of photos: done in workers, with the desktop and the service."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QSize, Signal
from PySide6.QtGui import QImage

from photosearch.errors import PhotoSearchError, shown
from photosearch.interface import PhotoSearchService
from photosearch.types import Hit, Photo
from ui.desktop.interface import Desktop, Program
from ui.models.copying import Copying
from ui.workers.pictures import load_picture
from ui.workers.runner import Lane, Runner, Task

OPENED_MAX = 20
"""Who opens more photos than this in another program has most likely pressed the wrong key."""

FOLDERS_MAX = 5
"""The file manager opens a window for each folder."""

# Of a picture on the clipboard: 144 MB at most, and more than a document has a use for.
_COPIED_SIDE_PX = 6000


@dataclass(frozen=True)
class Excluded:
    """Photos that the library was told to pass over, and by which patterns, to be undone."""

    photos: tuple[Photo, ...]
    patterns: tuple[tuple[Path, str], ...]


class PhotoFiles(QObject):
    """Lives in the GUI thread; everything is done elsewhere.

    Signals:
        failed(PhotoSearchError): something could not be done.
    """

    failed = Signal(object)

    def __init__(self, runner: Runner, desktop: Desktop, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.desktop = desktop
        self._runner = runner
        self._copies: list[Copying] = []

    def open(self, hits: Sequence[Hit]) -> None:
        """Open photos in the default program."""
        if self._can_open(hits):
            self._with_files(hits, self.desktop.open_files)

    def open_with(self, program: Program, hits: Sequence[Hit]) -> None:
        """Open photos in a program."""
        if self._can_open(hits):
            self._with_files(hits, partial(self.desktop.open_with, program))

    def choose_program(self, hits: Sequence[Hit]) -> bool:
        """Let the system ask for a program; False where it has no dialog for that."""
        ask = self.desktop.own_chooser
        if ask is not None:
            self._with_files(hits[:1], lambda paths: ask(paths[0]))
        return ask is not None

    def open_url(self, url: str) -> None:
        """Open a web address in the browser."""
        self._run(lambda _: self.desktop.open_url(url))

    def show_in_folder(self, hits: Sequence[Hit]) -> None:
        """Show photos in the file manager; those of many folders would open many windows."""
        folders = list(dict.fromkeys(hit.photo.path.parent for hit in hits))[:FOLDERS_MAX]
        near = [hit for hit in hits if hit.photo.path.parent in folders]
        self._with_files(near, self.desktop.show_in_folder)

    def show_files(self, paths: Sequence[Path]) -> None:
        """Show files of one folder in the file manager."""
        self._run(lambda _: self.desktop.show_in_folder(paths))

    def programs(self, hits: Sequence[Hit], done: Callable[[tuple[Program, ...]], None]) -> Task:
        """The programs that open these photos."""
        paths = [hit.photo.path for hit in hits]
        return self._run(lambda _: self.desktop.programs_for(paths), done)

    def all_programs(self, done: Callable[[tuple[Program, ...]], None]) -> Task:
        """All programs that take files."""
        return self._run(lambda _: self.desktop.all_programs(), done)

    def picture(self, hit: Hit, done: Callable[[QImage], None]) -> Task:
        """The picture of a photo, to be put on the clipboard."""
        box = QSize(_COPIED_SIDE_PX, _COPIED_SIDE_PX)
        return self._run(lambda service: load_picture(service, hit.photo, box).image, done)

    def exclude(self, hits: Sequence[Hit], done: Callable[[Excluded], None]) -> None:
        """Have the library pass over photos from now on; their files stay as they are."""
        photos = tuple(hit.photo for hit in hits)

        def work(service: PhotoSearchService) -> Excluded:
            patterns = [(photo.root, service.exclude(photo.path)) for photo in photos]
            return Excluded(photos, tuple(dict.fromkeys(patterns)))

        self._runner.run(work, done, self.failed.emit)

    def include(self, excluded: Excluded, done: Callable[[None], None]) -> None:
        """Undo that."""

        def work(service: PhotoSearchService) -> None:
            for root, pattern in excluded.patterns:
                service.include(root, pattern)

        self._runner.run(work, done, self.failed.emit)

    def copy_to(self, hits: Sequence[Hit], folder: Path) -> Copying:
        """A copy of photos into a folder, begun as soon as none before it is under way.

        One at a time: the lane of the disk has room for other work then.
        """
        copying = Copying(self._runner, [hit.photo.path for hit in hits], folder, self)
        copying.ended.connect(self._next_copy)
        self._copies.append(copying)
        if len(self._copies) == 1:
            copying.start()
        return copying

    def close(self) -> None:
        """Stop copying: no half of a photo is left."""
        for copying in self._copies:
            copying.cancel()

    def _next_copy(self) -> None:
        ended = self._copies.pop(0)
        ended.deleteLater()
        if self._copies:
            self._copies[0].start()

    def _can_open(self, hits: Sequence[Hit]) -> bool:
        if len(hits) <= OPENED_MAX:
            return True
        self.failed.emit(
            PhotoSearchError(
                self.tr("%Ln photo(s) are too many to open at once.", "", len(hits)),
                self.tr("Choose at most {0}.").format(OPENED_MAX),
            )
        )
        return False

    def _with_files(self, hits: Sequence[Hit], use: Callable[[list[Path]], None]) -> None:
        """Use the files that are there; tell of it if none is."""
        photos = [hit.photo for hit in hits]

        def work(_: PhotoSearchService) -> None:
            there = [photo.path for photo in photos if photo.path.exists()]
            if not there:
                raise self._gone(photos[0])
            use(there)

        self._run(work)

    def _gone(self, photo: Photo) -> PhotoSearchError:
        message = self.tr("{0} is not there.").format(shown(str(photo.path)))
        if photo.root.is_dir():
            return PhotoSearchError(message, self.tr("It was moved or deleted."))
        return PhotoSearchError(
            message, self.tr("Connect the drive that holds {0}.").format(shown(str(photo.root)))
        )

    def _run(
        self, work: Callable[[PhotoSearchService], object], done: Callable[..., None] | None = None
    ) -> Task:
        return self._runner.run(work, done, self.failed.emit, lane=Lane.FILES)
