"""What is peculiar to asking over HTTP; what it shares with the engine is in the contract."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from photosearch.client import Client
from photosearch.client.connection import Connection, GoneError
from photosearch.errors import (
    LibraryError,
    QueryError,
    ServiceError,
    SettingsError,
    UnknownPhotoError,
)
from photosearch.paths import AppPaths
from photosearch.types import Query

MakePhoto = Callable[..., Path]
NewClient = Callable[..., Client]


def test_importing_the_client_loads_nothing_heavy() -> None:
    heavy = "fastapi starlette uvicorn torch chromadb numpy httpx watchdog open_clip onnxruntime"
    code = f"""
import sys, photosearch.client
print([name for name in {heavy.split()!r} if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "content_id", ["", ".", "..", "../status", "0" * 31, "0" * 33, "A" * 32, "0" * 31 + "\n", "?"]
)
def test_an_id_that_cannot_be_one_never_gets_into_a_url(client: Client, content_id: str) -> None:
    for ask in (
        lambda: client.photo(content_id),
        lambda: client.thumbnail(content_id, 256),
        lambda: client.search(Query(similar_to=(content_id,))),
    ):
        with pytest.raises(UnknownPhotoError):
            ask()


def test_a_search_beyond_a_limit_is_refused_in_words(client: Client) -> None:
    for query in (Query(text="x" * 20_000), Query(text="x", limit=10**9)):
        with pytest.raises(QueryError, match="cannot be sent"):
            client.search(query)


def test_a_setting_that_json_cannot_hold_is_refused_in_words(client: Client) -> None:
    with pytest.raises(SettingsError, match="cannot have this value"):
        client.change_settings({"model": Path("/")})


def test_more_skipped_files_than_a_page_holds_are_all_listed(client: Client, library: Path) -> None:
    for number in range(1_005):
        (library / f"{number}.jpg").touch()
    client.add_root(library)
    for _ in client.index():
        pass
    assert len({one.path for one in client.skipped()}) == 1_005


def test_relative_paths_are_those_of_the_client(
    client: Client, library: Path, make_photo: MakePhoto, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = make_photo("a.png")
    monkeypatch.chdir(library)
    assert client.add_root(Path()).path == library
    for _ in client.index():
        pass
    assert client.photo_at(Path("a.png")).files[0].photo.path == photo
    assert client.remove_root(Path()) == 1
    with pytest.raises(LibraryError, match="not an added folder"):
        client.remove_root(Path())


def test_a_service_that_hangs_is_reported_and_not_waited_for_for_ever(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    pid = client.about().pid
    os.kill(pid, signal.SIGSTOP)
    try:
        with pytest.raises(ServiceError, match=rf"process {pid}\) has not answered") as caught:
            client._asking.ask("GET", "/v1/status", wait_s=0.2)
    finally:
        os.kill(pid, signal.SIGCONT)
    assert caught.value.hint.endswith(f"kill -9 {pid}")  # asking it to stop would not be heard
    assert client.about().pid == pid


def test_a_question_is_asked_again_and_what_may_have_been_done_already_is_not(
    client: Client, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = client.add_root(library)
    request = Connection.request
    asked: list[str] = []

    def lose_the_first_answer(self: Connection, method: str, path: str, **parts: object) -> object:
        answer = request(self, method, path, **parts)  # type: ignore[arg-type]
        asked.append(f"{method} {path}")
        if asked.count(asked[-1]) == 1:
            raise GoneError(was_sent=True)
        return answer

    monkeypatch.setattr(Connection, "request", lose_the_first_answer)
    assert client.roots() == (root,)
    assert asked == ["GET /v1/roots"] * 2
    with pytest.raises(ServiceError, match="while it worked on this"):
        client.remove_root(library)
    assert asked.count(f"DELETE /v1/roots/{root.id}") == 1
    assert client.roots() == ()


def test_a_closed_client_can_be_asked_again(client: Client) -> None:
    pid = client.about().pid
    client.close()
    assert client.about().pid == pid


def test_stopping_waits_until_the_index_is_free(client: Client, paths: AppPaths) -> None:
    from photosearch.index.lock import IndexLock

    client.about()
    assert client.stop()
    with IndexLock(paths.data_dir):
        assert client.running() is None
    assert client.stop()
