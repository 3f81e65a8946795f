"""One window an index: a second start acts in the first."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from photosearch.paths import AppPaths
from ui.desktop.instance import Instance
from ui.desktop.request import Request, requested

OTHER_START = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from photosearch.paths import AppPaths
from ui.desktop.instance import Instance
from ui.desktop.request import Request
QCoreApplication([])
instance = Instance(AppPaths(Path(sys.argv[1])))
if instance.become_first():
    print("first")
else:
    names = tuple(Path(name) for name in sys.argv[3:])
    is_taken = instance.hand_over(Request(sys.argv[2], names))
    print("handed over" if is_taken else "first" if instance.is_first else "no answer")
"""


@pytest.fixture(autouse=True)
def short_runtime_folder(tmp_path_factory, monkeypatch):
    folder = tmp_path_factory.mktemp("run")
    monkeypatch.setenv("PHOTOSEARCH_RUNTIME_DIR", str(folder))


@pytest.fixture
def first(qapp, paths):
    instance = Instance(paths)
    assert instance.become_first()
    yield instance
    instance.close()


def start(paths: AppPaths, search: str = "", *names: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", OTHER_START, str(paths.data_dir), search, *names]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_a_second_start_hands_over_what_it_was_asked(qtbot, first, paths):
    asked = []
    first.asked.connect(asked.append)
    second = start(paths, "red bicycle")
    qtbot.waitUntil(lambda: bool(asked))
    assert second.communicate(timeout=120)[0] == "handed over\n"
    assert asked == [Request("red bicycle")]


def test_odd_file_names_arrive_whole(qtbot, first, paths):
    names = [
        "/a b/c'd\"e.jpg",
        "/new\nline/100%.png",
        "/gr\udcfcn.jpg",
        "/日本/ü.jpg",
        "/--similar",
    ]
    asked = []
    first.asked.connect(asked.append)
    second = start(paths, "", *names)
    qtbot.waitUntil(lambda: bool(asked))
    second.communicate(timeout=120)
    assert asked == [Request("", tuple(map(Path, names)))]


def test_thousands_of_files_arrive_in_one_request(qtbot, first, paths):
    names = [f"/photos/a folder with a long name/photo {n:05}.jpg" for n in range(10_000)]
    asked = []
    first.asked.connect(asked.append)
    second = start(paths, "", *names)
    qtbot.waitUntil(lambda: bool(asked))
    second.communicate(timeout=120)
    assert len(asked[0].similar_to) == 10_000


def test_another_index_has_a_window_of_its_own(qapp, first, tmp_path):
    other = start(AppPaths(tmp_path / "other data"))
    assert other.communicate(timeout=120)[0] == "first\n"


def test_the_place_is_the_same_when_its_folder_was_made_only_later(
    qapp, paths, tmp_path_factory, monkeypatch
):
    folder = tmp_path_factory.mktemp("late") / "run"
    monkeypatch.setenv("PHOTOSEARCH_RUNTIME_DIR", str(folder))
    first = Instance(paths)
    assert first.become_first()
    folder.mkdir(exist_ok=True)
    assert not Instance(paths).become_first()
    first.close()


def test_a_window_that_was_killed_leaves_its_place_to_the_next(qapp, paths):
    hang = OTHER_START + "\nimport time, os\nos.kill(os.getpid(), 9)"
    subprocess.run(
        [sys.executable, "-c", hang, str(paths.data_dir), ""], check=False, capture_output=True
    )
    instance = Instance(paths)
    assert instance.become_first()
    instance.close()


def test_a_start_while_the_window_closes_takes_its_place(qtbot, first, paths):
    first.stop_listening()
    second = start(paths)
    qtbot.wait(700)  # by now it has found the place taken
    assert second.poll() is None
    first.close()
    assert second.communicate(timeout=120)[0] == "first\n"


def test_a_start_that_was_not_answered_when_the_window_closed_takes_its_place(paths, first):
    second = start(paths)
    while not first._server.waitForNewConnection(100):  # and no event loop runs
        assert second.poll() is None
    first.close()
    assert second.communicate(timeout=120)[0] == "first\n"


def test_a_window_that_does_not_answer_is_reported(qapp, first, paths):
    assert not Instance(paths).hand_over(Request("x"), wait_ms=100)


@pytest.mark.parametrize("line", [b"", b"{}", b"[]", b"nonsense", b'{"search": "a"}', b"\xff"])
def test_what_is_no_request_is_refused(line):
    with pytest.raises(ValueError, match="not a request"):
        Request.decoded(line)


def test_relative_names_are_those_of_the_folder_of_the_start(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert requested("", ["a.jpg"]).similar_to == (Path.cwd() / "a.jpg",)
