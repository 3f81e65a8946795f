"""The models in the window: the ways to their page, the status line, and the words in the field."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QLocale

from photosearch.client.fake_models import CARDS
from ui import languages
from ui.models.session import Phase

STARTER, MANY, ENGLISH, RESEARCH = (card.name for card in CARDS)


def is_models(stage):
    return stage.page is stage.window.__dict__.get("_models_page")


def test_the_page_is_reached_by_menu_and_key(stage):
    stage.press("Ctrl+Shift+M")
    assert is_models(stage)
    stage.until(lambda: bool(stage.page.cards))
    stage.press("Esc")
    assert not is_models(stage)
    stage.action("show_models").trigger()
    assert is_models(stage)


def test_the_page_is_reached_from_the_library(stage):
    stage.window.show_library()
    stage.window._library_page._note.button.click()
    assert is_models(stage)


def test_the_page_is_reached_on_the_first_day(new_stage, empty_service):
    stage = new_stage(empty_service)
    stage.window._search_page.first_run._note.button.click()
    assert is_models(stage)
    stage.until(lambda: bool(stage.page.cards))


def test_the_page_is_reached_from_the_settings(stage):
    stage.go("settings").models_button.click()
    stage.until(lambda: stage.dialog is None)
    assert is_models(stage)


def test_the_line_below_leads_to_the_page_while_a_model_is_made_ready(stage):
    stage.client.shelf.install(MANY)
    stage.client.change_settings({"model": MANY})
    stage.client.shelf.embed(2)
    stage.until(lambda: "Preparing SigLIP 2 B/32: 2 of 8" in stage.window._activity.text)
    stage.window._activity.clicked.emit()
    assert is_models(stage)


def test_search_goes_on_while_another_model_is_made_ready_and_is_told_of_its_end(stage):
    stage.client.shelf.install(MANY)
    stage.client.change_settings({"model": MANY})
    stage.until(lambda: stage.window._library.switch is not None)
    stage.type("red boat")
    assert stage.session.phase is Phase.RESULTS
    asked = len(stage.client.asked)
    stage.client.shelf.finish_switch()
    stage.until(lambda: "Now searching with SigLIP 2 B/32." in stage.window._notifications.texts)
    stage.until(lambda: len(stage.client.asked) > asked)  # by the new one
    assert stage.session.phase is Phase.RESULTS


@pytest.fixture
def german(qapp):
    before = QLocale()
    QLocale.setDefault(QLocale("de_DE"))
    languages.install(qapp, QLocale("de_DE"))
    yield
    languages.remove(qapp)
    QLocale.setDefault(before)


@pytest.mark.usefixtures("german")
def test_the_field_asks_for_english_only_while_the_model_knows_no_german(stage):
    text = stage.bar.text
    stage.until(lambda: text.placeholderText() == "Beschreibe das Foto auf Englisch…")
    stage.client.shelf.install(MANY, embedded=8)
    stage.client.change_settings({"model": MANY})
    stage.until(lambda: text.placeholderText() == "Beschreibe, was auf dem Foto ist…")
