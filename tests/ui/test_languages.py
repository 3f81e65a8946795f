"""The app in other languages: complete, true to the texts in ui/, and gone without a trace."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QLocale, QTranslator
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QWidget,
)

from photosearch.model.menu import menu
from photosearch.model_info import ModelInfo
from photosearch.paths import resource_dir
from photosearch.settings import Settings, describe
from photosearch.types import ActivityState, Phase, Progress, SkipKind, Skipped
from ui import app, languages
from ui.desktop.instance import Instance, Request
from ui.models import menu_texts
from ui.models.activity_text import activity_text
from ui.models.copying import CopyReport, failure
from ui.models.examples import examples
from ui.models.model_texts import summary_of
from ui.models.session import Phase as SearchPhase
from ui.models.skipped import kind_text
from ui.views.own_model import COMMAND
from ui.views.setting_row import in_words
from ui.views.settings_dialog import SettingsDialog
from ui.views.skipped_dialog import SkippedDialog
from ui.views.status_line import StatusLine

FOLDER = resource_dir() / "translations"
LANGUAGES = ("en", "de")


@dataclass(frozen=True)
class Message:
    """A text and what it is in a language; more than one form: it depends on a number."""

    context: str
    source: str
    forms: tuple[str, ...]
    is_plural: bool
    is_finished: bool


def messages(file: Path) -> list[Message]:
    found = []
    for context in ET.parse(file).iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            forms = [form.text or "" for form in translation.iter("numerusform")]
            found.append(
                Message(
                    context.findtext("name") or "",
                    message.findtext("source"),
                    tuple(forms or [translation.text or ""]),
                    message.get("numerus") == "yes",
                    translation.get("type") is None,
                )
            )
    return found


def in_folder(language: str, folder: Path = FOLDER) -> list[Message]:
    return messages(folder / f"photosearch_{language}.ts")


@pytest.fixture(scope="session")
def update():
    """The program that keeps the files."""
    spec = importlib.util.spec_from_file_location("update", FOLDER / "update.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def speak(qapp):
    """Has the app speak a language, until the end of the test."""
    before = QLocale()

    def in_language(name):
        languages.remove(qapp)
        QLocale.setDefault(QLocale(name))
        languages.install(qapp, QLocale(name))

    yield in_language
    languages.remove(qapp)
    QLocale.setDefault(before)


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


# -- the files


def test_the_files_hold_the_texts_of_the_app_as_they_are_now(update, tmp_path):
    update.update(tmp_path)
    for language in LANGUAGES:
        kept, wanted = (
            {(one.context, one.source, one.is_plural) for one in in_folder(language, folder)}
            for folder in (FOLDER, tmp_path)
        )
        assert kept == wanted, f"{language}: make texts, then translate what is new"


def test_the_compiled_files_are_made_of_the_others(update, tmp_path):
    for language in LANGUAGES:
        shutil.copy(FOLDER / f"photosearch_{language}.ts", tmp_path)
    update.compile_all(tmp_path)
    for language in LANGUAGES:
        name = f"photosearch_{language}.qm"
        assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes(), "make texts"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_translated_in_each_of_its_forms(language):
    wrong = [
        message.source
        for message in in_folder(language)
        if not message.is_finished
        or not all(form.strip() for form in message.forms)
        or len(message.forms) != (2 if message.is_plural else 1)
    ]
    assert wrong == [], "to be translated in resources/translations"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_keeps_its_places_mnemonic_and_dots(language):
    wrong = [
        (message.source, message.forms) for message in in_folder(language) if not is_true(message)
    ]
    assert wrong == []


def is_true(message: Message) -> bool:
    wanted = marks(message.source)
    uncounted = wanted - Counter(["%n", "%Ln"])
    first, last = marks(message.forms[0]), marks(message.forms[-1])
    # "Every minute" is better than "every 1 minute".
    return last == wanted and (first == wanted or (message.is_plural and first == uncounted))


def marks(text: str) -> Counter[str]:
    """Places for numbers and names, the mnemonic, and whether more is to come."""
    mnemonics = re.findall("&", text.replace("&&", ""))
    return Counter([*re.findall(r"\{\d+\}|%L?n", text), *mnemonics, *re.findall("…$", text)])


def test_a_text_with_a_number_has_plurals_wherever_it_stands():
    """Qt's tools overlook those in ``translate``: use ``tr`` in a class, and ``plural`` outside."""
    flat = [one.source for one in in_folder("de") if "%" in one.source and not one.is_plural]
    assert set(flat) == {"{0} %"}


def test_english_has_the_plurals_alone():
    plurals = {(one.context, one.source) for one in in_folder("de") if one.is_plural}
    assert plurals == {(one.context, one.source) for one in in_folder("en")}


# -- what is installed


def test_qt_speaks_the_language_of_the_app(qapp, speak):
    def cancel():
        return QCoreApplication.translate("QPlatformTheme", "Cancel")

    speak("de_AT")
    assert cancel() == "Abbrechen"
    speak("fr_FR")
    assert cancel() == "Cancel", "the app has no French: half a dialog in it is worse than none"


def test_a_language_that_is_taken_away_leaves_nothing(qapp, speak):
    speak("de_DE")
    languages.remove(qapp)
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert kind_text(SkipKind.EMPTY) == "Empty file"
    assert not qapp.findChildren(QTranslator, languages._NAME)


@pytest.mark.parametrize(
    ("language", "count", "expected"),
    [
        ("en_GB", 1, "1 photo, best first"),
        ("en_GB", 1_234, "1,234 photos, best first"),
        ("fr_CA", 1, "1 photo, best first"),
        ("de_DE", 1, "1 Foto, bestes zuerst"),
        ("de_DE", 1_234, "1.234 Fotos, beste zuerst"),
    ],
)
def test_counts_are_written_as_the_language_does(qtbot, speak, language, count, expected):
    speak(language)
    activity = QWidget()
    line = StatusLine(activity)
    qtbot.addWidget(line)
    line.show_count(count)
    assert line._count.text() == expected


def test_plurals_outside_of_classes_are_found(speak):
    report = CopyReport(Path("/a"), 2, failed=((Path("x.jpg"), "-"), (Path("y.jpg"), "-")))
    speak("de_DE")
    assert failure(report).message == "2 Fotos konnten nicht kopiert werden."


def test_even_a_start_that_comes_to_nothing_speaks_german(qapp, speak, monkeypatch, tmp_path):
    speak("de_DE")
    languages.remove(qapp)
    told = []
    monkeypatch.setattr(app, "_refuse", lambda error: told.append(error.message) or 1)
    monkeypatch.setattr(Instance, "become_first", lambda self: False)
    monkeypatch.setattr(Instance, "hand_over", lambda self, request: False)
    assert app.run(["--data-dir", str(tmp_path)]) == 1
    assert told == ["Das offene Fenster von photosearch antwortet nicht."]


# -- what the core says


def test_every_setting_is_explained_in_german(speak):
    speak("de_DE")
    for about in describe(Settings()):
        assert in_words(about.label) != about.label
        assert in_words(about.doc) != about.doc
    assert in_words("auto") == "automatisch"


def test_each_reason_to_skip_a_file_is_told_in_german(qapp, speak):
    english = [kind_text(kind) for kind in SkipKind]
    speak("de_DE")
    german = [kind_text(kind) for kind in SkipKind]
    assert len({*english, *german}) == 2 * len(SkipKind)


def test_what_the_menu_says_of_every_model_is_told_in_german(speak):
    entries = menu(resource_dir())
    assert {entry.card.summary for entry in entries} == set(menu_texts.TEXTS)
    speak("de_DE")
    for entry in entries:
        assert summary_of(ModelInfo(entry.name, entry.card)) != entry.card.summary


@pytest.mark.parametrize("total", [None, 40])
@pytest.mark.parametrize("phase", Phase)
def test_each_kind_of_work_is_told_in_german(
    qapp, qtbot, service, open_library, speak, phase, total
):
    library = open_library(service)
    service.work(Progress(phase, 3, total))
    qtbot.waitUntil(lambda: library.activity.state is ActivityState.INDEXING)
    english = activity_text(library)
    speak("de_DE")
    assert activity_text(library) != english


# -- the window


def entries(menu: QMenu) -> list[QAction]:
    return [one for one in menu.actions() if not one.isSeparator()]


def mnemonics(actions: list[QAction]) -> list[str]:
    texts = [one.text().replace("&&", "") for one in actions]
    return [text[text.index("&") + 1].lower() for text in texts if "&" in text]


def test_the_window_speaks_german(service, speak, open_window):
    speak("de_DE")
    window = open_window(service)
    titles = [action.text().replace("&", "") for action in window.menuBar().actions()]
    assert titles == ["Datei", "Suchen", "Foto", "Ansicht", "Bibliothek", "Hilfe"]
    assert window._search_page.bar.text.placeholderText().startswith("Beschreibe")
    assert activity_text(window._library) == "Aktuell"


@pytest.mark.parametrize("language", ["en_GB", "de_DE"])
def test_no_two_entries_of_a_menu_have_the_same_mnemonic(service, speak, open_window, language):
    speak(language)
    window = open_window(service)
    bar = window.menuBar().actions()
    for actions in (bar, *(entries(one.menu()) for one in bar)):
        letters = mnemonics(actions)
        assert len(letters) == len(actions), [one.text() for one in actions]
        assert len(set(letters)) == len(letters), [one.text() for one in actions]


# -- what no translator can reach

DATA = {"photosearch", "/photos", "/photos/beach", "red bicycle", "red bicycle.jpg", "red boat.jpg"}
CUT = Skipped(Path("/photos/cut.jpg"), SkipKind.BROKEN, "It ends too soon.")


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
