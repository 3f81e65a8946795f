"""The table of the library's folders."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from photosearch.client.fake import FakeClient, FakePhoto
from photosearch.types import ActivityState, Phase, Progress, WatchState
from ui.models.roots import FOLDER, PHOTOS, ROOT_ROLE, STATE, RootsModel

pytestmark = pytest.mark.usefixtures("british")


class Watching(FakeClient):
    """A service that watches its folders in a chosen way."""

    watch = WatchState.WATCHED

    def status(self):
        status = super().status()
        return replace(status, roots=tuple(replace(r, watch=self.watch) for r in status.roots))


@pytest.fixture
def library(open_library, service):
    return open_library(service)


def test_a_row_says_where_how_many_and_how_it_stands(library, qtmodeltester):
    model = RootsModel(library)
    qtmodeltester.check(model)
    row = [model.index(0, column).data() for column in (FOLDER, PHOTOS, STATE)]
    assert row == ["/photos", "8 photo(s)", "New photos are found at once"]
    assert model.index(0, 0).data(ROOT_ROLE).root.path == Path("/photos")
    assert model.row_of(Path("/photos")) == 0
    assert model.row_of(Path("/other")) == -1


def test_counts_change_without_a_reset(qtbot, library, service):
    model = RootsModel(library)
    resets = []
    model.modelReset.connect(lambda: resets.append(1))
    with qtbot.waitSignal(model.dataChanged):
        service.add_photo(FakePhoto("new.jpg"))
    qtbot.waitUntil(lambda: model.index(0, PHOTOS).data() == "9 photo(s)")
    assert resets == []


def test_folders_come_and_go(qtbot, library, service):
    model = RootsModel(library)
    service.add_root(Path("/more"))
    qtbot.waitUntil(lambda: model.rowCount() == 2)
    service.remove_root(Path("/photos"))
    qtbot.waitUntil(lambda: model.rowCount() == 1)
    assert model.index(0, FOLDER).data() == "/more"


@pytest.mark.parametrize(
    ("watch", "text"),
    [
        (WatchState.WATCHED, "New photos are found at once"),
        (WatchState.POLLED, "Looked at every 5 minute(s)"),
        (WatchState.OFFLINE, "Away: its photos are kept"),
        (WatchState.UNWATCHED, "Waiting to be looked at"),
    ],
)
def test_every_way_of_watching_has_its_words(open_library, watch, text):
    client = Watching((FakePhoto("a.jpg"),))
    client.watch = watch
    client.change_settings({"poll_minutes": 5})
    model = RootsModel(open_library(client))
    assert model.index(0, STATE).data() == text


def test_a_new_folder_is_being_looked_through(qtbot, library, service):
    model = RootsModel(library)
    service.add_root(Path("/more"))
    service.work(Progress(Phase.EMBEDDING, 1, 10))
    qtbot.waitUntil(lambda: model.rowCount() == 2 and library.is_indexing)
    assert model.index(1, STATE).data() == "Looking for photos…"
    assert model.index(0, STATE).data() == "New photos are found at once"
    service.work(None, ActivityState.IDLE)
    qtbot.waitUntil(lambda: not library.is_indexing)
    assert model.index(1, STATE).data() == "New photos are found at once"
