"""Real files, real events: whatever happens below a root, the paths given out lead to it."""

from __future__ import annotations

import errno
import os
import random
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from photosearch.errors import LibraryError
from photosearch.library.scanner import scan
from photosearch.library.watch_tree import Listener
from photosearch.library.watcher import FolderWatcher, Watch
from photosearch.types import Changes, FoundFile, PhotoStamp, Root, WatchState
from photosearch.watching import Timing, Watching

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="inotify is Linux's")

FAST = Timing(
    quiet_s=0.05,
    found_quiet_s=0.1,
    writing_quiet_s=1.0,
    longest_s=1.0,
    presence_s=0.05,
    poll_s=3600.0,
    retry_s=3600.0,
    rescan_s=0.0,
)
DEADLINE_S = 20.0
MakeWatching = Callable[..., Watching]


@pytest.fixture
def base(tmp_path: Path) -> Path:
    for name in ("one", "two", "outside"):
        (tmp_path / name).mkdir()
    return tmp_path


@pytest.fixture
def make_watching() -> Iterator[MakeWatching]:
    made: list[Watching] = []
    before = threading.active_count()

    def make(*roots: Path, timing: Timing = FAST, **options: object) -> Watching:
        watching = Watching(timing, **options)  # type: ignore[arg-type]
        made.append(watching)
        watching.set_roots(as_roots(roots))
        return watching

    yield make
    for watching in made:
        watching.close()
    assert threading.active_count() <= before, "a thread was left behind"


def as_roots(paths: tuple[Path, ...]) -> list[Root]:
    return [Root(number, path) for number, path in enumerate(paths)]


def photos_in(root: Path) -> dict[str, PhotoStamp]:
    try:
        found = [file for file in scan(root) if isinstance(file, FoundFile)]
    except LibraryError:
        return {}
    return {os.path.join(root, file.relative_path): file.stamp for file in found}  # noqa: PTH118


def is_below(path: str, top: str) -> bool:
    return path == top or path.startswith(top + "/")


class Mirror:
    """What an index knows that looks only where it is told to."""

    def __init__(self, watching: Watching, *roots: Path) -> None:
        self.watching = watching
        self.roots = roots
        self.known = {root: photos_in(root) for root in roots}

    def look(self) -> Changes:
        changes = self.watching.take()
        for root in self.roots:
            tops = [str(root)] if root in changes.roots else list(changes.paths)
            known, there = self.known[root], photos_in(root) if tops else {}
            for top in tops:
                for path in [path for path in known if is_below(path, top)]:
                    del known[path]
                known.update({path: there[path] for path in there if is_below(path, top)})
        return changes

    def is_true(self) -> bool:
        return self.known == {root: photos_in(root) for root in self.roots}

    def follow(self) -> Changes:
        """Look where it is told until it is true and nothing more comes; returns all of that."""
        told = Changes()
        deadline = time.monotonic() + DEADLINE_S
        while time.monotonic() < deadline:
            is_more = self.watching.wait(0.3)
            changes = self.look()
            told = Changes(told.paths | changes.paths, told.roots | changes.roots)
            if not is_more and self.is_true() and not self.watching.being_written():
                return told
        pytest.fail(f"not true in time: {self.known}, told of {told}")


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.005)


def wait_for_root(watching: Watching, root: Path) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline:
        watching.wait(0.1)
        if root in watching.take().roots:
            return
    pytest.fail(f"{root} was not reported")


def tree(folder: Path, folders: int = 3, files: int = 3) -> None:
    for number in range(folders):
        below = folder / f"f{number}" / "deep"
        below.mkdir(parents=True)
        for name in range(files):
            (below / f"{name}.jpg").write_bytes(b"photo")


def test_new_changed_and_deleted_photos_are_given_out(
    base: Path, make_watching: MakeWatching
) -> None:
    root = base / "one"
    mirror = Mirror(make_watching(root), root)
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
    base: Path, make_watching: MakeWatching
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
    base: Path, make_watching: MakeWatching
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
        wait_for(lambda: given.update(watching.take().paths) or str(quick) in given)
        assert str(slow) not in given
        file.write(b"end")
    wait_for(lambda: str(slow) in watching.take().paths)


def test_an_editor_that_writes_a_temporary_file_and_renames_it(
    base: Path, make_watching: MakeWatching
) -> None:
    root = base / "one"
    (root / "a.jpg").write_bytes(b"old")
    mirror = Mirror(make_watching(root), root)
    (root / ".a.jpg.swp").write_bytes(b"new!")
    (root / ".a.jpg.swp").rename(root / "a.jpg")
    assert mirror.follow() == Changes(frozenset({str(root / "a.jpg")}))


def test_folders_move_within_across_out_of_and_into_the_roots(
    base: Path, make_watching: MakeWatching
) -> None:
    one, two, outside = base / "one", base / "two", base / "outside"
    tree(one / "album")
    tree(outside / "other")
    mirror = Mirror(make_watching(one, two), one, two)
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
    base: Path, make_watching: MakeWatching
) -> None:
    root = base / "one"
    place = root / "album.jpg"
    tree(place)
    mirror = Mirror(make_watching(root), root)
    shutil.rmtree(place)
    place.write_bytes(b"1")
    mirror.follow()
    assert set(mirror.known[root]) == {str(place)}
    place.unlink()
    tree(place)
    mirror.follow()
    assert len(mirror.known[root]) == 9


def test_a_deep_tree_is_made_and_filled_at_once_and_deleted(
    base: Path, make_watching: MakeWatching
) -> None:
    root = base / "one"
    mirror = Mirror(make_watching(root), root)
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


def test_odd_names_survive(base: Path, make_watching: MakeWatching) -> None:
    root = base / os.fsdecode(b"one \xff\n")
    root.mkdir()
    mirror = Mirror(make_watching(root), root)
    photo = root / os.fsdecode(b" \xe9\n") / os.fsdecode(b"\xfe new\nline.jpg")
    photo.parent.mkdir()
    photo.write_bytes(b"1")
    assert mirror.follow().paths == {str(photo)}


def test_hidden_folders_and_folders_with_nomedia_come_and_go(
    base: Path, make_watching: MakeWatching
) -> None:
    root = base / "one"
    tree(root / ".hidden")
    tree(root / "private")
    (root / "private" / ".nomedia").touch()
    mirror = Mirror(make_watching(root), root)
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
    base: Path, make_watching: MakeWatching
) -> None:
    root = base / "one"
    watching = make_watching(root, max_paths=50)
    tree(root / "many", folders=100)
    wait_for_root(watching, root)


def test_a_root_that_is_deleted_and_made_again_is_watched_again(
    base: Path, make_watching: MakeWatching
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
    base: Path, make_watching: MakeWatching
) -> None:
    root = base / "one"
    mirror = Mirror(watching := make_watching(root), root)
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
    base: Path, make_watching: MakeWatching
) -> None:
    root = base / "drive" / "photos"
    tree(root)
    mirror = Mirror(watching := make_watching(root), root)
    (base / "drive").rename(base / "gone")
    wait_for(lambda: watching.states()[root] is WatchState.OFFLINE)
    (base / "gone" / "photos" / "unseen.jpg").write_bytes(b"1")
    assert mirror.follow() == Changes(roots=frozenset({root}))
    (base / "gone").rename(base / "drive")
    wait_for(lambda: watching.states()[root] is WatchState.WATCHED)
    mirror.follow()
    assert len(mirror.known[root]) == 10


def test_a_root_that_is_not_there_yet_is_reported_when_it_comes(
    base: Path, make_watching: MakeWatching
) -> None:
    root = base / "later"
    watching = make_watching(root)
    assert watching.states() == {root: WatchState.OFFLINE}
    assert not watching.wait(0.2)
    tree(root)
    wait_for_root(watching, root)


def test_what_changes_between_watching_and_scanning_is_not_lost(
    base: Path, make_watching: MakeWatching
) -> None:
    root = base / "one"
    watching = make_watching(root)
    (root / "a.jpg").write_bytes(b"1")
    mirror = Mirror(watching, root)  # scans
    (root / "a.jpg").write_bytes(b"22")
    mirror.follow()


def test_a_change_belongs_to_the_innermost_root_and_a_folder_above_takes_it_along(
    base: Path, make_watching: MakeWatching
) -> None:
    one, inner = base / "one", base / "one" / "a" / "inner"
    tree(inner)
    watching = make_watching(one, inner)
    mirror = Mirror(watching, one, inner)
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


def test_nothing_is_said_of_a_root_that_was_let_go(base: Path, make_watching: MakeWatching) -> None:
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
    base: Path, make_watching: MakeWatching
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
    waiter.join(DEADLINE_S)
    assert not waiter.is_alive()
    watching.wake()
    assert not watching.wait(60.0)


def test_closing_wakes_whoever_waits(base: Path, make_watching: MakeWatching) -> None:
    watching = make_watching(base / "one")
    waiter = threading.Thread(target=watching.wait, args=(60.0,))
    waiter.start()
    watching.close()
    watching.close()
    waiter.join(DEADLINE_S)
    assert not waiter.is_alive()
    watching.set_roots(as_roots((base / "two",)))


class LimitedWatcher(FolderWatcher):
    """A watcher that may run into a limit, at once or later, or die."""

    error: OSError | None = None
    listeners: list[Listener]
    is_dead = False

    def __init__(self) -> None:
        super().__init__()
        self.listeners = []
        made.append(self)

    def watch(self, folder: Path, listener: Listener, *, is_recursive: bool = True) -> Watch:
        if LimitedWatcher.error is not None:
            raise LimitedWatcher.error
        self.listeners.append(listener)
        return super().watch(folder, listener, is_recursive=is_recursive)

    def is_alive(self) -> bool:
        return not self.is_dead and super().is_alive()


made: list[LimitedWatcher] = []


@pytest.fixture
def limited(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[LimitedWatcher]]:
    made.clear()
    monkeypatch.setattr(LimitedWatcher, "error", None)
    yield LimitedWatcher
    made.clear()


POLLING = Timing(
    quiet_s=0.05, presence_s=0.02, poll_s=0.2, retry_s=0.5, rescan_s=0.0, writing_quiet_s=1.0
)


@pytest.mark.parametrize(
    ("number", "limit"),
    [(errno.ENOSPC, "max_user_watches"), (errno.EMFILE, "max_user_instances")],
)
def test_at_a_limit_a_root_is_polled_with_a_notice_until_the_limit_is_raised(
    base: Path,
    make_watching: MakeWatching,
    limited: type[LimitedWatcher],
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    limit: str,
) -> None:
    root = base / "one"
    monkeypatch.setattr(limited, "error", OSError(number, "the limit is reached"))
    watching = make_watching(root, timing=POLLING, watcher=limited)
    assert watching.states() == {root: WatchState.POLLED}
    [notice] = watching.notices()
    assert str(root) in notice.message
    assert notice.path == root
    assert f"sudo sysctl fs.inotify.{limit}=" in notice.hint
    assert "/etc/sysctl.d/" in notice.hint
    wait_for_root(watching, root)
    wait_for_root(watching, root)
    monkeypatch.setattr(limited, "error", None)
    wait_for(lambda: watching.states()[root] is WatchState.WATCHED)
    assert watching.notices() == ()
    (root / "a.jpg").write_bytes(b"1")
    wait_for(lambda: str(root / "a.jpg") in watching.take().paths)


def test_a_limit_reached_while_watching_makes_the_root_polled(
    base: Path,
    make_watching: MakeWatching,
    limited: type[LimitedWatcher],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    root = base / "one"
    watching = make_watching(root, timing=POLLING, watcher=limited)
    monkeypatch.setattr(limited, "error", OSError(errno.ENOSPC, "the limit is reached"))
    made[0].listeners[0].on_lost(limited.error)
    wait_for(lambda: watching.states()[root] is WatchState.POLLED)
    wait_for_root(watching, root)
    assert len(watching.notices()) == 1


def test_a_folder_that_cannot_be_watched_for_another_reason_is_polled_with_a_notice(
    base: Path,
    make_watching: MakeWatching,
    limited: type[LimitedWatcher],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limited, "error", OSError(errno.ENOSYS, "Function not implemented"))
    watching = make_watching(base / "one", timing=POLLING, watcher=limited)
    [notice] = watching.notices()
    assert "Function not implemented" in notice.message
    wait_for_root(watching, base / "one")


def test_a_network_folder_is_polled_without_a_notice(
    base: Path, make_watching: MakeWatching
) -> None:
    one, two = base / "one", base / "two"
    watching = make_watching(one, two, timing=POLLING, is_network=lambda path: path == one)
    assert watching.states() == {one: WatchState.POLLED, two: WatchState.WATCHED}
    assert watching.notices() == ()
    wait_for_root(watching, one)
    wait_for_root(watching, one)
    shutil.rmtree(one)
    wait_for(lambda: watching.states()[one] is WatchState.OFFLINE)


def test_a_polled_folder_is_left_alone_after_a_long_look_through_it(
    base: Path, make_watching: MakeWatching
) -> None:
    root = base / "one"
    now = [0.0]
    watching = make_watching(
        root, timing=POLLING, clock=lambda: now[0], is_network=lambda path: True
    )
    now[0] = 1.0
    wait_for(lambda: watching.take().roots == {root})
    now[0] = 11.0  # it took ten seconds
    assert watching.take() == Changes()
    now[0] = 100.0
    time.sleep(5 * POLLING.presence_s)  # long enough for a look, were it due
    assert watching.take() == Changes()
    now[0] = 102.0
    wait_for(lambda: watching.take().roots == {root})


def test_a_watched_root_is_looked_through_from_time_to_time(
    base: Path, make_watching: MakeWatching
) -> None:
    timing = Timing(presence_s=0.02, rescan_s=0.1)
    watching = make_watching(base / "one", timing=timing)
    wait_for_root(watching, base / "one")
    wait_for_root(watching, base / "one")


def test_lost_events_make_the_root_one_to_be_looked_at(
    base: Path, make_watching: MakeWatching, limited: type[LimitedWatcher]
) -> None:
    one, two = base / "one", base / "two"
    watching = make_watching(one, two, watcher=limited)
    made[0].listeners[0].on_overflow()
    wait_for(lambda: watching.wait(0.1))
    assert watching.take() == Changes(roots=frozenset({one}))


def test_a_dead_watcher_is_replaced_and_everything_looked_at(
    base: Path, make_watching: MakeWatching, limited: type[LimitedWatcher]
) -> None:
    one, two = base / "one", base / "two"
    watching = make_watching(one, two, watcher=limited)
    made[0].is_dead = True
    wait_for_root(watching, one)
    wait_for(lambda: set(watching.states().values()) == {WatchState.WATCHED})
    (two / "a.jpg").write_bytes(b"1")
    wait_for(lambda: str(two / "a.jpg") in watching.take().paths)
    assert len(made) == 2


NAMES = ["a", "b", "c", ".h", "d.jpg"]
FILES = ["x.jpg", "y.png", ".nomedia", "n.txt", "d.jpg", os.fsdecode(b"\xff\n.jpg"), "a"]


class Vandal:
    """Does random things to files and folders, inside the roots and out of and into them."""

    def __init__(self, seed: int, roots: list[Path], outside: Path) -> None:
        self.random = random.Random(seed)
        self.roots = roots
        self.tops = [*roots, outside]

    def folder(self) -> Path:
        names = self.random.choices(NAMES, k=self.random.randrange(4))
        return self.random.choice(self.tops).joinpath(*names)

    def act(self) -> None:
        acts = [self.write, self.write, self.move_folder, self.move_file, self.delete, self.touch]
        acts += [self.replace, self.make_tree, self.copy_tree, self.link, self.make_root_again]
        with suppress(OSError):  # not everything is possible everywhere
            self.random.choice(acts)(self.folder(), self.random.choice(FILES))

    def write(self, folder: Path, name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"x" * self.random.randrange(10_000))

    def move_folder(self, folder: Path, name: str) -> None:
        target = self.folder()
        if folder not in self.tops and target not in self.tops:
            folder.rename(target)

    def move_file(self, folder: Path, name: str) -> None:
        (folder / name).rename(self.folder() / self.random.choice(FILES))

    def delete(self, folder: Path, name: str) -> None:
        if folder in self.tops or self.random.random() < 0.5:
            (folder / name).unlink()
        else:
            shutil.rmtree(folder)

    def touch(self, folder: Path, name: str) -> None:
        os.utime(folder / name, (1, self.random.randrange(10**9)))

    def replace(self, folder: Path, name: str) -> None:
        if folder in self.tops:
            return
        if folder.is_dir():
            shutil.rmtree(folder)
            folder.write_bytes(b"a file now")
        else:
            folder.unlink()
            tree(folder, 1, 2)

    def make_tree(self, folder: Path, name: str) -> None:
        tree(folder, 2, 2)

    def copy_tree(self, folder: Path, name: str) -> None:
        target = self.folder()
        if folder != target and folder not in target.parents:
            shutil.copytree(folder, target, dirs_exist_ok=True)

    def link(self, folder: Path, name: str) -> None:
        os.link(folder / name, self.folder() / "second.jpg")

    def make_root_again(self, folder: Path, name: str) -> None:
        if self.random.random() < 0.2:
            root = self.random.choice(self.roots)
            shutil.rmtree(root)
            root.mkdir()


@pytest.mark.parametrize("seed", range(8))
def test_after_anything_that_happens_nothing_was_missed(
    base: Path, make_watching: MakeWatching, seed: int
) -> None:
    roots = [base / "one", base / "two"]
    vandal = Vandal(seed, roots, base / "outside")
    mirror = Mirror(make_watching(*roots), *roots)
    for _ in range(40):
        vandal.act()
        if vandal.random.random() < 0.2:
            time.sleep(vandal.random.random() / 20)
        if vandal.random.random() < 0.3:
            mirror.look()
    mirror.follow()
