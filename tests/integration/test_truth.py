"""Whatever happens to the files, after a pause the index says what the disk says."""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import xxhash
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from PIL import Image

from photosearch.engine import Engine
from photosearch.errors import QueryError
from photosearch.index.catalog import Catalog
from photosearch.index.chroma import ChromaStore
from photosearch.model.fake import FakeEncoder
from photosearch.paths import AppPaths
from photosearch.service.events import EventHub
from photosearch.service.worker import IndexWorker
from photosearch.settings import Settings, load_settings
from photosearch.types import Query
from photosearch.watching import Timing, Watching

SEQUENCES = 200
SWITCHING_SEQUENCES = 8
WAIT_S = 120.0

# No safety net that would hide what was missed: no polling, no look through everything.
TIMING = Timing(quiet_s=0.05, writing_quiet_s=0.5, poll_s=3600.0, rescan_s=0.0)

FILES = ("a.png", "b.png", "c.tmp", "d/a.png", "d/e/b.png", "f.png/g.png", ".h/a.png")
FOLDERS = ("d", "d/e", "f.png", ".h", "k")
ROOTS = ("one", "two")
Place = tuple[str, str]
places = st.tuples(st.sampled_from(ROOTS), st.sampled_from((*FILES, *FOLDERS)))
numbers = itertools.count()


def write_photo(path: Path, *, is_slow: bool = False) -> None:
    """A picture that no other one equals."""
    number = next(numbers)
    pixels = np.zeros((8, 8, 3), np.uint8)
    pixels[0, 0] = number % 256, number // 256 % 256, number // 65536
    picture = path.with_name(f".{number}.making")
    Image.fromarray(pixels).save(picture, "png")
    data = picture.read_bytes()
    picture.unlink()
    with path.open("wb") as file:
        file.write(data[: len(data) // 2])
        if is_slow:
            file.flush()
            time.sleep(0.15)
        file.write(data[len(data) // 2 :])


def make_way(path: Path) -> None:
    """A folder is replaced by a file, and a file that is in the way of a folder by that."""
    if path.is_dir():
        shutil.rmtree(path)
    if path.parent.is_file():
        path.parent.unlink()
    path.parent.mkdir(parents=True, exist_ok=True)


def create(path: Path, _: Path) -> None:
    make_way(path)
    write_photo(path)


def write_slowly(path: Path, _: Path) -> None:
    make_way(path)
    write_photo(path, is_slow=True)


def spoil(path: Path, _: Path) -> None:
    path.write_bytes(b"no picture")


def delete(path: Path, _: Path) -> None:
    shutil.rmtree(path) if path.is_dir() else path.unlink()


def touch(path: Path, _: Path) -> None:
    os.utime(path, ns=(next(numbers), next(numbers)))


def hide(path: Path, _: Path) -> None:
    marker = (path if path.is_dir() else path.parent) / ".nomedia"
    marker.unlink() if marker.exists() else marker.touch()


def move(path: Path, other: Path) -> None:
    if not path.is_dir():
        make_way(other)
    path.rename(other)


def copy(path: Path, other: Path) -> None:
    other.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(path, other) if path.is_dir() else shutil.copy2(path, other)


def pause(_: Path, __: Path) -> None:
    time.sleep(0.1)


def choose(_: Path, __: Path) -> None:
    """Another model, maybe; see `Watched.choose`."""


def restart(_: Path, __: Path) -> None:
    """The service ends and begins again."""


def on_disk(roots: list[Path]) -> dict[Path, str]:
    """Every photo that should be found, with the hash of its bytes."""
    photos = {}
    for root in roots:
        for folder, folders, names in os.walk(root):
            folders[:] = [name for name in folders if not name.startswith(".")]
            if Path(folder) != root and ".nomedia" in names:
                folders.clear()
                continue
            for name in names:
                data = Path(folder, name).read_bytes()
                if name.endswith(".png") and data.startswith(b"\x89PNG"):
                    photos[Path(folder, name)] = xxhash.xxh3_128_hexdigest(data)
    return photos


steps = st.tuples(
    st.sampled_from(
        (create, create, create, write_slowly, spoil, delete, touch, hide, move, move, copy, pause)
    ),
    places,
    places,
)


MODELS = ("starter", "net/second", "net/third")


def load(_: AppPaths, chosen: Settings) -> FakeEncoder:
    """A fake model of the name that is chosen."""
    encoder = FakeEncoder()
    if chosen.model != MODELS[0]:
        encoder.spec = replace(
            encoder.spec, name=chosen.model, architecture=chosen.model.replace("/", "-")
        )
    return encoder


class Watched:
    """An index with two roots, kept by a worker as in the service."""

    def __init__(self, folder: Path) -> None:
        self.paths = AppPaths(folder / "data", folder / "cache")
        self.roots = [folder / name for name in ROOTS]
        self.open()
        for root in self.roots:
            root.mkdir()
            self.engine.add_root(root)
        self.worker.roots_changed()

    def open(self) -> None:
        """Begin, or go on as after a restart."""
        chosen = load_settings(self.paths.settings)
        self.engine = Engine(self.paths, chosen, load, is_installed=lambda _: True)
        self.worker = IndexWorker(self.engine, Watching(TIMING), EventHub())
        self.worker.start()

    def choose(self, where: Place) -> None:
        """Any of the models, also the one that is at work already."""
        number = (*FILES, *FOLDERS).index(where[1]) % len(MODELS)
        self.engine.change_settings({"model": MODELS[number]})

    def is_settled(self) -> bool:
        """Whether the chosen model answers, in time."""
        until = time.monotonic() + WAIT_S
        while self.engine.answering() != self.engine.settings.model:
            if time.monotonic() > until:
                return False
            time.sleep(0.02)
        return True

    def found(self) -> dict[Path, str]:
        try:
            hits = self.engine.search(Query(text="black", limit=100_000))
        except QueryError:  # nothing is there yet
            return {}
        return {hit.photo.path: hit.photo.content_id for hit in hits}

    def is_true(self) -> bool:
        until = time.monotonic() + WAIT_S
        while self.found() != on_disk(self.roots):
            if time.monotonic() > until:
                return False
            time.sleep(0.02)
        return True

    def close(self) -> None:
        assert self.worker.stop(10.0)
        self.engine.close()


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    opened = Watched(tmp_path_factory.mktemp("truth"))
    with contextlib.closing(opened):
        yield opened


@pytest.mark.slow
@settings(
    max_examples=SEQUENCES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(steps, min_size=1, max_size=12))
def test_after_any_changes_and_a_pause_the_index_is_as_the_disk(
    watched: Watched, steps: list[tuple[Callable[[Path, Path], None], Place, Place]]
) -> None:
    place = f"{next(numbers)}"
    for root in watched.roots:
        (root / place).mkdir()

    def at(where: Place) -> Path:
        root, name = where
        return watched.roots[ROOTS.index(root)] / place / name

    for do, where, other in steps:
        with contextlib.suppress(OSError, shutil.Error):  # it cannot be done as things are
            do(at(where), at(other))
    if not watched.is_true():
        found, expected = watched.found(), on_disk(watched.roots)
        note(f"found without being there: {sorted(found.items() - expected.items())}")
        note(f"there without being found: {sorted(expected.items() - found.items())}")
        pytest.fail("the index is not as the disk")


changes_and_choices = st.tuples(
    st.sampled_from((create, create, delete, move, copy, hide, pause, choose, choose, restart)),
    places,
    places,
)


@pytest.mark.slow
@settings(
    max_examples=SWITCHING_SEQUENCES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(changes_and_choices, min_size=3, max_size=12))
def test_after_any_changes_choices_and_restarts_the_model_that_answers_has_what_is_on_disk(
    watched: Watched, steps: list[tuple[Callable[[Path, Path], None], Place, Place]]
) -> None:
    place = f"{next(numbers)}"
    for root in watched.roots:
        (root / place).mkdir()

    def at(where: Place) -> Path:
        root, name = where
        return watched.roots[ROOTS.index(root)] / place / name

    for do, where, other in steps:
        if do is choose:
            watched.choose(where)
        elif do is restart:
            watched.close()
            watched.open()
        else:
            with contextlib.suppress(OSError, shutil.Error):  # it cannot be done as things are
                do(at(where), at(other))
    assert watched.is_settled(), "the chosen model does not come to answer"
    assert watched.is_true(), "the index is not as the disk"


def test_the_vectors_are_those_of_the_catalog_in_the_end(
    tmp_path: Path, make_photo: Callable[..., Path]
) -> None:
    watched = Watched(tmp_path)
    chance = np.random.default_rng(2026)
    for number in range(60):
        photo = watched.roots[number % 2] / f"{number}.png"
        write_photo(photo)
        if chance.random() < 0.5:
            photo.unlink()
    assert watched.is_true()
    watched.engine.tidy()
    watched.close()
    catalog, store = (
        Catalog(watched.paths.catalog),
        ChromaStore(watched.paths.vectors, FakeEncoder.spec),
    )
    model = catalog.vectors.model_id(FakeEncoder.spec)
    known = {id_ for batch in catalog.vectors.batches(model, 1_000) for id_, _ in batch}
    assert set(store.ids()) == known == set(on_disk(watched.roots).values())
    store.close()
    catalog.close()
