"""From the start of the app's process to a window that takes what is typed; and what it loaded."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from rows import Options, Row, run_script, say

_MOST_S = 1.0
_STARTS = 11
_QUICK_STARTS = 2
_HEAVY = ("torch", "chromadb", "open_clip")

# The whole app, as `photosearch-app` starts it; once its window is painted, a letter is typed.
_CHILD = """
import json, sys, time
from ui import app
from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

application = QApplication(sys.argv[:1])
marks = {}

def look():
    tops = application.topLevelWidgets()
    window = next((top for top in tops if type(top).__name__ == "MainWindow"), None)
    if window is None or not window.isVisible() or not window.windowHandle().isExposed():
        return
    words = window._search_page.bar.text
    if "painted" not in marks:
        marks["painted"] = time.monotonic()
        QTest.keyClick(words, "a")
    if words.text() == "a" and "usable" not in marks:
        marks["usable"] = time.monotonic()
        marks["loaded"] = [name for name in HEAVY if name in sys.modules]
    if window._library.is_connected:
        marks["connected"] = time.monotonic()
        window.close()

timer = QTimer()
timer.timeout.connect(look)
timer.start(1)
app.run(["--data-dir", sys.argv[1]])
marks["loaded at the end"] = [name for name in HEAVY if name in sys.modules]
print(json.dumps(marks))
"""


def measure(options: Options) -> list[Row]:
    """Start the app some times; the first, which also warms the disk's cache, does not count."""
    count = _QUICK_STARTS if options.is_quick else _STARTS
    with tempfile.TemporaryDirectory(dir=options.cache_dir) as folder:
        say(f"Starting the app {count} times …")
        starts = [_start(Path(folder)) for _ in range(count + 1)][1:]
        qt_s = statistics.median(_bare_qt_s() for _ in range(5))
        _stop_service(Path(folder))
    usable_s = [start["usable"] for start in starts]
    return [
        Row(
            "app start to usable window, median",
            statistics.median(usable_s),
            "s",
            _MOST_S,
            details={
                "best_s": min(usable_s),
                "worst_s": max(usable_s),
                "to_service_s": statistics.median(start["connected"] for start in starts),
                "of_an_empty_qt_window": statistics.median(usable_s) / qt_s,
                "heavy_modules": ", ".join(starts[-1]["loaded at the end"]) or "none",
            },
        )
    ]


def _start(folder: Path) -> dict[str, Any]:
    started_s = time.monotonic()
    code = _CHILD.replace("HEAVY", repr(_HEAVY))
    marks = json.loads(_run(code, str(folder)))
    return {
        name: value - started_s if isinstance(value, float) else value
        for name, value in marks.items()
    }


def _bare_qt_s() -> float:
    """An empty window of the same toolkit, in the same run: what any app of this kind takes."""
    started_s = time.monotonic()
    _run(
        "from PySide6.QtWidgets import QApplication, QWidget\n"
        "application = QApplication([])\nwindow = QWidget()\nwindow.show()\n"
        "application.processEvents()\n"
    )
    return time.monotonic() - started_s


def _run(code: str, *arguments: str) -> str:
    environment = dict(os.environ)
    if "DISPLAY" not in environment and "WAYLAND_DISPLAY" not in environment:
        environment["QT_QPA_PLATFORM"] = "offscreen"
    child = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=True,
        env=environment,
    )
    return child.stdout


def _stop_service(folder: Path) -> None:
    command = [sys.executable, "-m", "photosearch.cli.main", "service", "stop"]
    subprocess.run([*command, "--data-dir", str(folder)], stderr=subprocess.DEVNULL, check=False)


if __name__ == "__main__":
    run_script(measure)
