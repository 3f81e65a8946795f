"""What the buttons on a model's card do: measure, use, download, switch and delete."""

from __future__ import annotations

from dataclasses import replace

import pytest
from model_cards import ENGLISH, MANY, RESEARCH, STARTER, buttons
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMessageBox

from photosearch.errors import ModelError
from photosearch.types import Notice

pytestmark = pytest.mark.usefixtures("british")


# -- measuring


def test_measuring_shows_its_progress_and_then_the_times(qtbot, page, service):
    line = page.measure
    assert line.isVisible()
    line.button.click()
    qtbot.waitUntil(lambda: line.words.text().endswith("0 of 4"))
    assert not line.button.isVisible()
    assert line.bar.isVisible()
    for name, speed in zip((STARTER, MANY, ENGLISH, RESEARCH), (30, 4.2, 17, 22), strict=True):
        service.shelf.measure(name, speed)
    qtbot.waitUntil(lambda: not line.isVisible())
    assert page.card(MANY).facts[2].text() == "4.2 photos/s here"
    assert page.card(MANY).facts[3].text() == "about 4 h for your 60,000 photos"


def test_a_measurement_that_fails_says_why_and_can_be_tried_again(qtbot, page, service):
    service.shelf.refuses = ModelError("It cannot be measured.", "See the log.")
    page.measure.button.click()
    qtbot.waitUntil(lambda: "See the log." in page.measure.words.text())
    assert page.measure.button.isVisible()


# -- using one


def test_using_one_says_what_it_costs_in_one_line_before_it_begins(qtbot, page, service):
    card = page.card(MANY)
    service.shelf.measure(MANY, 4.2)
    qtbot.waitUntil(lambda: card.info.photos_per_s == 4.2)
    card.use.click()
    assert card.cost.text() == (
        "Downloads 1.5 GB to this computer, once. Looks through 60,000 photos: about 4 h. "
        "Starter goes on searching until then."
    )
    assert buttons(card) == ["Download and use", "Not now"]
    assert card.begin.hasFocus()
    assert service.shelf.asked == []
    card.not_now.click()
    assert buttons(card) == ["Use this model"]
    assert card.use.hasFocus()
    assert service.shelf.asked == []


def test_one_that_costs_nothing_is_used_at_once(qtbot, page, service):
    service.shelf.install(ENGLISH, embedded=60_000)
    card = page.card(ENGLISH)
    qtbot.waitUntil(lambda: card.info.embedded == 60_000)
    card.use.click()
    qtbot.waitUntil(card.answers.isVisible)
    assert page._summary.text() == "Searching with CLIP B/32."


def test_a_download_shows_how_far_it_is_and_can_be_paused(qtbot, downloading, service):
    progress = downloading.progress
    assert progress.words.text() == "Downloading: 34 %, 2.1 MB/s, 8 min left"
    assert progress.bar.value() == pytest.approx(0.34 * progress.bar.maximum(), abs=1)
    assert buttons(downloading) == ["Pause", "Cancel"]
    progress.hold.click()
    qtbot.waitUntil(lambda: progress.words.text() == "Download paused at 34 %")
    assert progress.hold.text() == "Resume"
    progress.hold.click()
    qtbot.waitUntil(lambda: progress.hold.text() == "Pause")
    assert service.shelf.asked[-2:] == [("pause", MANY), ("download", MANY)]


def test_making_a_model_ready_shows_work_without_an_end_in_sight(qtbot, downloading, service):
    progress = downloading.progress
    service.shelf.check(MANY)
    qtbot.waitUntil(lambda: progress.words.text().endswith("making it ready…"))
    assert progress.bar.isVisible()
    assert progress.bar.maximum() == 0, "a bar that is full, for minutes, looks stuck"
    service.shelf.download(MANY, 510_000_000)  # as when the bytes were wrong and come again
    qtbot.waitUntil(lambda: progress.words.text() == "Downloading: 34 %")
    assert progress.bar.value() == pytest.approx(0.34 * progress.bar.maximum(), abs=1)


def test_a_cancelled_download_leaves_things_as_they_were(qtbot, downloading, service):
    downloading.progress.cancel.click()
    qtbot.waitUntil(lambda: buttons(downloading) == ["Use this model"])
    assert service.settings.model == STARTER


LONG = "https://example.org/" + "a-folder-with-a-long-name/" * 12 + "<b>model</b>.safetensors"


def test_a_download_that_failed_says_why_and_what_to_do(qtbot, page, downloading, service):
    service.shelf.fail_download(MANY, Notice(f"{LONG} cannot be reached.", "Carry it by hand."))
    qtbot.waitUntil(downloading.problem.isVisible)
    assert downloading.problem.text == f"{LONG} cannot be reached.\nCarry it by hand."
    assert downloading.progress.words.text() == "The download did not work"
    assert buttons(downloading) == ["Cancel", "Try again"]
    downloading.again.click()
    qtbot.waitUntil(lambda: not downloading.problem.isVisible())
    assert buttons(downloading) == ["Pause", "Cancel"]


@pytest.mark.parametrize("width_px", [1000, 520])
def test_a_long_address_is_shown_whole_and_copied_as_it_is(
    qtbot, page, downloading, service, width_px
):
    service.shelf.fail_download(MANY, Notice(f"{LONG} cannot be reached.", "Carry it by hand."))
    qtbot.waitUntil(downloading.problem.isVisible)
    page.resize(width_px, 900)
    QApplication.processEvents()
    words = downloading.problem
    assert page.width() == width_px
    assert words.heightForWidth(words.width()) <= words.height() + 1
    assert words.document().size().width() <= words.width()
    words.selectAll()
    words.copy()
    assert QGuiApplication.clipboard().text() == words.text


def test_a_refusal_is_shown_on_its_card(qtbot, page, service):
    service.shelf.refuses = ModelError("There is no room.", "Make 2 GB free.")
    card = page.card(MANY)
    card.use.click()
    card.begin.click()
    qtbot.waitUntil(card.problem.isVisible)
    assert card.problem.text == "There is no room.\nMake 2 GB free."
    assert buttons(card) == ["Use this model"]


# -- the switch


@pytest.fixture
def switching(qtbot, page, service):
    """The card of a model that looks through the photos."""
    service.shelf.install(MANY)
    service.change_settings({"model": MANY})
    service.shelf.embed(1_234, seconds_left=2_400)
    card = page.card(MANY)
    qtbot.waitUntil(lambda: card.progress.isVisible() and "1,234" in card.progress.words.text())
    return card


def test_the_way_to_another_model_is_shown(page, switching):
    assert switching.progress.words.text() == (
        "Looking through your photos: 1,234 of 60,000, 40 min left"
    )
    assert page._summary.text() == (
        "Searching with Starter, until SigLIP 2 B/32 has looked at all of your photos."
    )
    assert page.card(STARTER).answers.isVisible()
    assert buttons(switching) == ["Pause", "Cancel"]


def test_a_switch_pauses_with_all_work_in_the_background(qtbot, switching, service):
    switching.progress.hold.click()
    qtbot.waitUntil(lambda: switching.progress.words.text() == "Paused at 1,234 of 60,000 photos")
    assert service.is_paused
    switching.progress.hold.click()
    qtbot.waitUntil(lambda: switching.progress.hold.text() == "Pause")
    assert not service.is_paused


def test_a_chosen_model_that_nobody_fetches_can_be_fetched_or_given_up(qtbot, page, service):
    service.change_settings({"model": MANY})
    service.cancel_download(MANY)  # on the command line, say
    card = page.card(MANY)
    qtbot.waitUntil(lambda: buttons(card) == ["Download", "Cancel"])
    assert card.progress.words.text() == "Chosen, but not on this computer"
    card.progress.hold.click()
    qtbot.waitUntil(lambda: buttons(card) == ["Pause", "Cancel"])


def test_a_chosen_model_that_cannot_be_used_is_told_of(qtbot, page, switching, service):
    before = service.status
    notice = Notice("starter goes on answering: the file is cut.", "Delete the model.")
    service.status = lambda: replace(before(), notices=(notice,))
    page._library.refresh()
    qtbot.waitUntil(page.notices.isVisible)
    words = "starter goes on answering: the file is cut. Delete the model."
    assert page.notices.text == words


def test_a_cancelled_switch_stays_with_the_old_model(qtbot, page, switching, service):
    switching.progress.cancel.click()
    qtbot.waitUntil(lambda: not switching.progress.isVisible())
    assert service.settings.model == STARTER
    assert switching.disk.vectors.text() == "What it knows of 1,234 photos: 2 MB"


def test_after_a_switch_the_old_model_can_be_used_again_or_deleted(qtbot, page, switching, service):
    service.shelf.finish_switch()
    qtbot.waitUntil(switching.answers.isVisible)
    old = page.card(STARTER)
    assert old.disk.vectors.text() == "What it knows of 60,000 photos: 120 MB"
    assert not old.disk.files.isVisible()
    assert buttons(old) == ["Use this model", "Delete…"]
    assert buttons(switching) == []
    old.use.click()
    qtbot.waitUntil(old.answers.isVisible)
    assert switching.disk.files.text() == "Its files: 1.5 GB"


def answer(page, text):
    box = page.findChild(QMessageBox)
    next(one for one in box.buttons() if one.text().replace("&", "") == text).click()
    return box


def test_deleting_asks_once(qtbot, page, service):
    service.shelf.install(ENGLISH, embedded=60_000)
    card = page.card(ENGLISH)
    qtbot.waitUntil(card.disk.delete_files.isVisible)
    card.disk.delete_vectors.click()
    box = page.findChild(QMessageBox)
    assert box.text() == "Delete what CLIP B/32 knows of your photos?"
    assert box.defaultButton().text().replace("&", "") == "Cancel"
    box.button(QMessageBox.StandardButton.Cancel).click()
    assert service.shelf.asked == []
    qtbot.waitUntil(lambda: page.findChild(QMessageBox) is None)
    card.disk.delete_vectors.click()
    answer(page, "Delete")
    qtbot.waitUntil(lambda: not card.disk.delete_vectors.isVisible())
    qtbot.waitUntil(lambda: page.findChild(QMessageBox) is None)
    card.disk.delete_files.click()
    assert "downloaded again" in answer(page, "Delete").informativeText()
    qtbot.waitUntil(lambda: not card.disk.isVisible())
    assert service.shelf.asked == [("delete vectors", ENGLISH), ("delete", ENGLISH)]
