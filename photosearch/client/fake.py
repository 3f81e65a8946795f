"""A service that is not there: a made-up library in memory, to build and test the app with."""

from __future__ import annotations

import io
import queue
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from photosearch.client.fake_models import CARDS, AnswersAboutModels, FakeModels
from photosearch.client.fake_photos import Colour, FakePhoto, likeness, mean_colour
from photosearch.errors import (
    LibraryError,
    PhotoSearchError,
    QueryError,
    ServiceError,
    UnknownPhotoError,
)
from photosearch.jobs import CancelToken
from photosearch.model_info import ModelCard
from photosearch.settings import Settings, with_changes
from photosearch.types import (
    Activity,
    ActivityState,
    Answer,
    Event,
    EventKind,
    Hit,
    IndexReport,
    ModelSpec,
    ModelStatus,
    Photo,
    PhotoFile,
    PhotoNotes,
    PhotoRecord,
    PhotoStamp,
    Progress,
    Query,
    Root,
    RootStatus,
    SkipKind,
    Skipped,
    Status,
    Thumbnail,
    WatchState,
)

_LOOK_S = 0.02
_SPEC = ModelSpec("starter", "starter", "0123456789abcdef", 512, "01234567")


class FakeClient(AnswersAboutModels):
    """Has the interface of a client; what it does is in the hands of who made it.

    Attributes:
        asked: every query, in order.
        error: raised by every question while it is set.
        search_error: raised by searches alone.
        settings_changed, added, removed, excluded: what was asked for.
        gate: cleared, searches wait until it is set.
        photo_count: how many photos there are said to be; None says how many there are.
        shelf: the models, and what a test does to them.
    """

    def __init__(
        self,
        photos: Sequence[FakePhoto] = (),
        root: Path = Path("/photos"),
        cards: Sequence[ModelCard] = CARDS,
    ) -> None:
        self.asked: list[Query] = []
        self.error: PhotoSearchError | None = None
        self.search_error: PhotoSearchError | None = None
        self.settings_changed: list[dict[str, Any]] = []
        self.added: list[Path] = []
        self.removed: list[Path] = []
        self.excluded: list[Path] = []
        self.index_runs = 0
        self.is_closed = False
        self.is_paused = False
        self.skipped_files: list[Skipped] = []
        self.activity = Activity()
        self.gate = threading.Event()
        self.gate.set()
        self.folder = root
        self._photos = {photo.content_id: photo for photo in photos}
        self._roots = [Root(1, root)] if photos else []
        self._settings = Settings()
        self._news: queue.SimpleQueue[Event | PhotoSearchError] = queue.SimpleQueue()
        self.photo_count: int | None = None
        self.shelf = FakeModels(cards, lambda: self._count, self._tell_of_models)

    # -- what a test does to it

    def add_photo(self, photo: FakePhoto) -> None:
        """A photo was indexed; listeners hear of it."""
        self._photos[photo.content_id] = photo
        if not self._roots:
            self._roots.append(Root(1, self.folder))
        self.tell(Event(EventKind.INDEX_CHANGED))

    def remove_photo(self, photo: FakePhoto) -> None:
        """A photo was deleted; listeners hear of it."""
        del self._photos[photo.content_id]
        self.tell(Event(EventKind.INDEX_CHANGED))

    def set_offline(self, *, is_offline: bool = True) -> None:
        """The drive of every folder was unplugged, or is back."""
        self._roots = [replace(root, is_offline=is_offline) for root in self._roots]
        self.tell(Event(EventKind.INDEX_CHANGED))

    def work(
        self, progress: Progress | None, state: ActivityState = ActivityState.INDEXING
    ) -> None:
        """The service is at work, or (with None and IDLE) is done."""
        self.activity = Activity(state, progress)
        self.tell(Event(EventKind.ACTIVITY, activity=self.activity))

    def tell(self, event: Event) -> None:
        """Tell those who listen."""
        self._news.put(event)

    def die(self, error: PhotoSearchError | None = None) -> None:
        """The service ends: questions fail until ``error`` is None again, and so do the news."""
        self.error = error or ServiceError("The service has ended.", "Start it again.")
        self._news.put(self.error)

    # -- what can be asked of it

    def answer(self, query: Query) -> Answer:
        self.asked.append(query)
        self._fail()
        self.gate.wait()
        if self.search_error is not None:
            raise self.search_error
        if not self._photos:
            raise QueryError("Nothing is indexed yet.", "Add a folder.")
        colours, unread = self._colours(query)
        ranked = sorted(
            ((self._score(photo, query, colours), photo) for photo in self._asked_for(query)),
            key=lambda scored: (-scored[0], scored[1].relative_path),
        )
        page = ranked[query.offset : query.offset + query.limit]
        return Answer(
            tuple(
                Hit(rank, score, self._photo(photo))
                for rank, (score, photo) in enumerate(page, start=query.offset + 1)
            ),
            len(ranked),
            tuple(root.path for root in self._roots if root.is_offline),
            tuple(unread),
        )

    def search(self, query: Query) -> list[Hit]:
        return list(self.answer(query).hits)

    def photo(self, content_id: str) -> PhotoRecord:
        self._fail()
        photo = self._known(content_id)
        place = self._photo(photo)
        file = PhotoFile(place, PhotoStamp(1_234_567, 1_700_000_000_000_000_000))
        return PhotoRecord(content_id, photo.facts, (file,))

    def photo_at(self, path: Path) -> PhotoRecord:
        self._fail()
        for photo in self._photos.values():
            if self.folder / photo.relative_path == path:
                return self.photo(photo.content_id)
        raise UnknownPhotoError(f"{path} is not indexed.")

    def notes(self, content_id: str) -> PhotoNotes:
        self._fail()
        return self._known(content_id).notes

    def thumbnail(self, content_id: str, size_px: int) -> Thumbnail:
        from PIL import Image, ImageOps

        self._fail()
        photo = self._known(content_id)
        path = self.folder / photo.relative_path
        if path.is_file():
            with Image.open(path) as opened:
                image = ImageOps.exif_transpose(opened).convert("RGB")
            image.thumbnail((size_px, size_px))
        else:
            facts = photo.facts
            share = size_px / max(facts.width_px, facts.height_px)
            size = (int(facts.width_px * share), int(facts.height_px * share))
            image = Image.new("RGB", size, photo.rgb)
        data = io.BytesIO()
        image.save(data, "JPEG")
        return Thumbnail(data.getvalue(), content_id)

    def thumbnails(
        self, content_ids: Sequence[str], size_px: int
    ) -> Iterator[tuple[str, Thumbnail | PhotoSearchError]]:
        self._fail()
        for content_id in dict.fromkeys(content_ids):
            try:
                yield content_id, self.thumbnail(content_id, size_px)
            except UnknownPhotoError as error:
                yield content_id, error

    def add_root(self, folder: Path, exclude: Sequence[str] | None = None) -> Root:
        self._fail()
        if folder.name == "missing":
            raise LibraryError(f"{folder} does not exist.", "Name a folder that holds photos.")
        self.added.append(folder)
        root = Root(len(self._roots) + 1, folder, tuple(exclude or ()))
        self._roots.append(root)
        self.tell(Event(EventKind.INDEX_CHANGED))
        return root

    def remove_root(self, folder: Path) -> int:
        self._fail()
        self.removed.append(folder)
        self._roots = [root for root in self._roots if root.path != folder]
        self.tell(Event(EventKind.INDEX_CHANGED))
        return len(self._photos)

    def roots(self) -> tuple[Root, ...]:
        self._fail()
        return tuple(self._roots)

    def exclude(self, path: Path) -> str:
        self._fail()
        self.excluded.append(path)
        for content_id, photo in list(self._photos.items()):
            if (self.folder / photo.relative_path).is_relative_to(path):
                del self._photos[content_id]
        self.tell(Event(EventKind.INDEX_CHANGED))
        return f"/{path.relative_to(self.folder)}"

    def include(self, root: Path, pattern: str) -> None:
        self._fail()
        self.excluded.remove(root / pattern.lstrip("/"))
        self.add_photo(FakePhoto(pattern.lstrip("/")))

    def index(
        self, cancel: CancelToken | None = None, model: str | None = None
    ) -> Iterator[Progress | IndexReport]:
        self._fail()
        self.index_runs += 1
        yield IndexReport(unchanged=len(self._photos))

    def rebuild(self, cancel: CancelToken | None = None) -> Iterator[Progress]:
        yield from ()

    def status(self) -> Status:
        self._fail()
        count = self._count
        roots = tuple(
            RootStatus(
                root,
                count if root.path == self.folder else 0,
                WatchState.OFFLINE if root.is_offline else WatchState.WATCHED,
            )
            for root in self._roots
        )
        used = [(replace(_SPEC, name=one.name), one.embedded) for one in self.shelf.all()]
        models = tuple(ModelStatus(spec, embedded) for spec, embedded in used)
        switch = self.shelf.switch()
        return Status(roots, models, len(self.skipped_files), self.activity, (), switch)

    def skipped(self) -> list[Skipped]:
        self._fail()
        return list(self.skipped_files)

    @property
    def settings(self) -> Settings:
        self._fail()
        return self._settings

    def change_settings(self, changes: dict[str, Any]) -> Settings:
        self._fail()
        settings = with_changes(self._settings, changes)
        if "model" in changes:
            self.shelf.choose(settings.model)
        self._settings = settings
        self.settings_changed.append(changes)
        return self._settings

    def events(self, cancel: CancelToken | None = None) -> Iterator[Event]:
        cancel = cancel or CancelToken()
        self._fail()
        yield Event(EventKind.ACTIVITY, activity=self.activity)
        while not cancel.is_cancelled:
            try:
                news = self._news.get(timeout=_LOOK_S)
            except queue.Empty:
                continue
            if isinstance(news, PhotoSearchError):
                raise news
            yield news

    def pause(self) -> None:
        self._fail()
        self.is_paused = True
        self.work(None, ActivityState.PAUSED)

    def resume(self) -> None:
        self._fail()
        self.is_paused = False
        self.work(None, ActivityState.IDLE)

    def close(self) -> None:
        self.is_closed = True
        self.gate.set()

    def _tell_of_models(self) -> None:
        self.tell(Event(EventKind.MODELS))

    @property
    def _count(self) -> int:
        return len(self._photos) if self.photo_count is None else self.photo_count

    def _fail(self) -> None:
        if self.error is not None:
            raise self.error

    def _known(self, content_id: str) -> FakePhoto:
        try:
            return self._photos[content_id]
        except KeyError:
            raise UnknownPhotoError(f"No indexed photo is known as {content_id}.") from None

    def _photo(self, photo: FakePhoto) -> Photo:
        return Photo(self.folder, Path(photo.relative_path), photo.content_id)

    def _asked_for(self, query: Query) -> list[FakePhoto]:
        return [
            photo
            for photo in self._photos.values()
            if photo.content_id not in query.similar_to
            and self.folder / photo.relative_path not in query.image_paths
            and (
                not query.folders
                or any((self.folder / photo.relative_path).is_relative_to(f) for f in query.folders)
            )
        ]

    def _score(self, photo: FakePhoto, query: Query, colours: Sequence[Colour]) -> float:
        scores = [likeness(photo.rgb, colour) for colour in colours]
        if query.text is not None:
            wanted = set(query.text.lower().split())
            scores.append(len(wanted & photo.words) / max(len(wanted), 1))
        for content_id in query.similar_to:
            scores.append(likeness(photo.rgb, self._known(content_id).rgb))
        if not scores:
            raise QueryError("The search is empty.", "Type some words, or name a photo.")
        return sum(scores) / len(scores)

    def _colours(self, query: Query) -> tuple[list[Colour], list[Skipped]]:
        """Those of the query's files, of the library or not; and the files that have none."""
        known = {self.folder / p.relative_path: p.rgb for p in self._photos.values()}
        colours, unread = [], []
        for path in query.image_paths:
            try:
                colours.append(known.get(path) or mean_colour(path))
            except QueryError:
                unread.append(Skipped(path, SkipKind.BROKEN, "It cannot be read."))
        if unread and not colours and not query.similar_to:
            raise QueryError(
                f"{unread[0].path} cannot be searched with: it cannot be read.",
                "Choose another one.",
            )
        if query.image is not None:
            colours.append(mean_colour(io.BytesIO(query.image)))
        return colours, unread
