"""The page of other programs: a switch each, and what can be done with photos that were sent."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, Qt, QTranslator

from photosearch.errors import IntegrationError
from photosearch.integrations.hosts import hosts
from photosearch.integrations.menu_texts import SIMILAR, WORDS
from photosearch.integrations.surroundings import Surroundings
from photosearch.paths import AppPaths, resource_dir
from ui.models import program_texts
from ui.models.program_list import ProgramList
from ui.models.programs import LocalPrograms
from ui.views.programs_page import ProgramsPage


@pytest.fixture
def page(qtbot, runner, programs):
    made = ProgramList(runner, programs)
    page = ProgramsPage(made)
    made.setParent(page)
    qtbot.addWidget(page)
    page.resize(900, 700)
    page.show()
    page.activateWindow()
    qtbot.waitUntil(lambda: bool(page.cards))
    return page


def test_programs_that_are_here_have_a_card_and_others_are_named(page):
    assert [card.program.title for card in page.cards] == ["digiKam", "Geeqie", "Folder of links"]
    assert page.missing.text() == "Thunar"


def test_a_switch_says_whether_it_is_on_and_what_to_do_then(qtbot, page, programs):
    card = page.card("geeqie")
    assert not card.then.isVisible()
    card.switch.click()
    qtbot.waitUntil(card.then.isVisible)
    assert card.switch.isChecked()
    assert card.then.text() == "Start Geeqie again."
    assert programs.asked == [("switch", "geeqie", True)]


def test_a_switch_goes_back_where_it_failed_and_says_why(qtbot, page, programs):
    programs.error = IntegrationError("uca.xml cannot be changed.", "Mend it.")
    card = page.card("geeqie")
    card.switch.click()
    qtbot.waitUntil(lambda: "uca.xml cannot be changed." in card.problem.text())
    qtbot.waitUntil(card.switch.isEnabled)
    assert not card.switch.isChecked()


def test_a_program_without_entries_has_no_switch(page):
    assert not page.card("folder").switch.isVisible()
    assert page.card("folder").take_back.isVisible()


def test_folders_are_offered_until_they_are_added(qtbot, page, service):
    button = page.card("digikam").folders
    assert button.isVisible()
    assert not page.card("geeqie").folders.isVisible()
    button.click()
    qtbot.waitUntil(lambda: not button.isVisible())
    assert Path("/albums") in [root.path for root in service.roots()]


def test_what_was_sent_is_taken_back(qtbot, page, programs):
    page.card("geeqie").take_back.click()
    qtbot.waitUntil(lambda: programs.asked == [("take back", "geeqie")])


def test_all_of_it_can_be_done_by_keys(qtbot, page, programs):
    page.setFocus()
    assert page.card("digikam").switch.hasFocus()
    qtbot.keyClick(page.focusWidget(), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: programs.asked == [("switch", "digikam", True)])
    qtbot.waitUntil(page.card("digikam").switch.isEnabled)
    with qtbot.waitSignal(page.closed):
        qtbot.keyClick(page.focusWidget() or page, Qt.Key.Key_Escape)


def test_the_real_programs_of_a_machine_are_shown_and_switched(tmp_path, monkeypatch):
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    local = LocalPrograms(AppPaths(tmp_path / "index"))
    assert not any(one.is_on for one in local.look())
    assert local.switch("geeqie", is_on=True) == ()
    assert [one.name for one in local.look() if one.is_on] == ["geeqie"]
    local.switch("geeqie", is_on=False)
    assert not any(one.is_on for one in local.look())
    assert list(tmp_path.iterdir()) == []


def test_every_sentence_of_every_host_is_in_the_translations(tmp_path):
    paths = AppPaths(tmp_path / "index")
    said = set()
    for platform in ("linux", "darwin", "win32"):
        for host in hosts(
            Surroundings(paths, home=tmp_path, environ={}, platform=platform, make_registry=dict)
        ):
            said |= {host.adds, host.then} - {""}
    dynamic = {text for text in said if any(mark in text for mark in program_texts.OWN_WORDS)}
    assert said - dynamic == set(program_texts.TEXTS)


def test_in_german_the_entries_are_called_as_in_the_menus(qapp):
    translator = QTranslator(qapp)
    assert translator.load("photosearch_de", str(resource_dir() / "translations"))
    qapp.installTranslator(translator)
    try:
        for text in program_texts.TEXTS:
            shown = QCoreApplication.translate("Programs", text)
            for entry in (SIMILAR, WORDS):
                assert (entry.english in text) == (entry.german in shown), shown
    finally:
        qapp.removeTranslator(translator)
        translator.deleteLater()
