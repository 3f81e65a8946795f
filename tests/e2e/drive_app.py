"""Runs the real app in this process and does to it, with real events, what a script of steps says.

Usage: drive_app.py STEPS.json [arguments of photosearch-app]. Each step waits until it can be done;
the last line on standard output is JSON with what was seen.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from PySide6.QtCore import QElapsedTimer, QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QMenu, QWidget

LONGEST_MS = 60_000
LOOK_MS = 20


class Driver:
    """Goes on with the steps whenever the event loop is idle and what a step waits for is there."""

    def __init__(self, steps: list[list[Any]]) -> None:
        self.seen: dict[str, Any] = {}
        self._steps = steps
        self._waited = QElapsedTimer()
        self._run: Iterator[Callable[[], bool]] | None = None
        self._until: Callable[[], bool] | None = None
        self._timer = QTimer()
        self._timer.timeout.connect(self._go_on)
        self._timer.start(LOOK_MS)

    def _go_on(self) -> None:
        if self.window is None:
            return
        try:
            if self._run is None:
                self._run = self._all_steps()
                self._next()
            elif self._until is not None and self._until():
                self._next()
            elif self._waited.hasExpired(LONGEST_MS):
                raise AssertionError("waited too long")
        except StopIteration:
            self._end()
        except Exception:
            self.seen["failed"] = traceback.format_exc() + str(self.seen.get("at"))
            self.picture("failed")
            self._end()

    def _next(self) -> None:
        assert self._run is not None
        self._until = next(self._run)
        self._waited.restart()

    def _end(self) -> None:
        self._timer.stop()
        for top in QApplication.topLevelWidgets():
            if isinstance(top, QMenu):
                top.close()
        if self.window is not None:
            self.window.close()

    def _all_steps(self) -> Iterator[Callable[[], bool]]:
        self.window.activateWindow()  # on a screen without a window manager nobody else does
        yield self.window.isActiveWindow
        for name, *arguments in self._steps:
            self.seen["at"] = [name, *arguments]
            yield from getattr(self, name)(*arguments)

    @property
    def window(self) -> Any:
        for top in QApplication.topLevelWidgets():
            if type(top).__name__ == "MainWindow" and top.isVisible():
                return top
        return None

    # -- steps

    def see(self, name: str) -> Iterator[Callable[[], bool]]:
        """Note what the window shows, and take a picture of it."""
        yield lambda: True
        self.picture(name)
        self.seen[name] = {
            "hits": self.hits(5),
            "texts": [one.text() for one in self.visible((QLabel, QAbstractButton)) if one.text()],
            "modules": sorted(
                name for name in ("torch", "chromadb", "open_clip") if name in sys.modules
            ),
        }

    def click_button(self, words: str) -> Iterator[Callable[[], bool]]:
        """Click the button whose text holds these words."""

        def button() -> QAbstractButton | None:
            for one in self.visible(QAbstractButton):
                if words in one.text().replace("&", "") and one.isEnabled():
                    return one
            return None

        yield lambda: button() is not None
        found = button()
        assert found is not None
        self.click(found, found.rect().center())

    def type(self, words: str) -> Iterator[Callable[[], bool]]:
        """Type words, letter by letter, wherever the keyboard goes."""
        yield lambda: QApplication.focusWidget() is not None
        for letter in words:
            QTest.keyClick(self.window.windowHandle(), letter)
            yield lambda: True

    def press(self, key: str) -> Iterator[Callable[[], bool]]:
        """Press one key, for instance ``Ctrl+F``."""
        yield lambda: True
        *modifiers, name = key.split("+")
        flags = Qt.KeyboardModifier.NoModifier
        for modifier in modifiers:
            flags |= {
                "Ctrl": Qt.KeyboardModifier.ControlModifier,
                "Alt": Qt.KeyboardModifier.AltModifier,
                "Shift": Qt.KeyboardModifier.ShiftModifier,
            }[modifier]
        QTest.keyClick(self.window.windowHandle(), getattr(Qt.Key, f"Key_{name}"), flags)

    def wait_for_first(self, name: str) -> Iterator[Callable[[], bool]]:
        """Wait until a photo is the best hit."""
        yield lambda: self.hits(1) == [name]

    def wait_for_count(self, photos: int) -> Iterator[Callable[[], bool]]:
        """Wait until so many photos can be searched."""
        yield lambda: self.window._library.searchable >= photos

    def wait_until_lost(self) -> Iterator[Callable[[], bool]]:
        """Wait until the app knows that the service is gone."""
        yield lambda: not self.window._library.is_connected

    def wait_until_back(self) -> Iterator[Callable[[], bool]]:
        """Wait until the service answers again."""
        yield lambda: self.window._library.is_connected

    def kill_service(self) -> Iterator[Callable[[], bool]]:
        """End the service as the system would when memory is short."""
        yield lambda: True
        address = self.window._runner.service().running()
        os.kill(address.pid, 9)
        self.seen["killed"] = address.pid

    def menu_on_first(self, words: str) -> Iterator[Callable[[], bool]]:
        """Right-click the best hit, and choose the entry that holds these words."""
        yield lambda: bool(self.hits(1))
        grid = self.window._grid
        at = grid.visualRect(self.window._results.index(0, 0)).center()
        place = grid.viewport().mapTo(self.window, at)
        QTest.mouseClick(
            self.window.windowHandle(), Qt.MouseButton.RightButton, pos=place, delay=50
        )

        def menu() -> QMenu | None:
            popup = QApplication.activePopupWidget()
            return popup if isinstance(popup, QMenu) else None

        yield lambda: menu() is not None
        opened = menu()
        assert opened is not None
        self.seen["menu"] = [action.text() for action in opened.actions() if action.text()]
        self.picture("menu", opened)
        (action,) = [one for one in opened.actions() if words in one.text().replace("&", "")]
        self.click(opened, opened.actionGeometry(action).center())

    def start_again(self, *arguments: str) -> Iterator[Callable[[], bool]]:
        """Start the app once more, as a plugin or a menu would."""
        command = [sys.executable, "-m", "ui.app", *arguments]
        process = subprocess.Popen(command)
        yield lambda: process.poll() is not None
        self.seen.setdefault("starts", []).append(process.returncode)

    # -- what steps need

    def hits(self, count: int) -> list[str]:
        model = self.window._results
        hits = [model.hit(row) for row in range(min(count, model.rowCount()))]
        return [hit.photo.path.name for hit in hits if hit is not None]

    def visible(self, kind: Any) -> list[Any]:
        return [
            one for one in QApplication.allWidgets() if isinstance(one, kind) and one.isVisible()
        ]

    def click(self, widget: QWidget, at: QPoint) -> None:
        window = widget.window()
        QTest.mouseClick(
            window.windowHandle(), Qt.MouseButton.LeftButton, pos=widget.mapTo(window, at), delay=20
        )

    def picture(self, name: str, widget: QWidget | None = None) -> None:
        if folder := os.environ.get("PICTURES"):
            shown = widget or self.window
            shown.grab().save(str(Path(folder, f"{name}.png")))


def main() -> None:
    steps = json.loads(Path(sys.argv[1]).read_text())
    application = QApplication(sys.argv[:1])
    driver = Driver(steps)
    from ui.app import run

    code = run(sys.argv[2:])
    driver.seen["code"] = code
    driver.seen["platform"] = application.platformName()
    import threading

    driver.seen["threads"] = [
        one.name for one in threading.enumerate() if one.name.startswith("app ")
    ]
    sys.stdout.write(json.dumps(driver.seen) + "\n")


if __name__ == "__main__":
    main()
