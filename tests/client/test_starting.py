"""A service is there when somebody asks: one, of this version, or the reason why there is none."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psutil
import pytest

from photosearch import runtime
from photosearch.client import Client, starting
from photosearch.client.connection import Connection, GoneError
from photosearch.errors import (
    IndexDamagedError,
    IndexLockedError,
    PhotoSearchError,
    ServiceError,
    SettingsError,
)
from photosearch.index.lock import IndexLock
from photosearch.paths import AppPaths
from photosearch.runtime import ExitCode, RuntimeFile, ServiceAddress

NewClient = Callable[..., Client]

ASK = """
import sys
from pathlib import Path
from photosearch.client import Client
from photosearch.paths import AppPaths
with Client(AppPaths(Path(sys.argv[1])), start=sys.argv[2:]) as client:
    print(client.about().pid)
"""


SLOW_TO_OPEN = """
import sys, time
from pathlib import Path
import photosearch.engine
from photosearch.model.fake import FakeEncoder
from photosearch.paths import AppPaths
from photosearch.service.process import run
from photosearch.service.supply import Supply
from photosearch.settings import Settings

def open_slowly(path, opened=photosearch.engine.open_catalog):
    time.sleep(3)
    return opened(path)

photosearch.engine.open_catalog = open_slowly
run(AppPaths(Path(sys.argv[1]), Path(sys.argv[2])), Settings(), Supply(lambda *_: FakeEncoder()))
"""


def services(paths: AppPaths) -> list[int]:
    """The processes that run a service of an index."""
    return [
        process.pid
        for process in psutil.process_iter(["cmdline"])
        if process.pid != os.getpid()
        and "photosearch.service.process" in " ".join(process.info["cmdline"] or ())
        and str(paths.data_dir) in (process.info["cmdline"] or ())
    ]


def services_left(paths: AppPaths) -> list[int]:
    """Those that stay: of two that were started at once, the second ends by itself."""
    until = time.monotonic() + 120
    while len(services(paths)) > 1 and time.monotonic() < until:
        time.sleep(0.05)
    return services(paths)


def failing(code: str) -> list[str]:
    return [sys.executable, "-c", f"import os, sys\n{code}"]


# -- one service


def test_the_first_question_starts_a_service_and_the_next_ones_ask_the_same(
    new_client: NewClient, paths: AppPaths
) -> None:
    pid = new_client().about().pid
    assert new_client().about().pid == pid
    assert services_left(paths) == [pid]


def test_ten_clients_that_race_get_one_service(
    paths: AppPaths, fake_service: Callable[..., list[str]]
) -> None:
    command = [sys.executable, "-c", ASK, str(paths.data_dir), *fake_service(paths)]
    clients = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(10)
    ]
    said = [client.communicate(timeout=120) for client in clients]
    assert [error for _, error in said] == [""] * 10
    [pid] = {int(pid) for pid, _ in said}
    assert services_left(paths) == [pid]


def test_ten_threads_of_one_client_get_one_service(client: Client, paths: AppPaths) -> None:
    pids: list[int] = []
    threads = [threading.Thread(target=lambda: pids.append(client.about().pid)) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(pids) == 10
    assert services_left(paths) == [pids[0]]


def test_a_service_that_somebody_else_is_starting_is_waited_for(
    client: Client, paths: AppPaths, fake_service: Callable[..., list[str]]
) -> None:
    paths.create_data_dir()
    with subprocess.Popen(fake_service(paths), stderr=subprocess.DEVNULL) as other:  # at login, say
        try:
            pid = client.about().pid
            if other.pid != pid:
                assert other.wait(120) == ExitCode.LOCKED
            assert services_left(paths) == [pid]
        finally:
            other.kill()


def test_a_service_that_takes_its_time_to_open_the_index_is_waited_for(
    client: Client, paths: AppPaths
) -> None:
    paths.create_data_dir()
    command = [sys.executable, "-c", SLOW_TO_OPEN, str(paths.data_dir), str(paths.cache_dir)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as slow:
        try:
            while not paths.owner.exists():
                assert slow.poll() is None
                time.sleep(0.01)
            assert client.about().pid == slow.pid
        finally:
            slow.kill()


def test_a_client_that_only_connects_starts_nothing(new_client: NewClient, paths: AppPaths) -> None:
    client = new_client(connect_only=True)
    assert client.running() is None
    with pytest.raises(ServiceError, match="not running"):
        client.status()
    assert client.stop()
    assert not paths.data_dir.exists()


def test_two_indexes_have_two_services(new_client: NewClient, paths: AppPaths) -> None:
    other = replace(paths, data_dir=paths.data_dir.with_name("other"))
    assert new_client().about().pid != new_client(other).about().pid
    assert len(services(paths)) == len(services(other)) == 1


def test_the_service_outlives_the_client_and_the_clients_group(
    paths: AppPaths, fake_service: Callable[..., list[str]], new_client: NewClient
) -> None:
    command = [sys.executable, "-c", ASK, str(paths.data_dir), *fake_service(paths)]
    asked = subprocess.run(
        command, capture_output=True, text=True, start_new_session=True, check=True
    )
    pid = int(asked.stdout)
    assert os.getsid(pid) == pid  # no terminal that closes takes it along
    assert new_client(connect_only=True).about().pid == pid


def test_a_client_with_another_environment_finds_it_too(
    new_client: NewClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pid = new_client().about().pid
    monkeypatch.delenv("PHOTOSEARCH_RUNTIME_DIR")
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    assert new_client().about().pid == pid
    monkeypatch.setenv("PHOTOSEARCH_RUNTIME_DIR", str(tmp_path / "elsewhere"))
    assert new_client().about().pid == pid


def test_proxies_of_the_environment_are_not_asked(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert client.about().name == "photosearch"


# -- in place of one that is gone, stale, or of another version


def test_a_killed_service_is_started_again_by_the_same_client(
    client: Client, paths: AppPaths
) -> None:
    killed = client.about().pid
    os.kill(killed, signal.SIGKILL)
    assert client.status().roots == ()
    pid = client.about().pid
    assert pid != killed
    assert services_left(paths) == [pid]


def test_a_service_of_another_version_is_stopped_and_replaced(
    new_client: NewClient, paths: AppPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = new_client().about().pid
    monkeypatch.setattr(starting, "__version__", "99.0")
    new = new_client().about().pid
    assert new != old
    assert services(paths) == [new]


@contextmanager
def somebody_elses_server(code: int, body: bytes = b"{}") -> Iterator[int]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(code)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


def leave_stale_file(paths: AppPaths, port: int, pid: int) -> None:
    paths.create_data_dir()
    RuntimeFile.create(paths).write(
        ServiceAddress(
            pid=pid,
            url=f"http://127.0.0.1:{port}",
            token="old",
            version=runtime.__name__,
            data_dir=runtime.data_dir_uri(paths),
            data_dir_id=runtime.data_dir_id(paths) or "",
            started_at="2026-01-01T00:00:00+00:00",
        )
    )


@pytest.mark.parametrize(
    ("code", "body"),
    [(200, b"{}"), (200, b"<html>"), (401, b"{}"), (404, b""), (500, b"x"), (302, b"")],
)
def test_an_address_where_another_program_answers_is_no_service(
    client: Client, paths: AppPaths, code: int, body: bytes
) -> None:
    with somebody_elses_server(code, body) as port:
        leave_stale_file(paths, port, os.getpid())
        pid = client.about().pid
        assert services_left(paths) == [pid]


def test_an_address_where_nobody_listens_is_no_service(client: Client, paths: AppPaths) -> None:
    leave_stale_file(paths, 9, os.getpid())
    pid = client.about().pid
    assert services_left(paths) == [pid]


def test_an_address_of_a_process_that_has_ended_is_not_even_asked(
    client: Client, paths: AppPaths
) -> None:
    with somebody_elses_server(200) as port:
        leave_stale_file(paths, port, 2**22 + 1)
        pid = client.about().pid
        assert services_left(paths) == [pid]


def test_whoever_took_the_port_of_a_dead_service_is_not_asked(
    new_client: NewClient, paths: AppPaths
) -> None:
    client = new_client()
    pid = client.about().pid
    [address] = runtime.addresses(paths)
    with somebody_elses_server(200) as port:
        connection = Connection(replace(address, url=f"http://127.0.0.1:{port}"))
        assert connection.request("GET", "/v1/status").content == b"{}"  # it would answer
        os.kill(pid, signal.SIGKILL)
        assert starting.wait_for_end(pid, 30)
        with pytest.raises(GoneError) as caught:
            connection.request("GET", "/v1/status")
        connection.close()
    assert not caught.value.was_sent


# -- starts that fail


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (1, ServiceError),
        (3, IndexLockedError),
        (4, IndexDamagedError),
        (5, SettingsError),
        (77, ServiceError),
    ],
)
def test_a_failed_start_says_what_the_service_said(
    new_client: NewClient, paths: AppPaths, code: int, kind: type[PhotoSearchError]
) -> None:
    said = f"print('noise'); sys.stderr.write('Error: What.\\nDo.\\n'); sys.exit({code})"
    with pytest.raises(PhotoSearchError) as caught:
        new_client(start=failing(said)).status()
    assert type(caught.value) is kind
    assert caught.value.message == "What."
    assert caught.value.hint == f"Do.\nIts log: {paths.log}"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("sys.exit(1)", "ended with code 1"),
        ("pass", "ended with code 0"),
        ("os.kill(os.getpid(), 11)", "by signal 11 (SIGSEGV)"),
        ("import a_module_that_is_not_there", "No module named 'a_module_that_is_not_there'"),
        ("print('\x1b[31m'); sys.exit(2)", r"\x1b[31m"),
    ],
)
def test_a_service_that_crashes_at_its_start_is_reported_at_once(
    new_client: NewClient, code: str, words: str
) -> None:
    with pytest.raises(ServiceError) as caught:
        new_client(start=failing(code)).status()
    assert words in str(caught.value)


def test_a_program_that_is_not_there_is_said(new_client: NewClient) -> None:
    with pytest.raises(ServiceError, match="/nowhere/python: No such file"):
        new_client(start=["/nowhere/python"]).status()


def test_what_it_says_is_heard_when_the_log_folder_cannot_be_written(
    new_client: NewClient, paths: AppPaths
) -> None:
    paths.create_data_dir()
    paths.log_dir.write_text("in the way")
    with pytest.raises(ServiceError, match="told nevertheless"):
        new_client(start=failing("sys.exit('Error: told nevertheless')")).status()


def test_an_index_that_another_program_owns_is_named_with_its_owner(
    client: Client, paths: AppPaths
) -> None:
    paths.create_data_dir()
    with IndexLock(paths.data_dir), pytest.raises(IndexLockedError, match=f"{os.getpid()}"):
        client.status()
    assert client.status().roots == ()  # and it is not for ever


def test_a_damaged_catalog_is_said_as_the_engine_says_it(client: Client, paths: AppPaths) -> None:
    paths.create_data_dir()
    paths.catalog.write_bytes(b"this is no database" * 1000)
    with pytest.raises(IndexDamagedError, match="catalog"):
        client.status()


def test_a_data_folder_that_cannot_be_made_is_said_before_anything_is_started(
    new_client: NewClient, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    marker = tmp_path / "started"
    client = new_client(
        AppPaths(tmp_path / "file" / "data"), start=failing(f"open({str(marker)!r}, 'w')")
    )
    with pytest.raises(SettingsError, match="cannot be made"):
        client.status()
    assert not marker.exists()


def test_an_owner_file_that_makes_no_sense_stops_nobody(client: Client, paths: AppPaths) -> None:
    paths.create_data_dir()
    for text in ("[]", "{", json.dumps({"pid": "x", "runtime": 5})):
        paths.owner.write_text(text)
        assert client.status().roots == ()
        assert client.stop()
