"""Roots and linked folders that come, go, are replaced, lie in each other, and are let go."""

from __future__ import annotations

import shutil
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from photosearch.types import Changes, Root, WatchState
from photosearch.watching import Watching

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="inotify is Linux's")

WaitFor = Callable[[Callable[[], bool]], None]
WaitForRoot = Callable[[Watching, Path], None]
MakeTree = Callable[..., None]
AsRoots = Callable[..., list[Root]]
MakeMirror = Callable[..., Any]
MakeWatching = Callable[..., Watching]


def test_a_root_that_is_deleted_and_made_again_is_watched_again(
    base: Path, make_watching: MakeWatching, wait_for: WaitFor, wait_for_root: WaitForRoot
) -> None:
    root = base / "one"
    watching = make_watching(root, base / "two")
    assert set(watching.states().values()) == {WatchState.WATCHED}
    root.rmdir()
    wait_for_root(watching, root)
    wait_for(lambda: watching.states()[root] is WatchState.OFFLINE)
    assert watching.states()[base / "two"] is WatchState.WATCHED
    (base / "two" / "b.jpg").write_bytes(b"1")
    wait_for(lambda: str(base / "two" / "b.jpg") in watching.take().paths)
    root.mkdir()
    wait_for_root(watching, root)
    wait_for(lambda: watching.states()[root] is WatchState.WATCHED)
    (root / "a.jpg").write_bytes(b"1")
    wait_for(lambda: str(root / "a.jpg") in watching.take().paths)


def test_a_root_that_is_replaced_in_an_instant_is_noticed(
    base: Path, make_watching: MakeWatching, wait_for: WaitFor, mirror_of: MakeMirror
) -> None:
    root = base / "one"
    mirror = mirror_of(watching := make_watching(root), root)
    for _ in range(5):
        root.rmdir()
        root.mkdir()  # often with the same inode
        assert root in mirror.follow().roots
        wait_for(lambda: watching.states()[root] is WatchState.WATCHED)
        (root / "a.jpg").write_bytes(b"1")
        mirror.follow()
        (root / "a.jpg").unlink()
        mirror.follow()


def test_a_root_renamed_away_and_back_is_offline_meanwhile(
    base: Path,
    make_watching: MakeWatching,
    wait_for: WaitFor,
    tree: MakeTree,
    mirror_of: MakeMirror,
) -> None:
    root = base / "drive" / "photos"
    tree(root)
    mirror = mirror_of(watching := make_watching(root), root)
    (base / "drive").rename(base / "gone")
    wait_for(lambda: watching.states()[root] is WatchState.OFFLINE)
    (base / "gone" / "photos" / "unseen.jpg").write_bytes(b"1")
    assert mirror.follow() == Changes(roots=frozenset({root}))
    (base / "gone").rename(base / "drive")
    wait_for(lambda: watching.states()[root] is WatchState.WATCHED)
    mirror.follow()
    assert len(mirror.known[root]) == 10


def test_a_root_that_is_not_there_yet_is_reported_when_it_comes(
    base: Path, make_watching: MakeWatching, wait_for_root: WaitForRoot, tree: MakeTree
) -> None:
    root = base / "later"
    watching = make_watching(root)
    assert watching.states() == {root: WatchState.OFFLINE}
    assert not watching.wait(0.2)
    tree(root)
    wait_for_root(watching, root)


def test_what_changes_between_watching_and_scanning_is_not_lost(
    base: Path, make_watching: MakeWatching, mirror_of: MakeMirror
) -> None:
    root = base / "one"
    watching = make_watching(root)
    (root / "a.jpg").write_bytes(b"1")
    mirror = mirror_of(watching, root)  # scans
    (root / "a.jpg").write_bytes(b"22")
    mirror.follow()


def test_a_change_belongs_to_the_innermost_root_and_a_folder_above_takes_it_along(
    base: Path,
    make_watching: MakeWatching,
    wait_for: WaitFor,
    wait_for_root: WaitForRoot,
    tree: MakeTree,
    as_roots: AsRoots,
    mirror_of: MakeMirror,
) -> None:
    one, inner = base / "one", base / "one" / "a" / "inner"
    tree(inner)
    watching = make_watching(one, inner)
    mirror = mirror_of(watching, one, inner)
    (inner / "x.jpg").write_bytes(b"1")
    mirror.follow()
    (inner / "y.jpg").write_bytes(b"1")
    wait_for(lambda: bool(watching.being_written()) or watching.wait(0.01))
    watching.set_roots(as_roots((one,)))
    wait_for_root(watching, one)
    watching.set_roots(as_roots((one, inner)))
    (one / "a").rename(one / "b")
    roots: set[Path] = set()
    paths: set[str] = set()

    def is_all_told() -> bool:
        watching.wait(0.1)
        changes = watching.take()
        roots.update(changes.roots)
        paths.update(changes.paths)
        return inner in roots and {str(one / "a"), str(one / "b")} <= paths

    wait_for(is_all_told)
    wait_for(lambda: watching.states()[inner] is WatchState.OFFLINE)


def test_nothing_is_said_of_a_root_that_was_let_go(
    base: Path, make_watching: MakeWatching, wait_for: WaitFor, as_roots: AsRoots
) -> None:
    one, two = base / "one", base / "two"
    watching = make_watching(one, two)
    (one / "a.jpg").write_bytes(b"1")
    (two / "a.jpg").write_bytes(b"1")
    watching.set_roots(as_roots((two,)))
    (one / "b.jpg").write_bytes(b"1")
    wait_for(lambda: watching.wait(0.1))
    assert watching.take() == Changes(frozenset({str(two / "a.jpg")}))
    assert not watching.wait(0.3)
    assert set(watching.states()) == {two}
    watching.set_roots([])
    assert watching.states() == {}


def test_a_photo_behind_a_link_means_the_root_of_the_link(
    base: Path, make_watching: MakeWatching, wait_for: WaitFor, wait_for_root: WaitForRoot
) -> None:
    one, outside = base / "one", base / "outside"
    (outside / "deep").mkdir()
    (outside / "shallow" / "deep").mkdir(parents=True)
    (one / "link").symlink_to(outside / "deep")
    watching = make_watching(one)
    watching.set_links(one, [outside / "deep"], shallow=[outside / "shallow"])
    wait_for_root(watching, one)
    watching.set_links(one, [outside / "deep"], shallow=[outside / "shallow"])
    assert not watching.wait(0.2), "links that are known already are no news"
    (outside / "shallow" / "deep" / "a.jpg").write_bytes(b"1")
    (outside / "deep" / "a.xmp").write_bytes(b"1")
    assert not watching.wait(0.2)
    for folder in ("deep", "shallow"):
        (outside / folder / "a.jpg").write_bytes(b"1")
        wait_for(lambda: watching.wait(0.1))
        assert watching.take() == Changes(roots=frozenset({one}))
    shutil.rmtree(outside / "deep")
    wait_for_root(watching, one)
    watching.set_links(one, [])
    watching.set_links(base / "unknown", [outside])
    watching.take()
    (outside / "shallow" / "b.jpg").write_bytes(b"1")
    assert not watching.wait(0.3)


def test_what_is_marked_by_hand_is_ready_at_once(base: Path, make_watching: MakeWatching) -> None:
    one, two = base / "one", base / "two"
    watching = make_watching(one, two)
    watching.mark(
        Changes(frozenset({str(one / "a.jpg"), str(two), "/nowhere"}), frozenset({base / "no"}))
    )
    assert watching.wait(0)
    assert watching.take() == Changes(frozenset({str(one / "a.jpg")}), frozenset({two}))
    watching.mark(Changes(frozenset({str(base)})))
    assert watching.take() == Changes(roots=frozenset({one, two}))


def test_whoever_waits_can_be_woken(base: Path, make_watching: MakeWatching) -> None:
    watching = make_watching(base / "one")
    waiter = threading.Thread(target=watching.wait, args=(60.0,))
    waiter.start()
    watching.wake()
    waiter.join(20)
    assert not waiter.is_alive()
    watching.wake()
    assert not watching.wait(60.0)


def test_closing_wakes_whoever_waits(
    base: Path, make_watching: MakeWatching, as_roots: AsRoots
) -> None:
    watching = make_watching(base / "one")
    waiter = threading.Thread(target=watching.wait, args=(60.0,))
    waiter.start()
    watching.close()
    watching.close()
    waiter.join(20)
    assert not waiter.is_alive()
    watching.set_roots(as_roots((base / "two",)))
