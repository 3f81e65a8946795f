from __future__ import annotations

import errno
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from photosearch.library.pending import ChangeKind
from photosearch.library.watcher import (
    FolderWatcher,
    InotifyBackend,
)

on_linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="inotify is Linux's")
Settle = Callable[[Any, Path], dict[str, list[ChangeKind]]]
WaitFor = Callable[[Callable[[], bool]], None]


@pytest.fixture
def watched(watcher: FolderWatcher, top: Path, news: Any) -> FolderWatcher:
    watcher.watch(top, news)
    return watcher


@on_linux
def test_a_file_is_written_to_and_closed(
    watched: FolderWatcher, top: Path, news: Any, wait_for: WaitFor, settle: Settle
) -> None:
    with (top / "a" / "x.jpg").open("wb") as file:
        file.write(b"1")
        file.flush()
        wait_for(lambda: "a/x.jpg" in news.kinds)
        assert set(news.kinds["a/x.jpg"]) == {ChangeKind.WRITING}
    assert settle(top, news)["a/x.jpg"][-1] is ChangeKind.CLOSED


@on_linux
def test_reading_a_file_and_listing_a_folder_is_no_news(
    top: Path, watcher: FolderWatcher, news: Any, settle: Settle
) -> None:
    (top / "a" / "x.jpg").write_bytes(b"1")
    watcher.watch(top, news)
    (top / "a" / "x.jpg").read_bytes()
    list((top / "a").iterdir())
    assert settle(top, news) == {}


@on_linux
def test_links_deletions_and_renames_are_settled_at_once(
    watched: FolderWatcher, top: Path, news: Any, wait_for: WaitFor, settle: Settle
) -> None:
    (top / "a" / "x.tmp").write_bytes(b"1")
    (top / "a" / "x.tmp").rename(top / "x.jpg")
    os.link(top / "x.jpg", top / "hard.jpg")
    (top / "soft.jpg").symlink_to(top / "x.jpg")
    (top / "folder link").symlink_to(top.parent)
    # What came is looked at while it is there: whether it is a link, and has a second name.
    wait_for(lambda: "folder link" in news.kinds)
    (top / "x.jpg").rename(top / "y.jpg")
    (top / "y.jpg").unlink()
    (top / "folder link").unlink()
    told = settle(top, news)
    assert set(told) == {"x.jpg", "hard.jpg", "soft.jpg", "folder link", "y.jpg"}
    assert {kind for kinds in told.values() for kind in kinds} == {ChangeKind.SETTLED}
    assert len(told["folder link"]) == 2


@on_linux
def test_dates_and_permissions_are_touched(
    top: Path, watcher: FolderWatcher, news: Any, settle: Settle
) -> None:
    (top / "a" / "x.jpg").write_bytes(b"1")
    watcher.watch(top, news)
    os.utime(top / "a" / "x.jpg", (1, 1))
    (top / "a").chmod(0o755)
    assert settle(top, news) == {"a/x.jpg": [ChangeKind.TOUCHED], "a": [ChangeKind.FOLDER]}


@on_linux
def test_names_that_are_no_photos_are_no_news(
    watched: FolderWatcher, top: Path, news: Any, settle: Settle
) -> None:
    for name in ["x.xmp", "x.tmp", ".hidden.jpg", "notes", ".jpg"]:
        (top / name).write_bytes(b"1")
        (top / name).rename(top / (name + "~"))
        (top / (name + "~")).unlink()
    (top / ".thumbnails").mkdir()
    (top / ".thumbnails" / "x.jpg").write_bytes(b"1")
    (top / "@eaDir").mkdir()
    (top / "@eaDir" / "x.jpg").write_bytes(b"1")
    assert settle(top, news) == {}


@on_linux
def test_a_nomedia_file_that_comes_or_goes_means_its_folder(
    watched: FolderWatcher, top: Path, news: Any, settle: Settle
) -> None:
    (top / "a" / ".nomedia").touch()
    assert settle(top, news) == {"a": [ChangeKind.FOLDER]}
    (top / "a" / ".nomedia").unlink()
    assert settle(top, news) == {"a": [ChangeKind.FOLDER] * 2}


@on_linux
def test_a_hidden_folder_that_becomes_visible_is_watched(
    watched: FolderWatcher, top: Path, news: Any, settle: Settle
) -> None:
    (top / ".h" / "deep").mkdir(parents=True)
    (top / ".h").rename(top / "h")
    assert settle(top, news) == {"h": [ChangeKind.FOLDER]}
    (top / "h" / "deep" / "x.jpg").write_bytes(b"1")
    assert settle(top, news)["h/deep/x.jpg"][-1] is ChangeKind.CLOSED
    (top / "h").rename(top / ".h")
    (top / ".h" / "deep" / "y.jpg").write_bytes(b"1")
    assert "h/deep/y.jpg" not in settle(top, news)


@on_linux
def test_a_folder_moved_out_whose_name_is_taken_over_does_not_confuse_it(
    watched: FolderWatcher, top: Path, news: Any, wait_for: WaitFor, settle: Settle
) -> None:
    # This ends the thread of the recursive observer of watchdog 7.1.
    away = top.parent / "away"
    (top / "a" / "sub").mkdir()
    (top / "a").rename(away)
    (top / "a" / "sub").mkdir(parents=True)
    (top / "a").rename(top / "b")
    (away / "sub" / "foreign.jpg").write_bytes(b"1")
    (away / "sub" / "foreign.jpg").unlink()
    (away / "sub").rmdir()
    away.rmdir()
    wait_for(lambda: "b" in news.kinds)
    (top / "b" / "sub" / "x.jpg").write_bytes(b"1")
    told = settle(top, news)
    assert told["b/sub/x.jpg"][-1] is ChangeKind.CLOSED
    assert not any("foreign" in path for path in told)
    assert watched.is_alive()


@on_linux
def test_names_of_any_bytes_are_told_as_they_are(
    watched: FolderWatcher, top: Path, news: Any, settle: Settle
) -> None:
    folder = os.fsdecode(b"caf\xe9 \n")
    (top / folder).mkdir()
    (top / folder / "new\nline \u00fc.jpg").write_bytes(b"1")
    told = settle(top, news)
    assert told[f"{folder}/new\nline \u00fc.jpg"][-1] in (ChangeKind.CLOSED, ChangeKind.FOUND)


@on_linux
@pytest.mark.parametrize("is_moved", [False, True])
def test_a_top_that_goes_away_is_lost(
    watched: FolderWatcher, top: Path, news: Any, is_moved: bool, wait_for: WaitFor
) -> None:
    if is_moved:
        top.rename(top.with_name("away"))
    else:
        (top / "a").rmdir()
        top.rmdir()
    wait_for(lambda: news.lost == [None])
    assert watched.is_alive()


@on_linux
def test_a_folder_within_a_watched_one_can_be_watched_for_somebody_else(
    watched: FolderWatcher, top: Path, news: Any, settle: Settle, recorder: Callable[[Path], Any]
) -> None:
    inner = recorder(top / "a")
    watch = watched.watch(top / "a", inner)
    (top / "a" / "x.jpg").write_bytes(b"1")
    assert "a/x.jpg" in settle(top, news)
    assert "x.jpg" in inner.kinds
    watch.close()
    watch.close()
    (top / "a" / "y.jpg").write_bytes(b"1")
    assert "a/y.jpg" in settle(top, news)
    assert "y.jpg" not in inner.kinds


@on_linux
def test_a_folder_may_be_watched_without_those_below(
    watcher: FolderWatcher, top: Path, news: Any, settle: Settle
) -> None:
    watcher.watch(top, news, is_recursive=False)
    (top / "a" / "x.jpg").write_bytes(b"1")
    (top / "y.jpg").write_bytes(b"1")
    (top / "b").mkdir()
    assert set(settle(top, news)) == {"y.jpg"}


@on_linux
def test_lost_events_are_told_and_watching_goes_on(
    top: Path, news: Any, monkeypatch: pytest.MonkeyPatch, wait_for: WaitFor, settle: Settle
) -> None:
    backend = InotifyBackend()
    try:
        backend.watch(str(top), news, is_recursive=True)
        from watchdog.observers.inotify_c import InotifyConstants, InotifyEvent, WatchDescriptor

        lost = InotifyEvent(WatchDescriptor(-1), InotifyConstants.IN_Q_OVERFLOW, 0, b"")
        backend._inotify.handle_event(lost)
        wait_for(lambda: news.overflows == 1)
        (top / "a" / "x.jpg").write_bytes(b"1")
        assert "a/x.jpg" in settle(top, news)
    finally:
        backend.stop()


@on_linux
def test_a_queue_that_really_overflows_is_told(
    watcher: FolderWatcher,
    top: Path,
    news: Any,
    wait_for: WaitFor,
    settle: Settle,
    recorder: Callable[[Path], Any],
) -> None:
    limit = int(Path("/proc/sys/fs/inotify/max_queued_events").read_text())
    if limit > 20_000:
        pytest.skip("The queue of this system takes more events than a test should make.")
    may_go_on = threading.Event()
    names = [top / "a.jpg", top / "b.jpg"]
    for name in names:
        name.touch()

    slow = recorder(top)
    slow.on_change = lambda *_: may_go_on.wait(60)
    watcher.watch(top, slow)
    other = top.parent / "other"
    other.mkdir()
    watcher.watch(other, news)
    for turn in range(limit + 2_000):  # in turn, for two equal events in a row become one
        os.utime(names[turn % 2], (turn, turn))
    (other / "x.jpg").write_bytes(b"1")  # this news is among the lost ones
    may_go_on.set()
    wait_for(lambda: news.overflows == 1)
    news.top = other
    assert settle(other, news) is not None


@pytest.mark.parametrize("name", ["none", "file.jpg"])
def test_what_is_no_folder_is_refused_with_a_reason(
    watcher: FolderWatcher, top: Path, news: Any, name: str
) -> None:
    (top / "file.jpg").touch()
    with pytest.raises(OSError) as caught:  # noqa: PT011 - the number says which
        watcher.watch(top / name, news)
    assert caught.value.errno in (errno.ENOENT, errno.ENOTDIR)
    watcher.watch(top, news)


@on_linux
@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read_is_refused(
    watcher: FolderWatcher, top: Path, news: Any
) -> None:
    (top / "a").chmod(0)
    try:
        with pytest.raises(PermissionError):
            watcher.watch(top / "a", news)
    finally:
        (top / "a").chmod(0o755)


@on_linux
def test_the_limit_of_observers_is_an_error_of_the_call(
    watcher: FolderWatcher, top: Path, news: Any, monkeypatch: pytest.MonkeyPatch, settle: Settle
) -> None:
    from watchdog.observers.inotify_c import InotifyFD

    def none_left(_: object) -> int:
        raise OSError(errno.EMFILE, "inotify instance limit reached")

    with monkeypatch.context() as patch:
        patch.setattr(InotifyFD, "_create_inotify_fd", none_left)
        with pytest.raises(OSError, match="limit") as caught:
            watcher.watch(top, news)
    assert caught.value.errno == errno.EMFILE
    watcher.watch(top, news)
    (top / "x.jpg").write_bytes(b"1")
    assert "x.jpg" in settle(top, news)


def test_a_watcher_that_was_stopped_refuses_more(
    watched: FolderWatcher, top: Path, news: Any
) -> None:
    watched.stop()
    with pytest.raises(OSError, match="stopped"):
        watched.watch(top / "a", news)


@on_linux
def test_a_dead_reader_is_noticed(watched: FolderWatcher, wait_for: WaitFor) -> None:
    assert watched.is_alive()
    backend = watched._backend
    assert isinstance(backend, InotifyBackend)
    backend._inotify.stop()
    wait_for(lambda: not watched.is_alive())
