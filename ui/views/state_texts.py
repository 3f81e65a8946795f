"""What each page of the search says in place of photos, and what can be done there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QLocale

from photosearch.errors import shown
from ui.languages import plural
from ui.models.library import LibraryState
from ui.models.search_state import Shown
from ui.models.session import SearchSession
from ui.views.state_page import Choice, Content

translate = QCoreApplication.translate


@dataclass(frozen=True)
class Steps:
    """What the buttons of the pages do."""

    retry: Callable[[], object]
    add_folder: Callable[[], object]
    open_library: Callable[[], object]
    search_everywhere: Callable[[], object]
    clear: Callable[[], object]


def content(
    page: Shown, session: SearchSession, library: LibraryState, steps: Steps
) -> Content | None:
    """What a page says; None of a page of its own: photos, the start, the first run."""
    if page is Shown.FAILED:
        return _failed(session, steps)
    if page is Shown.NOTHING:
        return _nothing(session, steps)
    if page is Shown.AWAY:
        return _away(library, steps)
    if page is Shown.LOST:
        return _lost(library, steps)
    by_page: dict[Shown, Callable[[Steps], Content]] = {
        Shown.SEARCHING: _searching,
        Shown.INDEXING: _indexing,
        Shown.EMPTY: _empty,
    }
    return by_page[page](steps) if page in by_page else None


def _searching(steps: Steps) -> Content:
    return Content(
        "search",
        translate("SearchPage", "Looking…"),
        translate(
            "SearchPage", "The first search takes a little longer: the model is being made ready."
        ),
    )


def _indexing(steps: Steps) -> Content:
    return Content(
        "image",
        translate("SearchPage", "Looking through your photos…"),
        translate(
            "SearchPage", "The first ones can be found in a moment, the others as they come."
        ),
        choices=(Choice(translate("SearchPage", "See how far it is"), steps.open_library),),
    )


def _empty(steps: Steps) -> Content:
    return Content(
        "add-folder",
        translate("SearchPage", "There are no photos yet"),
        translate(
            "SearchPage",
            "Add a folder that holds photos: they stay where they are, and stay on this computer.",
        ),
        choices=(
            Choice(translate("SearchPage", "Add a folder…"), steps.add_folder),
            Choice(translate("SearchPage", "Show the library"), steps.open_library),
        ),
    )


def _lost(library: LibraryState, steps: Steps) -> Content:
    trouble = library.trouble
    if trouble is not None:  # one that may not pass by itself: a full disk, a damaged index
        return Content(
            "service-lost",
            translate("SearchPage", "The search service does not start"),
            trouble.message,
            trouble.hint,
            choices=(Choice(translate("SearchPage", "Try again"), steps.retry),),
        )
    return Content(
        "service-lost",
        translate("SearchPage", "The search service has stopped"),
        translate(
            "SearchPage",
            "It is being started again. Your search goes on by itself as soon as it is back.",
        ),
        choices=(Choice(translate("SearchPage", "Try again"), steps.retry),),
    )


def _away(library: LibraryState, steps: Steps) -> Content:
    return Content(
        "offline",
        translate("SearchPage", "Your photos are away"),
        translate(
            "SearchPage",
            "Connect the drive that holds them. They are remembered, and found again at once.",
        ),
        "\n".join(shown(str(folder)) for folder in library.offline_roots),
        choices=(Choice(translate("SearchPage", "Show the library"), steps.open_library),),
    )


def _nothing(session: SearchSession, steps: Steps) -> Content:
    choices = [Choice(translate("SearchPage", "Clear the search"), steps.clear)]
    if session.question.folders:
        choices.insert(
            0, Choice(translate("SearchPage", "Search everywhere"), steps.search_everywhere)
        )
        words = translate("SearchPage", "There are no other photos in the folder that is searched.")
    else:
        words = translate("SearchPage", "There are no other photos to compare with.")
    return Content(
        "search", translate("SearchPage", "No photos found"), words, choices=tuple(choices)
    )


def _failed(session: SearchSession, steps: Steps) -> Content:
    error = session.error
    return Content(
        "warning",
        translate("SearchPage", "This search did not work"),
        error.message if error else "",
        error.hint if error else "",
        choices=(
            Choice(translate("SearchPage", "Try again"), steps.retry),
            Choice(translate("SearchPage", "Clear the search"), steps.clear),
        ),
    )


def lost_line(library: LibraryState) -> str:
    """Said above photos that are still shown."""
    if library.trouble is not None:
        return library.trouble.message
    return translate("SearchPage", "The search service has stopped. It is being started again…")


def away_line(library: LibraryState) -> str:
    """Which folders cannot be searched now."""
    folders = library.offline_roots
    if len(folders) == 1:
        line = translate("SearchPage", "{0} is away: its photos are not searched until it is back.")
        return line.format(shown(str(folders[0])))
    return plural(
        "%n folders are away: their photos are not searched until they are back.", "", len(folders)
    )


def indexing_line(library: LibraryState) -> str:
    """How many photos can be found so far."""
    number = QLocale().toString
    line = translate("SearchPage", "{0} of {1} photos can be searched so far.")
    return line.format(number(library.searchable), number(library.expected))
