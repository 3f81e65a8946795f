"""Random changes to a folder and four people who search it, for minutes: what breaks, what leaks.

Run with ``make soak``; it says at the end whether the index is as the disk, whether anything
failed, and how the memory of the service went.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
from photos import sample_pictures
from rows import say
from running import memory_mb, running_service, wait_until_idle

from photosearch.client import Client
from photosearch.errors import QueryError, UnknownPhotoError
from photosearch.paths import AppPaths
from photosearch.types import Query

_MOST_GROWTH = 1.10
_MOST_PHOTOS = 800
"""A search shows at most 1,000, and is how the index is compared with the disk."""
_PEOPLE = 4
_MEASURE_S = 2.0
_WORDS = ("a cat", "a cup of coffee", "a rocket", "a flower", "a stone wall", "somebody", "grass")


class Changes(threading.Thread):
    """Does to photos what people do: copies, edits, moves, deletes, whole folders as well."""

    def __init__(self, root: Path, seed: int, until: float) -> None:
        super().__init__()
        self._root = root
        self._chance = random.Random(seed)
        self._pictures = sample_pictures()
        self._until = until
        self.count = 0

    def run(self) -> None:
        while time.monotonic() < self._until:
            photos = [path for path in self._root.rglob("*") if path.is_file()]
            actions = [self._remove, self._move, self._move_folder, self._touch, self._edit]
            if len(photos) < _MOST_PHOTOS:
                actions += [self._create] * 6 + [self._copy]
            else:
                actions += [self._delete_folder]
            with suppress(OSError, shutil.Error, IndexError):  # it cannot be done as things are
                self._chance.choice(actions)(photos)
                self.count += 1
            time.sleep(self._chance.expovariate(10.0))

    def _place(self) -> Path:
        folder = self._root / f"{self._chance.randrange(12)}"
        if self._chance.random() < 0.3:
            folder /= f"{self._chance.randrange(4)}"
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{self._chance.randrange(10**6)}.jpg"

    def _write(self, path: Path) -> None:
        picture = self._chance.choice(self._pictures).copy()
        side_px = self._chance.randrange(200, 900)
        picture.thumbnail((side_px, side_px))
        picture.putpixel((0, 0), (self.count % 256, self.count // 256 % 256, 0))
        picture.save(path, "JPEG", quality=self._chance.randrange(60, 95))

    def _create(self, photos: list[Path]) -> None:
        self._write(self._place())

    def _edit(self, photos: list[Path]) -> None:
        path = self._chance.choice(photos)
        temporary = path.with_suffix(".part")
        self._write(temporary)
        temporary.replace(path)

    def _copy(self, photos: list[Path]) -> None:
        shutil.copy2(self._chance.choice(photos), self._place())

    def _move(self, photos: list[Path]) -> None:
        self._chance.choice(photos).rename(self._place())

    def _touch(self, photos: list[Path]) -> None:
        os.utime(self._chance.choice(photos))

    def _remove(self, photos: list[Path]) -> None:
        self._chance.choice(photos).unlink()

    def _move_folder(self, photos: list[Path]) -> None:
        self._chance.choice(photos).parent.rename(self._root / f"{self._chance.randrange(12)}")

    def _delete_folder(self, photos: list[Path]) -> None:
        folder = self._chance.choice(photos).parent
        if folder != self._root:
            shutil.rmtree(folder)


class Person(threading.Thread):
    """Searches by words and by photos, and looks at what is found."""

    def __init__(self, data_dir: Path, seed: int, until: float) -> None:
        super().__init__()
        self._data_dir = data_dir
        self._chance = random.Random(seed)
        self._until = until
        self.times_ms: list[float] = []
        self.errors: list[str] = []

    def run(self) -> None:
        with Client(AppPaths(self._data_dir, AppPaths.choose().chosen_cache_dir)) as client:
            while time.monotonic() < self._until:
                try:
                    self._search(client)
                except QueryError as error:
                    if "indexed" not in error.message and "embedded" not in error.message:
                        self.errors.append(str(error))  # at first there is nothing to find
                except Exception as error:
                    self.errors.append(f"{type(error).__name__}: {error}")
                time.sleep(self._chance.expovariate(5.0))

    def _search(self, client: Client) -> None:
        started_s = time.perf_counter()
        hits = client.search(Query(text=self._chance.choice(_WORDS)))
        self.times_ms.append(1_000 * (time.perf_counter() - started_s))
        if hits and self._chance.random() < 0.3:
            self._look_at(client, self._chance.choice(hits).photo.content_id)

    def _look_at(self, client: Client, content_id: str) -> None:
        with suppress(UnknownPhotoError):  # it may be gone by now, and that is said in words
            client.search(Query(similar_to=(content_id,)))
            client.thumbnail(content_id, 256)


def main() -> int:
    """Run it; the exit status says whether all was well."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0, help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=2026, help="default: %(default)s")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="photosearch-soak-") as folder:
        return _soak(Path(folder), 60.0 * options.minutes, options.seed)


def _soak(folder: Path, duration_s: float, seed: int) -> int:
    root, data_dir = folder / "photos", folder / "data"
    root.mkdir()
    with running_service(data_dir) as client:
        client.add_root(root)
        pid = client.about().pid
        until = time.monotonic() + duration_s
        changes = Changes(root, seed, until)
        people = [Person(data_dir, seed + number, until) for number in range(_PEOPLE)]
        for thread in (changes, *people):
            thread.start()
        memories_mb = _watch_memory(pid, until)
        for thread in (changes, *people):
            thread.join()
        wait_until_idle(client)
        difference = _difference(client, root)
        is_same_service = client.about().pid == pid
        notices = client.status().notices
    times_ms = [time_ms for person in people for time_ms in person.times_ms]
    errors = [error for person in people for error in person.errors]
    quarter = max(len(memories_mb) // 4, 1)
    second, last = memories_mb[quarter : 2 * quarter], memories_mb[-quarter:]
    growth = float(np.median(last) / np.median(second)) if second else float("nan")
    print(f"changes            {changes.count:,}")
    print(f"searches           {len(times_ms):,}, p95 {np.percentile(times_ms, 95):.0f} ms")
    print(f"errors             {len(errors)} {errors[:3] if errors else ''}")
    print(f"memory             {np.median(second):.0f} MB in the second quarter of the time,")
    print(f"                   {np.median(last):.0f} MB in the last: {growth:.3f} x")
    print(f"index against disk {len(difference)} differences {sorted(difference)[:5] or ''}")
    print(f"notices            {[notice.message for notice in notices] or 'none'}")
    is_well = not errors and not difference and is_same_service and growth <= _MOST_GROWTH
    print("all is well" if is_well else "NOT WELL")
    return 0 if is_well else 1


def _watch_memory(pid: int, until: float) -> list[float]:
    memories_mb = []
    while time.monotonic() < until:
        memories_mb.append(memory_mb(pid))
        if len(memories_mb) % 15 == 0:
            say(f"{until - time.monotonic():.0f} s left, {memories_mb[-1]:.0f} MB")
        time.sleep(_MEASURE_S)
    return memories_mb


def _difference(client: Client, root: Path) -> set[Path]:
    """Photos that are on one side only."""
    hits = client.search(Query(text="a photo", limit=1_000))
    return {hit.photo.path for hit in hits} ^ set(root.rglob("*.jpg"))


if __name__ == "__main__":
    sys.exit(main())
