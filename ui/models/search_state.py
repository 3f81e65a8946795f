"""Which page the search shows, and what is said above it; from search and library."""

from __future__ import annotations

from enum import StrEnum

from ui.models.library import LibraryState
from ui.models.session import Phase, SearchSession

_FEW_PHOTOS = 20
_FEW_SHARE = 0.02
"""So few photos to come are not worth a word: a camera's card changes no search by much."""


class Shown(StrEnum):
    """A page of the search."""

    START = "start"
    FIRST_RUN = "first-run"
    EMPTY = "empty"
    """There is a folder, and no photo in it."""
    INDEXING = "indexing"
    """No photo can be searched yet; that changes in a moment."""
    AWAY = "away"
    """Every folder is away."""
    SEARCHING = "searching"
    RESULTS = "results"
    NOTHING = "nothing"
    LOST = "lost"
    FAILED = "failed"


class Notice(StrEnum):
    """Something said above the page."""

    LOST = "lost"
    AWAY = "away"
    INDEXING = "indexing"


_BY_PHASE = {
    Phase.START: Shown.START,
    Phase.SEARCHING: Shown.SEARCHING,
    Phase.RESULTS: Shown.RESULTS,
    Phase.NOTHING: Shown.NOTHING,
    Phase.EMPTY: Shown.EMPTY,
    Phase.FAILED: Shown.FAILED,
}


def shown(session: SearchSession, library: LibraryState) -> Shown:
    """The page to show now."""
    if library.is_first_run:
        return Shown.FIRST_RUN
    if library.is_lost and (session.phase is Phase.FAILED or library.status is None):
        return Shown.LOST
    page = _BY_PHASE[session.phase]
    if page is Shown.EMPTY or (page is Shown.START and _has_nothing(library)):
        return _why_empty(library)
    return page


def notices(session: SearchSession, library: LibraryState) -> tuple[Notice, ...]:
    """What to say above that page, the most urgent first."""
    page = shown(session, library)
    if page not in (Shown.START, Shown.SEARCHING, Shown.RESULTS, Shown.NOTHING):
        return ()
    said = {
        Notice.LOST: library.is_lost,
        Notice.AWAY: bool(library.offline_roots),
        Notice.INDEXING: _has_much_to_come(library),
    }
    return tuple(notice for notice, is_due in said.items() if is_due)


def _has_nothing(library: LibraryState) -> bool:
    return library.status is not None and library.searchable == 0


def _why_empty(library: LibraryState) -> Shown:
    roots = library.status.roots if library.status is not None else ()
    if library.is_indexing:
        return Shown.INDEXING
    if roots and len(library.offline_roots) == len(roots):
        return Shown.AWAY
    return Shown.EMPTY


def _has_much_to_come(library: LibraryState) -> bool:
    few = max(_FEW_PHOTOS, int(library.expected * _FEW_SHARE))
    return library.is_indexing and library.remaining > few
