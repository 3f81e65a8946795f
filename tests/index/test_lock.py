"""One owner at a time, named to whoever comes second."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import filelock
import pytest

from photosearch.errors import IndexLockedError, SettingsError
from photosearch.index.lock import IndexLock

HOLD = """
import sys, pathlib
from photosearch.index.lock import IndexLock
sys.argv = ["photosearch", "index"]
with IndexLock(pathlib.Path(sys.stdin.readline().strip())):
    print("held", flush=True)
    sys.stdin.readline()
"""


def test_a_second_process_is_told_who_owns_the_index(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdin
        assert owner.stdout
        owner.stdin.write(f"{tmp_path}\n")
        owner.stdin.flush()
        assert owner.stdout.readline() == "held\n"
        with pytest.raises(IndexLockedError, match=rf"`photosearch index` \(process {owner.pid}"):
            IndexLock(tmp_path).__enter__()
        owner.kill()
        owner.wait()
        with IndexLock(tmp_path):
            pass  # a killed owner blocks nobody


def test_the_lock_can_be_taken_again_after_it_is_let_go(tmp_path: Path) -> None:
    for _ in range(2):
        with IndexLock(tmp_path):
            assert (tmp_path / "owner.json").exists()
    assert not (tmp_path / "owner.json").exists()


def test_two_holders_in_one_process_exclude_each_other_too(tmp_path: Path) -> None:
    with IndexLock(tmp_path), pytest.raises(IndexLockedError):
        IndexLock(tmp_path).__enter__()


def test_a_lock_that_may_not_be_opened_is_said_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(filelock.FileLock, "acquire", refuse)
    with pytest.raises(SettingsError, match="Permission denied") as caught:
        IndexLock(tmp_path).__enter__()
    assert "--data-dir" in caught.value.hint


def test_an_owner_that_cannot_be_noted_holds_the_lock_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> int:
        raise OSError(28, "No space left on device")

    (tmp_path / "owner.json").write_text('{"pid": 1, "command": "stale", "since": "then"}')
    monkeypatch.setattr(Path, "write_text", full)
    unknown = pytest.raises(IndexLockedError, match="another photosearch process")
    with IndexLock(tmp_path), unknown:
        IndexLock(tmp_path).__enter__()
    with IndexLock(tmp_path):
        pass  # it was let go


def test_control_characters_of_the_owners_command_are_shown_not_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["photosearch", "add", "\x1b[31m\nred"])
    with IndexLock(tmp_path), pytest.raises(IndexLockedError) as caught:
        IndexLock(tmp_path).__enter__()
    assert r"add \x1b[31m\nred" in caught.value.message
