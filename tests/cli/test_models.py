"""The commands about models, asked of a service on fake ones."""

from __future__ import annotations

import json
import re
import signal
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fake_supply import TOTAL_BYTES
from tiny_clip import make_tiny_clip

from photosearch.cli import app, exits, models
from photosearch.cli.amounts import duration_words, size_words
from photosearch.cli.model_progress import bytes_shown
from photosearch.cli.model_table import state_of, write_models
from photosearch.client import Client
from photosearch.errors import ModelError
from photosearch.model import calibration
from photosearch.model.speeds import Speed
from photosearch.model_info import Download, DownloadState, ModelInfo
from photosearch.model_list import models_without_index
from photosearch.paths import AppPaths
from photosearch.types import Notice

MakePhoto = Callable[..., Path]
NewClient = Callable[..., Client]
NEW = "net/new"


@pytest.fixture
def client(new_client: NewClient, library: Path, make_photo: MakePhoto) -> Client:
    client = new_client(piece_s=0.1)
    make_photo("red.png", "red")
    make_photo("blue.png", "blue")
    client.add_root(library)
    list(client.index())
    return client


@pytest.fixture
def run(paths: AppPaths, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Run a command on the index of the client; its exit code, results and remarks."""

    def run(*arguments: str) -> tuple[int, str, str]:
        code = app.run(["--data-dir", str(paths.data_dir), *arguments])
        written = capsys.readouterr()
        return code, written.out, written.err

    return run


Run = Callable[..., tuple[int, str, str]]


def interrupt_when(condition: Callable[[], object]) -> threading.Thread:
    """Press Ctrl-C as soon as something is so."""

    def press() -> None:
        until = time.monotonic() + 120.0
        while not condition() and time.monotonic() < until:
            time.sleep(0.02)
        signal.raise_signal(signal.SIGINT)

    thread = threading.Thread(target=press)
    thread.start()
    return thread


def told(run: Run) -> dict[str, dict[str, Any]]:
    _, out, _ = run("models", "--json")
    return {one["name"]: one for one in json.loads(out)["models"]}


def test_the_list_names_every_model_of_the_menu_and_what_it_does_here(
    client: Client, run: Run
) -> None:
    code, out, said = run("models")
    assert code == exits.DONE
    first, *rest = out.splitlines()
    assert first.split()[:2] == ["MODEL", "SIZE"]
    listed = {line.split()[1 if line.startswith("*") else 0]: line for line in rest}
    starter = listed["starter"]
    assert starter.startswith("*")
    assert "done" in starter
    assert starter.endswith("answers")
    menu = [one for one in client.models() if one.card is not None]
    assert listed.keys() >= {one.name for one in menu}
    assert sum("(research only)" in line for line in rest) == sum(
        one.card.is_research_only for one in menu if one.card
    )
    assert "recommended" in out
    assert "photosearch models measure" in said
    assert max(map(len, said.splitlines())) <= 80


def test_no_line_of_the_list_is_longer_than_the_terminal(
    run: Run, paths: AppPaths, capsys: pytest.CaptureFixture[str]
) -> None:
    long = replace(
        next(
            one for one in models_without_index(paths, "starter") if one.card and not one.embedded
        ),
        name="xlm-roberta-base-ViT-B-32/laion5b_s13b_b90k",
        download=Download(DownloadState.FAILED, 0, None, None, Notice("It broke. " * 20, "Again.")),
        is_chosen=True,
    )
    listed = [*models_without_index(paths, "starter"), long]
    write_models(listed, 80)
    narrow = capsys.readouterr().out
    assert max(map(len, narrow.splitlines())) <= 80
    write_models(listed, 500)
    wide = capsys.readouterr().out
    assert max(map(len, wide.splitlines())) > 80
    write_models(listed)
    assert narrow.split()[0] == wide.split()[0] == "MODEL"
    for place in ("COCO", "PHOTOS/S", long.name, "recommended", "Again."):
        assert place in narrow
        assert place in wide
    assert sorted(narrow.split()) == sorted(capsys.readouterr().out.split()), "nothing is left out"


@pytest.mark.parametrize("width", [60, 80, 200])
def test_the_bar_of_a_download_keeps_to_one_line_with_its_figures(
    width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    with bytes_shown("Downloading xlm-roberta-base-ViT-B-32/laion5b_s13b_b90k") as show:
        assert capsys.readouterr().err == "", "there is no bar before there is something to show"
        for done in (0, 200_000_000, 998_800_000):
            show(done, 999_900_000)
            time.sleep(0.01)
    [line] = capsys.readouterr().err.strip("\n").splitlines()
    assert len(line.rstrip()) <= width
    assert "Downloading" in line
    assert "998.8/999.9 MB" in line
    assert "━" in line
    assert re.search(r"\d:\d\d:\d\d *$", line)


def test_programs_get_what_people_see_and_more(client: Client, run: Run) -> None:
    starter = told(run)["starter"]
    assert (starter["embedded"], starter["is_searching"], starter["state"]) == (2, True, "answers")
    assert starter["card"]["licence"] == "Apache-2.0"
    assert starter["seconds_for_library"] is None


def test_a_model_is_got_and_used(client: Client, run: Run) -> None:
    code, _, said = run("models", "get", NEW)
    assert code == exits.DONE
    assert f"photosearch models use {NEW}" in said
    with pytest.raises(ModelError, match="already"):
        run("models", "get", NEW)
    code, _, said = run("models", "use", "--wait", NEW)
    assert code == exits.DONE
    assert said.strip().endswith(f"{NEW} answers.")
    assert told(run)[NEW]["state"] == "answers"
    code, _, said = run("models", "use", NEW)
    assert said.strip() == f"{NEW} answers."


def test_one_command_downloads_and_switches(client: Client, run: Run) -> None:
    code, _, said = run("models", "use", NEW)
    assert code == exits.DONE
    assert "starter answers" in said
    assert "photosearch status" in said
    code, _, said = run("models", "use", "--wait", NEW)
    assert code == exits.DONE
    assert told(run)[NEW]["is_searching"]


def test_ctrl_c_pauses_a_download_and_says_how_to_go_on(client: Client, run: Run) -> None:
    def has_begun() -> bool:
        return any(one.download and one.download.done_bytes for one in client.models())

    pressing = interrupt_when(has_begun)
    code, _, said = run("models", "get", NEW)
    pressing.join()
    assert code == exits.INTERRUPTED
    assert f"photosearch models get {NEW}" in said
    [paused] = [one.download for one in client.models() if one.name == NEW]
    assert paused is not None
    assert paused.state is DownloadState.PAUSED
    assert 0 < paused.done_bytes < TOTAL_BYTES
    assert re.search(r"paused \d\d%", run("models")[1])
    code, _, said = run("models", "delete", "--files", NEW)
    assert re.search(r": \d00 B", said)
    assert NEW not in told(run)


@pytest.mark.parametrize("command", [["get"], ["use"], ["use", "--wait"]])
def test_ctrl_c_while_the_service_begins_a_download_pauses_it_too(
    client: Client, run: Run, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    def pressed(begin: Callable[..., Any]) -> Callable[..., Any]:
        def press(*arguments: Any) -> Any:
            signal.raise_signal(signal.SIGINT)
            return begin(*arguments)

        return press

    for name in ("download_model", "change_settings"):
        monkeypatch.setattr(Client, name, pressed(getattr(Client, name)))
    code, _, said = run("models", *command, NEW)
    assert code == exits.INTERRUPTED
    assert "Paused" in said
    assert told(run)[NEW]["download"]["state"] == "paused"


@pytest.mark.parametrize("name", ["none/such", "ViT-B-32@/nowhere/weights.pt"])
def test_a_name_that_no_model_has_is_refused_and_leaves_nothing_behind(
    client: Client, run: Run, name: str
) -> None:
    for command in (["get"], ["use"], ["use", "--wait"]):
        with pytest.raises(ModelError):
            run("models", *command, name)
        assert client.settings.model == "starter"
        assert name not in run("models")[1]


def test_a_download_that_fails_says_why(client: Client, run: Run) -> None:
    with pytest.raises(ModelError) as failed:
        run("models", "use", "--wait", "bad/model")
    assert failed.value.hint
    assert failed.value.message in run("models")[1]


def test_what_is_deleted_is_said_with_its_size(client: Client, run: Run) -> None:
    run("models", "use", "--wait", NEW)
    assert "photos embedded here" in run("models")[1]
    code, _, said = run("models", "delete", "--vectors", "starter")
    assert code == exits.DONE
    assert "2 photos" in said
    assert told(run)["starter"]["embedded"] == 0
    assert run("models", "delete", "starter")[0] == exits.USAGE
    for what in ("--vectors", "--files"):
        with pytest.raises(ModelError):
            run("models", "delete", what, NEW)


def test_the_status_tells_how_far_a_switch_is(
    new_client: NewClient, library: Path, make_photo: MakePhoto, run: Run
) -> None:
    client = new_client(batch_s=1.0)
    client.change_settings({"batch_size": 1})
    for number in range(4):
        make_photo(f"{number}.png")
    client.add_root(library)
    list(client.index())
    client.change_settings({"model": NEW})
    until = time.monotonic() + 120.0
    while client.status().switch is None and time.monotonic() < until:
        time.sleep(0.05)
    assert f"{NEW} has embedded" in run("status")[1]
    switch = json.loads(run("status", "--json")[1])["switch"]
    assert (switch["old"], switch["new"], switch["total"]) == ("starter", NEW, 4)
    report = json.loads(run("index", "--json")[1])
    assert (report["unchanged"], report["embedded"]) == (4, 0), "nobody waits for the other model"


def test_models_are_measured_without_an_index(
    run: Run, paths: AppPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    def measure(names: Sequence[str], _: AppPaths, __: object, on_measured: Any) -> dict[str, str]:
        on_measured(names[0], Speed(12.5, "onnx"))
        return dict.fromkeys(names[1:], "Too slow.")

    monkeypatch.setattr(calibration, "measure", measure)
    code, out, said = run("models", "measure", "starter", "ViT-L-14/x")
    assert code == exits.DONE
    assert out.split() == ["12.5", "photos/s", "starter"]
    assert "ViT-L-14/x was not measured: Too slow." in said
    assert not paths.catalog.exists()


def test_a_checkpoint_is_named_by_its_whole_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")
    assert models._absolute("ViT-B-32@etc/a.pt") == "ViT-B-32@/etc/a.pt"
    assert models._absolute("ViT-B-32/b") == "ViT-B-32/b"


@pytest.mark.parametrize(
    ("info", "words"),
    [
        (ModelInfo("a"), ""),
        (ModelInfo("a", is_installed=True), "installed"),
        (ModelInfo("a", is_chosen=True), "chosen, not here"),
        (ModelInfo("a", is_chosen=True, is_installed=True), "chosen"),
        (ModelInfo("a", download=Download(DownloadState.RUNNING, 34, 100)), "downloading 34%"),
        (
            ModelInfo("a", is_chosen=True, download=Download(DownloadState.CHECKING, 1, 1)),
            "chosen, being made ready",
        ),
        (ModelInfo("a", download=Download(DownloadState.FAILED, 0, None)), "download failed"),
        (ModelInfo("a", is_searching=True), "answers until the chosen one is ready"),
    ],
)
def test_the_state_of_a_model_is_said_in_a_few_words(info: ModelInfo, words: str) -> None:
    assert state_of(info) == words


def test_amounts_are_said_in_the_unit_that_fits() -> None:
    sizes = [(5, "5 B"), (1_500, "2 kB"), (605_000_000, "605 MB"), (1_540_000_000, "1.5 GB")]
    assert [size_words(size) for size, _ in sizes] == [words for _, words in sizes]
    times = [(5, "5 s"), (150, "2 min"), (9_000, "2.5 h"), (400_000, "5 days")]
    assert [duration_words(time) for time, _ in times] == [words for _, words in times]


def test_a_model_that_was_carried_here_is_added_and_listed(
    run: Run, paths: AppPaths, tmp_path: Path
) -> None:
    folder = make_tiny_clip(tmp_path / "carried")
    code, _, said = run("models", "add", str(folder), "--name", "mine")
    assert code == exits.DONE
    name = said.rsplit(maxsplit=1)[-1]
    assert name.endswith("/mine")
    added = told(run)[name]
    assert (added["is_installed"], added["state"], added["card"]) == (True, "installed", None)
    assert added["weights_bytes"] > 1_000
    assert "already here" in run("models", "add", str(folder))[2]
    with pytest.raises(ModelError):
        run("models", "add", str(tmp_path / "nowhere"))
