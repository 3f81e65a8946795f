"""One owner at a time, named to whoever comes second."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from photosearch.errors import IndexLockedError
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
