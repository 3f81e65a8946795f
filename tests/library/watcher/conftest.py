"""A watcher of folders that records what it tells, and leaves no thread behind."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from photosearch.library.pending import ChangeKind
from photosearch.library.watcher import FolderWatcher

DEADLINE_S = 120.0


class Recorder:
    def __init__(self, top: Path) -> None:
        self.top = top
        self.kinds: dict[str, list[ChangeKind]] = {}
        self.overflows = 0
        self.lost: list[OSError | None] = []

    def on_change(self, path: str, kind: ChangeKind) -> None:
        self.kinds.setdefault(os.path.relpath(path, self.top), []).append(kind)

    def on_overflow(self) -> None:
        self.overflows += 1

    def on_lost(self, error: OSError | None) -> None:
        self.lost.append(error)


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.005)


@pytest.fixture
def top(tmp_path: Path) -> Path:
    folder = tmp_path / "top"
    (folder / "a").mkdir(parents=True)
    return folder


@pytest.fixture
def news(top: Path) -> Recorder:
    return Recorder(top)


@pytest.fixture
def watcher() -> Iterator[FolderWatcher]:
    before = threading.active_count()
    watcher = FolderWatcher()
    yield watcher
    watcher.stop()
    wait_for(lambda: threading.active_count() <= before)


@pytest.fixture(name="wait_for")
def wait_for_fixture() -> Callable[[Callable[[], bool]], None]:
    return wait_for


def settle(top: Path, news: Recorder) -> dict[str, list[ChangeKind]]:
    """What was told until now; events come in order, so that a last one tells of the end."""
    news.kinds.pop("end.jpg", None)
    (top / "end.jpg").write_bytes(b"end")
    (top / "end.jpg").unlink()
    wait_for(lambda: ChangeKind.SETTLED in news.kinds.get("end.jpg", ()))
    return {path: kinds for path, kinds in news.kinds.items() if path != "end.jpg"}


@pytest.fixture(name="settle")
def settle_fixture() -> Callable[[Recorder, Path], dict[str, list[ChangeKind]]]:
    return settle


@pytest.fixture
def recorder() -> Callable[[Path], Recorder]:
    """One more recorder, of another folder."""
    return Recorder
