"""watchdog's observers of the systems that watch whole trees by themselves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

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

Settle = Callable[[Any, Path], dict[str, list[ChangeKind]]]
WaitFor = Callable[[Callable[[], bool]], None]


def test_the_observer_of_other_systems_tells_the_same(
    watcher: FolderWatcher, top: Path, news: Any, monkeypatch: pytest.MonkeyPatch, settle: Settle
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
    event: FileSystemEvent, told: dict[str, ChangeKind], recorder: Callable[[Path], Any]
) -> None:
    news = recorder(Path("/p"))
    translate(event, "/p", news)
    assert news.kinds == {path: [kind] for path, kind in told.items()}
    assert news.lost == []


@pytest.mark.parametrize("event", [DirDeletedEvent("/p"), DirMovedEvent("/p", "/q")])
def test_the_library_says_that_the_folder_itself_is_gone(
    event: FileSystemEvent, recorder: Callable[[Path], Any]
) -> None:
    news = recorder(Path("/p"))
    translate(event, "/p", news)
    assert news.lost == [None]
