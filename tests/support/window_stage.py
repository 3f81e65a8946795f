"""A person before the whole window, who knows the way to each of its places."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from shiboken6 import delete

from photosearch.client.fake import FakeClient
from photosearch.errors import PhotoSearchError, QueryError
from photosearch.types import Notice as ServiceNotice
from photosearch.types import Root, SkipKind, Skipped
from ui.main_window import MainWindow
from ui.models.question import Question
from ui.models.search_state import Notice
from ui.models.session import Phase

PLACES = (
    *("first-run", "start", "results", "similar", "failed", "lost", "messages", "preview"),
    *("library", "programs", "models", "models-busy", "settings", "skipped", "shortcuts", "about"),
    "properties",
)


@dataclass
class Stage:
    """A person before the window."""

    window: MainWindow
    client: FakeClient
    qtbot: Any

    def until(self, condition):
        self.qtbot.waitUntil(lambda: bool(condition()))

    def press(self, keys, times=1):
        """Keys such as "Ctrl+F", where the focus is."""
        combination = QKeySequence(keys)[0]
        for _ in range(times):
            at = QApplication.focusWidget() or self.window
            QTest.keyClick(at, combination.key(), combination.keyboardModifiers())

    def type(self, words):
        self.press("Ctrl+F")
        QTest.keyClicks(QApplication.focusWidget(), words)
        self.until(lambda: self.session.phase is Phase.RESULTS and not self.session.is_busy)

    def action(self, name):
        actions = (*self.window._menus.actions, *self.window._actions.all)
        (found,) = [one for one in actions if one.objectName() == name]
        return found

    def select(self, row):
        self.grid.setFocus()
        self.grid.setCurrentIndex(self.window._results.index(row))

    def end(self):
        self.window.finish()
        delete(self.window)

    @property
    def session(self):
        return self.window._session

    @property
    def grid(self):
        return self.window._grid

    @property
    def bar(self):
        return self.window._search_page.bar

    @property
    def page(self):
        return self.window._stack.currentWidget()

    @property
    def names(self):
        hits = [self.window._results.hit(row) for row in range(self.window._results.rowCount())]
        return [hit.photo.path.name for hit in hits if hit is not None]

    @property
    def dialog(self):
        return QApplication.activeModalWidget()

    @property
    def is_preview(self):
        return self.window._has_preview and self.page is self.window._preview

    @property
    def is_library(self):
        return self.page is self.window.__dict__.get("_library_page")

    def go(self, place):
        """Visit one of `PLACES`; returns the page or dialog."""
        if place in ("results", "similar", "failed", "preview", "properties", "lost", "messages"):
            self.type("red")
            self.select(0)
        arrive = getattr(self, f"_go_{place.replace('-', '_')}", None)
        if arrive is not None:
            arrive()
        QApplication.processEvents()
        return self.dialog or self.window

    def _go_similar(self):
        self.session.find_similar([self.window._results.hit(0), self.window._results.hit(1)])
        self.until(lambda: self.session.phase is Phase.RESULTS and not self.session.is_busy)

    def _go_failed(self):
        self.client.search_error = QueryError("The words cannot be read.", "Type others.")
        self.session.ask(Question("blue"))
        self.until(lambda: self.session.phase is Phase.FAILED)

    def _go_lost(self):
        self.client.die()
        self.until(self.window._search_page.strips[Notice.LOST].isVisible)

    def _go_messages(self):
        self.window._notifications.show_text("2 photos excluded from search.", "Undo", bool)
        self.window._notifications.show_error(PhotoSearchError("It is broken.", "Mend it."))

    def _go_preview(self):
        self.press("Space")
        self.until(lambda: self.window._preview.strip.hits and self.window._preview._preview.record)

    def _go_library(self):
        self.client.skipped_files = [Skipped(Path("/photos/x.jpg"), SkipKind.BROKEN, "It ends.")]
        self.client._roots = [Root(1, Path("/photos"), ("drafts", "*.tmp.jpg"))]
        self.window.show_library()
        self.until(lambda: self.window._library.skipped == 1)

    def _go_programs(self):
        self.window.show_programs()
        self.until(lambda: self.window._programs_page.cards)
        self.window._programs_page.card("geeqie").switch.click()
        self.until(self.window._programs_page.card("geeqie").then.isVisible)

    def _go_models(self):
        self.window.show_models()
        self.until(lambda: self.window._models_page.cards)

    def _go_models_busy(self):
        """Every part of the page is seen, each on some card."""
        shelf = self.client.shelf
        starter, multilingual, english, research = shelf.infos
        shelf.install("ViT-B-16@/photos/mine.safetensors", embedded=4)
        for at, name in enumerate((starter, multilingual)):
            shelf.measure(name, 10.0 + at)
        shelf.choose(multilingual)
        self.window.show_models()
        shelf.download(research, 100_000_000, 2_000_000)
        url = "https://example.org/" + "a-long-address/" * 12
        problem = ServiceNotice(f"{url} cannot be reached.", "Try again later.")
        shelf.fail_download(multilingual, problem)
        self.until(lambda: len(self.window._models_page.cards) == 5)
        page = self.window._models_page
        self.until(lambda: page.card(multilingual).again.isVisibleTo(page))
        page.card(english).use.click()
        page.card(english).more.click()
        page.own.button.click()

    def _go_settings(self):
        self.window.show_settings()
        self.until(lambda: self.dialog.rows and self.dialog.at_login.isEnabled())

    def _go_skipped(self):
        self.client.skipped_files = [Skipped(Path("/photos/x.jpg"), SkipKind.BROKEN, "It ends.")]
        self.window.show_skipped()
        self.until(self.dialog.selected)

    def _go_shortcuts(self):
        self.window.show_shortcuts()

    def _go_about(self):
        self.window.show_about()

    def _go_properties(self):
        self.window._actions.show_properties()
