"""Starting other programs."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

import pytest

from photosearch.errors import PhotoSearchError
from ui.desktop.launcher import Launcher

WRITE = "import os, sys; open(sys.argv[1], 'wb').write(b'|'.join(map(os.fsencode, sys.argv[2:])))"
LONG_S = 30.0


def test_arguments_arrive_as_they_are_and_no_shell_sees_them(tmp_path):
    odd = os.fsdecode(b'it\'s "odd" \xff $HOME `x`; rm -rf \n*.jpg')
    record = tmp_path / "record"
    Launcher(LONG_S).start([sys.executable, "-c", WRITE, str(record), odd, "%f"])
    assert record.read_bytes() == os.fsencode(odd) + b"|%f"


def test_a_program_that_is_not_there_is_told(tmp_path):
    with pytest.raises(PhotoSearchError, match="no-such-program could not be started"):
        Launcher().start([str(tmp_path / "no-such-program"), "x"])


def test_a_program_that_fails_at_once_is_told():
    with pytest.raises(PhotoSearchError, match="status 3"):
        Launcher(LONG_S).start([sys.executable, "-c", "raise SystemExit(3)"])


def test_a_status_that_says_nothing_is_not_told():
    Launcher(LONG_S).start([sys.executable, "-c", "raise SystemExit(1)"], ends_oddly=True)


def test_a_program_at_work_is_not_waited_for(tmp_path):
    launcher = Launcher(0.01)
    wait = f"import time, os\nwhile not os.path.exists({str(tmp_path / 'end')!r}): time.sleep(0.01)"
    launcher.start([sys.executable, "-c", wait])
    (process,) = launcher._running
    assert process.poll() is None
    (tmp_path / "end").touch()
    assert process.wait(LONG_S) == 0


def test_programs_that_ended_are_let_go_of():
    launcher = Launcher(LONG_S)
    for _ in range(3):
        launcher.start([sys.executable, "-c", ""])
    assert len(launcher._running) == 1


def test_a_program_starts_in_its_folder_if_that_is_there(tmp_path):
    folder = tmp_path / "work"
    folder.mkdir()
    record = tmp_path / "record"
    write = "import os, sys; open(sys.argv[1], 'w').write(os.getcwd())"
    Launcher(LONG_S).start([sys.executable, "-c", write, str(record)], folder)
    assert Path(record.read_text()) == folder
    Launcher(LONG_S).start([sys.executable, "-c", write, str(record)], tmp_path / "gone")
    assert Path(record.read_text()) == Path.home()


def test_several_threads_may_start_programs():
    launcher = Launcher(LONG_S)
    threads = [
        threading.Thread(target=launcher.start, args=([sys.executable, "-c", ""],))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(process.poll() == 0 for process in launcher._running)
