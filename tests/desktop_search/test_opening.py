"""What is started for somebody who chose a photo."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from photosearch.desktop_search.opening import Opener, spawn

ODD = Path(os.fsdecode(b"/photos/$(touch pwned) 'a' \"b\" %F\n\xff;.jpg"))


class Started(list[tuple[list[str], dict[str, str]]]):
    def __call__(self, command: Sequence[str], environ: Mapping[str, str]) -> None:
        self.append((list(command), dict(environ)))


def test_names_are_words_of_a_command_whatever_they_hold() -> None:
    started = Started()
    opener = Opener(["app", "--data-dir", "/d"], started)
    opener.photo(ODD)
    opener.similar(ODD)
    opener.search("--help $(touch pwned)")
    opener.search("")
    assert [command for command, _ in started] == [
        ["xdg-open", str(ODD)],
        ["app", "--data-dir", "/d", "--similar", str(ODD)],
        ["app", "--data-dir", "/d", "--search=--help $(touch pwned)"],
        ["app", "--data-dir", "/d"],
    ]


def test_windows_learn_when_the_user_asked_and_nothing_of_how_we_were_started(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DESKTOP_STARTUP_ID", "old")
    monkeypatch.setenv("DBUS_STARTER_BUS_TYPE", "session")
    started = Started()
    opener = Opener(["app"], started)
    opener.photo(ODD, 1234)
    opener.photo(ODD)
    [(_, asked), (_, plain)] = started
    assert asked["DESKTOP_STARTUP_ID"].endswith("_TIME1234")
    assert "DESKTOP_STARTUP_ID" not in plain
    assert "DBUS_STARTER_BUS_TYPE" not in plain
    assert plain["PATH"] == os.environ["PATH"]


def test_a_program_really_gets_the_bytes_of_the_name(tmp_path: Path) -> None:
    target = tmp_path / "got"
    code = (
        "import os, sys; fresh = sys.argv[1] + '.new';"
        "open(fresh, 'wb').write(os.fsencode(sys.argv[2])); os.rename(fresh, sys.argv[1])"
    )
    spawn([sys.executable, "-c", code, str(target), str(ODD)], os.environ)
    until = time.monotonic() + 120
    while not target.exists():
        assert time.monotonic() < until
        time.sleep(0.01)
    assert target.read_bytes() == os.fsencode(ODD)


def test_a_program_that_is_not_there_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    spawn(["/no/such/program", "x"], os.environ)
    assert "/no/such/program cannot be started" in caplog.text
