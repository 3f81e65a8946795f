"""What a person does with models, and where each is on its way."""

from __future__ import annotations

from dataclasses import replace

import pytest

from photosearch.client.fake_models import CARDS
from photosearch.errors import ModelError, ServiceError
from photosearch.model_info import Download, DownloadState, ModelInfo
from photosearch.types import Notice
from ui.models.activity_text import activity_text, progress_share
from ui.models.model_choice import ModelChoice, Standing, standing

pytestmark = pytest.mark.usefixtures("british")

STARTER, MANY, ENGLISH, RESEARCH = (card.name for card in CARDS)


@pytest.fixture
def library(open_library, service):
    return open_library(service)


@pytest.fixture
def choice(library):
    choice = ModelChoice(library._runner, library)
    yield choice
    choice.deleteLater()


@pytest.fixture
def is_so(qtbot, library):
    """Waits until a model stands somewhere."""

    def wait(name, wanted):
        qtbot.waitUntil(lambda: standing(library.model(name)) is wanted)

    return wait


# -- where a model is


@pytest.mark.parametrize(
    ("facts", "wanted"),
    [
        ({}, Standing.AVAILABLE),
        ({"is_installed": True}, Standing.INSTALLED),
        ({"is_installed": True, "is_chosen": True}, Standing.PREPARING),
        ({"is_chosen": True}, Standing.WAITING),
        ({"is_installed": True, "is_chosen": True, "is_searching": True}, Standing.ANSWERS),
        ({"is_installed": True, "is_searching": True}, Standing.ANSWERS),
        ({"download": Download(DownloadState.RUNNING, 1, 2)}, Standing.DOWNLOADING),
        ({"download": Download(DownloadState.PAUSED, 1, 2), "is_chosen": True}, Standing.HELD),
        ({"download": Download(DownloadState.CHECKING, 2, 2)}, Standing.CHECKING),
        ({"download": Download(DownloadState.FAILED, 1, 2)}, Standing.FAILED),
    ],
)
def test_each_state_of_a_model_has_a_name(facts, wanted):
    assert standing(ModelInfo("a", **facts)) is wanted


# -- the whole way


def test_using_a_model_downloads_it_looks_through_the_photos_and_switches(
    qtbot, choice, library, service, is_so
):
    told = []
    choice.told.connect(told.append)
    choice.use(MANY)
    is_so(MANY, Standing.DOWNLOADING)
    assert service.settings.model == MANY
    service.shelf.download(MANY, 510_000_000, 2_100_000)
    qtbot.waitUntil(
        lambda: activity_text(library) == "SigLIP 2 B/32: Downloading: 34 %, 2.1 MB/s, 8 min left"
    )
    assert progress_share(library) == pytest.approx(0.34)
    service.shelf.check(MANY)
    is_so(MANY, Standing.CHECKING)
    service.shelf.finish_download(MANY)
    is_so(MANY, Standing.PREPARING)
    service.shelf.embed(2, seconds_left=2_400)
    qtbot.waitUntil(
        lambda: (
            activity_text(library)
            == "Preparing SigLIP 2 B/32: 2 of 8, 40 min left; searching with Starter meanwhile"
        )
    )
    assert progress_share(library) == 0.25
    assert told == []
    service.shelf.finish_switch()
    is_so(MANY, Standing.ANSWERS)
    assert told == ["Now searching with SigLIP 2 B/32."]
    assert standing(library.model(STARTER)) is Standing.INSTALLED
    assert activity_text(library) == "Up to date"


def test_a_download_is_held_and_goes_on(choice, service, is_so):
    choice.use(MANY)
    is_so(MANY, Standing.DOWNLOADING)
    service.shelf.download(MANY, 7)
    choice.hold(MANY)
    is_so(MANY, Standing.HELD)
    choice.resume(MANY)
    is_so(MANY, Standing.DOWNLOADING)
    assert service.shelf.infos[MANY].download.done_bytes == 7


def test_cancelling_a_download_goes_back_to_the_model_that_answers(choice, service, is_so):
    choice.use(MANY)
    is_so(MANY, Standing.DOWNLOADING)
    choice.cancel(MANY)
    is_so(MANY, Standing.AVAILABLE)
    assert service.settings.model == STARTER
    assert service.shelf.asked[-2:] == [("choose", STARTER), ("cancel", MANY)]


def test_cancelling_a_download_that_was_not_chosen_chooses_nothing(qtbot, choice, service, is_so):
    service.shelf.download(RESEARCH, 5)
    is_so(RESEARCH, Standing.DOWNLOADING)
    choice.cancel(RESEARCH)
    is_so(RESEARCH, Standing.AVAILABLE)
    assert service.shelf.asked == [("cancel", RESEARCH)]


def test_cancelling_a_switch_keeps_the_model_on_the_disk(choice, service, is_so):
    service.shelf.install(MANY, embedded=3)
    choice.use(MANY)
    is_so(MANY, Standing.PREPARING)
    choice.cancel(MANY)
    is_so(MANY, Standing.INSTALLED)
    assert service.settings.model == STARTER


def test_a_model_that_has_seen_all_photos_answers_at_once(choice, service, is_so):
    service.shelf.install(ENGLISH, embedded=8)
    choice.use(ENGLISH)
    is_so(ENGLISH, Standing.ANSWERS)


def test_a_switch_that_is_paused_says_so(qtbot, choice, library, service, is_so):
    service.shelf.install(MANY)
    choice.use(MANY)
    is_so(MANY, Standing.PREPARING)
    service.shelf.embed(4, seconds_left=100)
    library.pause()
    qtbot.waitUntil(
        lambda: (
            activity_text(library)
            == "SigLIP 2 B/32 is paused at 4 of 8 photos; searching with Starter meanwhile"
        )
    )


def test_a_download_that_failed_is_told_of_below_the_window(qtbot, choice, library, service, is_so):
    choice.use(MANY)
    is_so(MANY, Standing.DOWNLOADING)
    service.shelf.fail_download(MANY, Notice("It is cut.", "Try again."))
    is_so(MANY, Standing.FAILED)
    assert activity_text(library) == "SigLIP 2 B/32: The download did not work"
    choice.resume(MANY)
    is_so(MANY, Standing.DOWNLOADING)


def test_an_old_download_that_nobody_waits_for_is_not_told_of(choice, library, service, is_so):
    service.shelf.download(RESEARCH, 5)
    service.shelf.pause_download(RESEARCH)
    is_so(RESEARCH, Standing.HELD)
    assert activity_text(library) == "Up to date"


# -- deleting


def test_files_and_findings_of_an_idle_model_are_deleted(qtbot, choice, library, service):
    service.shelf.install(ENGLISH, embedded=8)
    qtbot.waitUntil(lambda: library.model(ENGLISH).embedded == 8)
    choice.delete_vectors(ENGLISH)
    qtbot.waitUntil(lambda: library.model(ENGLISH).embedded == 0)
    assert library.model(ENGLISH).is_installed
    choice.delete_files(ENGLISH)
    qtbot.waitUntil(lambda: not library.model(ENGLISH).is_installed)


# -- what does not work


def test_a_refusal_is_the_models_own_until_it_is_asked_again(qtbot, choice, service, is_so):
    service.shelf.refuses = ModelError("There is no room.", "Make 2 GB free.")
    choice.use(MANY)
    assert choice.is_busy(MANY)
    qtbot.waitUntil(lambda: choice.problem(MANY) is not None)
    assert str(choice.problem(MANY)) == "There is no room.\nMake 2 GB free."
    assert not choice.is_busy(MANY)
    assert choice.problem(ENGLISH) is None
    service.shelf.refuses = None
    choice.use(MANY)
    assert choice.problem(MANY) is None
    is_so(MANY, Standing.DOWNLOADING)


# -- measuring


def test_measuring_ends_when_every_speed_is_known(qtbot, choice, library, service):
    assert len(choice.to_measure) == 4
    choice.measure()
    assert choice.is_measuring
    qtbot.waitUntil(lambda: ("measure", "") in service.shelf.asked)
    for name in (STARTER, MANY, ENGLISH):
        service.shelf.measure(name, 10.0)
    qtbot.waitUntil(lambda: choice.measured == 3)
    assert choice.is_measuring
    service.shelf.measure(RESEARCH, 30.0)
    qtbot.waitUntil(lambda: not choice.is_measuring)
    assert choice.measure_problem is None


def test_measuring_that_ends_without_some_speeds_says_of_how_many(qtbot, choice, service):
    choice.measure()
    qtbot.waitUntil(lambda: ("measure", "") in service.shelf.asked)
    service.shelf.measure(STARTER, 10.0)
    qtbot.waitUntil(lambda: choice.measured == 1)
    assert choice.is_measuring
    service.shelf.end_measuring()
    qtbot.waitUntil(lambda: not choice.is_measuring)
    assert str(choice.measure_problem) == "The speed of 3 model(s) is still not known."
    choice.measure()
    assert choice.is_measuring
    assert choice.measure_problem is None


def test_a_measurement_that_somebody_else_began_is_shown(qtbot, choice, service):
    service.shelf.begin_measuring()
    qtbot.waitUntil(lambda: choice.is_measuring)
    service.shelf.end_measuring()
    qtbot.waitUntil(lambda: not choice.is_measuring)


def test_measuring_that_cannot_begin_says_why(qtbot, choice, service):
    service.shelf.refuses = ModelError("It cannot be measured.", "See the log.")
    choice.measure()
    qtbot.waitUntil(lambda: not choice.is_measuring)
    assert "See the log." in str(choice.measure_problem)


def test_measuring_ends_with_the_service(qtbot, choice, service):
    choice.measure()
    qtbot.waitUntil(lambda: bool(service.shelf.asked))
    service.die(ServiceError("It has ended."))
    qtbot.waitUntil(lambda: not choice.is_measuring)


def test_another_model_that_answers_after_a_restart_is_told_of(qtbot, choice, library, service):
    service.shelf.install(MANY)
    service.die(ServiceError("It has ended."))
    qtbot.waitUntil(lambda: library.is_lost)
    told = []
    choice.told.connect(told.append)
    service.shelf.chosen = service.shelf.answering = MANY
    service.error = None
    library.try_again()
    qtbot.waitUntil(lambda: told == ["Now searching with SigLIP 2 B/32."])


def test_a_model_without_a_card_is_no_part_of_the_measurement(qtbot, choice, library, service):
    service.shelf.infos["mine"] = ModelInfo("mine", is_installed=True)
    service.shelf.infos[RESEARCH] = replace(service.shelf.infos[RESEARCH], photos_per_s=3.0)
    library.refresh()
    qtbot.waitUntil(lambda: library.model("mine") is not None)
    assert [info.name for info in choice.to_measure] == [STARTER, MANY, ENGLISH]
