"""The service as a process: how it begins, what it leaves on disk, and that it ends when asked."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from photosearch.client import Client
from photosearch.errors import PhotoSearchError
from photosearch.index.lock import IndexLock
from photosearch.log import tail
from photosearch.paths import AppPaths
from photosearch.runtime import ExitCode, addresses
from photosearch.types import IndexReport, Phase, Progress, Query

MakePhoto = Callable[..., Path]
NewClient = Callable[..., Client]
Command = Callable[..., list[str]]
Process = subprocess.Popen[str]
Start = Callable[..., Process]

# Far more than the 5 s that are promised: a test machine may be doing other things.
PATIENCE_S = 120.0


def wait_until(is_so: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < deadline, "that never came"
        time.sleep(0.02)


@pytest.fixture
def start(fake_service: Command, paths: AppPaths) -> Iterator[Callable[..., Process]]:
    """Run a service as a child, to see how it ends."""
    started: list[Process] = []

    def run(**delays: float) -> Process:
        process = subprocess.Popen(fake_service(paths, **delays), stderr=subprocess.PIPE, text=True)
        started.append(process)
        wait_until(lambda: process.poll() is not None or list(addresses(paths)))
        return process

    yield run
    for process in started:
        process.kill()
        process.communicate()


def ended(process: Process) -> tuple[int, str]:
    """The exit code of a service, and what it said."""
    _, said = process.communicate(timeout=PATIENCE_S)
    return process.returncode, said


FROZEN = """
import ctypes, sys
from pathlib import Path
from photosearch.model.fake import FakeEncoder
from photosearch.paths import AppPaths
from photosearch.service import process
from photosearch.service.supply import Supply
from photosearch.settings import Settings

class Frozen(FakeEncoder):
    def encode_images(self, pixels):
        ctypes.PyDLL(None).sleep(600)  # called so, C code keeps Python's lock

process._LOOK_S, process._FROZEN_S = 0.2, 2.0
paths = AppPaths(Path(sys.argv[1]), Path(sys.argv[2]))
process.run(paths, Settings(), Supply(lambda *_: Frozen()))
"""


# -- its beginning


def test_address_and_token_are_for_the_user_alone(
    start: Start, paths: AppPaths, tmp_path: Path
) -> None:
    process = start()
    [address] = addresses(paths)
    [file] = (tmp_path / "runtime").iterdir()
    assert address.pid == process.pid
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert len(address.token) >= 43  # 32 random bytes
    assert address.token not in " ".join(psutil.Process(process.pid).cmdline())


def test_it_listens_on_this_machine_alone(start: Start, paths: AppPaths) -> None:
    process = start()
    listening = [
        one.laddr
        for one in psutil.Process(process.pid).net_connections()
        if one.status == psutil.CONN_LISTEN
    ]
    [address] = addresses(paths)
    assert [f"http://{ip}:{port}" for ip, port in listening] == [address.url]
    assert listening[0][0] == "127.0.0.1"


@pytest.mark.parametrize(
    ("spoil", "code", "words"),
    [
        (
            lambda paths: paths.catalog.write_bytes(b"no database" * 999),
            ExitCode.DAMAGED,
            "catalog",
        ),
        (lambda paths: (paths.data_dir / "index.lock").mkdir(), ExitCode.SETTINGS, "lock"),
    ],
)
def test_what_it_cannot_start_for_is_said_with_a_code(
    start: Start, paths: AppPaths, spoil: Callable[[AppPaths], object], code: int, words: str
) -> None:
    paths.create_data_dir()
    spoil(paths)
    ended_with, said = ended(start())
    assert ended_with == code
    assert said.startswith("Error: ")
    assert words in said
    assert "Traceback" not in said


def test_an_index_in_use_is_said_with_its_owner(start: Start, paths: AppPaths) -> None:
    paths.create_data_dir()
    with IndexLock(paths.data_dir):
        code, said = ended(start())
    assert code == ExitCode.LOCKED
    assert said.startswith("Error: The index in")
    assert f"process {os.getpid()}" in said
    assert "Traceback" not in said


def test_the_module_runs_the_service_of_the_folder_that_it_is_given(
    tmp_path: Path, no_service_left: None
) -> None:
    (tmp_path / "file").touch()
    command = [sys.executable, "-P", "-m", "photosearch.service", "--data-dir"]
    done = subprocess.run(
        [*command, str(tmp_path / "file" / "data")], capture_output=True, text=True, check=False
    )
    assert done.returncode == ExitCode.SETTINGS
    assert "\nError: The data folder" in f"\n{done.stderr}"


# -- its end


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_it_and_takes_its_address_away(
    start: Start, paths: AppPaths, tmp_path: Path, number: int
) -> None:
    process = start()
    process.send_signal(number)
    assert ended(process) == (ExitCode.DONE, "")
    assert list((tmp_path / "runtime").iterdir()) == []
    assert not paths.owner.exists()
    assert "has ended" in tail(paths.log, 1)[0]


def test_a_signal_during_indexing_keeps_what_was_done(
    start: Start, new_client: NewClient, library: Path, make_photo: MakePhoto, paths: AppPaths
) -> None:
    for number in range(60):
        make_photo(f"{number}.png")
    process = start(batch_s=0.3)
    client = new_client(connect_only=True)
    client.add_root(library)
    for step in client.index():
        if isinstance(step, Progress) and step.phase is Phase.EMBEDDING and step.done:
            break
    process.terminate()
    assert ended(process) == (ExitCode.DONE, "")
    assert "without waiting" not in paths.log.read_text()
    *_, report = new_client().index()
    assert isinstance(report, IndexReport)
    assert 0 < report.embedded + report.unchanged <= 60
    assert len(new_client().search(Query(text="red", limit=100))) == 60


def test_work_that_does_not_end_is_left_behind(
    start: Start, new_client: NewClient, library: Path, make_photo: MakePhoto, paths: AppPaths
) -> None:
    make_photo("a.png")
    process = start(batch_s=1_000)
    client = new_client(connect_only=True)
    client.add_root(library)
    wait_until((paths.data_dir / "at-work").exists)
    process.terminate()
    assert ended(process)[0] == ExitCode.DONE
    assert "without waiting" in paths.log.read_text()
    assert list(addresses(paths)) == []
    assert new_client().roots()[0].path == library  # and the next one starts


def test_a_request_that_does_not_end_is_left_behind(
    start: Start, new_client: NewClient, library: Path, make_photo: MakePhoto, paths: AppPaths
) -> None:
    make_photo("a.png")
    process = start(text_s=1_000)
    client = new_client(connect_only=True)
    client.add_root(library)
    for _ in client.index():
        pass
    (paths.data_dir / "at-work").unlink()
    failed: list[Exception] = []

    def search() -> None:
        try:
            client.search(Query(text="red"))
        except PhotoSearchError as error:
            failed.append(error)

    searching = threading.Thread(target=search)
    searching.start()
    wait_until((paths.data_dir / "at-work").exists)
    process.terminate()
    assert ended(process)[0] == ExitCode.DONE
    searching.join(PATIENCE_S)
    assert len(failed) == 1


def test_open_event_streams_do_not_keep_it(start: Start, new_client: NewClient) -> None:
    process = start()
    listening = [new_client(connect_only=True).events() for _ in range(3)]
    for events in listening:
        next(events)
    process.terminate()
    assert ended(process) == (ExitCode.DONE, "")
    for events in listening:
        events.close()


def test_it_ends_when_its_data_folder_is_deleted(start: Start, paths: AppPaths) -> None:
    process = start()
    shutil.rmtree(paths.data_dir)
    assert ended(process)[0] == ExitCode.DONE


def test_it_ends_when_another_data_folder_stands_in_its_place(
    start: Start, paths: AppPaths, tmp_path: Path, client: Client
) -> None:
    process = start()
    paths.data_dir.rename(tmp_path / "moved away")
    assert client.about().pid != process.pid
    assert ended(process)[0] == ExitCode.DONE
    assert client.roots() == ()  # the new one keeps its address


def test_it_ends_when_its_address_is_gone(start: Start, tmp_path: Path) -> None:
    process = start()
    shutil.rmtree(tmp_path / "runtime")
    assert ended(process)[0] == ExitCode.DONE


def test_a_client_can_end_it(start: Start, new_client: NewClient) -> None:
    process = start()
    assert new_client(connect_only=True).stop()
    assert ended(process) == (ExitCode.DONE, "")


def test_the_log_names_no_token_and_has_no_errors_after_an_ordinary_life(
    start: Start, new_client: NewClient, paths: AppPaths, library: Path, make_photo: MakePhoto
) -> None:
    make_photo("a.png")
    process = start()
    [address] = addresses(paths)
    client = new_client(connect_only=True)
    client.add_root(library)
    for _ in client.index():
        pass
    client.search(Query(text="red"))
    process.terminate()
    ended(process)
    text = paths.log.read_text()
    assert address.token not in text
    assert "ERROR" not in text
    assert "WARNING" not in text


def test_a_service_in_which_no_thread_can_run_any_more_ends_and_is_replaced(
    new_client: NewClient, paths: AppPaths, library: Path, make_photo: MakePhoto
) -> None:
    make_photo("a.png")
    start = [sys.executable, "-P", "-c", FROZEN, str(paths.data_dir), str(paths.cache_dir)]
    frozen = new_client(start=start)
    pid = frozen.about().pid
    frozen.add_root(library)
    wait_until(lambda: not psutil.pid_exists(pid) or psutil.Process(pid).status() == "zombie")
    assert any("encode_images" in line for line in tail(paths.log_dir / "crashes.txt", 100))
    client = new_client()
    assert [one.root.path for one in client.status().roots] == [library]
    assert client.about().pid != pid
