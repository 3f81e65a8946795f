"""A real service goes from model to model while somebody searches, and is killed meanwhile."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from fake_supply import TOTAL_BYTES
from somebody import Searching

from photosearch.client import Client
from photosearch.errors import ModelError
from photosearch.model_info import DownloadState, ModelInfo
from photosearch.types import EventKind, Query

MakePhoto = Callable[..., Path]
NewClient = Callable[..., Client]
WAIT_S = 120.0
NEW = "net/new"
PHOTOS = 60


def wait_for(condition: Callable[[], object], what: str = "it") -> None:
    until = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < until, f"waited in vain for {what}"
        time.sleep(0.02)


def searching_for_red(client: Client) -> Searching[tuple[str, int]]:
    """Notes what came first, and how many were found.

    The old model takes red for red, the new one for blue.
    """

    def ask() -> tuple[str, int]:
        answer = client.answer(Query(text="red", limit=1))
        return answer.hits[0].photo.path.name.partition(" ")[0], answer.total

    return Searching(ask)


@pytest.fixture
def client(new_client: NewClient, library: Path, make_photo: MakePhoto) -> Client:
    """A slow service that has embedded some photos."""
    client = new_client(batch_s=0.05, piece_s=0.05)
    for number in range(PHOTOS):
        make_photo(f"{['red', 'blue'][number % 2]} {number}.png", ["red", "blue"][number % 2])
    client.change_settings({"batch_size": 2, "decode_threads": 1})
    client.add_root(library)
    list(client.index())
    return client


def told(client: Client, name: str = NEW) -> ModelInfo:
    return {one.name: one for one in client.models()}.get(name, ModelInfo(name))


def kill(client: Client) -> None:
    os.kill(client.about().pid, signal.SIGKILL)


def kill_and_go_on(client: Client, searching: Searching[tuple[str, int]]) -> None:
    """Kill the service, and wait for an answer: a question is asked again once, not twice."""
    kill(client)
    answered = len(searching.answers)
    wait_for(lambda: len(searching.answers) > answered + 1, "an answer after the kill")


def test_one_click_leads_to_another_model_and_no_search_fails(
    client: Client, new_client: NewClient, library: Path, make_photo: MakePhoto
) -> None:
    with searching_for_red(new_client()) as searching:
        client.change_settings({"model": NEW})
        wait_for(lambda: client.status().switch, "the download and the switch")
        switch = client.status().switch
        assert switch is None or (switch.old, switch.new, switch.total) == ("starter", NEW, PHOTOS)
        make_photo("red late.png", "red")
        wait_for(lambda: told(client).is_searching, "the new model")
        answered = len(searching.answers)
        wait_for(lambda: len(searching.answers) > answered + 2)
    assert searching.failures == []
    firsts, totals = zip(*searching.answers, strict=True)
    assert list(firsts) == sorted(firsts, reverse=True), "first the old, then the new"
    assert {*firsts} == {"red", "blue"}
    assert {*totals} <= {PHOTOS, PHOTOS + 1}
    wait_for(lambda: client.answer(Query(text="red")).total == PHOTOS + 1)
    assert client.status().switch is None
    assert told(client, "starter").embedded == PHOTOS + 1, "the late one is in both"
    assert client.delete_vectors("starter") == PHOTOS + 1
    assert told(client, "starter").embedded == 0


def test_a_switch_survives_kills_in_the_middle_of_it(client: Client, new_client: NewClient) -> None:
    with searching_for_red(new_client(batch_s=0.05, piece_s=0.05)) as searching:
        client.change_settings({"model": NEW})
        wait_for(lambda: (one := told(client).download) and one.done_bytes, "some bytes")
        kill(client)
        for share in (0.1, 0.4, 0.7):
            wait_for(lambda share=share: told(client).embedded > share * PHOTOS, "progress")
            has = told(client).embedded
            kill(client)
            assert told(client).embedded >= has, "what was stored was lost"
        wait_for(lambda: told(client).is_searching, "the new model")
        kill(client)
        assert told(client).is_searching, "it is remembered"
        answered = len(searching.answers)
        wait_for(lambda: len(searching.answers) > answered + 2)
    assert searching.failures == []
    firsts, totals = zip(*searching.answers, strict=True)
    assert list(firsts) == sorted(firsts, reverse=True)
    assert {*totals} == {PHOTOS}
    hits = client.search(Query(text="red", limit=PHOTOS))
    assert [hit.photo.path.name.partition(" ")[0] for hit in hits[: PHOTOS // 2]] == (
        ["blue"] * (PHOTOS // 2)
    )


def test_a_download_that_was_paused_stays_so_after_a_kill_and_goes_on_when_asked(
    client: Client,
) -> None:
    client.download_model(NEW)
    wait_for(lambda: (one := told(client).download) and one.done_bytes, "some bytes")
    client.pause_download(NEW)
    kill(client)
    paused = told(client).download
    assert paused is not None
    assert (paused.state, paused.total_bytes) == (DownloadState.PAUSED, TOTAL_BYTES)
    client.download_model(NEW)
    wait_for(lambda: told(client).download is None)
    with pytest.raises(ModelError, match="on this machine already"):
        client.download_model(NEW)
    assert told(client, "starter").is_searching, "nobody has chosen the other one"


def test_those_who_listen_hear_of_downloads_and_of_another_model(client: Client) -> None:
    kinds: list[EventKind] = []

    def listen() -> None:
        for event in client.events():
            kinds.append(event.kind)
            if told(client).is_searching and kinds[-1] is EventKind.INDEX_CHANGED:
                return

    thread = threading.Thread(target=listen)
    thread.start()
    wait_for(lambda: kinds)
    client.change_settings({"model": NEW})
    thread.join(WAIT_S)
    assert not thread.is_alive()
    assert kinds.count(EventKind.MODELS) >= 3


def test_a_service_that_downloads_stops_in_time(new_client: NewClient, library: Path) -> None:
    client = new_client(piece_s=1.0)
    client.download_model(NEW)
    assert client.stop(10.0)
    assert told(client).download is not None, "it goes on with the next start"
