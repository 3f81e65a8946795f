"""Downloads of models in the service: one after the other, paused, resumed, and told of."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fake_supply import TOTAL_BYTES, fake_supply

from photosearch.errors import ModelError
from photosearch.jobs import CancelToken
from photosearch.model_info import Download, DownloadState
from photosearch.paths import AppPaths
from photosearch.service.downloads import Downloads
from photosearch.service.events import EventHub, Subscription
from photosearch.service.measuring import Measuring
from photosearch.service.supply import Supply
from photosearch.settings import Settings
from photosearch.types import EventKind

WAIT_S = 120.0
New = Callable[..., Downloads]


def wait_for(condition: Callable[[], object], what: str = "it") -> None:
    until = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < until, f"waited in vain for {what}"
        time.sleep(0.01)


@pytest.fixture
def new(paths: AppPaths, hub: EventHub) -> Iterator[New]:
    """Make downloads as a service does at its start; those before are stopped."""
    made: list[Downloads] = []
    paths.create_data_dir()

    def make(supply: Supply | None = None, *, piece_s: float = 0.0) -> Downloads:
        stop()
        made.append(Downloads(paths, hub, supply or fake_supply(piece_s=piece_s), Settings))
        made[-1].start()
        return made[-1]

    def stop() -> None:
        while made:
            assert made.pop().stop(WAIT_S)

    yield make
    stop()


def state_of(downloads: Downloads, name: str) -> DownloadState | None:
    one = downloads.all().get(name)
    return None if one is None else one.state


def test_a_model_is_downloaded_and_ready_then(new: New, heard: Subscription) -> None:
    downloads = new()
    ready: list[str] = []
    downloads.on_ready = ready.append
    assert not downloads.is_ready("net/a")
    downloads.download("net/a")
    wait_for(lambda: ready == ["net/a"])
    assert downloads.is_ready("net/a")
    assert downloads.all() == {}
    assert {event.kind for event in heard.take()} == {EventKind.MODELS}
    with pytest.raises(ModelError, match="already"):
        downloads.download("net/a")


def test_models_come_one_after_the_other(new: New) -> None:
    downloads = new(piece_s=0.02)
    for name in ("net/a", "net/b"):
        downloads.download(name)
    downloads.download("net/b")  # asked twice, it comes once
    wait_for(lambda: downloads.is_ready("net/a"))
    assert list(downloads.all()) == ["net/b"]
    wait_for(lambda: downloads.is_ready("net/b"))


def test_a_download_is_paused_and_goes_on_from_there(new: New, paths: AppPaths) -> None:
    downloads = new(piece_s=0.05)
    downloads.download("net/a")
    wait_for(lambda: downloads.all()["net/a"].done_bytes > 0)
    downloads.pause("net/a")
    time.sleep(0.2)
    paused = downloads.all()["net/a"]
    assert paused.state is DownloadState.PAUSED
    assert 0 < paused.done_bytes < TOTAL_BYTES
    time.sleep(0.2)
    assert downloads.all()["net/a"] == paused
    downloads.download("net/a")
    assert downloads.all()["net/a"].done_bytes == paused.done_bytes
    wait_for(lambda: downloads.is_ready("net/a"))


def test_what_was_running_goes_on_after_a_restart_and_what_was_paused_does_not(new: New) -> None:
    downloads = new(piece_s=0.1)
    for name in ("net/a", "net/b"):
        downloads.download(name)
    wait_for(lambda: downloads.all()["net/a"].done_bytes > 0)
    downloads.pause("net/b")
    again = new(piece_s=0.02)
    assert again.all()["net/a"].done_bytes > 0
    assert state_of(again, "net/b") is DownloadState.PAUSED
    wait_for(lambda: again.is_ready("net/a"))
    assert state_of(again, "net/b") is DownloadState.PAUSED


def test_a_cancelled_download_leaves_nothing(new: New, paths: AppPaths) -> None:
    downloads = new(piece_s=0.05)
    downloads.download("net/a")
    wait_for(lambda: downloads.all()["net/a"].done_bytes > 0)
    downloads.cancel("net/a")
    wait_for(lambda: downloads.all() == {})
    assert list((paths.data_dir / "fake models").iterdir()) == []
    assert new().all() == {}
    for refused in (downloads.pause, downloads.cancel):
        with pytest.raises(ModelError, match="not being downloaded"):
            refused("net/a")


def test_a_name_that_no_model_has_is_refused_and_leaves_nothing(
    new: New, heard: Subscription, tmp_path: Path
) -> None:
    downloads = new()
    for refuse in (downloads.check_name, downloads.download):
        with pytest.raises(ModelError, match="no published model none/such"):
            refuse("none/such")
    with pytest.raises(ModelError, match="There is no file"):
        downloads.check_name(f"ViT-B-32@{tmp_path / 'weights.pt'}")
    assert heard.take() == []
    downloads.want("none/such", is_asked=False)  # as settings have it that were edited by hand
    wait_for(lambda: downloads.all() == {})
    assert new().all() == {}
    downloads = new()
    for name in ("starter", "net/a"):
        downloads.check_name(name)


def test_a_failed_download_says_why_and_is_tried_again_when_asked(new: New) -> None:
    name = "bad/a"
    downloads = new()
    downloads.download(name)
    wait_for(lambda: state_of(downloads, name) is DownloadState.FAILED)
    problem = downloads.all()[name].problem
    assert problem is not None
    assert problem.message
    assert problem.hint
    again = new()
    assert again.all()[name].problem == problem
    again.want(name, is_asked=False)
    assert state_of(again, name) is DownloadState.FAILED
    again.want(name, is_asked=True)
    assert state_of(again, name) is DownloadState.RUNNING
    wait_for(lambda: state_of(again, name) is DownloadState.FAILED)


def test_a_mistake_of_ours_ends_one_download_and_no_other(new: New) -> None:
    def fetch(name: str, *rest: Any) -> bool:
        if name == "net/a":
            raise RuntimeError("a bug")
        return fake_supply().fetch(name, *rest)

    downloads = new(replace(fake_supply(), fetch=fetch))
    downloads.download("net/a")
    downloads.download("net/b")
    wait_for(lambda: downloads.is_ready("net/b"))
    problem = downloads.all()["net/a"].problem
    assert problem is not None
    assert "a bug" in problem.message


def test_a_model_is_not_ready_before_it_is_prepared(new: New, paths: AppPaths) -> None:
    prepared: list[bool] = []

    def prepare(name: str, _: AppPaths, __: Settings, cancel: CancelToken) -> None:
        is_here = fake_supply().is_installed(paths)(name)
        prepared.append(is_here and not downloads.is_ready(name))
        assert downloads.all()[name].state is DownloadState.CHECKING

    downloads = new(replace(fake_supply(), prepare=prepare))
    downloads.download("net/a")
    wait_for(lambda: downloads.is_ready("net/a"))
    assert prepared == [True]


@pytest.mark.parametrize("name", ["starter", "ViT-B-32@/nowhere/a.pt", "nonsense"])
def test_what_is_no_published_model_is_not_downloaded(new: New, name: str) -> None:
    downloads = new()
    with pytest.raises(ModelError) as refused:
        downloads.download(name)
    assert refused.value.hint
    downloads.want(name, is_asked=True)
    assert downloads.all() == {}


@pytest.mark.parametrize(
    "text", ["", "[]", '{"net/a": 1}', '{"net/a": {"state": "odd"}}', "\udcff"]
)
def test_notes_that_make_no_sense_count_for_nothing(new: New, paths: AppPaths, text: str) -> None:
    paths.downloads.write_bytes(text.encode("utf-8", "surrogateescape"))
    downloads = new()
    assert downloads.all() == {}
    downloads.download("net/a")
    wait_for(lambda: downloads.is_ready("net/a"))
    assert json.loads(paths.downloads.read_text()) == {}


def test_progress_is_told_twice_a_second_at_most(new: New, heard: Subscription) -> None:
    downloads = new(piece_s=0.03)
    begun = time.monotonic()
    downloads.download("net/a")
    wait_for(lambda: downloads.is_ready("net/a"))
    wait_for(lambda: downloads.all() == {})
    took_s = time.monotonic() - begun
    # Begun, all here, ready; of ten pieces those that half a second lies between.
    assert len(heard.take()) <= 4 + took_s / 0.5


def test_each_measured_model_is_told_of_and_one_measurement_runs_at_a_time(
    paths: AppPaths, hub: EventHub, heard: Subscription, tmp_path: Path
) -> None:
    asked: list[list[str]] = []

    def measure(names: Any, _: AppPaths, cancel: CancelToken, on_measured: Any) -> None:
        asked.append(list(names))
        on_measured("a")
        until = time.monotonic() + WAIT_S
        while not cancel.is_cancelled and time.monotonic() < until:
            time.sleep(0.01)

    supply = replace(fake_supply(), measure=measure)
    measuring = Measuring(paths, hub, supply, lambda: ["a", "b"])
    assert not measuring.pending
    measuring.start()
    measuring.start()
    wait_for(lambda: [event.kind for event in heard.take()] == [EventKind.MODELS])
    assert measuring.pending == {"b"}
    assert measuring.stop(WAIT_S)
    assert [event.kind for event in heard.take()] == [EventKind.MODELS], "its end is told as well"
    assert not measuring.pending
    measuring.start()
    assert asked == [["a", "b"]]


def test_a_download_is_shown_with_its_rate_while_it_runs(new: New) -> None:
    downloads = new(piece_s=0.4)
    downloads.download("net/a")
    wait_for(lambda: (downloads.all().get("net/a") or Download).bytes_per_s)  # type: ignore[union-attr]
    shown = downloads.all()["net/a"]
    assert shown.bytes_per_s is not None
    assert 0 < shown.bytes_per_s < TOTAL_BYTES
    downloads.pause("net/a")
    assert downloads.all()["net/a"].bytes_per_s is None


def held_fetch(is_held: threading.Event, goes_on: threading.Event) -> Callable[..., bool]:
    """Fetches all, then waits before it says so."""

    def fetch(*args: Any) -> bool:
        came = fake_supply().fetch(*args)
        is_held.set()
        assert goes_on.wait(WAIT_S)
        return came

    return fetch


def test_a_download_that_fails_while_it_is_cancelled_leaves_nothing(
    new: New, paths: AppPaths
) -> None:
    is_held = threading.Event()

    def fetch(name: str, _: AppPaths, cancel: CancelToken, on_bytes: Any) -> bool:
        (paths.data_dir / "fake models" / "net--a").write_bytes(b"x")
        is_held.set()
        while not cancel.is_cancelled:
            time.sleep(0.01)
        raise ModelError("The connection broke.", "Try again.")

    (paths.data_dir / "fake models").mkdir()
    downloads = new(replace(fake_supply(), fetch=fetch))
    downloads.download("net/a")
    assert is_held.wait(WAIT_S)
    downloads.cancel("net/a")
    wait_for(lambda: list((paths.data_dir / "fake models").iterdir()) == [])
    wait_for(lambda: downloads.all() == {})


def test_a_pause_that_comes_with_the_last_byte_comes_too_late(new: New) -> None:
    is_held, goes_on = threading.Event(), threading.Event()
    prepared: list[bool] = []
    supply = replace(
        fake_supply(),
        fetch=held_fetch(is_held, goes_on),
        prepare=lambda _, __, ___, cancel: prepared.append(not cancel.is_cancelled),
    )
    downloads = new(supply)
    downloads.download("net/a")
    assert is_held.wait(WAIT_S)
    downloads._items["net/a"].state = DownloadState.RUNNING  # before the last byte was told of
    downloads.pause("net/a")
    goes_on.set()
    wait_for(lambda: prepared, "its end")
    assert prepared == [True]
    wait_for(lambda: downloads.all() == {} and downloads.is_ready("net/a"))


def test_a_model_that_came_and_could_not_be_made_ready_is_tried_again_when_asked(new: New) -> None:
    attempts: list[str] = []

    def prepare(name: str, *_: Any) -> None:
        attempts.append(name)
        if len(attempts) == 1:
            raise ModelError("The disk is full.", "Make room.")

    downloads = new(replace(fake_supply(), prepare=prepare))
    downloads.download("net/a")
    wait_for(lambda: state_of(downloads, "net/a") is DownloadState.FAILED)
    downloads.download("net/a")
    wait_for(lambda: downloads.all() == {})
    assert attempts == ["net/a"] * 2
    assert downloads.is_ready("net/a")


def test_choosing_a_model_that_could_not_be_made_ready_tries_again(new: New) -> None:
    attempts: list[str] = []

    def prepare(name: str, *_: Any) -> None:
        attempts.append(name)
        raise ModelError("The disk is full.", "Make room.")

    downloads = new(replace(fake_supply(), prepare=prepare))
    downloads.download("net/a")
    wait_for(lambda: state_of(downloads, "net/a") is DownloadState.FAILED)
    downloads.want("net/a", is_asked=True)
    wait_for(lambda: len(attempts) == 2)


def test_a_download_that_failed_is_told_of_no_more_once_the_model_was_carried_here(
    new: New, paths: AppPaths
) -> None:
    downloads = new()
    downloads.download("bad/a")
    wait_for(lambda: state_of(downloads, "bad/a") is DownloadState.FAILED)
    (paths.data_dir / "fake models" / "bad--a").write_bytes(b"x" * TOTAL_BYTES)
    assert downloads.is_ready("bad/a")
    assert downloads.all() == {}
    with pytest.raises(ModelError, match="already"):
        downloads.download("bad/a")
