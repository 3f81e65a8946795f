from __future__ import annotations

import errno
import os
import threading
from pathlib import Path

import pytest

from photosearch.library import watch_tree
from photosearch.library.pending import ChangeKind
from photosearch.library.watch_tree import (
    IN_ATTRIB,
    IN_CREATE,
    IN_DELETE,
    IN_ISDIR,
    IN_MODIFY,
    IN_MOVED_FROM,
    IN_MOVED_TO,
    IN_UNMOUNT,
    FolderTree,
)

pytestmark = pytest.mark.skipif(os.sep != "/", reason="inotify is a part of Linux")


class FakeInotify:
    """Numbers for folders that are there, as inotify gives them: one for each inode."""

    def __init__(self, limit: int = 1_000) -> None:
        self.limit = limit
        self.numbers: dict[int, int] = {}
        self.watched: dict[int, str] = {}
        self.refused: dict[str, int] = {}

    def add(self, path: str, *, is_top: bool) -> int:
        if path in self.refused:
            raise OSError(self.refused[path], os.strerror(self.refused[path]))
        inode = Path(path).stat(follow_symlinks=is_top).st_ino
        number = self.numbers.setdefault(inode, len(self.numbers) + 1)
        if number not in self.watched and len(self.watched) >= self.limit:
            raise OSError(errno.ENOSPC, "the limit is reached")
        self.watched[number] = path
        return number

    def remove(self, numbers: list[int]) -> None:
        for number in numbers:
            self.watched.pop(number, None)

    def number(self, folder: Path) -> int:
        return self.numbers[folder.stat().st_ino]


class Recorder:
    def __init__(self) -> None:
        self.changes: list[tuple[str, ChangeKind]] = []
        self.overflows = 0
        self.lost: list[OSError | None] = []

    def on_change(self, path: str, kind: ChangeKind) -> None:
        self.changes.append((path, kind))

    def on_overflow(self) -> None:
        self.overflows += 1

    def on_lost(self, error: OSError | None) -> None:
        self.lost.append(error)


@pytest.fixture
def inotify() -> FakeInotify:
    return FakeInotify()


@pytest.fixture
def news() -> Recorder:
    return Recorder()


@pytest.fixture
def top(tmp_path: Path) -> Path:
    folder = tmp_path / "top"
    (folder / "a" / "b").mkdir(parents=True)
    (folder / ".hidden" / "c").mkdir(parents=True)
    (folder / "node_modules").mkdir()
    return folder


def opened(top: Path, inotify: FakeInotify, news: Recorder) -> FolderTree:
    tree = FolderTree(str(top), inotify, news)
    tree.open()
    return tree


def watched(inotify: FakeInotify) -> set[str]:
    return set(inotify.watched.values())


def below(top: Path, *names: str) -> set[str]:
    return {str(top), *(str(top / name) for name in names)}


def test_all_folders_are_watched_save_hidden_and_unwanted_ones(
    top: Path, inotify: FakeInotify, news: Recorder
) -> None:
    (top / "link").symlink_to(top / "a")
    tree = opened(top, inotify, news)
    assert watched(inotify) == below(top, "a", "a/b")
    assert len(tree) == 3
    assert news.changes == []
    tree.close()
    assert watched(inotify) == set()


def test_a_tree_that_is_not_recursive_watches_its_top(
    top: Path, inotify: FakeInotify, news: Recorder
) -> None:
    FolderTree(str(top), inotify, news, is_recursive=False).open()
    assert watched(inotify) == {str(top)}


def test_a_limit_reached_at_a_subfolder_is_an_error_and_lets_everything_go(
    top: Path, news: Recorder
) -> None:
    inotify = FakeInotify(limit=2)
    with pytest.raises(OSError, match="limit") as caught:
        opened(top, inotify, news)
    assert caught.value.errno == errno.ENOSPC
    assert watched(inotify) == set()


def test_a_limit_reached_later_is_told_and_lets_everything_go(top: Path, news: Recorder) -> None:
    inotify = FakeInotify(limit=3)
    tree = opened(top, inotify, news)
    (top / "new").mkdir()
    tree.on_event(inotify.number(top), IN_CREATE | IN_ISDIR, b"new")
    [error] = news.lost
    assert error is not None
    assert error.errno == errno.ENOSPC
    assert watched(inotify) == set()
    tree.on_event(inotify.number(top), IN_DELETE, b"x.jpg")
    assert news.changes == []


def test_a_subfolder_that_may_not_be_read_is_left_out_until_it_may(
    top: Path, inotify: FakeInotify, news: Recorder
) -> None:
    inotify.refused = {str(top / "a"): errno.EACCES}
    tree = opened(top, inotify, news)
    assert watched(inotify) == below(top)
    inotify.refused = {}
    tree.on_event(inotify.number(top), IN_ATTRIB | IN_ISDIR, b"a")
    assert watched(inotify) == below(top, "a", "a/b")
    assert news.changes == [(str(top / "a"), ChangeKind.FOLDER)]


def test_what_lies_in_a_new_folder_already_is_found_and_watched(
    top: Path, inotify: FakeInotify, news: Recorder
) -> None:
    tree = opened(top, inotify, news)
    (top / "new" / "deep").mkdir(parents=True)
    (top / "new" / "x.jpg").touch()
    (top / "new" / ".hidden.jpg").touch()
    (top / "new" / "x.xmp").touch()
    (top / "new" / "deep" / "link").symlink_to(top)
    tree.on_event(inotify.number(top), IN_CREATE | IN_ISDIR, b"new")
    assert watched(inotify) == below(top, "a", "a/b", "new", "new/deep")
    assert sorted(news.changes) == [
        (str(top / "new" / "deep" / "link"), ChangeKind.SETTLED),
        (str(top / "new" / "x.jpg"), ChangeKind.FOUND),
    ]
    tree.on_event(inotify.number(top / "new"), IN_CREATE | IN_ISDIR, b"deep")
    assert len(news.changes) == 2, "a folder that is watched already is not looked through again"


def test_a_new_folder_with_very_many_files_is_named_as_a_whole(
    top: Path, inotify: FakeInotify, news: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch_tree, "_MAX_FOUND_FILES", 10)
    tree = opened(top, inotify, news)
    (top / "new").mkdir()
    for number in range(30):
        (top / "new" / f"{number}.jpg").touch()
    tree.on_event(inotify.number(top), IN_CREATE | IN_ISDIR, b"new")
    assert len(news.changes) == 11
    assert news.changes[-1] == (str(top / "new"), ChangeKind.FOLDER)


def test_a_folder_that_is_moved_is_watched_under_its_new_name_alone(
    top: Path, inotify: FakeInotify, news: Recorder
) -> None:
    tree = opened(top, inotify, news)
    (top / "a").rename(top / "z")
    tree.on_event(inotify.number(top), IN_MOVED_FROM | IN_ISDIR, b"a")
    assert watched(inotify) == below(top)
    tree.on_event(inotify.number(top), IN_MOVED_TO | IN_ISDIR, b"z")
    assert watched(inotify) == below(top, "z", "z/b")
    tree.on_event(inotify.number(top / "z" / "b"), IN_MODIFY, b"x.jpg")
    assert news.changes == [
        (str(top / "a"), ChangeKind.FOLDER),
        (str(top / "z"), ChangeKind.FOLDER),
        (str(top / "z" / "b" / "x.jpg"), ChangeKind.WRITING),
    ]


def test_a_folder_met_at_its_new_place_first_is_not_watched_at_the_old_one(
    top: Path, inotify: FakeInotify, news: Recorder
) -> None:
    tree = opened(top, inotify, news)
    (top / "a" / "b").rename(top / "z")
    tree.on_event(inotify.number(top), IN_MOVED_TO | IN_ISDIR, b"z")
    tree.on_event(inotify.number(top / "a"), IN_MOVED_FROM | IN_ISDIR, b"b")
    assert watched(inotify) == below(top, "a", "z")
    assert len(tree) == 3


def test_two_folders_that_are_exchanged_stay_watched(
    top: Path, inotify: FakeInotify, news: Recorder
) -> None:
    (top / "c").mkdir()
    tree = opened(top, inotify, news)
    (top / "a").rename(top / "t")
    (top / "c").rename(top / "a")
    (top / "t").rename(top / "c")
    for mask, name in [
        (IN_MOVED_FROM, b"a"),
        (IN_MOVED_TO, b"c"),
        (IN_MOVED_FROM, b"c"),
        (IN_MOVED_TO, b"a"),
    ]:
        tree.on_event(inotify.number(top), mask | IN_ISDIR, name)
    assert watched(inotify) == below(top, "a", "c", "c/b")


def test_a_folder_that_is_mounted_again_below_itself_is_no_loop(
    top: Path, inotify: FakeInotify, news: Recorder
) -> None:
    tree = opened(top, inotify, news)
    (top / "again").mkdir()
    inotify.numbers[(top / "again").stat().st_ino] = inotify.number(top)  # as a bind mount has it
    tree.on_event(inotify.number(top), IN_CREATE | IN_ISDIR, b"again")
    tree.on_event(inotify.number(top), IN_DELETE, b"x.jpg")
    assert news.changes == [(str(top / "x.jpg"), ChangeKind.SETTLED)]


def test_a_drive_unmounted_below_shows_the_folder_under_it(
    top: Path, inotify: FakeInotify, news: Recorder
) -> None:
    tree = opened(top, inotify, news)
    number = inotify.number(top / "a" / "b")
    (top / "a" / "b").rmdir()
    (top / "a" / "b").mkdir()
    inotify.numbers[(top / "a" / "b").stat().st_ino] = 77
    tree.on_event(number, IN_UNMOUNT, b"")
    tree.on_ignored(number)
    assert 77 in inotify.watched
    assert news.changes == [(str(top / "a" / "b"), ChangeKind.FOLDER)]
    assert news.lost == []


def test_a_top_that_the_kernel_lets_go_is_lost(
    top: Path, inotify: FakeInotify, news: Recorder
) -> None:
    tree = opened(top, inotify, news)
    tree.on_ignored(inotify.number(top))
    assert news.lost == [None]
    assert len(tree) == 0


def test_after_an_overflow_everything_is_watched_anew(
    top: Path, inotify: FakeInotify, news: Recorder
) -> None:
    tree = opened(top, inotify, news)
    (top / "a").rename(top / "z")
    (top / "new").mkdir()
    tree.on_overflow()
    assert watched(inotify) == below(top, "z", "z/b", "new")
    assert news.overflows == 1


def test_a_top_that_is_gone_at_an_overflow_is_lost(
    top: Path, inotify: FakeInotify, news: Recorder
) -> None:
    tree = opened(top, inotify, news)
    top.rename(top.with_name("away"))
    tree.on_overflow()
    assert news.lost == [None]
    assert news.overflows == 0


def test_events_that_come_while_a_folder_is_walked_wait_and_block_nobody(
    top: Path, news: Recorder
) -> None:
    is_walking, may_go_on = threading.Event(), threading.Event()

    class SlowInotify(FakeInotify):
        def add(self, path: str, *, is_top: bool) -> int:
            number = super().add(path, is_top=is_top)
            if path.endswith("b"):
                is_walking.set()
                assert may_go_on.wait(10)
            return number

    inotify = SlowInotify()
    tree = FolderTree(str(top), inotify, news)
    walker = threading.Thread(target=tree.open)
    walker.start()
    assert is_walking.wait(10)
    tree.on_event(inotify.number(top / "a" / "b"), IN_MODIFY, b"x.jpg")
    assert news.changes == []
    may_go_on.set()
    walker.join(10)
    assert news.changes == [(str(top / "a" / "b" / "x.jpg"), ChangeKind.WRITING)]


def test_more_events_than_can_wait_are_an_overflow(
    top: Path, inotify: FakeInotify, news: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch_tree, "_MAX_INBOX", 10)
    tree = FolderTree(str(top), inotify, news)
    for _ in range(100):
        tree.on_event(1, IN_MODIFY, b"x.jpg")
    tree.open()
    assert news.overflows == 1
    assert len(news.changes) <= 10


def test_a_bug_in_the_listener_is_told_and_does_not_end_the_thread(
    top: Path, inotify: FakeInotify, news: Recorder, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(path: str, kind: ChangeKind) -> None:
        raise RuntimeError("a bug")

    news.on_change = broken  # type: ignore[method-assign]
    tree = opened(top, inotify, news)
    tree.on_event(inotify.number(top), IN_MODIFY, b"x.jpg")
    [error] = news.lost
    assert "a bug" in str(error)
    assert "a bug" in caplog.text
