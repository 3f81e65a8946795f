"""Where the system reports nothing (limits, networks, lost events), whole roots are looked at."""

from __future__ import annotations

import errno
import itertools
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from photosearch.library.watch_tree import Listener
from photosearch.library.watcher import FolderWatcher, Watch
from photosearch.types import Changes, WatchState
from photosearch.watching import Timing, Watching

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="inotify is Linux's")

WaitFor = Callable[[Callable[[], bool]], None]
WaitForRoot = Callable[[Watching, Path], None]
MakeWatching = Callable[..., Watching]


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


def changes_told(watching: Watching, root: Path) -> Callable[[], bool]:
    """Whether new files are told by their paths, asked as often as one likes.

    The first may still be part of the look at everything with which watching begins.
    """
    numbers = itertools.count()

    def is_told() -> bool:
        (root / f"{next(numbers)}.jpg").write_bytes(b"1")
        time.sleep(0.3)
        return any(Path(path).parent == root for path in watching.take().paths)

    return is_told


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
    wait_for: WaitFor,
    wait_for_root: WaitForRoot,
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
    wait_for(changes_told(watching, root))


def test_a_limit_reached_while_watching_makes_the_root_polled(
    base: Path,
    make_watching: MakeWatching,
    limited: type[LimitedWatcher],
    monkeypatch: pytest.MonkeyPatch,
    wait_for: WaitFor,
    wait_for_root: WaitForRoot,
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
    wait_for_root: WaitForRoot,
) -> None:
    monkeypatch.setattr(limited, "error", OSError(errno.ENOSYS, "Function not implemented"))
    watching = make_watching(base / "one", timing=POLLING, watcher=limited)
    [notice] = watching.notices()
    assert "Function not implemented" in notice.message
    wait_for_root(watching, base / "one")


def test_a_network_folder_is_polled_without_a_notice(
    base: Path, make_watching: MakeWatching, wait_for: WaitFor, wait_for_root: WaitForRoot
) -> None:
    one, two = base / "one", base / "two"
    watching = make_watching(one, two, timing=POLLING, is_network=lambda path: path == one)
    assert watching.states() == {one: WatchState.POLLED, two: WatchState.WATCHED}
    assert watching.notices() == ()
    wait_for_root(watching, one)
    wait_for_root(watching, one)
    shutil.rmtree(one)
    wait_for(lambda: watching.states()[one] is WatchState.OFFLINE)


def test_how_often_a_folder_is_polled_can_be_changed(
    base: Path, make_watching: MakeWatching, wait_for: WaitFor
) -> None:
    root = base / "one"
    now = [0.0]
    seldom = replace(POLLING, poll_s=3600.0)
    watching = make_watching(
        root, timing=seldom, clock=lambda: now[0], is_network=lambda path: True
    )
    now[0] = 100.0
    time.sleep(5 * POLLING.presence_s)  # long enough for a look, were it due
    assert watching.take() == Changes()
    watching.poll_every(60.0)
    now[0] = 161.0
    wait_for(lambda: watching.take().roots == {root})


def test_a_polled_folder_is_left_alone_after_a_long_look_through_it(
    base: Path, make_watching: MakeWatching, wait_for: WaitFor
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
    base: Path, make_watching: MakeWatching, wait_for_root: WaitForRoot
) -> None:
    timing = Timing(presence_s=0.02, rescan_s=0.1)
    watching = make_watching(base / "one", timing=timing)
    wait_for_root(watching, base / "one")
    wait_for_root(watching, base / "one")


def test_lost_events_make_the_root_one_to_be_looked_at(
    base: Path, make_watching: MakeWatching, limited: type[LimitedWatcher], wait_for: WaitFor
) -> None:
    one, two = base / "one", base / "two"
    watching = make_watching(one, two, watcher=limited)
    made[0].listeners[0].on_overflow()
    wait_for(lambda: watching.wait(0.1))
    assert watching.take() == Changes(roots=frozenset({one}))


def test_a_dead_watcher_is_replaced_and_everything_looked_at(
    base: Path,
    make_watching: MakeWatching,
    limited: type[LimitedWatcher],
    wait_for: WaitFor,
    wait_for_root: WaitForRoot,
) -> None:
    one, two = base / "one", base / "two"
    watching = make_watching(one, two, watcher=limited)
    made[0].is_dead = True
    wait_for_root(watching, one)
    wait_for(lambda: set(watching.states().values()) == {WatchState.WATCHED})
    wait_for(changes_told(watching, two))
    assert len(made) == 2
