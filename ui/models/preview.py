"""One photo, seen large: its picture, its facts and photos like it, as they come."""

from __future__ import annotations

from collections import OrderedDict
from functools import partial

from PySide6.QtCore import QObject, QSize, QTimer, Signal
from PySide6.QtGui import QPixmap

from photosearch.errors import PhotoSearchError
from photosearch.interface import PhotoSearchService
from photosearch.types import Hit, PhotoNotes, PhotoRecord, Query
from ui.models.walk import Walk
from ui.workers.pictures import FALLBACK_PX, LoadedPicture, Source, load_picture
from ui.workers.runner import Lane, Runner, Task
from ui.workers.thumbnails import Thumbnails

SIMILAR_COUNT = 12
# Who leafs through photos rests on one for a moment before photos like it are looked for.
_REST_MS = 150
# The photo shown, its two neighbours, and the one before.
_KEPT_PICTURES = 4
# A window that is made a little larger does not have all pictures decoded anew.
_ENOUGH = 0.9


class Preview(QObject):
    """What the preview shows of the photo that a `Walk` stands at; lives in the GUI thread.

    Signals:
        photo_changed(): another photo.
        picture_changed(): a better picture of it is there, or is known not to come.
        facts_changed(): what is known of it came, or nothing is; notes may come later than facts.
        similar_changed(): photos like it came, or none did.
    """

    photo_changed = Signal()
    picture_changed = Signal()
    facts_changed = Signal()
    similar_changed = Signal()

    def __init__(
        self, runner: Runner, thumbnails: Thumbnails, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.walk = Walk(self)
        self.hit: Hit | None = None
        self.record: PhotoRecord | None = None
        self.notes: PhotoNotes | None = None
        self.similar: tuple[Hit, ...] = ()
        self.error: PhotoSearchError | None = None
        self._runner = runner
        self._thumbnails = thumbnails
        self._box = QSize(FALLBACK_PX, FALLBACK_PX)
        self._direction = 1
        self._pictures: OrderedDict[str, tuple[QSize, LoadedPicture]] = OrderedDict()
        self._full: LoadedPicture | None = None
        self._tasks: dict[str, Task] = {}
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self._on_rest)
        self.walk.moved.connect(self._on_moved)
        thumbnails.ready.connect(self._on_thumbnail)

    # -- what there is to see

    @property
    def picture(self) -> LoadedPicture | None:
        """The photo decoded for the screen; None while it is on its way."""
        kept = self._pictures.get(self.hit.photo.content_id) if self.hit is not None else None
        return kept[1] if kept is not None else None

    @property
    def full_picture(self) -> LoadedPicture | None:
        """The photo with all its pixels, once `want_full` was called."""
        return self._full

    @property
    def stand_in(self) -> QPixmap | None:
        """The best thumbnail at hand."""
        if self.hit is None:
            return None
        content_id = self.hit.photo.content_id
        best = self._thumbnails.pixmap(content_id, FALLBACK_PX)
        return best or self._thumbnails.nearest(content_id, FALLBACK_PX)

    @property
    def source(self) -> Source | None:
        """Where the picture comes from; None while it is on its way."""
        return self.picture.source if self.picture is not None else None

    # -- what the view asks for

    def set_box(self, box: QSize) -> None:
        """How many pixels of the screen there are for the picture."""
        self._box = box
        if self.hit is not None and not self._is_good_enough(self.hit):
            self._load_picture(self.hit)

    def step(self, by: int) -> None:
        """Go on, or back."""
        self._direction = 1 if by > 0 else -1
        self.walk.step(by)

    def want_full(self) -> None:
        """Decode the photo with all its pixels, to be looked at closely."""
        hit, picture = self.hit, self.picture
        if hit is None or picture is None or picture.source is not Source.FILE or picture.is_full:
            return
        if self._full is not None or "full" in self._tasks:
            return
        work = partial(load_picture, photo=hit.photo, box=None)
        self._tasks["full"] = self._runner.run(
            work, self._keep_full, self._no_full, lane=Lane.FILES
        )

    def clear(self) -> None:
        """Show nothing, and let go of the pictures."""
        self.walk.stop()
        self._drop_tasks()
        self._rest.stop()
        self._pictures.clear()
        self.hit, self.record, self.similar, self.error = None, None, (), None
        self.notes, self._full = None, None

    # -- one photo after the other

    def _on_moved(self) -> None:
        hit = self.walk.hit
        before, self.hit = self.hit, hit
        if hit is None:
            return
        if before is not None and before.photo == hit.photo:
            self.photo_changed.emit()  # its place among the others may differ
            return
        self._drop_tasks()
        self.record, self.notes, self.error, self._full = None, None, None, None
        self.photo_changed.emit()
        if self._is_good_enough(hit):
            self._pictures.move_to_end(hit.photo.content_id)
            self.picture_changed.emit()
            self._load_neighbours()
        else:
            self._load_picture(hit)
        self._ask_for_facts(hit.photo.content_id)
        self._rest.start()

    def _drop_tasks(self) -> None:
        for task in self._tasks.values():
            task.cancel()
        self._tasks.clear()

    # -- pictures

    def _is_good_enough(self, hit: Hit) -> bool:
        kept = self._pictures.get(hit.photo.content_id)
        if kept is None:
            return False
        box, picture = kept
        return picture.is_full or (
            box.width() >= _ENOUGH * self._box.width()
            and box.height() >= _ENOUGH * self._box.height()
        )

    def _load_picture(self, hit: Hit) -> None:
        self._load("picture", hit)

    def _load(self, name: str, hit: Hit) -> None:
        if name in self._tasks:
            self._tasks[name].cancel()
        box = QSize(self._box)
        self._tasks[name] = self._runner.run(
            partial(load_picture, photo=hit.photo, box=box),
            partial(self._keep_picture, name, hit, box),
            self._picture_failed if name == "picture" else self._neighbour_failed,
            lane=Lane.FILES,
        )

    def _keep_picture(self, name: str, hit: Hit, box: QSize, picture: LoadedPicture) -> None:
        self._tasks.pop(name, None)
        content_id = hit.photo.content_id
        self._pictures[content_id] = (box, picture)
        self._pictures.move_to_end(content_id)
        while len(self._pictures) > _KEPT_PICTURES:
            self._pictures.popitem(last=False)
        if self.hit is not None and content_id == self.hit.photo.content_id:
            self.picture_changed.emit()
        self._load_neighbours()

    def _picture_failed(self, error: PhotoSearchError) -> None:
        self._tasks.pop("picture", None)
        self.error = error
        self.picture_changed.emit()

    def _neighbour_failed(self, error: PhotoSearchError) -> None:
        """It is tried again, and told, when it is looked at."""
        self._tasks.pop("neighbour", None)

    def _load_neighbours(self) -> None:
        """One after the other, so that a photo that is wanted now need not wait for both."""
        if "neighbour" in self._tasks or "picture" in self._tasks:
            return
        for by in (self._direction, -self._direction):
            hit = self.walk.neighbour(by)
            if hit is not None and not self._is_good_enough(hit):
                self._thumbnails.pixmap(hit.photo.content_id, FALLBACK_PX)
                self._load("neighbour", hit)
                return

    def _keep_full(self, picture: LoadedPicture) -> None:
        self._tasks.pop("full", None)
        self._full = picture
        self.picture_changed.emit()

    def _no_full(self, error: PhotoSearchError) -> None:
        """What is shown stays: it is only less sharp."""
        self._tasks.pop("full", None)

    def _on_thumbnail(self, content_id: str, size_px: int) -> None:
        is_this = self.hit is not None and self.hit.photo.content_id == content_id
        if is_this and size_px == FALLBACK_PX and self.picture is None:
            self.picture_changed.emit()

    # -- facts and likeness: those of the photo before stay until these come, so nothing flickers

    def _ask_for_facts(self, content_id: str) -> None:
        def record(service: PhotoSearchService) -> PhotoRecord:
            return service.photo(content_id)

        def notes(service: PhotoSearchService) -> PhotoNotes:
            return service.notes(content_id)

        self._tasks["record"] = self._runner.run(record, self._keep_record, self._no_record)
        self._tasks["notes"] = self._runner.run(
            notes, self._keep_notes, self._no_notes, lane=Lane.FILES
        )

    def _on_rest(self) -> None:
        if self.hit is None:
            return
        if self.record is None or self.notes is None:
            self.facts_changed.emit()  # they take too long: nothing is better than another's
        content_id = self.hit.photo.content_id

        def similar(service: PhotoSearchService) -> tuple[Hit, ...]:
            query = Query(similar_to=(content_id,), limit=SIMILAR_COUNT)
            return service.answer(query).hits

        self._tasks["similar"] = self._runner.run(
            similar, self._keep_similar, self._no_similar, lane=Lane.SEARCH
        )

    def _keep_record(self, record: PhotoRecord) -> None:
        self.record = record
        self._show_facts_together()

    def _no_record(self, error: PhotoSearchError) -> None:
        """The picture is what matters here; the window tells of a service that is gone."""
        self.facts_changed.emit()

    def _keep_notes(self, notes: PhotoNotes) -> None:
        self.notes = notes
        self._show_facts_together()

    def _no_notes(self, error: PhotoSearchError) -> None:
        self._keep_notes(PhotoNotes())

    def _show_facts_together(self) -> None:
        """So that nothing jumps, facts wait for notes; but no longer than people rest."""
        is_whole = self.record is not None and self.notes is not None
        if is_whole or (self.record is not None and not self._rest.isActive()):
            self.facts_changed.emit()

    def _keep_similar(self, similar: tuple[Hit, ...]) -> None:
        self.similar = similar
        self.similar_changed.emit()

    def _no_similar(self, error: PhotoSearchError) -> None:
        """As with the facts."""
        self._keep_similar(())
