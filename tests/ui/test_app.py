"""The app's process: its command line, what it loads, and how it is started without a screen."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from ui.app import _parser, _told_apart

LOADED = """
import sys
from PySide6.QtWidgets import QApplication
from photosearch.paths import AppPaths
from pathlib import Path
from ui.main_window import MainWindow
application = QApplication([])
window = MainWindow(AppPaths(Path(sys.argv[1])), lambda: None)
window.show()
application.processEvents()
import ui.app
heavy = {"torch", "chromadb", "open_clip", "numpy", "onnxruntime", "httpx", "pydantic", "PIL"}
print(sorted(heavy & set(sys.modules)))
window.finish()
import shiboken6
shiboken6.delete(window)
"""


def start(*arguments: str, code: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code] if code else [sys.executable, "-m", "ui.app"]
    kept = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "QT_QPA_PLATFORM")}
    return subprocess.run(
        [*command, *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={**kept, **environment},
    )


def test_the_window_is_there_before_anything_slow_is_loaded(tmp_path):
    done = start(str(tmp_path), code=LOADED, QT_QPA_PLATFORM="offscreen")
    assert done.returncode == 0, done.stderr
    assert done.stdout == "[]\n"


def test_without_a_screen_it_says_so_and_names_the_command_line():
    done = start()
    assert done.returncode == 1
    assert "no screen" in done.stderr
    assert "photosearch search" in done.stderr


def test_the_version_needs_no_screen():
    done = start("--version")
    assert done.returncode == 0
    assert done.stdout.strip()


def test_an_unusable_data_folder_is_told_not_raised(tmp_path):
    done = start("--data-dir", "~nosuchuser/x", code=REFUSED, QT_QPA_PLATFORM="offscreen")
    assert done.returncode == 1, done.stderr
    assert "~nosuchuser" in done.stdout


REFUSED = """
import sys
from PySide6.QtWidgets import QMessageBox
QMessageBox.exec = lambda box: print(box.text())
from ui.app import run
sys.exit(run(sys.argv[1:]))
"""


CLOSED = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from photosearch.client.fake import FakeClient, FakePhoto
from ui import app, running
running.WindowProcess._connect = lambda self: FakeClient((FakePhoto("red boat.jpg", (200, 0, 0)),))
application = QApplication([])

def use():
    (window,) = [top for top in application.topLevelWidgets() if hasattr(top, "focus_search")]
    bar = window._search_page.bar
    window._session.history.add("red boat")
    QTest.keyClicks(bar.text, "red")
    print(bar.text.completer().popup().isVisible())
    QTimer.singleShot(300, window.close)

QTimer.singleShot(300, use)
sys.exit(app.run(sys.argv[1:]))
"""


@pytest.mark.parametrize("run", range(4))
def test_it_ends_well_after_a_list_of_former_searches_was_open(tmp_path, run):
    # What a widget is destroyed before differs from run to run.
    done = start("--data-dir", str(tmp_path), code=CLOSED, QT_QPA_PLATFORM="offscreen")
    assert done.stdout == "True\n", done.stderr
    assert done.returncode == 0, done.stderr


KILLED = """
import os, signal, sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from photosearch.client.fake import FakeClient
from ui import app, running
running.WindowProcess._connect = lambda self: FakeClient(())
kill = lambda: os.kill(os.getpid(), signal.SIGTERM)
if sys.argv[1] == "while it opens":
    opened = running.WindowProcess._open
    running.WindowProcess._open = lambda self: (kill(), opened(self))[1]
application = QApplication([])
if sys.argv[1] == "later":
    QTimer.singleShot(300, kill)
sys.exit(app.run(sys.argv[2:]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize("when", ["while it opens", "later"])
def test_a_friendly_kill_ends_it_well_at_any_moment(tmp_path, when):
    done = start(when, "--data-dir", str(tmp_path), code=KILLED, QT_QPA_PLATFORM="offscreen")
    assert done.returncode == 0, done.stderr


COPIED = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from photosearch.client.fake import FakeClient, FakePhoto
from ui import app, running
running.WindowProcess._connect = lambda self: FakeClient((FakePhoto("red boat.jpg", (200, 0, 0)),))
application = QApplication([])

def copy():
    (window,) = [top for top in application.topLevelWidgets() if hasattr(top, "focus_search")]
    if not window._results.rowCount():
        QTimer.singleShot(20, copy)
        return
    window._grid.selectAll()
    window._actions.action("copy").trigger()
    print(len(application.clipboard().mimeData().urls()))
    window.close()

QTimer.singleShot(100, copy)
sys.exit(app.run(["--search", "red boat", *sys.argv[1:]]))
"""


def test_it_ends_well_after_a_photo_was_copied(tmp_path):
    done = start("--data-dir", str(tmp_path), code=COPIED, QT_QPA_PLATFORM="offscreen")
    assert (done.stdout, done.returncode) == ("1\n", 0), done.stderr


@pytest.mark.parametrize(
    ("arguments", "search", "similar"),
    [
        (["--search", "--red"], "--red", []),
        (["--similar", "-x.jpg", "file:///b.jpg"], None, ["./-x.jpg", "file:///b.jpg"]),
        ([], None, []),
        (["--search", "red bicycle"], "red bicycle", []),
        (["--similar", "a.jpg", "b c.jpg"], None, ["a.jpg", "b c.jpg"]),
        (["a.jpg", "b.jpg"], None, ["a.jpg", "b.jpg"]),
        (["--", "--odd name.jpg"], None, ["--odd name.jpg"]),
    ],
)
def test_words_and_files_can_be_given(arguments, search, similar, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "-x.jpg").touch()
    parser = _parser()
    chosen = parser.parse_args(_told_apart(arguments, parser))
    assert chosen.search == search
    assert [*chosen.similar, *chosen.files] == similar


STARTED_AGAIN = """
import sys, threading
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from photosearch.client.fake import FakeClient, FakePhoto
from photosearch.paths import AppPaths
from ui import app, running
from ui.desktop.handing_over import handed_over
from ui.desktop.request import Request
running.WindowProcess._connect = lambda self: FakeClient((FakePhoto("red boat.jpg", (200, 0, 0)),))
application = QApplication([])

def use():
    (window,) = [top for top in application.topLevelWidgets() if hasattr(top, "focus_search")]
    window.show_library()
    paths = AppPaths.choose(Path(sys.argv[2]))
    threading.Thread(target=lambda: print(handed_over(paths, Request()))).start()
    look(window)

def look(window):
    if window._search_page.bar.text.hasFocus():
        window.close()
    else:
        QTimer.singleShot(20, lambda: look(window))

QTimer.singleShot(300, use)
sys.exit(app.run(sys.argv[1:]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there Qt hands over, through a pipe")
def test_a_start_without_words_leads_to_the_search_field(tmp_path):
    done = start("--data-dir", str(tmp_path), code=STARTED_AGAIN, QT_QPA_PLATFORM="offscreen")
    assert (done.stdout, done.returncode) == ("True\n", 0), done.stderr
