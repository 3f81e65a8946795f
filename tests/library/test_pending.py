from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photosearch.library.pending import ChangeKind, Delays, Pending, Stamp, stamp_of
from photosearch.types import Changes

ROOT = Path("/photos")
OTHER = Path("/other")
DELAYS = Delays(quiet_s=0.2, found_quiet_s=0.4, writing_quiet_s=3.0, longest_s=3.0)
NOTHING = Changes()


class Disk:
    """What the files of a test look like to whoever asks; those that are not named are gone."""

    def __init__(self) -> None:
        self.stamps: dict[str, Stamp] = {}

    def grow(self, path: str) -> None:
        size, _ = self.stamps.get(path, (0, 0))
        self.stamps[path] = (size + 1, size + 1)

    def __call__(self, path: str) -> Stamp | None:
        return self.stamps.get(path)


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
def pending(disk: Disk) -> Pending:
    return Pending(DELAYS, disk)


def paths(*names: str) -> Changes:
    return Changes(paths=frozenset(names))


@pytest.mark.parametrize("kind", [ChangeKind.CLOSED, ChangeKind.SETTLED, ChangeKind.FOLDER])
def test_a_settled_path_is_ready_after_a_short_quiet(pending: Pending, kind: ChangeKind) -> None:
    pending.add(ROOT, "/photos/a.jpg", kind, 10.0)
    assert pending.take(10.1) == NOTHING
    assert pending.next_ready_at(10.1) == pytest.approx(10.2)
    assert pending.is_ready(10.3)
    assert pending.take(10.3) == paths("/photos/a.jpg")
    assert pending.take(99.0) == NOTHING
    assert pending.next_ready_at(99.0) is None


def test_another_event_begins_the_quiet_anew(pending: Pending) -> None:
    pending.add(ROOT, "/photos/a.jpg", ChangeKind.SETTLED, 0.0)
    pending.add(ROOT, "/photos/a.jpg", ChangeKind.SETTLED, 0.15)
    assert pending.take(0.3) == NOTHING
    assert pending.take(0.36) == paths("/photos/a.jpg")


def test_a_path_that_is_never_quiet_is_given_out_in_the_end(pending: Pending) -> None:
    at = 0.0
    while not pending.is_ready(at):
        assert at < 2 * DELAYS.longest_s
        pending.add(ROOT, "/photos/a.jpg", ChangeKind.SETTLED, at)
        at += 0.1
    assert pending.take(at) == paths("/photos/a.jpg")


def test_one_busy_path_does_not_hold_up_another(pending: Pending, disk: Disk) -> None:
    disk.grow("/photos/busy.jpg")
    pending.add(ROOT, "/photos/busy.jpg", ChangeKind.WRITING, 0.0)
    pending.add(ROOT, "/photos/a.jpg", ChangeKind.CLOSED, 0.0)
    pending.add(ROOT, "/photos/busy.jpg", ChangeKind.WRITING, 0.3)
    assert pending.take(0.3) == paths("/photos/a.jpg")


def test_a_file_being_written_waits_for_its_close(pending: Pending, disk: Disk) -> None:
    for tenths in range(100):
        disk.grow("/photos/a.jpg")
        pending.add(ROOT, "/photos/a.jpg", ChangeKind.WRITING, tenths / 10)
        assert pending.take(tenths / 10) == NOTHING
        assert pending.being_written() == {"/photos/a.jpg"}
    pending.add(ROOT, "/photos/a.jpg", ChangeKind.CLOSED, 10.0)
    assert pending.take(10.1) == NOTHING
    assert pending.take(10.3) == paths("/photos/a.jpg")
    assert pending.being_written() == frozenset()


def test_a_file_that_is_never_closed_is_ready_once_it_stays_as_it_is(
    pending: Pending, disk: Disk
) -> None:
    disk.grow("/photos/a.jpg")
    pending.add(ROOT, "/photos/a.jpg", ChangeKind.WRITING, 0.0)
    assert pending.take(0.3) == NOTHING
    disk.grow("/photos/a.jpg")  # without an event: through a mapped page, say
    assert pending.take(3.5) == NOTHING
    assert pending.take(6.0) == NOTHING
    assert pending.take(6.6) == paths("/photos/a.jpg")


def test_a_file_that_goes_away_while_it_is_written_is_ready(pending: Pending) -> None:
    pending.add(ROOT, "/photos/a.jpg", ChangeKind.WRITING, 0.0)
    assert pending.take(0.3) == paths("/photos/a.jpg")


def test_new_permissions_do_not_make_a_file_complete(pending: Pending, disk: Disk) -> None:
    disk.grow("/photos/a.jpg")
    pending.add(ROOT, "/photos/a.jpg", ChangeKind.WRITING, 0.0)
    pending.add(ROOT, "/photos/a.jpg", ChangeKind.TOUCHED, 0.1)
    assert pending.take(2.0) == NOTHING
    pending.add(ROOT, "/photos/b.jpg", ChangeKind.TOUCHED, 2.0)
    assert pending.take(2.3) == paths("/photos/b.jpg")


def test_a_file_opened_again_before_it_was_taken_waits_again(pending: Pending, disk: Disk) -> None:
    disk.grow("/photos/a.jpg")
    pending.add(ROOT, "/photos/a.jpg", ChangeKind.CLOSED, 0.0)
    assert pending.is_ready(0.5)
    pending.add(ROOT, "/photos/a.jpg", ChangeKind.WRITING, 0.6)
    assert not pending.is_ready(1.0)
    pending.add(ROOT, "/photos/a.jpg", ChangeKind.CLOSED, 1.0)
    assert pending.take(1.3) == paths("/photos/a.jpg")


def test_a_file_found_in_a_new_folder_is_looked_at_twice(pending: Pending, disk: Disk) -> None:
    disk.grow("/photos/new/a.jpg")
    pending.add(ROOT, "/photos/new/a.jpg", ChangeKind.FOUND, 0.0)
    assert pending.take(0.3) == NOTHING
    disk.grow("/photos/new/a.jpg")
    assert pending.take(0.7) == NOTHING
    assert pending.take(1.2) == paths("/photos/new/a.jpg")


def test_a_path_below_a_ready_folder_is_dropped_into_it(pending: Pending) -> None:
    pending.add(ROOT, "/photos/b/c/a.jpg", ChangeKind.SETTLED, 0.0)
    pending.add(ROOT, "/photos/b", ChangeKind.FOLDER, 0.0)
    pending.add(ROOT, "/photos/bc.jpg", ChangeKind.SETTLED, 0.0)
    assert pending.take(1.0) == paths("/photos/b", "/photos/bc.jpg")
    assert len(pending) == 0


def test_a_folder_waits_a_while_for_a_file_being_written_below_it(
    pending: Pending, disk: Disk
) -> None:
    disk.grow("/photos/b/a.jpg")
    pending.add(ROOT, "/photos/b", ChangeKind.FOLDER, 0.0)
    pending.add(ROOT, "/photos/b/a.jpg", ChangeKind.WRITING, 0.0)
    assert pending.take(1.0) == NOTHING
    pending.add(ROOT, "/photos/b/a.jpg", ChangeKind.CLOSED, 1.0)
    assert pending.take(1.3) == paths("/photos/b")


def test_a_folder_in_which_somebody_always_writes_is_given_out_in_the_end(
    pending: Pending, disk: Disk
) -> None:
    pending.add(ROOT, "/photos/b", ChangeKind.FOLDER, 0.0)
    at = 0.0
    while not pending.is_ready(at):
        assert at < 2 * DELAYS.longest_s
        disk.grow("/photos/b/a.jpg")
        pending.add(ROOT, "/photos/b/a.jpg", ChangeKind.WRITING, at)
        at += 0.1
    assert pending.take(at) == paths("/photos/b")
    assert pending.being_written() == {"/photos/b/a.jpg"}


def test_too_many_paths_become_their_root(disk: Disk) -> None:
    pending = Pending(DELAYS, disk, max_paths=100)
    for number in range(1_000):
        pending.add(ROOT, f"/photos/{number}.jpg", ChangeKind.CLOSED, 0.0)
        pending.add(OTHER, "/other/a.jpg", ChangeKind.CLOSED, 0.0)
        assert len(pending) <= 103
    assert pending.take(0.3) == Changes(frozenset({"/other/a.jpg"}), frozenset({ROOT}))
    assert pending.take(9.9) == NOTHING


def test_too_many_files_being_written_become_their_root(disk: Disk) -> None:
    pending = Pending(DELAYS, disk, max_paths=100)
    for number in range(1_000):
        disk.grow(f"/photos/{number}.jpg")
        pending.add(ROOT, f"/photos/{number}.jpg", ChangeKind.WRITING, 0.0)
        assert len(pending) <= 102
    assert pending.take(0.3).roots == {ROOT}


def test_a_file_being_written_stays_so_while_its_root_is_reported(
    pending: Pending, disk: Disk
) -> None:
    disk.grow("/photos/a.jpg")
    pending.add(ROOT, "/photos/a.jpg", ChangeKind.WRITING, 0.0)
    pending.add(ROOT, "/photos/b.jpg", ChangeKind.SETTLED, 0.0)
    pending.add_root(ROOT, 0.1)
    pending.add(ROOT, "/photos/a.jpg", ChangeKind.TOUCHED, 0.1)
    assert pending.take(0.3) == Changes(roots=frozenset({ROOT}))
    assert pending.being_written() == {"/photos/a.jpg"}
    pending.add(ROOT, "/photos/a.jpg", ChangeKind.CLOSED, 0.5)
    assert pending.take(1.0) == paths("/photos/a.jpg")


def test_a_change_after_a_root_was_taken_is_given_out(pending: Pending) -> None:
    pending.add_root(ROOT, 0.0)
    assert pending.take(0.0) == Changes(roots=frozenset({ROOT}))
    pending.add(ROOT, "/photos/a.jpg", ChangeKind.SETTLED, 0.0)
    assert pending.take(1.0) == paths("/photos/a.jpg")


def test_a_path_may_stand_for_its_whole_root(pending: Pending, disk: Disk) -> None:
    disk.grow("/elsewhere/a.jpg")
    pending.add(ROOT, "/elsewhere/a.jpg", ChangeKind.WRITING, 0.0, is_whole=True)
    assert pending.take(1.0) == NOTHING
    pending.add(ROOT, "/elsewhere/a.jpg", ChangeKind.CLOSED, 1.0)
    assert pending.take(2.0) == Changes(roots=frozenset({ROOT}))


def test_a_path_added_by_hand_is_ready_at_once(pending: Pending) -> None:
    pending.add_ready(ROOT, "/photos/a.jpg")
    assert pending.next_ready_at(5.0) == 5.0
    assert pending.take(5.0) == paths("/photos/a.jpg")


def test_nothing_is_left_of_a_root_that_was_dropped(pending: Pending) -> None:
    pending.add(ROOT, "/photos/a.jpg", ChangeKind.CLOSED, 0.0)
    pending.add_ready(ROOT, "/photos/b.jpg")
    pending.add_root(ROOT, 0.0)
    pending.add(OTHER, "/other/a.jpg", ChangeKind.CLOSED, 0.0)
    pending.drop(ROOT)
    assert pending.take(9.0) == paths("/other/a.jpg")


def test_the_stamp_of_a_file_is_its_size_and_date(tmp_path: Path) -> None:
    file = tmp_path / os.fsdecode(b"\xff.jpg")
    file.write_bytes(b"12345")
    os.utime(file, ns=(1, 42))
    assert stamp_of(str(file)) == (5, 42)
    assert stamp_of(str(tmp_path / "none.jpg")) is None
    assert stamp_of(str(file / "below.jpg")) is None
    assert stamp_of(str(tmp_path / ("n" * 300))) == (0, 0)


NAMES = ["/photos/a", "/photos/a/b", "/photos/a/b/c.jpg", "/photos/d.jpg", "/photos/e.jpg"]
EVENTS = st.tuples(
    st.sampled_from(NAMES), st.sampled_from(list(ChangeKind)), st.booleans(), st.integers(0, 40)
)


class Check:
    """Feeds events to `Pending`, and checks all that is given out against what it fed."""

    def __init__(self, max_paths: int) -> None:
        self.disk = Disk()
        self.pending = Pending(DELAYS, self.disk, max_paths)
        self.now = 0.0
        self.due: set[str] = set()
        self.written_at: dict[str, float] = {}

    def event(self, path: str, kind: ChangeKind) -> None:
        self.pending.add(ROOT, path, kind, self.now)
        self.due.add(path)
        if kind is ChangeKind.WRITING:
            self.disk.grow(path)
            self.written_at[path] = self.now
        elif kind in (ChangeKind.CLOSED, ChangeKind.SETTLED, ChangeKind.FOLDER):
            self.written_at.pop(path, None)

    def take(self) -> None:
        asked_at = self.pending.next_ready_at(self.now)
        changes = self.pending.take(self.now)
        assert not changes or (asked_at is not None and asked_at <= self.now)
        being_written = {
            path for path, at in self.written_at.items() if self.now < at + DELAYS.writing_quiet_s
        }
        assert not changes.paths & being_written
        for top in (*changes.paths, *map(str, changes.roots)):
            below = {path for path in self.due if path == top or path.startswith(top + "/")}
            self.due -= below - being_written


@given(st.lists(EVENTS, max_size=40), st.sampled_from([2, 100]))
def test_nothing_is_lost_and_nothing_being_written_is_given_out(
    events: list[tuple[str, ChangeKind, bool, int]], max_paths: int
) -> None:
    check = Check(max_paths)
    for path, kind, takes, tenths in events:
        check.event(path, kind)
        if takes:
            check.take()
        check.now += tenths / 10
    for _ in range(10):
        check.now += 10.0
        check.take()
    if max_paths == 2:  # what was being written may have been dropped into the root
        check.due -= check.written_at.keys()
    assert check.due == set()
    assert len(check.pending) == 0
    assert check.pending.next_ready_at(check.now) is None


def test_a_file_that_is_written_again_and_again_while_nobody_takes_fills_no_memory(
    pending: Pending,
) -> None:
    pending.add(ROOT, "/photos/first.jpg", ChangeKind.WRITING, 0.0)
    pending.add_root(ROOT, 0.0)
    for _ in range(10_000):
        pending.add(ROOT, "/photos/a.jpg", ChangeKind.WRITING, 1.0)
        pending.add(ROOT, "/photos/a.jpg", ChangeKind.CLOSED, 1.0)
    assert len(pending._looks) < 5_000
    assert pending.take(1.5) == Changes(roots=frozenset([ROOT]))
    assert pending.take(9.0) == NOTHING


def test_a_file_that_went_with_its_folder_is_not_being_written_when_it_comes_back(
    pending: Pending,
) -> None:
    pending.add(ROOT, "/photos/d/a.jpg", ChangeKind.WRITING, 0.0)
    assert pending.take(5.0) == paths("/photos/d/a.jpg")
    assert pending.being_written() == frozenset()
    assert len(pending) == 0
