"""What a test of the app may leave behind: threads, timers, animations, pool work, windows."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from PySide6.QtCore import QAbstractAnimation, QThreadPool, QTimer
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid


def recorded(monkeypatch: pytest.MonkeyPatch, kind: type) -> list[Any]:
    """Every object of the kind on which Python calls ``start`` from now on."""
    started: list[Any] = []
    start = kind.start

    def record(self: Any, *args: Any) -> Any:
        started.append(self)
        return start(self, *args)

    monkeypatch.setattr(kind, "start", record)
    return started


def left_over(
    qapp: QApplication,
    threads: set[threading.Thread],
    windows: set[Any],
    timers: list[QTimer],
    animations: list[QAbstractAnimation],
) -> list[Any]:
    """What runs or shows now and did not before."""
    running = QAbstractAnimation.State.Running
    return [
        *(thread for thread in threading.enumerate() if thread not in threads),
        *(timer for timer in timers if isValid(timer) and timer.isActive()),
        *(one for one in animations if isValid(one) and one.state() == running),
        *(w for w in QApplication.topLevelWidgets() if w not in windows and w.isVisible()),
        *(["the thread pool"] if QThreadPool.globalInstance().activeThreadCount() else []),
    ]
