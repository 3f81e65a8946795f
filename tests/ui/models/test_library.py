"""What the app knows of the library."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from photosearch.client.fake import FakeClient, FakePhoto
from photosearch.errors import ServiceError
from photosearch.types import (
    ActivityState,
    Event,
    EventKind,
    IndexReport,
    Notice,
    Phase,
    Progress,
)
from ui.models import library as library_module
from ui.models.activity_text import activity_text, progress_share
from ui.models.library import LibraryState
from ui.workers.news import News

pytestmark = pytest.mark.usefixtures("british")


class CountingClient(FakeClient):
    """Counts the questions for its state."""

    looks = 0

    def status(self):
        self.looks += 1
        return super().status()


def test_nothing_is_known_before_the_service_answers(new_runner, service):
    runner = new_runner(service)
    library = LibraryState(runner, News(runner))
    assert (library.status, library.photos, library.is_connected) == (None, 0, False)
    assert not library.is_empty
    assert not library.is_first_run
    assert not library.is_lost
    assert activity_text(library) == "Starting…"


def test_counts_come_from_the_service(open_library, service):
    library = open_library(service)
    assert (library.photos, library.searchable, library.skipped) == (8, 8, 0)
    assert library.is_connected
    assert not library.is_empty


def test_a_library_without_a_folder_is_a_first_run(open_library, empty_service):
    library = open_library(empty_service)
    assert library.is_first_run
    assert library.is_empty


OTHER = "ViT-B-32/laion2b_s34b_b79k"


def test_photos_of_the_model_that_answers_are_searchable_until_the_chosen_one_is_ready(
    qtbot, open_library, service
):
    service.shelf.install(OTHER)
    service.change_settings({"model": OTHER})
    service.shelf.embed(3)
    library = open_library(service)
    assert (library.photos, library.searchable, library.answering) == (8, 8, "starter")
    assert library.uses_starter
    service.shelf.finish_switch()
    qtbot.waitUntil(lambda: library.answering == OTHER)
    assert library.searchable == 8
    assert not library.uses_starter


def test_work_for_the_chosen_model_makes_no_more_photos_searchable(qtbot, open_library, service):
    service.shelf.install(OTHER)
    service.change_settings({"model": OTHER})
    library = open_library(service)
    service.work(Progress(Phase.EMBEDDING, 3, 8))
    qtbot.waitUntil(lambda: library.is_indexing)
    assert (library.searchable, library.expected, library.remaining) == (8, 8, 0)


def test_searches_are_repeated_when_another_model_answers(qtbot, open_library, service):
    service.shelf.install(OTHER)
    library = open_library(service)
    service.change_settings({"model": OTHER})
    qtbot.waitUntil(lambda: library.switch is not None)
    with qtbot.waitSignal(library.photos_changed):
        service.shelf.finish_switch()


def test_how_far_a_switch_is_is_asked_for_while_it_goes_on(
    qtbot, open_library, service, monkeypatch
):
    monkeypatch.setattr(library_module, "SWITCH_LOOK_MS", 20)
    service.shelf.install(OTHER)
    service.change_settings({"model": OTHER})
    library = open_library(service)
    service.shelf._embedded[OTHER] = 5  # told of by the activity alone
    service.work(Progress(Phase.EMBEDDING, 5, 8))
    qtbot.waitUntil(lambda: library.switch.embedded == 5)


def test_a_model_is_called_by_its_title(open_library, service):
    library = open_library(service)
    assert library.title_of(OTHER) == "CLIP B/32"
    assert library.title_of("one\nline") == "one\\nline"


def test_the_pictures_folder_is_offered_on_the_first_run_if_it_is_there(
    open_library, empty_service, tmp_path, monkeypatch
):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    assert open_library(empty_service).pictures_folder is None
    (tmp_path / "Pictures").mkdir()
    assert open_library(FakeClient(())).pictures_folder == tmp_path / "Pictures"


def test_new_photos_are_counted_and_told(qtbot, open_library, service):
    library = open_library(service)
    with qtbot.waitSignal(library.photos_changed):
        service.add_photo(FakePhoto("new/cat.jpg"))
    qtbot.waitUntil(lambda: library.photos == 9)


def test_much_news_is_few_questions_and_the_last_state_is_known(qtbot, open_library):
    client = CountingClient((FakePhoto("0.jpg"),))
    library = open_library(client)
    before = client.looks
    for number in range(1, 40):
        client.add_photo(FakePhoto(f"{number}.jpg"))
    qtbot.waitUntil(lambda: library.photos == 40)
    assert client.looks - before <= 3


def test_a_state_asked_for_while_it_is_being_asked_for_is_asked_for_again(
    qtbot, open_library, service
):
    library = open_library(service)
    library.refresh()
    service._photos.clear()
    library.refresh()
    qtbot.waitUntil(lambda: library.photos == 0)


def test_progress_is_taken_as_it_comes(qtbot, open_library, service):
    library = open_library(service)
    service.work(Progress(Phase.EMBEDDING, 120, 1400))
    qtbot.waitUntil(lambda: library.is_indexing)
    assert activity_text(library) == "Looking through your photos: 120 of 1,400"
    assert progress_share(library) == pytest.approx(120 / 1400)


def test_what_is_expected_stays_while_the_work_goes_on(qtbot, open_library, service):
    """Counts are asked for now and then, progress comes all the time: their sum would jump."""
    library = open_library(service)
    seen = set()
    library.changed.connect(lambda: seen.add(library.expected))
    for done in (0, 16, 32):
        service.work(Progress(Phase.EMBEDDING, done, 100))
    service.add_photo(FakePhoto("new.jpg"))
    qtbot.waitUntil(lambda: library.searchable == 9)
    assert seen == {108}
    assert library.remaining == 99
    service.work(None, ActivityState.IDLE)
    qtbot.waitUntil(lambda: library.remaining == 0)


def test_an_app_that_is_opened_amidst_a_job_knows_what_is_expected(open_library, service):
    service.work(Progress(Phase.EMBEDDING, 8, 100))
    library = open_library(service)
    assert (library.searchable, library.expected) == (8, 100)


def test_the_end_of_work_that_changed_nothing_is_looked_at_too(qtbot, open_library):
    client = CountingClient((FakePhoto("0.jpg"),))
    library = open_library(client)
    client.work(Progress(Phase.SCANNING, 0))
    qtbot.waitUntil(lambda: library.is_indexing)
    client._roots = [replace(root, is_offline=True) for root in client._roots]
    client.work(None, ActivityState.IDLE)
    qtbot.waitUntil(lambda: library.offline_roots == (Path("/photos"),))
    assert activity_text(library).startswith("Up to date; ")


def test_a_report_is_a_reason_to_look(qtbot, open_library, service):
    library = open_library(service)
    service._photos.clear()
    service.tell(Event(EventKind.REPORT, report=IndexReport(removed=8)))
    qtbot.waitUntil(lambda: library.photos == 0)
    assert activity_text(library) == "There are no photos in your folders yet"


def test_folders_that_change_elsewhere_change_what_is_found(qtbot, open_library, service):
    library = open_library(service)
    service._roots = []
    with qtbot.waitSignal(library.photos_changed):
        library.refresh()
    assert library.is_first_run


def test_a_service_that_is_lost_is_known_and_so_is_its_return(qtbot, open_library, service):
    library = open_library(service)
    with qtbot.waitSignal(library.connection_changed) as told:
        service.die()
    assert told.args == [False]
    assert library.is_lost
    assert library.error is not None
    assert library.photos == 8  # what was known is still shown
    assert activity_text(library) == "The search service has stopped. Starting it again…"
    with qtbot.waitSignals([library.connection_changed, library.photos_changed]):
        service.error = None
    assert library.is_connected
    assert library.error is None


def test_a_loss_is_explained_when_the_service_does_not_come_back_at_once(
    qtbot, open_library, service
):
    library = open_library(service)
    with qtbot.waitSignal(library.connection_changed):
        service.die()
    assert library.trouble is None
    qtbot.waitUntil(lambda: library.trouble is not None)
    assert isinstance(library.trouble, ServiceError)


def test_a_service_that_never_started_is_explained_at_once(qtbot, open_library, service):
    service.error = ServiceError("It cannot be started.", "See its log.")
    library = open_library(service, is_waited_for=False)
    qtbot.waitUntil(lambda: library.is_lost)
    assert library.trouble == service.error
    assert activity_text(library) == "The search service does not start. Trying again…"


def test_try_again_does_not_wait(qtbot, open_library, service):
    library = open_library(service)
    service.die()
    qtbot.waitUntil(lambda: library.is_lost)
    service.error = None
    with qtbot.waitSignal(library.connection_changed):
        library.try_again()


def test_a_folder_is_added_and_counted(qtbot, open_library, empty_service, tmp_path):
    library = open_library(empty_service)
    library.add_folder(tmp_path)
    assert library.is_look_due
    qtbot.waitUntil(lambda: not library.is_first_run)
    assert empty_service.added == [tmp_path]
    assert activity_text(library) == "Looking for photos…"


def test_a_folder_that_cannot_be_added_is_told(qtbot, open_library, service):
    library = open_library(service)
    with qtbot.waitSignal(library.failed) as told:
        library.add_folder(Path("/missing"))
    assert "does not exist" in told.args[0].message
    assert not library.is_look_due


def test_a_folder_within_another_one_is_told_to_be_there_already(qtbot, open_library, service):
    library = open_library(service)
    service.add_root = lambda folder: service.roots()[0]
    with qtbot.waitSignal(library.told) as told:
        library.add_folder(Path("/photos/beach"))
    assert "/photos" in told.args[0]


def test_a_folder_is_removed_and_searches_know(qtbot, open_library, service):
    library = open_library(service)
    with qtbot.waitSignal(library.photos_changed):
        library.remove_folder(Path("/photos"))
    qtbot.waitUntil(lambda: library.is_first_run)
    assert service.removed == [Path("/photos")]


def test_what_was_left_out_is_taken_in_again(qtbot, open_library, service):
    library = open_library(service)
    pattern = service.exclude(Path("/photos/beach/blue sea.jpg"))
    qtbot.waitUntil(lambda: library.photos == 7)
    library.include(Path("/photos"), pattern)
    qtbot.waitUntil(lambda: library.photos == 8)
    assert service.excluded == []


def test_work_is_paused_and_goes_on(qtbot, open_library, service):
    library = open_library(service)
    library.pause()
    qtbot.waitUntil(lambda: library.is_paused)
    assert activity_text(library) == "Paused"
    library.resume()
    qtbot.waitUntil(lambda: not library.is_paused)


def test_a_look_at_everything_is_asked_for_and_not_followed(qtbot, open_library, service):
    library = open_library(service)

    def endless():
        service.index_runs += 1
        while True:
            yield Progress(Phase.SCANNING, 0)

    service.index = endless
    library.rescan()
    library.rescan()
    qtbot.waitUntil(lambda: library._rescan_task is None)
    assert service.index_runs == 1
    library.rescan()
    qtbot.waitUntil(lambda: service.index_runs == 2)


@pytest.mark.parametrize("does", ["pause", "resume", "rescan"])
def test_what_cannot_be_done_is_told(qtbot, open_library, service, does):
    library = open_library(service)
    service.error = ServiceError("The disk is full.")
    with qtbot.waitSignal(library.failed) as told:
        getattr(library, does)()
    assert told.args == [service.error]


def test_notices_are_passed_on(qtbot, open_library, service):
    library = open_library(service)
    notice = Notice("The disk is full.", "Make room.")
    before = service.status
    service.status = lambda: replace(before(), notices=(notice,))
    service.tell(Event(EventKind.NOTICE, notice=notice))
    qtbot.waitUntil(lambda: library.notices == (notice,))
    assert activity_text(library) == "The disk is full."


@pytest.mark.parametrize(
    ("progress", "text"),
    [
        (None, "Looking for photos…"),
        (Progress(Phase.SCANNING, 0), "Looking for photos…"),
        (Progress(Phase.SCANNING, 5000), "Looking for photos… 5,000 files so far"),
        (Progress(Phase.EMBEDDING, 0, 0), "Looking for photos…"),
        (Progress(Phase.CHECKING, 0), "Getting ready…"),
        (Progress(Phase.REBUILDING, 5, 10), "Putting the index in order: 5 of 10"),
    ],
)
def test_every_phase_has_its_words(qtbot, open_library, service, progress, text):
    library = open_library(service)
    service.work(progress)
    qtbot.waitUntil(lambda: library.is_indexing)
    assert activity_text(library) == text


def test_a_pause_says_how_far_the_work_is(qtbot, open_library, service):
    library = open_library(service)
    service.work(Progress(Phase.EMBEDDING, 120, 1400), ActivityState.PAUSED)
    qtbot.waitUntil(lambda: library.is_paused)
    assert activity_text(library) == "Paused at 120 of 1,400 photos"
