"""What tests of the app may use: a made-up service, a runner on it, and a watch for leaks."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import importlib.util
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from leaks import left_over, recorded
from made_up_programs import MadeUpPrograms
from PySide6.QtCore import QAbstractAnimation, QCoreApplication, QEvent, QLocale, QObject, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import delete, isValid
from translation_files import FOLDER
from window_stage import PLACES, Stage

from photosearch.client.fake import FakeClient, FakePhoto
from photosearch.paths import AppPaths
from ui import main_window
from ui.main_window import MainWindow
from ui.models import session as session_module
from ui.models.library import LibraryState
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
    timers = recorded(monkeypatch, QTimer)
    animations = recorded(monkeypatch, QAbstractAnimation)
    yield
    # What the offscreen clipboard still holds when Python has ended is a crash at exit.
    qapp.clipboard().clear()
    left = left_over(qapp, threads, windows, timers, animations)
    until = time.monotonic() + _SETTLE_S
    while left and time.monotonic() < until:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        qapp.processEvents()
        time.sleep(0.01)
        left = left_over(qapp, threads, windows, timers, animations)
    assert not left, f"left behind: {left}"


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


@pytest.fixture(autouse=True)
def programs(monkeypatch: pytest.MonkeyPatch) -> MadeUpPrograms:
    """The other programs, in place of those of this machine."""
    made_up = MadeUpPrograms()
    monkeypatch.setattr(main_window, "LocalPrograms", lambda paths: made_up)
    return made_up


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


@pytest.fixture(scope="session")
def update():
    """The program that keeps the files of the translations."""
    spec = importlib.util.spec_from_file_location("update", FOLDER / "update.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
