"""A service of its own for a benchmark: started in a folder, and stopped when the block is left."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from rows import say

from photosearch.client import Client
from photosearch.errors import QueryError
from photosearch.paths import AppPaths
from photosearch.types import ActivityState, Query

_START_WAIT_S = 600.0


@contextmanager
def running_service(data_dir: Path) -> Iterator[Client]:
    """A client whose service, on the chosen model, belongs to ``data_dir``."""
    with Client(AppPaths(data_dir, AppPaths.choose().chosen_cache_dir)) as client:
        try:
            yield client
        finally:
            client.stop()


def wait_until_idle(client: Client) -> None:
    """Wait until the service has nothing to do, for a while."""
    until = time.monotonic() + _START_WAIT_S
    idle_since = time.monotonic()
    while time.monotonic() - idle_since < 2.0:
        if client.status().activity.state is not ActivityState.IDLE:
            idle_since = time.monotonic()
        if time.monotonic() > until:
            raise TimeoutError("The service does not become idle.")
        time.sleep(0.1)


def memory_mb(pid: int) -> float:
    """The memory of a service and its children that nobody else shares."""
    parent = psutil.Process(pid)
    return sum(one.memory_info().rss for one in (parent, *parent.children(recursive=True))) / 1e6


class Arrivals:
    """Notes, in a thread of its own, when each photo of a folder is first found by a search."""

    def __init__(self, client: Client, folder: Path, interval_s: float = 0.1) -> None:
        self._client = client
        self._query = Query(text="a photo", folders=(folder,), limit=1_000)
        self._interval_s = interval_s
        self._is_done = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self.found_at: dict[str, float] = {}

    def __enter__(self) -> Arrivals:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_done.set()
        self._thread.join()

    def wait_for(self, count: int, wait_s: float) -> None:
        """Wait until so many were found."""
        until = time.monotonic() + wait_s
        while len(self.found_at) < count and time.monotonic() < until:
            time.sleep(0.05)
        say(f"{len(self.found_at)} of {count} were found.")

    def _look(self) -> None:
        while not self._is_done.wait(self._interval_s):
            try:
                hits = self._client.search(self._query)
            except QueryError:  # the first one is not there yet
                continue
            now = time.monotonic()
            for hit in hits:
                self.found_at.setdefault(hit.photo.path.name, now)
