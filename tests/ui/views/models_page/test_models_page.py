"""The page of the models: what it shows, by keys too, and while the service is away."""

from __future__ import annotations

import pytest
from model_cards import ENGLISH, MANY, RESEARCH, STARTER, buttons, seen
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QPushButton

from photosearch.errors import ServiceError
from ui.models.model_choice import ModelChoice
from ui.views.models_page import ModelsPage

pytestmark = pytest.mark.usefixtures("british")


# -- the menu


def test_each_model_has_a_card_that_a_photographer_understands(page):
    assert [card.title.text() for card in page.cards] == [
        *("Starter", "SigLIP 2 B/32", "CLIP B/32", "MobileCLIP S2")
    ]
    assert seen(page.card(MANY)) == [
        "SigLIP 2 B/32",
        "Finds more, and understands many languages.",
        "Many languages",
        "1.5 GB download",
        "Speed here: not measured yet",
        "Apache-2.0",
    ]
    assert page.card(RESEARCH).facts[-1].text() == "Apple-ML-Research, for research only"


def test_one_is_recommended_and_one_answers(page):
    recommended = [card.name for card in page.cards if card.recommended.isVisible()]
    answers = [card.name for card in page.cards if card.answers.isVisible()]
    assert (recommended, answers) == ([MANY], [STARTER])
    assert page._summary.text() == "Searching with Starter."
    assert buttons(page.card(STARTER)) == []
    assert buttons(page.card(ENGLISH)) == ["Use this model"]


def test_quality_is_a_published_figure_that_explains_itself(page):
    bar = page.card(MANY).quality
    assert bar.text == "Quality 48 %"
    assert "of captions find their own photo first" in bar.toolTip()
    assert bar.accessibleDescription() == bar.toolTip()
    assert page.card(STARTER).quality.text == "Quality: not published"


def test_a_bar_is_filled_by_as_much_as_its_number_says(page):
    def length(name):
        image = page.card(name).quality.grab().toImage()
        y = image.height() // 2
        colours = [image.pixelColor(x, y).name() for x in range(image.width())]
        full = page.card(MANY).quality
        accent = (
            full.grab()
            .toImage()
            .pixelColor(full.fontMetrics().horizontalAdvance("Quality") + 3 * full._gap_px, y)
        )
        return colours.count(accent.name())

    assert length(ENGLISH) / length(MANY) == pytest.approx(0.39 / 0.48, abs=0.05)
    bar = page.card(MANY).quality
    assert length(MANY) / bar._bar_px == pytest.approx(0.48, abs=0.05)


def test_details_are_shown_on_demand_and_can_be_copied(qtbot, page):
    card = page.card(MANY)
    assert not card.details.isVisible()
    card.more.click()
    qtbot.waitUntil(card.details.isVisible)
    assert "Source: https://example.org/figures" in card.details.text
    assert f"command line: {MANY}" in card.details.text
    card.details.selectAll()
    card.details.copy()
    assert QGuiApplication.clipboard().text() == card.details.text
    card.more.click()
    assert not card.details.isVisible()


def test_a_model_of_ones_own_has_a_card_and_no_invented_facts(qtbot, page, service):
    service.shelf.install("ViT-B-32@/models/<b>mine</b>.pt")
    qtbot.waitUntil(lambda: len(page.cards) == 5)
    card = page.cards[-1]
    assert seen(card) == [
        "ViT-B-32@/models/<b>mine</b>.pt",
        "A model of your own.",
        "300 MB on this disk",
    ]
    assert card.title.textFormat() is Qt.TextFormat.PlainText
    assert not card.quality.isVisible()
    assert buttons(card) == ["Use this model", "Delete…"]


def test_cards_stay_as_they_are_while_news_come(qtbot, page, service):
    before = page.cards
    page.card(ENGLISH).more.click()
    page.card(ENGLISH).use.setFocus()
    for speed in (3.0, 4.0):
        service.shelf.measure(MANY, speed)
        qtbot.waitUntil(lambda speed=speed: page.card(MANY).info.photos_per_s == speed)
    assert page.cards == before
    assert page.card(ENGLISH).details.isVisible()
    assert page.card(ENGLISH).use.hasFocus()


def test_a_model_that_is_gone_takes_its_card_with_it(qtbot, page, service):
    service.shelf.install("mine")
    qtbot.waitUntil(lambda: len(page.cards) == 5)
    del service.shelf.infos["mine"]
    page._library.refresh()
    qtbot.waitUntil(lambda: len(page.cards) == 4)


# -- a model of one's own


def test_the_command_that_adds_a_file_is_shown_and_copied(page):
    assert not page.own.command.isVisible()
    page.own.button.click()
    assert page.own.command.text() == "photosearch models add FILE"
    assert "in a terminal" in page.own.words.text()
    page.own.copy.click()
    assert QGuiApplication.clipboard().text() == "photosearch models add FILE"


# -- a service that is late, or gone


def test_a_late_service_is_waited_for(qtbot, new_runner, service, open_library):
    service.error = ServiceError("It cannot be started.", "See its log.")
    library = open_library(service, is_waited_for=False)
    choice = ModelChoice(library._runner, library)
    page = ModelsPage(library, choice)
    qtbot.addWidget(page)
    page.show()
    assert page._summary.text() == "One moment…"
    assert page.cards == ()
    qtbot.waitUntil(lambda: "See its log." in page._lost_words.text())
    service.error = None
    page._try_again.click()
    qtbot.waitUntil(lambda: len(page.cards) == 4)
    assert not page._try_again.isVisible()
    choice.deleteLater()


def test_nothing_can_be_asked_for_while_the_service_is_lost(qtbot, page, downloading, service):
    service.die(ServiceError("It has ended."))
    qtbot.waitUntil(page._try_again.isVisible)
    shown = [one for one in page.findChildren(QPushButton) if one.isVisible() and one.isEnabled()]
    assert [one.text() for one in shown] == ["Try again", "Add a model file…"]
    service.error = None
    page._try_again.click()
    qtbot.waitUntil(downloading.progress.hold.isEnabled)
    assert not page._try_again.isVisible()


# -- keys


def test_escape_and_the_arrow_lead_back(qtbot, page):
    with qtbot.waitSignal(page.closed):
        qtbot.keyClick(page.focusWidget(), Qt.Key.Key_Escape)
    with qtbot.waitSignal(page.closed):
        page._back.click()


def test_a_model_is_used_paused_and_cancelled_by_keys_alone(qtbot, page, service):
    assert page.card(MANY).use.hasFocus()
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    progress = page.card(MANY).progress
    qtbot.waitUntil(lambda: progress.isVisible() and progress.hold.isEnabled())
    qtbot.waitUntil(lambda: page.isAncestorOf(QApplication.focusWidget()))
    progress.hold.setFocus()
    qtbot.keyClick(progress.hold, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: progress.hold.text() == "Resume" and progress.hold.isEnabled())
    progress.cancel.setFocus()
    qtbot.keyClick(progress.cancel, Qt.Key.Key_Return)
    qtbot.waitUntil(page.card(MANY).use.isVisible)
    assert QApplication.focusWidget().isVisible()
    assert page.card(MANY).isAncestorOf(QApplication.focusWidget())


def test_buttons_that_say_the_same_are_told_apart_by_name(qtbot, page, service):
    service.shelf.install(ENGLISH, embedded=1)
    qtbot.waitUntil(page.card(ENGLISH).disk.delete_files.isVisible)
    shown = [one for one in page.findChildren(QPushButton) if one.isVisible()]
    names = [one.accessibleName() or one.text() for one in shown]
    assert len(set(names)) == len(names)
    assert "Use CLIP B/32" in names
