"""The app in other languages: all of it speaks one, and it is gone without a trace."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QLocale, QTranslator
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from photosearch.model.menu import menu
from photosearch.model_info import ModelInfo
from photosearch.paths import resource_dir
from photosearch.settings import Settings, describe
from photosearch.types import ActivityState, Phase, Progress, SkipKind
from ui import app, languages, running
from ui.desktop.instance import Instance
from ui.models import menu_texts
from ui.models.activity_text import activity_text
from ui.models.copying import CopyReport, failure
from ui.models.model_texts import summary_of
from ui.models.skipped import kind_text
from ui.views.setting_row import in_words
from ui.views.status_line import StatusLine


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
    monkeypatch.setattr(running, "_refuse", lambda error: told.append(error.message) or 1)
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
