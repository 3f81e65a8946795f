"""What the tests of the page of the models share: the page, and a model on its way."""

from __future__ import annotations

import pytest
from model_cards import MANY

from ui.models.model_choice import ModelChoice
from ui.views.models_page import ModelsPage


@pytest.fixture
def library(open_library, service):
    service.photo_count = 60_000
    return open_library(service)


@pytest.fixture
def choice(library):
    choice = ModelChoice(library._runner, library)
    yield choice
    choice.deleteLater()


@pytest.fixture
def page(qtbot, library, choice):
    page = ModelsPage(library, choice)
    qtbot.addWidget(page)
    page.resize(1000, 900)
    page.show()
    page.activateWindow()
    page.setFocus()
    qtbot.waitUntil(page.isActiveWindow)
    return page


@pytest.fixture
def downloading(qtbot, page, service):
    """The card of a model that is being downloaded."""
    card = page.card(MANY)
    card.use.click()
    card.begin.click()
    qtbot.waitUntil(lambda: card.progress.isVisible() and card.progress.hold.isEnabled())
    service.shelf.download(MANY, 510_000_000, 2_100_000)
    qtbot.waitUntil(lambda: "34 %" in card.progress.words.text())
    return card
