"""Programs that are started and left running."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from photosearch.errors import IntegrationError
from photosearch.integrations import starting
from photosearch.integrations.starting import start_program

NOTE = "import os, sys; open(sys.argv[1], 'wb').write(os.fsencode(sys.argv[2]))"


def test_words_arrive_as_they_are(tmp_path: Path):
    word = os.fsdecode(b"$(touch x); 'a' \"b\" %F\n\xff")
    start_program([sys.executable, "-c", NOTE, str(tmp_path / "note"), word])
    deadline = time.monotonic() + 120
    while not (tmp_path / "note").exists() or not (tmp_path / "note").read_bytes():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert (tmp_path / "note").read_bytes() == os.fsencode(word)


def test_one_that_goes_on_is_not_waited_for(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(starting, "_SOON_S", 0.05)
    wait = "import pathlib, sys, time\nwhile not pathlib.Path(sys.argv[1]).exists(): time.sleep(1)"
    start_program([sys.executable, "-c", wait, str(tmp_path / "end")])
    (tmp_path / "end").touch()


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (["/nowhere/program"], "No such file"),
        ([sys.executable, "-c", "raise SystemExit(3)"], "status 3"),
    ],
)
def test_one_that_cannot_do_its_work_is_told(command, reason, monkeypatch):
    monkeypatch.setattr(starting, "_SOON_S", 120.0)  # it ends long before
    with pytest.raises(IntegrationError, match=reason):
        start_program(command)
