"""D-Bus starts the real process from the file that an integration writes, and it finds photos."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from photosearch.client import Client
from photosearch.integrations.dbus_activation import activation_file
from photosearch.integrations.krunner import KRUNNER_NAME, KRUNNER_PATH
from photosearch.integrations.surroundings import Surroundings
from photosearch.paths import AppPaths

pytest.importorskip("dbus_fast", reason="the desktops of Linux")


def _processes(data_dir: Path) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter(["cmdline"]):
        words = process.info["cmdline"] or []
        if "desktop-search" in words and str(data_dir) in words:
            found.append(process)
    return found


@pytest.mark.slow
def test_the_first_question_starts_it_and_a_signal_ends_it(
    tmp_path: Path,
    services: Path,
    bus_address: str,
    new_client: Callable[..., Client],
    make_photo: Callable[..., Path],
) -> None:
    paths = AppPaths(tmp_path / 'it\'s "the" $data #1', tmp_path / "cache")
    red = make_photo("red one.png", "red")
    make_photo("blue.png", "blue")
    client = new_client(paths)
    client.add_root(red.parent)
    list(client.index())
    file = activation_file(Surroundings(paths), KRUNNER_NAME)
    assert file is not None
    (services / file.path.name).write_bytes(file.content)

    command = ["dbus-send", f"--bus={bus_address}", "--print-reply", "--reply-timeout=120000"]
    call = [f"--dest={KRUNNER_NAME}", KRUNNER_PATH, "org.kde.krunner1.Match", "string:red"]
    done = subprocess.run([*command, *call], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.index('string "red one.png"') < done.stdout.index('string "blue.png"')
    assert red.as_uri() in done.stdout

    [process] = _processes(paths.data_dir)
    subprocess.run([*command, *call], capture_output=True, check=True)
    assert _processes(paths.data_dir) == [process], "the next one is answered by the same"
    process.terminate()
    _, alive = psutil.wait_procs([process], 120)
    assert not alive
    assert client.running() is not None, "the service goes on"


def test_a_command_that_the_file_cannot_hold_has_none(tmp_path: Path) -> None:
    for name in ("back\\slash", "line\nbreak", "\udcff"):
        surroundings = Surroundings(AppPaths(tmp_path / name))
        assert activation_file(surroundings, KRUNNER_NAME) is None


def test_the_command_ends_when_nobody_asks_and_says_so_without_a_session(
    paths: AppPaths, tmp_path: Path, no_service_left: None, bus_address: str
) -> None:
    command = [*Surroundings(paths).cli_command, "desktop-search", "--idle", "0.1"]
    environ = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "LC_ALL": "C.UTF-8"}
    ended = subprocess.run(
        command,
        env={**environ, "DBUS_SESSION_BUS_ADDRESS": bus_address},
        capture_output=True,
        check=True,
        timeout=120,
    )
    assert ended.stderr == b""
    refused = subprocess.run(command, env=environ, capture_output=True, check=False, timeout=120)
    assert refused.returncode == 1
    assert b"There is no D-Bus session" in refused.stderr
