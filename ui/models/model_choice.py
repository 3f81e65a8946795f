"""What a person does with models: use one, get it, hold that, measure the machine, delete."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from PySide6.QtCore import QObject, Signal

from photosearch.errors import PhotoSearchError
from photosearch.interface import PhotoSearchService
from photosearch.model_info import DownloadState, ModelInfo
from ui.models.library import LibraryState
from ui.workers.runner import Runner


class Standing(StrEnum):
    """Where a model is on its way from the menu to the one that answers."""

    AVAILABLE = "available"
    DOWNLOADING = "downloading"
    HELD = "held"
    """Its download is."""
    CHECKING = "checking"
    FAILED = "failed"
    WAITING = "waiting"
    """It is chosen, and not on this machine; nobody is fetching it."""
    PREPARING = "preparing"
    """It is chosen, and looks through the photos while another one answers."""
    INSTALLED = "installed"
    ANSWERS = "answers"


ON_THE_WAY = (
    Standing.DOWNLOADING,
    Standing.HELD,
    Standing.CHECKING,
    Standing.FAILED,
    Standing.WAITING,
    Standing.PREPARING,
)
"""Something was asked for that has not come yet, and can be cancelled."""

_BY_DOWNLOAD = {
    DownloadState.RUNNING: Standing.DOWNLOADING,
    DownloadState.PAUSED: Standing.HELD,
    DownloadState.CHECKING: Standing.CHECKING,
    DownloadState.FAILED: Standing.FAILED,
}


def standing(info: ModelInfo) -> Standing:
    """Where a model is."""
    if info.is_searching:
        return Standing.ANSWERS
    if info.download is not None:
        return _BY_DOWNLOAD[info.download.state]
    if info.is_chosen:
        return Standing.PREPARING if info.is_installed else Standing.WAITING
    return Standing.INSTALLED if info.is_installed else Standing.AVAILABLE


class ModelChoice(QObject):
    """Asks the service; what came of it is in the library's models, or in `problem`.

    Signals:
        changed(): a model is busy now, or not any more; a problem came or went; measuring.
        told(str): another model answers now.
    """

    changed = Signal()
    told = Signal(str)

    def __init__(
        self, runner: Runner, library: LibraryState, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.is_measuring = False
        self.measure_problem: PhotoSearchError | None = None
        """Why the machine could not be measured."""
        self._runner = runner
        self._library = library
        self._busy: set[str] = set()
        self._problems: dict[str, PhotoSearchError] = {}
        self._answering: str | None = None
        self._has_begun_measuring = False
        library.changed.connect(self._follow)
        self._follow()

    # -- what is known

    def is_busy(self, name: str) -> bool:
        """Whether something that was asked of a model has not been answered yet."""
        return name in self._busy

    def problem(self, name: str) -> PhotoSearchError | None:
        """Why the last thing that was asked of a model could not be done."""
        return self._problems.get(name)

    @property
    def to_measure(self) -> tuple[ModelInfo, ...]:
        """The models of the menu whose speed on this machine is not known."""
        return tuple(
            one for one in self._library.models if one.card is not None and not one.photos_per_s
        )

    @property
    def measured(self) -> int:
        """Of how many models of the menu the speed is known."""
        menu = [one for one in self._library.models if one.card is not None]
        return len(menu) - len(self.to_measure)

    # -- what can be asked for

    def use(self, name: str) -> None:
        """Have a model do the work; what it lacks is downloaded and made ready by itself."""
        self._ask(name, lambda s: s.change_settings({"model": name}))

    def resume(self, name: str) -> None:
        """Go on with a download that was held, or that failed."""
        self._ask(name, lambda s: s.download_model(name))

    def hold(self, name: str) -> None:
        """Hold a download; what is here is kept."""
        self._ask(name, lambda s: s.pause_download(name))

    def cancel(self, name: str) -> None:
        """Leave things as they were: drop a download, and stay with the model that answers."""
        info, answering = self._library.model(name), self._library.answering
        if info is None:
            return
        is_chosen, is_download = info.is_chosen, info.download is not None

        def undo(service: PhotoSearchService) -> None:
            if is_chosen and not info.is_searching:
                service.change_settings({"model": answering})
            if is_download:
                service.cancel_download(name)

        self._ask(name, undo)

    def delete_files(self, name: str) -> None:
        """Delete a model's files; what it has found out of the photos stays."""
        self._ask(name, lambda s: s.delete_model(name))

    def delete_vectors(self, name: str) -> None:
        """Forget what a model has found out of the photos."""
        self._ask(name, lambda s: s.delete_vectors(name))

    def measure(self) -> None:
        """Find out how fast each model of the menu is on this machine."""
        self.is_measuring, self.measure_problem = True, None
        self._has_begun_measuring = False
        self.changed.emit()
        self._runner.run(
            lambda s: s.measure_models(),
            lambda _: self._on_measuring_begun(),
            self._on_measuring_failed,
        )

    # -- what comes

    def _ask(self, name: str, work: Callable[[PhotoSearchService], object]) -> None:
        self._busy.add(name)
        self._problems.pop(name, None)
        self.changed.emit()
        self._runner.run(
            work, lambda _: self._on_done(name), lambda error: self._on_failed(name, error)
        )

    def _on_done(self, name: str) -> None:
        self._busy.discard(name)
        self._library.refresh()
        self.changed.emit()

    def _on_failed(self, name: str, error: PhotoSearchError) -> None:
        self._busy.discard(name)
        self._problems[name] = error
        self._library.refresh()
        self.changed.emit()

    def _follow(self) -> None:
        library = self._library
        if not library.models:
            return
        before, self._answering = self._answering, library.answering
        if before not in (None, self._answering):
            self.told.emit(
                self.tr("Now searching with {0}.").format(library.title_of(self._answering))
            )
        self._follow_measuring()

    def _follow_measuring(self) -> None:
        if self._library.is_lost:
            if self.is_measuring:
                self._end_measuring()
        elif any(one.is_being_measured for one in self._library.models):
            self._has_begun_measuring = True
            if not self.is_measuring:  # another window has asked for it
                self.is_measuring, self.measure_problem = True, None
                self.changed.emit()
        elif self.is_measuring and self._has_begun_measuring:
            left = len(self.to_measure)
            words = self.tr("The speed of %n model(s) is still not known.", "", left)
            self._end_measuring(PhotoSearchError(words) if left else None)

    def _on_measuring_begun(self) -> None:
        self._has_begun_measuring = True
        self._library.refresh()

    def _on_measuring_failed(self, error: PhotoSearchError) -> None:
        self._end_measuring(error)

    def _end_measuring(self, problem: PhotoSearchError | None = None) -> None:
        self._has_begun_measuring = False
        self.is_measuring, self.measure_problem = False, problem
        self.changed.emit()
