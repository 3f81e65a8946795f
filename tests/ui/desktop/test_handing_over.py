"""Starts that find a window open: they hand over without Qt, in turn, and may be many."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from photosearch.errors import QueryError
from ui.desktop import gathering as gathering_module
from ui.desktop.gathering import Gathering
from ui.desktop.handing_over import Turn, handed_over
from ui.desktop.instance import Instance
from ui.desktop.request import Request, requested

posix = pytest.mark.skipif(sys.platform == "win32", reason="there Qt hands over, through a pipe")

START = """
import sys
from ui.app import run
code = run(sys.argv[1:])
print(sorted(name for name in sys.modules if name.startswith("PySide6")))
sys.exit(code)
"""


@pytest.fixture(autouse=True)
def short_runtime_folder(tmp_path_factory, monkeypatch):
    folder = tmp_path_factory.mktemp("run")
    monkeypatch.setenv("PHOTOSEARCH_RUNTIME_DIR", str(folder))


@pytest.fixture
def asked(qapp, paths, monkeypatch):
    """What the open window is asked."""
    window, came = Instance(paths), []
    monkeypatch.setattr(gathering_module, "TOGETHER_MS", 1_500)  # some pause on a busy machine
    gathering = Gathering(window)
    window.asked.connect(gathering.add)
    gathering.gathered.connect(came.append)
    assert window.become_first()
    yield came
    window.close()
    window.deleteLater()


def start(paths, *arguments: str, **more) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", START, "--data-dir", str(paths.data_dir), *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)


def photos(count: int) -> list[Path]:
    return [Path(f"/photos/photo {number}.jpg") for number in range(count)]


@posix
def test_a_start_that_finds_a_window_loads_no_qt(qtbot, asked, paths, tmp_path):
    odd = [
        tmp_path / name
        for name in ("a b'c\"\n%41$(touch pwned).jpg", "\udcff ä 日本.jpg", "-x.jpg")
    ]
    odd[2].touch()
    names = b"\0".join(map(os.fsencode, odd))
    second = start(
        paths,
        "--similar",
        odd[0].as_uri(),
        "-x.jpg",
        os.fsencode(odd[1]),
        "--files-from",
        "-",
        cwd=tmp_path,
        stdin=subprocess.PIPE,
    )
    second.stdin.write(names)
    second.stdin.close()
    qtbot.waitUntil(lambda: bool(asked))
    with second:
        assert second.wait(120) == 0, second.stderr.read()
        assert second.stdout.read() == b"[]\n"
    assert asked == [Request("", (odd[0], odd[2], odd[1], *odd))]


@posix
def test_words_may_look_like_an_option(qtbot, asked, paths):
    second = start(paths, "--search", "--red")
    qtbot.waitUntil(lambda: bool(asked))
    second.communicate(timeout=120)
    assert asked == [Request("--red")]


@posix
def test_two_hundred_starts_of_one_selection_are_one_request(qtbot, asked, paths):
    def hand_over(number: int, photo: Path) -> bool:
        turn = Turn(paths)
        turn.take()
        try:
            return handed_over(paths, Request("", (photo,), started_at_s=number / 20))
        finally:
            turn.leave()

    with ThreadPoolExecutor(50) as starts:
        done = [starts.submit(hand_over, *one) for one in enumerate(photos(200))]
        qtbot.waitUntil(lambda: all(one.done() for one in done))
    assert all(one.result() for one in done)
    qtbot.waitUntil(lambda: bool(asked))
    assert asked == [Request("", tuple(photos(200)))]


@posix
def test_real_starts_of_one_selection_end_in_one_request_with_all(qtbot, asked, paths):
    starts = [start(paths, "--gather", f"/photos/photo {n}.jpg") for n in range(4)]
    qtbot.waitUntil(lambda: bool(asked) and len(asked[-1].similar_to) == 4)
    for one in starts:
        with one:
            assert one.wait(120) == 0, one.stderr.read()
    assert sorted(asked[-1].similar_to) == photos(4)


@posix
def test_a_thousand_of_the_longest_paths_are_handed_over(qtbot, asked, paths):
    long = tuple(Path("/", *(["ä" * 120] * 16), f"{number}.jpg") for number in range(1_500))
    with ThreadPoolExecutor(1) as starts:
        done = starts.submit(handed_over, paths, Request("", long))
        qtbot.waitUntil(done.done)
    assert done.result()
    assert asked == [Request("", long)]


def test_where_no_window_is_open_nothing_is_handed_over(qapp, paths):
    assert not handed_over(paths, Request("red"))


@posix
def test_a_start_waits_for_the_one_before_it(paths):
    first, second = Turn(paths), Turn(paths)
    first.take()
    with ThreadPoolExecutor(1) as starts:
        waiting = starts.submit(second.take)
        with pytest.raises(TimeoutError):
            waiting.result(0.2)
        first.leave()
        waiting.result(60)
    second.leave()


@posix
def test_a_start_that_takes_for_ever_is_not_waited_for(paths):
    first, second = Turn(paths), Turn(paths)
    first.take()
    second.take(wait_s=0.1)
    first.leave()
    second.leave()


def test_a_request_alone_is_not_held_back(qapp):
    gathering, came = Gathering(), []
    gathering.gathered.connect(came.append)
    gathering.add(Request("red"))
    assert came == [Request("red")]


def test_a_start_that_comes_late_is_told_with_its_selection_and_no_other(qtbot):
    one, two, three, late, other = photos(5)
    gathering, came = Gathering(), []
    gathering.gathered.connect(came.append)

    def told(*starts):
        count = len(came)
        for photo, started_at_s in starts:
            gathering.add(Request("", (photo,), started_at_s))
        qtbot.waitUntil(lambda: len(came) > count)
        return came[-1].similar_to

    assert told((three, 10.6), (one, 10.0), (two, 10.3)) == (one, two, three)
    assert told((late, 10.9)) == (one, two, three, late)
    assert told((other, 13.0)) == (other,)


def test_joined_requests_have_each_photo_once():
    one, two, three = photos(3)
    joined = Request("red", (one, two), 1.0).joined(Request("", (two, three), 1.1))
    assert joined == Request("red", (one, two, three))


def test_a_place_on_another_machine_is_refused():
    with pytest.raises(QueryError):
        requested("", ["smb://host/a.jpg"])
