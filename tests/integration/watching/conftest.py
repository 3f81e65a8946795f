"""Photo folders being watched, and somebody who looks only where the watching says."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from photosearch.errors import LibraryError
from photosearch.library.scanner import scan
from photosearch.types import Changes, FoundFile, PhotoStamp, Root
from photosearch.watching import Timing, Watching

MakeWatching = Callable[..., Watching]


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
DEADLINE_S = 120.0


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


@pytest.fixture(name="wait_for")
def wait_for_fixture() -> Callable[..., None]:
    return wait_for


@pytest.fixture(name="wait_for_root")
def wait_for_root_fixture() -> Callable[..., None]:
    return wait_for_root


@pytest.fixture(name="tree")
def tree_fixture() -> Callable[..., None]:
    return tree


@pytest.fixture(name="as_roots")
def as_roots_fixture() -> Callable[..., list[Root]]:
    return as_roots


@pytest.fixture(name="mirror_of")
def mirror_of_fixture() -> Callable[..., Mirror]:
    return Mirror
