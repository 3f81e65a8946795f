"""What tests of the app may use: a made-up service, a runner on it, and a watch for leaks."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import (
    QAbstractAnimation,
    QCoreApplication,
    QEvent,
    QLocale,
    QObject,
    QThreadPool,
    QTimer,
)
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import delete, isValid

from photosearch.client.fake import FakeClient, FakePhoto
from photosearch.errors import PhotoSearchError, QueryError
from photosearch.paths import AppPaths
from photosearch.types import Notice as ServiceNotice
from photosearch.types import Root, SkipKind, Skipped
from ui.main_window import MainWindow
from ui.models import session as session_module
from ui.models.library import LibraryState
from ui.models.question import Question
from ui.models.search_state import Notice
from ui.models.session import Phase
from ui.workers.news import News
from ui.workers.runner import Runner

_SETTLE_S = 20.0
_PATIENCE_MS = 60_000

PHOTOS = (
    FakePhoto("beach/red bicycle.jpg", (220, 40, 40)),
    FakePhoto("beach/red boat.jpg", (200, 50, 50)),
    FakePhoto("beach/blue sea.jpg", (40, 80, 220)),
    FakePhoto("city/grey street at night.jpg", (90, 90, 95)),
    FakePhoto("city/red bus.jpg", (210, 30, 45)),
    FakePhoto("forest/green tree.jpg", (40, 160, 60)),
    FakePhoto("forest/green frog.png", (60, 200, 80)),
    FakePhoto("snow/two dogs.jpg", (235, 240, 245)),
)


class PatientBot(QtBot):
    """Waits as long as a busy machine may take: how fast something comes is no test's question."""

    def waitUntil(self, callback: Any, *, timeout: int = _PATIENCE_MS) -> None:
        super().waitUntil(callback, timeout=timeout)

    def waitSignal(self, signal: Any, *, timeout: int = _PATIENCE_MS, **more: Any) -> Any:
        return super().waitSignal(signal, timeout=timeout, **more)


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    return PatientBot(request)


@pytest.fixture(autouse=True)
def nothing_left_behind(
    request: pytest.FixtureRequest, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """A test ends with no thread, timer, animation, pool work or window that it did not start with.

    The fixture of what a test makes must come after this one; it is autouse, so it does.
    """
    threads = set(threading.enumerate())
    windows = set(QApplication.topLevelWidgets())
    timers = _recorded(monkeypatch, QTimer)
    animations = _recorded(monkeypatch, QAbstractAnimation)
    yield
    # What the offscreen clipboard still holds when Python has ended is a crash at exit.
    qapp.clipboard().clear()
    left = _left(qapp, threads, windows, timers, animations)
    until = time.monotonic() + _SETTLE_S
    while left and time.monotonic() < until:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        qapp.processEvents()
        time.sleep(0.01)
        left = _left(qapp, threads, windows, timers, animations)
    assert not left, f"left behind: {left}"


def _recorded(monkeypatch: pytest.MonkeyPatch, kind: type) -> list[Any]:
    """Every object of the kind on which Python calls ``start`` from now on."""
    started: list[Any] = []
    start = kind.start

    def record(self: Any, *args: Any) -> Any:
        started.append(self)
        return start(self, *args)

    monkeypatch.setattr(kind, "start", record)
    return started


def _left(
    qapp: QApplication,
    threads: set[threading.Thread],
    windows: set[Any],
    timers: list[QTimer],
    animations: list[QAbstractAnimation],
) -> list[Any]:
    running = QAbstractAnimation.State.Running
    return [
        *(thread for thread in threading.enumerate() if thread not in threads),
        *(timer for timer in timers if isValid(timer) and timer.isActive()),
        *(one for one in animations if isValid(one) and one.state() == running),
        *(w for w in QApplication.topLevelWidgets() if w not in windows and w.isVisible()),
        *(["the thread pool"] if QThreadPool.globalInstance().activeThreadCount() else []),
    ]


@pytest.fixture
def service() -> Iterator[FakeClient]:
    """A library of eight photos in four folders below /photos."""
    client = FakeClient(PHOTOS)
    yield client
    client.gate.set()


@pytest.fixture
def empty_service() -> FakeClient:
    """A service without any folder, as on the first day."""
    return FakeClient(())


@pytest.fixture
def new_runner() -> Iterator[Callable[[FakeClient], Runner]]:
    made: list[Runner] = []

    def make(client: FakeClient) -> Runner:
        runner = Runner(lambda: client)
        made.append(runner)
        return runner

    yield make
    for runner in made:
        runner.close()
        runner.deleteLater()


@pytest.fixture
def runner(new_runner: Callable[[FakeClient], Runner], service: FakeClient) -> Runner:
    """A runner on the library of eight photos."""
    return new_runner(service)


@pytest.fixture
def open_library(
    new_runner: Callable[[FakeClient], Runner], qtbot: Any
) -> Iterator[Callable[..., LibraryState]]:
    """Makes a state of the library that follows a service and (if wanted) has heard of it once."""
    opened: list[QObject] = []

    def make(client: FakeClient, *, is_waited_for: bool = True) -> LibraryState:
        news = News(new_runner(client))
        library = LibraryState(news._runner, news)
        opened.extend((library, news))
        news.start()
        if is_waited_for:
            qtbot.waitUntil(lambda: library.status is not None)
        return library

    yield make
    for one in opened:
        if isinstance(one, News):
            one.close()
        one.deleteLater()


@pytest.fixture
def british() -> Iterator[None]:
    """Numbers as they are written in British English."""
    before = QLocale()
    QLocale.setDefault(QLocale("en_GB"))
    yield
    QLocale.setDefault(before)


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A red picture on disk that is not in any library."""
    from PIL import Image

    path = tmp_path / "outside" / "red.png"
    path.parent.mkdir()
    Image.new("RGB", (40, 30), (215, 40, 42)).save(path)
    return path


@pytest.fixture
def open_window(
    tmp_path: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., MainWindow]]:
    """Opens the whole window on a service, active and with what it first asks answered."""
    monkeypatch.setattr(session_module, "DEBOUNCE_MS", 20)
    monkeypatch.setattr(session_module, "REFRESH_MS", 40)
    opened: list[MainWindow] = []

    def make(
        client: FakeClient, *, width_px: int = 1280, height_px: int = 800, is_sized: bool = True
    ) -> MainWindow:
        window = MainWindow(AppPaths(tmp_path), lambda: client)
        opened.append(window)
        if is_sized:
            window.resize(width_px, height_px)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
        window.begin()
        if client.error is None:
            qtbot.waitUntil(lambda: window._library.status is not None)
        return window

    yield make
    for window in opened:
        if isValid(window):
            window.finish()
            delete(window)


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


PLACES = (
    *("first-run", "start", "results", "similar", "failed", "lost", "messages", "preview"),
    *("library", "models", "models-busy", "settings", "skipped", "shortcuts", "about"),
    "properties",
)


@pytest.fixture
def everywhere(new_stage, service, empty_service):
    """Opens a window at each place in turn, with (stage, place, page or dialog)."""

    def visit(places=PLACES, **how):
        for place in places:
            stage = new_stage(empty_service if place == "first-run" else service, **how)
            yield stage, place, stage.go(place)
            if stage.dialog is not None:
                stage.dialog.reject()
            stage.end()
            service.error = service.search_error = None

    return visit


@pytest.fixture
def stage(open_window, service, qtbot):
    return Stage(open_window(service), service, qtbot)


@pytest.fixture
def new_stage(open_window, qtbot):
    return lambda client, **how: Stage(open_window(client, **how), client, qtbot)
