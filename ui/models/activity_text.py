"""What the service does at the moment, in one plain sentence."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale

from photosearch.model_info import DownloadState, ModelInfo
from photosearch.types import ActivityState, Phase, Progress
from ui.languages import plural
from ui.models.library import LibraryState
from ui.models.model_choice import Standing, standing
from ui.models.model_texts import download_line, share_of, standing_share, switch_line


def activity_text(library: LibraryState) -> str:
    """One sentence for the status line, the tray and the library page."""
    translate = QCoreApplication.translate
    if library.is_lost and library.status is None:
        return translate("Activity", "The search service does not start. Trying again…")
    if library.is_lost:
        return translate("Activity", "The search service has stopped. Starting it again…")
    if library.status is None:
        return translate("Activity", "Starting…")
    if library.switch is not None and _download(library) is None:
        return switch_line(library.switch, library)
    if library.is_paused:
        return _paused_text(library.activity.progress)
    if library.activity.state is ActivityState.INDEXING:
        return _work_text(library.activity.progress)
    return _idle_text(library)


def progress_share(library: LibraryState) -> float | None:
    """How much of the work in hand is done, 0 to 1; None when there is none or nobody knows."""
    progress = library.activity.progress
    if not library.is_connected:
        return None
    if library.switch is not None and _download(library) is None:
        return share_of(library.switch)
    if progress is not None and progress.total:
        return min(1.0, progress.done / progress.total)
    coming = _download(library)
    return None if coming is None else standing_share(coming, library)


def is_downloading(library: LibraryState) -> bool:
    """Whether a model gets nearer to this machine right now."""
    coming = _download(library)
    moving = (Standing.DOWNLOADING, Standing.CHECKING)
    return library.is_connected and coming is not None and standing(coming) in moving


def has_failed_download(library: LibraryState) -> bool:
    """Whether the chosen model could not be brought to this machine."""
    coming = _download(library)
    return coming is not None and standing(coming) is Standing.FAILED


def _download(library: LibraryState) -> ModelInfo | None:
    """A model that is on its way to this machine; of those not chosen, only what gets further."""
    moving = (DownloadState.RUNNING, DownloadState.CHECKING)
    coming = [one for one in library.models if one.download is not None]
    chosen = [one for one in coming if one.is_chosen]
    others = [one for one in coming if one.download and one.download.state in moving]
    return next(iter((*chosen, *others)), None)


def _work_text(progress: Progress | None) -> str:
    translate = QCoreApplication.translate
    if progress is None or progress.phase is Phase.SCANNING:
        if progress is None or not progress.done:
            return translate("Activity", "Looking for photos…")
        found = QLocale().toString(progress.done)
        return translate("Activity", "Looking for photos… {0} files so far").format(found)
    if progress.phase is Phase.EMBEDDING:
        if not progress.total:
            return translate("Activity", "Looking for photos…")
        text = translate("Activity", "Looking through your photos: {0} of {1}")
        return _counted(text, progress)
    if progress.total:
        return _counted(translate("Activity", "Putting the index in order: {0} of {1}"), progress)
    return translate("Activity", "Getting ready…")


def _paused_text(progress: Progress | None) -> str:
    translate = QCoreApplication.translate
    if progress is None or not progress.total:
        return translate("Activity", "Paused")
    return _counted(translate("Activity", "Paused at {0} of {1} photos"), progress)


def _idle_text(library: LibraryState) -> str:
    translate = QCoreApplication.translate
    coming = _download(library)
    if coming is not None:
        return download_line(coming)
    if library.is_first_run:
        return translate("Activity", "No folder has been added yet")
    if library.error is not None:
        return library.error.message
    if library.notices:
        return library.notices[0].message
    if library.is_empty:
        if library.is_look_due:
            return translate("Activity", "Looking for photos…")
        return translate("Activity", "There are no photos in your folders yet")
    if library.offline_roots:
        return plural("Up to date; %n folder(s) away", "", len(library.offline_roots))
    return translate("Activity", "Up to date")


def _counted(text: str, progress: Progress) -> str:
    locale = QLocale()
    return text.format(locale.toString(progress.done), locale.toString(progress.total or 0))
