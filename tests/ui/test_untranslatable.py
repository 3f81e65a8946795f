"""Nothing that the app shows, tells or reads out is out of reach of the translators."""

from __future__ import annotations

import re
import subprocess
import xml.etree.ElementTree as ET
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QTranslator
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QWidget,
)
from translation_files import FOLDER

from photosearch.types import SkipKind, Skipped
from ui.desktop.request import Request
from ui.models.examples import examples
from ui.models.session import Phase as SearchPhase
from ui.views.own_model import COMMAND
from ui.views.settings_dialog import SettingsDialog
from ui.views.skipped_dialog import SkippedDialog

DATA = {"photosearch", "/photos", "/photos/beach", "red bicycle", "red bicycle.jpg", "red boat.jpg"}
CUT = Skipped(Path("/photos/cut.jpg"), SkipKind.BROKEN, "It ends too soon.")


@pytest.fixture
def in_brackets(qapp, tmp_path, update):
    """Every text that is translated stands in brackets; what stands in none never can be."""
    tree = ET.parse(FOLDER / "photosearch_de.ts")
    for message in tree.iter("message"):
        translation = message.find("translation")
        for place in translation.findall("numerusform") or [translation]:
            place.text = f"[{message.findtext('source')}]"
    tree.write(tmp_path / "brackets.ts", encoding="utf-8", xml_declaration=True)
    command = [update.tool("pyside6-lrelease"), "-silent", tmp_path / "brackets.ts"]
    subprocess.run([*command, "-qm", tmp_path / "brackets.qm"], check=True)
    translator = QTranslator(qapp)
    assert translator.load(str(tmp_path / "brackets.qm"))
    qapp.installTranslator(translator)
    yield
    qapp.removeTranslator(translator)
    translator.deleteLater()


def untranslatable() -> set[str]:
    """What is shown, told and read out now that cannot be translated, and is no data."""
    data = {*DATA, *examples(date.today().toordinal())}
    widgets = [one for top in QApplication.topLevelWidgets() for one in (top, *parts(top))]
    said = {text for widget in widgets for text in said_by(widget)}
    return {text for text in said - data if "[" not in text and re.search("[A-Za-z]{3}", text)}


def parts(widget: QWidget) -> list[QWidget]:
    """All but the buttons that are Qt's own."""
    every = widget.findChildren(QWidget)
    return [one for one in every if not isinstance(one.parent(), QDialogButtonBox)]


def said_by(widget: QWidget) -> list[str]:
    said = [widget.toolTip(), widget.accessibleName(), widget.accessibleDescription()]
    said += [action.text() for action in widget.actions()]
    if isinstance(widget, QLabel | QAbstractButton):
        said.append(widget.text())
    if isinstance(widget, QLineEdit):
        said.append(widget.placeholderText())
    if isinstance(widget, QComboBox):
        said += [widget.itemText(row) for row in range(widget.count())]
    if isinstance(widget, QDialog):
        said.append(widget.windowTitle())
    if isinstance(widget, QHeaderView) and widget.model() is not None:
        header = widget.orientation()
        said += [str(widget.model().headerData(i, header) or "") for i in range(widget.count())]
    return said


def test_each_page_can_be_translated_whole(service, open_window, in_brackets, qtbot):
    window = open_window(service)
    assert untranslatable() == set()
    window.ask(Request(search="red bicycle"))
    qtbot.waitUntil(lambda: window._session.phase is SearchPhase.RESULTS)
    assert untranslatable() == set()
    window._preview_row(0)
    qtbot.waitUntil(
        lambda: "/photos/beach" in [one.text() for one in window._preview.findChildren(QLabel)]
    )
    assert untranslatable() == set()
    window.show_library()
    assert untranslatable() == set()


def test_the_models_can_be_translated_whole(service, in_brackets, new_stage):
    stage = new_stage(service)
    stage.go("models-busy")
    cards = [info.card for info in stage.window._library.models if info.card is not None]
    known = {text for card in cards for text in (card.title, card.summary, card.licence)}
    known |= {COMMAND, "ViT-B-16@/photos/mine.safetensors"}
    assert untranslatable() - known == set()


def test_the_first_page_can_be_translated_whole(empty_service, open_window, in_brackets):
    open_window(empty_service)
    assert untranslatable() == set()


def test_the_settings_can_be_translated_whole(service, open_window, in_brackets, qtbot):
    window = open_window(service)
    window.show_settings()
    dialog = window.findChild(SettingsDialog)
    qtbot.waitUntil(dialog.ok_button.isEnabled)
    assert untranslatable() == set()
    dialog.close()


def test_the_list_of_skipped_files_can_be_translated_whole(
    service, open_window, in_brackets, qtbot
):
    service.skipped_files = [CUT]
    window = open_window(service)
    window.show_skipped()
    dialog = window.findChild(SkippedDialog)
    qtbot.waitUntil(lambda: dialog.selected() == [CUT])
    assert untranslatable() == {f"{CUT.path}: {CUT.reason}"}
    dialog.close()
