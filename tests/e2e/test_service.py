"""The commands about the service, and the live view of it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from photosearch.index.lock import IndexLock
from photosearch.paths import AppPaths
from photosearch.runtime import addresses

Run = Callable[..., "subprocess.CompletedProcess[str]"]
Process = subprocess.Popen[str]


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "fresh"


@pytest.fixture
def begin(data_dir: Path) -> Iterator[Callable[..., Process]]:
    """Run a command that goes on until it is interrupted."""
    begun: list[Process] = []

    def run(*arguments: str) -> Process:
        command = [sys.executable, "-m", "photosearch.cli.main", *arguments]
        environment = {**os.environ, "PHOTOSEARCH_DATA_DIR": str(data_dir), "PYTHONUNBUFFERED": "1"}
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
        )
        begun.append(process)
        return process

    yield run
    for process in begun:
        process.kill()
        process.communicate()


Begin = Callable[..., Process]


def status(run: Run) -> dict[str, Any]:
    done = run("service", "status", "--json")
    document: dict[str, Any] = json.loads(done.stdout)
    assert document["command"] == "service status"
    assert done.returncode == (0 if document["is_running"] else 1)
    return document


def test_a_service_that_does_not_run_is_reported_and_not_started(
    run_fresh: Run, data_dir: Path
) -> None:
    done = run_fresh("service", "status")
    assert done.returncode == 1
    assert done.stdout.startswith("not running")
    assert status(run_fresh)["is_running"] is False
    assert run_fresh("service", "stop").returncode == 0
    paused = run_fresh("service", "pause")
    assert paused.returncode == 1
    assert "photosearch service start" in paused.stderr
    assert not data_dir.exists()


def test_start_status_restart_and_stop(run_fresh: Run, data_dir: Path, tmp_path: Path) -> None:
    assert run_fresh("service", "start").returncode == 0
    first = status(run_fresh)
    [address] = addresses(AppPaths(data_dir))
    assert (first["pid"], first["url"]) == (address.pid, address.url)
    assert first["activity"]["state"] == "idle"
    shown = run_fresh("service", "status")
    assert shown.returncode == 0
    assert f"process {address.pid}" in shown.stdout
    assert address.token not in shown.stdout + json.dumps(first)
    assert run_fresh("service", "start").returncode == 0
    assert status(run_fresh)["pid"] == address.pid
    assert run_fresh("service", "restart").returncode == 0
    assert status(run_fresh)["pid"] != address.pid
    stopped = run_fresh("service", "stop")
    assert (stopped.returncode, stopped.stdout) == (0, "")
    assert status(run_fresh)["is_running"] is False


def test_the_watched_folders_stand_in_the_status(run: Run, photos: Path) -> None:
    run("status")
    [root] = status(run)["roots"]
    assert root["path"] == str(photos)
    assert root["photos"] == 5
    assert root["watch"] in ("watched", "polled")
    assert str(photos) in run("service", "status").stdout


def test_pausing_and_going_on_show_in_the_status(run_fresh: Run) -> None:
    run_fresh("service", "start")
    assert run_fresh("service", "pause").returncode == 0
    assert status(run_fresh)["activity"]["state"] == "paused"
    assert run_fresh("service", "resume").returncode == 0
    assert status(run_fresh)["activity"]["state"] == "idle"


def test_a_service_in_the_foreground_ends_with_ctrl_c(
    run_fresh: Run, begin: Begin, data_dir: Path
) -> None:
    running = begin("service", "run")
    deadline = time.monotonic() + 120
    while not list(addresses(AppPaths(data_dir))):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert status(run_fresh)["pid"] == running.pid
    running.send_signal(signal.SIGINT)
    out, said = running.communicate(timeout=120)
    assert (running.returncode, out) == (0, "")
    assert "until Ctrl-C" in said
    assert "Traceback" not in said


def test_a_service_in_the_foreground_says_who_has_the_index(run_fresh: Run, data_dir: Path) -> None:
    data_dir.mkdir()
    with IndexLock(data_dir):
        done = run_fresh("service", "run")
    assert done.returncode == 3
    assert f"process {os.getpid()}" in done.stderr


def next_event(watching: Process) -> dict[str, Any]:
    assert watching.stdout is not None
    event: dict[str, Any] = json.loads(watching.stdout.readline())
    return event


def test_a_second_one_in_the_foreground_says_how_to_stop_the_first(run_fresh: Run) -> None:
    assert run_fresh("service", "start").returncode == 0
    pid = status(run_fresh)["pid"]
    second = run_fresh("service", "run")
    assert second.returncode == 3
    assert f"process {pid}" in second.stderr
    assert "photosearch service stop" in second.stderr
    assert status(run_fresh)["pid"] == pid


def test_watch_as_json_is_one_object_a_line_as_it_happens(run_fresh: Run, begin: Begin) -> None:
    watching = begin("watch", "--json")
    first = next_event(watching)
    assert (first["schema_version"], first["command"]) == (1, "watch")
    assert first["kind"] == "activity"
    assert first["activity"] == {"state": "idle", "progress": None}
    run_fresh("service", "pause")
    assert next_event(watching)["activity"]["state"] == "paused"
    watching.send_signal(signal.SIGINT)
    watching.communicate(timeout=120)
    assert watching.returncode == 130


def test_watch_tells_a_person_what_happens(run_fresh: Run, begin: Begin, tmp_path: Path) -> None:
    watching = begin("watch")
    assert watching.stderr is not None
    assert watching.stderr.readline().endswith("Idle.\n")
    run_fresh("service", "pause")
    assert "Paused" in watching.stderr.readline()
    run_fresh("service", "resume")
    assert watching.stderr.readline().endswith("Idle.\n")
    (tmp_path / "empty").mkdir()
    run_fresh("add", tmp_path / "empty")
    told = iter(watching.stderr.readline, "")
    assert any("Nothing new." in line for line in told)
    watching.send_signal(signal.SIGINT)
    out, _ = watching.communicate(timeout=120)
    assert (watching.returncode, out) == (130, "")


def test_watch_says_that_the_service_has_ended(run_fresh: Run, begin: Begin) -> None:
    watching = begin("watch", "--json")
    next_event(watching)
    run_fresh("service", "stop")
    _, said = watching.communicate(timeout=120)
    assert watching.returncode == 1
    assert "has ended" in said


@pytest.fixture
def no_systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A desktop without systemd, whose autostart folder is given back."""
    (tmp_path / "bin").mkdir()
    systemctl = tmp_path / "bin" / "systemctl"
    systemctl.write_text("#!/bin/sh\nexit 1\n")
    systemctl.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path / "config" / "autostart"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems do it otherwise")
def test_enable_starts_it_at_login_and_now_and_disable_leaves_nothing(
    run_fresh: Run, no_systemd: Path
) -> None:
    enabled = run_fresh("service", "enable")
    assert enabled.returncode == 0, enabled.stderr
    [entry] = no_systemd.iterdir()
    assert str(entry) in enabled.stderr
    now = status(run_fresh)
    assert (now["is_running"], now["starts_at_login"]) == (True, True)
    assert run_fresh("service", "enable").returncode == 0
    assert list(no_systemd.iterdir()) == [entry]
    assert run_fresh("service", "disable").returncode == 0
    assert list(no_systemd.iterdir()) == []
    now = status(run_fresh)
    assert (now["is_running"], now["starts_at_login"]) == (True, False)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems do it otherwise")
def test_an_entry_that_was_changed_by_hand_is_kept_and_that_is_said(
    run_fresh: Run, no_systemd: Path
) -> None:
    run_fresh("service", "enable")
    [entry] = no_systemd.iterdir()
    entry.write_text(entry.read_text().replace("Terminal=false", "Terminal=true"))
    changed = entry.read_text()
    assert "changed by hand" in run_fresh("service", "enable").stderr
    disabled = run_fresh("service", "disable")
    assert disabled.returncode == 1
    assert "changed by hand" in disabled.stderr
    assert entry.read_text() == changed
