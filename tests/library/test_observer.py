"""watchdog's observers of the systems that watch whole trees by themselves."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirModifiedEvent,
    DirMovedEvent,
    FileAttribEvent,
    FileClosedEvent,
    FileClosedNoWriteEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileOpenedEvent,
    FileSystemEvent,
)

from photosearch.library import watcher as watcher_module
from photosearch.library.pending import ChangeKind
from photosearch.library.watcher import (
    FolderWatcher,
    ObserverBackend,
    translate,
)

DEADLINE_S = 10.0


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


def settle(top: Path, news: Recorder) -> dict[str, list[ChangeKind]]:
    """What was told until now; events come in order, so that a last one tells of the end."""
    news.kinds.pop("end.jpg", None)
    (top / "end.jpg").write_bytes(b"end")
    (top / "end.jpg").unlink()
    wait_for(lambda: ChangeKind.SETTLED in news.kinds.get("end.jpg", ()))
    return {path: kinds for path, kinds in news.kinds.items() if path != "end.jpg"}


def test_the_observer_of_other_systems_tells_the_same(
    watcher: FolderWatcher, top: Path, news: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watcher_module, "_new_backend", ObserverBackend)
    with pytest.raises(FileNotFoundError):
        watcher.watch(top / "none", news)
    watch = watcher.watch(top, news)
    assert watcher.is_alive()
    (top / "a" / "x.jpg").write_bytes(b"1")
    (top / "a" / "x.xmp").write_bytes(b"1")
    (top / "new").mkdir()
    told = settle(top, news)
    assert set(told) == {"a/x.jpg", "new"}
    assert told["new"] == [ChangeKind.FOLDER]
    watch.close()
    watch.close()


@pytest.mark.parametrize(
    ("event", "told"),
    [
        (FileCreatedEvent("/p/x.jpg"), {"x.jpg": ChangeKind.WRITING}),
        (FileModifiedEvent("/p/x.jpg"), {"x.jpg": ChangeKind.WRITING}),
        (FileClosedEvent("/p/x.jpg"), {"x.jpg": ChangeKind.CLOSED}),
        (FileAttribEvent("/p/x.jpg"), {"x.jpg": ChangeKind.TOUCHED}),
        (FileDeletedEvent("/p/a/x.jpg"), {"a/x.jpg": ChangeKind.SETTLED}),
        (FileMovedEvent("/p/x.tmp", "/p/y.jpg"), {"y.jpg": ChangeKind.SETTLED}),
        (
            FileMovedEvent(b"/p/x.jpg", b"/p/\xff.jpg"),
            {"x.jpg": ChangeKind.SETTLED, "\udcff.jpg": ChangeKind.SETTLED},
        ),
        (FileMovedEvent("/p/x.jpg", ""), {"x.jpg": ChangeKind.SETTLED}),
        (FileCreatedEvent("/p/a/.nomedia"), {"a": ChangeKind.FOLDER}),
        (DirCreatedEvent("/p/a"), {"a": ChangeKind.FOLDER}),
        (DirDeletedEvent("/p/a"), {"a": ChangeKind.FOLDER}),
        (DirMovedEvent("/p/.a", "/p/a"), {"a": ChangeKind.FOLDER}),
        (DirModifiedEvent("/p/a"), {}),
        (FileOpenedEvent("/p/x.jpg"), {}),
        (FileClosedNoWriteEvent("/p/x.jpg"), {}),
        (FileModifiedEvent("/p/x.xmp"), {}),
        (FileModifiedEvent("/p/.h/x.jpg"), {}),
        (FileModifiedEvent("/p/@eaDir/x.jpg"), {}),
        (DirCreatedEvent("/p/@eaDir"), {}),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, FileSystemEvent) else "",
)
def test_events_of_the_library_are_translated(
    event: FileSystemEvent, told: dict[str, ChangeKind]
) -> None:
    news = Recorder(Path("/p"))
    translate(event, "/p", news)
    assert news.kinds == {path: [kind] for path, kind in told.items()}
    assert news.lost == []


@pytest.mark.parametrize("event", [DirDeletedEvent("/p"), DirMovedEvent("/p", "/q")])
def test_the_library_says_that_the_folder_itself_is_gone(event: FileSystemEvent) -> None:
    news = Recorder(Path("/p"))
    translate(event, "/p", news)
    assert news.lost == [None]
