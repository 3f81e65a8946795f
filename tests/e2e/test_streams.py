"""What the surroundings do to the command line: closed streams, odd locales, a missing folder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., "subprocess.CompletedProcess[str]"]
COMMAND = [sys.executable, "-m", "photosearch.cli.main"]
C_LOCALE = {"LC_ALL": "C", "PYTHONUTF8": "0"}


def shell(data_dir: Path, line: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PHOTOSEARCH_DATA_DIR": str(data_dir)}
    return subprocess.run(
        ["/bin/sh", "-c", line, "sh", *COMMAND],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_closed_stream_stops_nothing(tmp_path: Path, closed: str) -> None:
    done = shell(tmp_path, f'"$@" index --json {closed}')
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert shell(tmp_path, '"$@" status').returncode == 0


@pytest.mark.parametrize("arguments", ["index", "status --nonsense"])
def test_remarks_that_cannot_be_written_stop_nothing(tmp_path: Path, arguments: str) -> None:
    heard = shell(tmp_path / "heard", f'"$@" {arguments}')
    unheard = shell(tmp_path / "unheard", f'"$@" {arguments} 2>/dev/full')
    assert unheard.returncode == heard.returncode


def test_results_that_cannot_be_written_are_a_failure_in_words(tmp_path: Path) -> None:
    done = shell(tmp_path, '"$@" status > /dev/full')
    assert done.returncode == 1
    assert done.stderr.splitlines()[0] == (
        "Error: The results cannot be written: No space left on device."
    )
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr


def test_a_reader_that_has_seen_enough_ends_the_command_quietly(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    environment = {**os.environ, "PHOTOSEARCH_DATA_DIR": str(tmp_path)}
    done = subprocess.run(
        [*COMMAND, "status"], stdout=writer, stderr=subprocess.PIPE, env=environment, check=False
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize(
    ("typed", "surroundings", "read"),
    [
        (b"caf\xe9", {}, "caf\ufffd"),
        ("café".encode(), {}, "café"),
        ("café".encode(), C_LOCALE, "café"),
    ],
)
def test_words_are_read_as_utf_8_whatever_the_locale(
    indexed: Path, typed: bytes, surroundings: dict[str, str], read: str
) -> None:
    environment = {**os.environ, **surroundings, "PHOTOSEARCH_DATA_DIR": str(indexed)}
    done = subprocess.run(
        [*COMMAND, "search", typed, "--json"], capture_output=True, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["query"] == {"text": read}


def test_a_locale_without_the_letters_of_a_name_shows_their_codes(
    run_fresh: Run, tmp_path: Path, photos: Path
) -> None:
    folder = tmp_path / "odd"
    folder.mkdir()
    shutil.copy(photos / "0.png", folder / "café.png")
    assert run_fresh("add", folder).returncode == 0
    environment = {**os.environ, **C_LOCALE, "PHOTOSEARCH_DATA_DIR": str(tmp_path / "fresh")}
    done = subprocess.run(
        [*COMMAND, "search", "cat"], capture_output=True, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.rstrip().endswith(rb"caf\xe9.png")


@pytest.mark.parametrize("arguments", ["similar x.jpg", "add .", "--data-dir here status"])
def test_a_current_folder_that_is_gone_is_said_in_words(
    indexed: Path, tmp_path: Path, arguments: str
) -> None:
    gone = tmp_path / "gone"
    done = shell(indexed, f'mkdir {gone} && cd {gone} && rmdir {gone} && exec "$@" {arguments}')
    assert done.returncode == 1
    assert "current folder does not exist" in done.stderr
    assert "Traceback" not in done.stderr


def test_ctrl_c_while_the_program_still_starts_is_answered(tmp_path: Path) -> None:
    code = (
        "import sys, builtins\n"
        "from photosearch.cli.main import main\n"
        "class Interrupted:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'photosearch.cli.app': raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupted())\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (130, "Interrupted.\n")


def test_listing_models_makes_no_index(tmp_path: Path, run_fresh: Run) -> None:
    starter, *others = json.loads(run_fresh("models", "--json").stdout)["models"]
    assert (starter["name"], starter["key"], starter["embedded"]) == ("starter", None, 0)
    assert (starter["is_chosen"], starter["is_installed"]) == (True, True)
    assert not any(one["is_chosen"] or one["is_installed"] for one in others)
    assert not (tmp_path / "fresh").exists()


def test_a_demo_of_a_folder_without_photos_says_so(tmp_path: Path, run_fresh: Run) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    done = run_fresh("demo", folder, "--data-dir", tmp_path / "d")
    assert done.returncode == 1
    assert f"{folder} holds no photos" in done.stderr
    assert "photosearch index" not in done.stderr


def test_a_demo_without_a_place_for_its_samples_says_so(tmp_path: Path, run_fresh: Run) -> None:
    (tmp_path / "file").touch()
    done = run_fresh("demo", "--data-dir", tmp_path / "file")
    assert done.returncode == 1
    assert "cannot be gathered" in done.stderr
    assert "Traceback" not in done.stderr
