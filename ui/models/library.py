"""What the app knows of the library: its folders, how far the service is, whether it is there."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, QTimer, Signal

from photosearch.errors import PhotoSearchError, shown
from photosearch.interface import PhotoSearchService
from photosearch.model_info import ModelInfo, Switch
from photosearch.settings import Settings
from photosearch.types import (
    Activity,
    ActivityState,
    Event,
    EventKind,
    Notice,
    Phase,
    Root,
    RootStatus,
    Status,
    WatchState,
)
from ui.workers.news import News
from ui.workers.runner import Runner, Task

STARTER = "starter"
"""The name of the model that is built in."""
THROTTLE_MS = 500
"""Between two questions for the state: while indexing there is news all the time."""
SWITCH_LOOK_MS = 2_000
"""While another model is made ready: how far it is stands in the state alone."""


@dataclass(frozen=True)
class _Look:
    """What one look at the service brought."""

    status: Status
    settings: Settings
    models: tuple[ModelInfo, ...]
    pictures_folder: Path | None


class LibraryState(QObject):
    """The library as the service last told of it; empty until it first answers.

    Signals:
        changed(): the status, the activity or the connection differ.
        photos_changed(): a search may find other photos now.
        connection_changed(bool): False: the service is lost; True: it answers (again).
        failed(PhotoSearchError): something that was asked for here could not be done.
        told(str): something that was asked for came out otherwise than one might think.
    """

    changed = Signal()
    photos_changed = Signal()
    connection_changed = Signal(bool)
    failed = Signal(object)
    told = Signal(str)

    def __init__(self, runner: Runner, news: News, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.status: Status | None = None
        self.settings: Settings | None = None
        self.models: tuple[ModelInfo, ...] = ()
        """Those of the menu, on the disk and in the index; the menu's first."""
        self.pictures_folder: Path | None = None
        """Where the user's pictures lie, if that folder is there; known while there is no root."""
        self.activity = Activity()
        self.is_connected = False
        self.is_look_due = False
        """Whether a folder was added just now, which the service has not begun to look at."""
        self.error: PhotoSearchError | None = None
        """Why the service is lost, or why it did not say how things are."""
        self._runner = runner
        self._news = news
        self._look_task: Task | None = None
        self._rescan_task: Task | None = None
        self._is_out_of_date = False
        self._before_job: int | None = None
        """How many could be searched when the job in hand began: counts lag behind progress."""
        self._is_activity_known = False
        self._lost_tries = 0
        self._throttle = QTimer(self, singleShot=True, interval=THROTTLE_MS)
        self._throttle.timeout.connect(self._look_if_due)
        self._switch_look = QTimer(self, singleShot=True, interval=SWITCH_LOOK_MS)
        self._switch_look.timeout.connect(self.refresh)
        news.connected.connect(self._on_connected)
        news.told.connect(self._on_told)
        news.lost.connect(self._on_lost)

    # -- what is known

    @property
    def roots(self) -> tuple[RootStatus, ...]:
        """The folders, each with its count and how it is watched."""
        return self.status.roots if self.status else ()

    @property
    def is_lost(self) -> bool:
        """Whether the service was tried and does not answer; False before the first try."""
        return not self.is_connected and self.error is not None

    @property
    def trouble(self) -> PhotoSearchError | None:
        """The error, where it helps to read it: a service that ended is started again at once."""
        is_just_lost = self.is_lost and self.status is not None and self._lost_tries <= 1
        return None if is_just_lost else self.error

    @property
    def is_first_run(self) -> bool:
        """Whether it is known that no folder was added yet."""
        return self.status is not None and not self.status.roots

    @property
    def is_empty(self) -> bool:
        """Whether it is known that there is no folder, or no photo yet."""
        return self.status is not None and self.photos == 0

    @property
    def is_indexing(self) -> bool:
        """Whether photos are being looked through right now."""
        return self.is_connected and self.activity.state is ActivityState.INDEXING

    @property
    def is_paused(self) -> bool:
        """Whether the work in the background is held."""
        return self.activity.state is ActivityState.PAUSED

    @property
    def switch(self) -> Switch | None:
        """How far the chosen model is, while another one answers."""
        return self.status.switch if self.status else None

    @property
    def answering(self) -> str:
        """The name of the model that answers."""
        names = (model.name for model in self.models if model.is_searching)
        chosen = STARTER if self.settings is None else self.settings.model
        return next(names, chosen if self.switch is None else self.switch.old)

    @property
    def uses_starter(self) -> bool:
        """Whether the small model that is built in does the work."""
        return self.answering == STARTER

    def model(self, name: str) -> ModelInfo | None:
        """What is known of a model; None of one that nothing is."""
        return next((model for model in self.models if model.name == name), None)

    def title_of(self, model: str) -> str:
        """What people call a model."""
        info = self.model(model)
        return info.card.title if info is not None and info.card is not None else shown(model)

    @property
    def photos(self) -> int:
        """How many photos all folders have, as far as they were looked through."""
        return sum(root.photos for root in self.roots)

    @property
    def searchable(self) -> int:
        """How many different photos the model that answers has looked at, and so can find."""
        if self.status is None:
            return 0
        mine = (m for m in self.status.models if m.spec.name == self.answering)
        return sum(model.embedded for model in mine)

    @property
    def expected(self) -> int:
        """How many can be searched when the work in hand is done, as far as that is known."""
        if self._before_job is None or self.switch is not None:  # it finds no more by that job
            return self.searchable
        return max(self.searchable, self._before_job + _total(self.activity))

    @property
    def remaining(self) -> int:
        """How many photos of the work in hand cannot be searched yet."""
        return self.expected - self.searchable

    @property
    def skipped(self) -> int:
        """How many files could not be read."""
        return self.status.skipped if self.status else 0

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What a person should know of, and can mend."""
        return self.status.notices if self.status else ()

    @property
    def offline_roots(self) -> tuple[Path, ...]:
        """Folders that are away: their photos are kept, and not searched."""
        return tuple(
            one.root.path
            for one in self.roots
            if one.root.is_offline or one.watch is WatchState.OFFLINE
        )

    # -- what can be asked for

    def refresh(self) -> None:
        """Ask how things are, soon; many calls are few questions, the last one counts."""
        self._is_out_of_date = True
        self._look_if_due()

    def add_folder(self, folder: Path) -> None:
        """Add a folder; its photos are indexed by and by."""
        self.is_look_due = folder not in [one.root.path for one in self.roots]
        self._runner.run(lambda s: _add(s, folder), self._on_added, self._on_add_failed)

    def remove_folder(self, folder: Path) -> None:
        """Forget a folder and what is known of its photos; the files stay as they are."""
        self._runner.run(lambda s: s.remove_root(folder), self._on_folders_changed, self._on_failed)

    def include(self, folder: Path, pattern: str) -> None:
        """Take in again what a pattern leaves out of a folder."""
        self._runner.run(
            lambda s: s.include(folder, pattern), self._on_folders_changed, self._on_failed
        )

    def rescan(self) -> None:
        """Look through all folders again, now; ends a pause."""
        if self._rescan_task is None:
            self._rescan_task = self._runner.run(
                _begin_indexing, self._on_rescanning, self._on_rescan_failed
            )

    def pause(self) -> None:
        """Hold the work in the background; searches are still answered."""
        self._runner.run(lambda s: s.pause(), None, self._on_failed)

    def resume(self) -> None:
        """Go on with the work in the background."""
        self._runner.run(lambda s: s.resume(), None, self._on_failed)

    def toggle_pause(self) -> None:
        """Hold the work in the background, or go on with it."""
        if self.is_paused:
            self.resume()
        else:
            self.pause()

    def try_again(self) -> None:
        """Try to reach a lost service now."""
        self._news.try_again()
        if self.is_connected:
            self.refresh()

    # -- news

    def _on_connected(self) -> None:
        was_connected, self.is_connected, self.error = self.is_connected, True, None
        self._lost_tries = 0
        if not was_connected:
            self.connection_changed.emit(True)
            self.changed.emit()
        if self.status is not None:  # what happened while nobody listened is not told again
            self.photos_changed.emit()
        self.refresh()

    def _on_lost(self, error: PhotoSearchError) -> None:
        was_connected, self.is_connected, self.error = self.is_connected, False, error
        self.activity = Activity()
        self._before_job, self._is_activity_known = None, False
        self._lost_tries += 1
        if was_connected:
            self.connection_changed.emit(False)
        self.changed.emit()

    def _on_told(self, event: Event) -> None:
        if event.activity is not None:
            self._take_activity(event.activity)
        if event.kind is EventKind.INDEX_CHANGED:
            self.photos_changed.emit()
        if event.kind is not EventKind.ACTIVITY:
            self.refresh()

    def _take_activity(self, activity: Activity) -> None:
        before, self.activity = self.activity, activity
        if not _total(activity):
            self._before_job = None
        elif _total(activity) != _total(before) and self._is_activity_known:
            self._before_job = self.searchable
        self._is_activity_known = True
        self.is_look_due &= activity.state is not ActivityState.INDEXING
        if self.switch is not None and not self._switch_look.isActive():
            self._switch_look.start()
        if activity != before:
            self.changed.emit()
        if activity.state is not before.state:
            self.refresh()  # a job that found nothing tells no more than that it ended

    # -- the state, asked for now and then

    def _look_if_due(self) -> None:
        if not self._is_out_of_date or self._look_task is not None or self._throttle.isActive():
            return
        self._is_out_of_date = False
        self._throttle.start()
        self._look_task = self._runner.run(_look, self._on_looked, self._on_look_failed)

    def _on_looked(self, look: _Look) -> None:
        before = self._searched_in()
        self.status, self.settings, self.models = look.status, look.settings, look.models
        self.pictures_folder = look.pictures_folder
        if self.is_connected:
            self.error = None
        self._look_task = None
        progress = self.activity.progress
        if self._before_job is None and progress is not None and _total(self.activity):
            # The app was opened amidst a job.
            self._before_job = max(0, self.searchable - progress.done)
        self.changed.emit()
        if before not in (None, self._searched_in()):
            self.photos_changed.emit()
        self._look_if_due()

    def _on_look_failed(self, error: PhotoSearchError) -> None:
        self._look_task = None
        if self.is_connected:  # else the news have told already why
            self.error = error
            self.changed.emit()
        self._look_if_due()

    def _searched_in(self) -> tuple[object, ...] | None:
        """What decides which photos are searched, besides the photos themselves."""
        if self.status is None:
            return None
        roots = tuple((one.root.path, one.root.exclude) for one in self.roots)
        return roots, self.offline_roots, self.answering

    # -- ends of what was asked for

    def _on_added(self, around: Path | None) -> None:
        if around is not None:
            self.is_look_due = False
            self.told.emit(
                self.tr("This folder is already part of {0}, which is in your library.").format(
                    around
                )
            )
        self.refresh()

    def _on_add_failed(self, error: PhotoSearchError) -> None:
        self.is_look_due = False
        self._on_failed(error)

    def _on_folders_changed(self, result: object) -> None:
        self.refresh()

    def _on_rescanning(self, result: None) -> None:
        self._rescan_task = None
        self.refresh()

    def _on_rescan_failed(self, error: PhotoSearchError) -> None:
        self._rescan_task = None
        self._on_failed(error)

    def _on_failed(self, error: PhotoSearchError) -> None:
        self.failed.emit(error)


def _total(activity: Activity) -> int:
    """How many photos the job in hand looks at; 0 while that is not known, or there is none."""
    progress = activity.progress
    if progress is None or progress.phase is not Phase.EMBEDDING:
        return 0
    return progress.total or 0


def _look(service: PhotoSearchService) -> _Look:
    status = service.status()
    pictures_folder = None if status.roots else _pictures_folder()
    return _Look(status, service.settings, service.models(), pictures_folder)


def _pictures_folder() -> Path | None:
    """The user's folder for pictures, if there is one that is not all of the home folder."""
    place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
    home = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.HomeLocation)
    return Path(place) if place and Path(place) != Path(home) and Path(place).is_dir() else None


def _add(service: PhotoSearchService, folder: Path) -> Path | None:
    """Returns the folder that has it already, if there is one."""
    root: Root = service.add_root(folder)
    is_itself = os.path.realpath(root.path) == os.path.realpath(folder)
    return None if is_itself else root.path


def _begin_indexing(service: PhotoSearchService) -> None:
    """Ask for the job and do not follow it: the news tell how far it is."""
    next(iter(service.index()), None)
