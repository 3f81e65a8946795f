"""One at a time, between processes: seen by what each has to wait for."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from photosearch.integrations.turns import one_at_a_time

WAITER = """
import sys
from photosearch.integrations.turns import one_at_a_time
print("asks", flush=True)
with one_at_a_time():
    print("has it", flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a folder cannot be locked there")
def test_another_process_waits_and_nothing_is_left_behind(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    heard: list[str] = []
    command = [sys.executable, "-c", WAITER]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
        said = other.stdout
        assert said is not None
        with one_at_a_time():
            assert said.readline() == "asks\n"
            listener = threading.Thread(target=lambda: heard.append(said.read()))
            listener.start()
            listener.join(0.3)
            assert heard == []
        listener.join(120)
    assert heard == ["has it\n"]
    assert list(tmp_path.iterdir()) == []


def test_a_home_that_is_not_there_hinders_nobody(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "nowhere"))
    with one_at_a_time():
        assert not (tmp_path / "nowhere").exists()
