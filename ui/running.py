"""The process of a window: opened at once, one for each index, and closed without a trace."""

from __future__ import annotations

import contextlib
import gc
import signal
import socket
import sys
import time
from collections.abc import Iterator
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QLoggingCategory,
    QObject,
    QSocketNotifier,
    Qt,
    QTimer,
)
from PySide6.QtGui import QFileOpenEvent, QGuiApplication
from PySide6.QtWidgets import QApplication

from photosearch import __version__
from photosearch.errors import PhotoSearchError
from photosearch.paths import AppPaths
from ui import languages
from ui.desktop.gathering import Gathering
from ui.desktop.handing_over import Turn
from ui.desktop.instance import Instance
from ui.desktop.request import Request, requested
from ui.theme import app_icon

if TYPE_CHECKING:
    from photosearch.interface import PhotoSearchService
    from ui.main_window import MainWindow

# Qt keeps one for them, which outlives Python: what was copied would crash as it goes.
_WITHOUT_CLIPBOARD = ("offscreen", "minimal")


def run_window(paths: AppPaths, request: Request, turn: Turn) -> int:
    """Open the window and run until it is closed; returns the exit code.

    A window that is open after all, and did not answer before, is asked once more. Other starts
    get their turn when ours can answer them.
    """
    with _application() as application:
        instance = Instance(paths)
        if not instance.become_first():
            turn.leave()
            if instance.hand_over(request):
                return 0
            if not instance.is_first:
                return _refuse(_no_answer())
        with contextlib.closing(instance):
            return WindowProcess(application, paths, instance, request, turn).run()


def refuse(error: PhotoSearchError) -> int:
    """Say in a window of its own why none can be opened; returns the exit code."""
    with _application():
        return _refuse(error)


@contextlib.contextmanager
def _application() -> Iterator[QApplication]:
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    _name_it(application)
    languages.install(application)
    try:
        yield application
    finally:
        languages.remove(application)


class WindowProcess(QObject):
    """Everything of one run: it is opened in ``run``, and closed again at its end."""

    def __init__(
        self,
        application: QApplication,
        paths: AppPaths,
        instance: Instance,
        request: Request,
        turn: Turn,
    ) -> None:
        super().__init__()
        self._application = application
        self._paths = paths
        self._instance = instance
        self._request = request
        self._turn = turn
        self._gathering = Gathering(self)
        self._window: MainWindow | None = None

    def run(self) -> int:
        self._application.installEventFilter(self)
        with _crashes_told(), _interrupts_heard(self._application):
            window = self._open()
            code = self._application.exec()
            self._instance.stop_listening()
            window.finish()
        self._application.removeEventFilter(self)
        self._window = None
        # Left to the end of the process, their parts would be destroyed in no order, and crash.
        # The window first: lists that open below a field are its own, though they have no parent.
        window.deleteLater()
        QCoreApplication.sendPostedEvents(window, QEvent.Type.DeferredDelete)
        for top in self._application.topLevelWidgets():
            top.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        if QGuiApplication.platformName() in _WITHOUT_CLIPBOARD:
            QGuiApplication.clipboard().clear()
        return code

    def _open(self) -> MainWindow:
        from ui.main_window import MainWindow

        window = MainWindow(self._paths, self._connect)
        self._window = window
        self._instance.asked.connect(self._gathering.add)
        self._gathering.gathered.connect(self._answer)
        window.show()
        # After the first picture of the window: to import the client takes the GUI's time.
        QTimer.singleShot(0, self._begin)
        return window

    def _begin(self) -> None:
        assert self._window is not None
        self._window.begin()
        self._turn.leave()
        if self._request:
            self._gathering.add(self._request)

    def _connect(self) -> PhotoSearchService:
        """In a worker thread."""
        from photosearch.client import Client

        # What is imported by now stays. Each time that Python looked through it for garbage, no
        # thread could run for 70 ms, and scrolling stopped (measured by benchmarks/app_grid.py).
        gc.freeze()
        return Client(self._paths)

    def _answer(self, request: Request) -> None:
        assert self._window is not None
        self._window.come_forward()
        if request:
            self._window.ask(request)
        else:
            self._window.focus_search()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # How macOS hands over files that are opened with the app.
        if isinstance(event, QFileOpenEvent) and event.file() and self._window is not None:
            self._gathering.add(requested("", [event.file()], started_at_s=time.time()))
            return True
        return super().eventFilter(watched, event)


def _name_it(application: QApplication) -> None:
    application.setApplicationName("photosearch")
    application.setApplicationDisplayName("photosearch")
    application.setApplicationVersion(__version__)
    QGuiApplication.setDesktopFileName("org.photosearch.photosearch")
    application.setWindowIcon(app_icon())
    application.setQuitOnLastWindowClosed(False)
    # A picture that is damaged is shown as such: it is no news for the terminal.
    QLoggingCategory.setFilterRules("qt.gui.imageio*=false")


def _no_answer() -> PhotoSearchError:
    translate = QCoreApplication.translate
    return PhotoSearchError(
        translate("App", "The window of photosearch that is open does not answer."),
        translate("App", "Close it, and start it again."),
    )


def _refuse(error: PhotoSearchError) -> int:
    from PySide6.QtWidgets import QMessageBox

    box = QMessageBox(QMessageBox.Icon.Critical, "photosearch", str(error))
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.exec()
    return 1


@contextlib.contextmanager
def _crashes_told() -> Iterator[None]:
    """A bug is told on standard error, and in a window of its own; the app goes on."""
    before = sys.excepthook

    def tell(kind: type[BaseException], error: BaseException, at: TracebackType | None) -> None:
        before(kind, error, at)
        from ui.views.crash_dialog import show_crash

        show_crash(kind, error, at)

    sys.excepthook = tell
    try:
        yield
    finally:
        sys.excepthook = before


@contextlib.contextmanager
def _interrupts_heard(application: QApplication) -> Iterator[None]:
    """Ctrl-C and a friendly kill close the window: Qt alone would not let Python hear of them."""
    near, far = socket.socketpair()
    for end in (near, far):
        end.setblocking(False)
    notifier = QSocketNotifier(near.fileno(), QSocketNotifier.Type.Read)
    notifier.activated.connect(lambda: near.recv(64))
    fd = signal.set_wakeup_fd(far.fileno())
    before = {
        # Through the event loop, which may not run yet: before it does, `quit` does nothing.
        number: signal.signal(number, lambda *_: QTimer.singleShot(0, application.quit))
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(fd)
        notifier.setEnabled(False)
        notifier.deleteLater()
        near.close()
        far.close()
