"""The desktop app's process: one window an index, opened at once, and closed without a trace."""

from __future__ import annotations

import argparse
import contextlib
import gc
import os
import signal
import socket
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
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
from ui.desktop.instance import Instance, Request, requested
from ui.theme import app_icon

if TYPE_CHECKING:
    from photosearch.interface import PhotoSearchService
    from ui.main_window import MainWindow

_NO_SCREEN = """\
There is no screen to open the window on: DISPLAY and WAYLAND_DISPLAY are not set.
Search from the command line instead: photosearch search "red bicycle against a wall"
"""

# Qt keeps one for them, which outlives Python: what was copied would crash as it goes.
_WITHOUT_CLIPBOARD = ("offscreen", "minimal")


def main() -> None:
    """Open the window, or bring the one that is open to the front; then exit."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run the app until its window is closed; returns the exit code."""
    chosen = _parser().parse_args(arguments)
    if not _has_screen():
        sys.stderr.write(_NO_SCREEN)
        return 1
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    _name_it(application)
    languages.install(application)
    try:
        return _start(application, chosen)
    finally:
        languages.remove(application)


def _start(application: QApplication, chosen: argparse.Namespace) -> int:
    try:
        paths = AppPaths.choose(chosen.data_dir)
    except PhotoSearchError as error:
        return _refuse(error)
    request = requested(chosen.search or "", [*chosen.similar, *chosen.files])
    instance = Instance(paths)
    if not instance.become_first():
        if instance.hand_over(request):
            return 0
        if not instance.is_first:
            return _refuse(_no_answer())
    with contextlib.closing(instance):
        return _Session(application, paths, instance, request).run()


class _Session(QObject):
    """Everything of one run: it is opened in ``run``, and closed again at its end."""

    def __init__(
        self, application: QApplication, paths: AppPaths, instance: Instance, request: Request
    ) -> None:
        super().__init__()
        self._application = application
        self._paths = paths
        self._instance = instance
        self._request = request
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
        self._instance.asked.connect(self._answer)
        window.show()
        # After the first picture of the window: to import the client takes the GUI's time.
        QTimer.singleShot(0, self._begin)
        return window

    def _begin(self) -> None:
        assert self._window is not None
        self._window.begin()
        if self._request.search or self._request.similar_to:
            self._window.ask(self._request)

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
        if request.search or request.similar_to:
            self._window.ask(request)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # How macOS hands over files that are opened with the app.
        if isinstance(event, QFileOpenEvent) and event.file() and self._window is not None:
            self._window.ask(requested("", [event.file()]))
            return True
        return super().eventFilter(watched, event)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="photosearch-app",
        description="Search your own photos by what is in them. A second start acts in the window "
        "that is open.",
    )
    parser.add_argument("--search", metavar="TEXT", help="search for words")
    parser.add_argument(
        "--similar", metavar="FILE", nargs="+", default=[], help="find photos like these"
    )
    parser.add_argument("files", metavar="FILE", nargs="*", help="the same as --similar")
    parser.add_argument("--data-dir", metavar="FOLDER", type=Path, help="an index kept apart")
    parser.add_argument("--version", action="version", version=__version__)
    return parser


def _has_screen() -> bool:
    """Without one, Qt would end the process with an abort."""
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return sys.platform != "linux" or any(os.environ.get(name) for name in names)


def _name_it(application: QApplication) -> None:
    application.setApplicationName("photosearch")
    application.setApplicationDisplayName("photosearch")
    application.setApplicationVersion(__version__)
    QGuiApplication.setDesktopFileName("photosearch")
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


if __name__ == "__main__":
    main()
