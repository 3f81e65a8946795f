"""Which page the search shows, and what is said above it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from photosearch.types import Root, RootStatus, Status
from ui.models.search_state import Notice, Shown, notices, shown
from ui.models.session import Phase

ROOT = RootStatus(Root(1, Path("/photos")), 100)

INDEXED = Status((ROOT,), (), 0)


@dataclass
class Library:
    """What the decision looks at, of a `LibraryState`."""

    status: Status | None = INDEXED
    is_lost: bool = False
    is_indexing: bool = False
    searchable: int = 100
    remaining: int = 0
    offline_roots: tuple[Path, ...] = ()

    @property
    def is_first_run(self):
        return self.status is not None and not self.status.roots

    @property
    def expected(self):
        return self.searchable + self.remaining


@dataclass
class Session:
    phase: Phase = Phase.START


FIRST = Status((), (), 0)


@pytest.mark.parametrize(
    ("phase", "library", "page"),
    [
        (Phase.START, Library(), Shown.START),
        (Phase.START, Library(status=None), Shown.START),
        (Phase.START, Library(status=None, is_lost=True), Shown.LOST),
        (Phase.START, Library(is_lost=True), Shown.START),
        (Phase.START, Library(status=FIRST), Shown.FIRST_RUN),
        (Phase.EMPTY, Library(status=FIRST), Shown.FIRST_RUN),
        (Phase.START, Library(searchable=0), Shown.EMPTY),
        (Phase.START, Library(searchable=0, is_indexing=True), Shown.INDEXING),
        (Phase.EMPTY, Library(searchable=0, is_indexing=True), Shown.INDEXING),
        (Phase.EMPTY, Library(searchable=0), Shown.EMPTY),
        (Phase.EMPTY, Library(offline_roots=(Path("/photos"),)), Shown.AWAY),
        (Phase.SEARCHING, Library(), Shown.SEARCHING),
        (Phase.RESULTS, Library(), Shown.RESULTS),
        (Phase.RESULTS, Library(is_lost=True), Shown.RESULTS),
        (Phase.NOTHING, Library(), Shown.NOTHING),
        (Phase.FAILED, Library(), Shown.FAILED),
        (Phase.FAILED, Library(is_lost=True), Shown.LOST),
    ],
)
def test_the_page_says_how_things_are(phase, library, page):
    assert shown(Session(phase), library) is page


@pytest.mark.parametrize(
    ("library", "said"),
    [
        (Library(), ()),
        (Library(is_lost=True), (Notice.LOST,)),
        (Library(offline_roots=(Path("/photos"),)), (Notice.AWAY,)),
        (Library(is_indexing=True, remaining=50), (Notice.INDEXING,)),
        (Library(is_indexing=True), ()),
    ],
)
def test_what_is_worth_a_line_is_said_above_the_photos(library, said):
    assert notices(Session(Phase.RESULTS), library) == said


def test_a_few_photos_to_come_are_not_worth_a_line():
    assert notices(Session(), Library(is_indexing=True, remaining=12)) == ()
    library = Library(is_indexing=True, searchable=50_000, remaining=500)
    assert notices(Session(), library) == ()


def test_a_page_that_says_it_all_has_no_line_above():
    library = Library(is_lost=True, is_indexing=True, remaining=500)
    assert notices(Session(Phase.FAILED), library) == ()
