"""Real files, real events: whatever happens below a root, the paths given out lead to it."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from photosearch.types import Changes
from photosearch.watching import Watching

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="inotify is Linux's")

WaitFor = Callable[[Callable[[], bool]], None]
WaitForRoot = Callable[[Watching, Path], None]
MakeTree = Callable[..., None]
MakeMirror = Callable[..., Any]
MakeWatching = Callable[..., Watching]


def test_new_changed_and_deleted_photos_are_given_out(
    base: Path, make_watching: MakeWatching, mirror_of: MakeMirror
) -> None:
    root = base / "one"
    mirror = mirror_of(make_watching(root), root)
    photo = root / "a.jpg"
    photo.write_bytes(b"1")
    assert mirror.follow() == Changes(frozenset({str(photo)}))
    photo.write_bytes(b"22")
    assert mirror.follow() == Changes(frozenset({str(photo)}))
    os.utime(photo, (1, 1))
    assert mirror.follow() == Changes(frozenset({str(photo)}))
    photo.rename(root / "b.jpg")
    assert mirror.follow() == Changes(frozenset({str(photo), str(root / "b.jpg")}))
    (root / "b.jpg").unlink()
    assert mirror.follow() == Changes(frozenset({str(root / "b.jpg")}))


def test_nothing_is_said_of_what_was_there_or_is_no_photo(
    base: Path, make_watching: MakeWatching, tree: MakeTree
) -> None:
    tree(base / "one")
    watching = make_watching(base / "one")
    (base / "one" / "f0" / "a.xmp").write_bytes(b"1")
    (base / "one" / ".cache").mkdir()
    (base / "one" / ".cache" / "a.jpg").write_bytes(b"1")
    (base / "one" / "empty").mkdir()
    assert not watching.wait(0.5)
    assert watching.take() == Changes()


def test_a_copy_still_being_written_is_not_given_out_before_its_end(
    base: Path, make_watching: MakeWatching, wait_for: WaitFor
) -> None:
    root = base / "one"
    watching = make_watching(root)
    (root / "album").mkdir()
    slow, quick = root / "album" / "slow.jpg", root / "album" / "quick.jpg"
    given: set[str] = set()
    with slow.open("wb") as file:
        for piece in range(10):
            file.write(b"piece")
            file.flush()
            if piece == 3:
                quick.write_bytes(b"1")
            watching.wait(0.1)
            given |= watching.take().paths
            assert watching.being_written() <= {str(slow), str(quick)}

        def is_quick_given() -> bool:
            given.update(watching.take().paths)
            return str(quick) in given

        wait_for(is_quick_given)
        assert str(slow) not in given
        file.write(b"end")
    wait_for(lambda: str(slow) in watching.take().paths)


def test_an_editor_that_writes_a_temporary_file_and_renames_it(
    base: Path, make_watching: MakeWatching, mirror_of: MakeMirror
) -> None:
    root = base / "one"
    (root / "a.jpg").write_bytes(b"old")
    mirror = mirror_of(make_watching(root), root)
    (root / ".a.jpg.swp").write_bytes(b"new!")
    (root / ".a.jpg.swp").rename(root / "a.jpg")
    assert mirror.follow() == Changes(frozenset({str(root / "a.jpg")}))


def test_folders_move_within_across_out_of_and_into_the_roots(
    base: Path, make_watching: MakeWatching, tree: MakeTree, mirror_of: MakeMirror
) -> None:
    one, two, outside = base / "one", base / "two", base / "outside"
    tree(one / "album")
    tree(outside / "other")
    mirror = mirror_of(make_watching(one, two), one, two)
    (one / "album").rename(one / "renamed")
    assert mirror.follow().paths == {str(one / "album"), str(one / "renamed")}
    (one / "renamed").rename(two / "album")
    assert mirror.follow().paths == {str(one / "renamed"), str(two / "album")}
    (two / "album" / "f0" / "deep" / "new.jpg").write_bytes(b"1")
    mirror.follow()
    (two / "album").rename(outside / "album")
    mirror.follow()
    (outside / "other").rename(two / "album")
    mirror.follow()
    (two / "album" / "f1" / "deep" / "new.jpg").write_bytes(b"1")
    told = mirror.follow()
    assert told.paths == {str(two / "album" / "f1" / "deep" / "new.jpg")}
    assert len(mirror.known[two]) == 10


def test_a_folder_and_a_file_take_each_others_place(
    base: Path, make_watching: MakeWatching, tree: MakeTree, mirror_of: MakeMirror
) -> None:
    root = base / "one"
    place = root / "album.jpg"
    tree(place)
    mirror = mirror_of(make_watching(root), root)
    shutil.rmtree(place)
    place.write_bytes(b"1")
    mirror.follow()
    assert set(mirror.known[root]) == {str(place)}
    place.unlink()
    tree(place)
    mirror.follow()
    assert len(mirror.known[root]) == 9


def test_a_deep_tree_is_made_and_filled_at_once_and_deleted(
    base: Path, make_watching: MakeWatching, tree: MakeTree, mirror_of: MakeMirror
) -> None:
    root = base / "one"
    mirror = mirror_of(make_watching(root), root)
    deep = root.joinpath(*"abcdefghij")
    deep.mkdir(parents=True)
    (deep / "x.jpg").write_bytes(b"1")
    (deep.parent / "y.jpg").write_bytes(b"1")
    mirror.follow()
    assert len(mirror.known[root]) == 2
    tree(root / "many", folders=50)
    mirror.follow()
    shutil.rmtree(root / "many")
    shutil.rmtree(root / "a")
    mirror.follow()
    assert mirror.known[root] == {}


def test_odd_names_survive(base: Path, make_watching: MakeWatching, mirror_of: MakeMirror) -> None:
    root = base / os.fsdecode(b"one \xff\n")
    root.mkdir()
    mirror = mirror_of(make_watching(root), root)
    photo = root / os.fsdecode(b" \xe9\n") / os.fsdecode(b"\xfe new\nline.jpg")
    photo.parent.mkdir()
    photo.write_bytes(b"1")
    assert mirror.follow().paths == {str(photo)}


def test_hidden_folders_and_folders_with_nomedia_come_and_go(
    base: Path, make_watching: MakeWatching, tree: MakeTree, mirror_of: MakeMirror
) -> None:
    root = base / "one"
    tree(root / ".hidden")
    tree(root / "private")
    (root / "private" / ".nomedia").touch()
    mirror = mirror_of(make_watching(root), root)
    (root / ".hidden").rename(root / "seen")
    mirror.follow()
    (root / "private" / ".nomedia").unlink()
    mirror.follow()
    assert len(mirror.known[root]) == 18
    (root / "private" / ".nomedia").touch()
    (root / "seen").rename(root / ".hidden")
    mirror.follow()
    assert mirror.known[root] == {}


def test_a_burst_of_10000_files_is_given_out_in_few_pieces(
    base: Path, make_watching: MakeWatching
) -> None:
    root = base / "one"
    watching = make_watching(root)
    (root / "burst").mkdir()
    for number in range(10_000):
        os.close(os.open(root / "burst" / f"{number}.jpg", os.O_CREAT | os.O_WRONLY))
    told: set[str] = set()
    pieces = 0
    while watching.wait(1.5):
        changes = watching.take()
        told |= changes.paths | {str(root / "burst") for _ in changes.roots}
        pieces += 1
        time.sleep(0.05)  # as somebody who looks at each of them
    everything = {str(root / "burst" / f"{number}.jpg") for number in range(10_000)}
    assert str(root / "burst") in told or everything <= told
    assert pieces < 500


def test_more_paths_than_are_kept_become_their_root(
    base: Path, make_watching: MakeWatching, wait_for_root: WaitForRoot, tree: MakeTree
) -> None:
    root = base / "one"
    watching = make_watching(root, max_paths=50)
    tree(root / "many", folders=100)
    wait_for_root(watching, root)
