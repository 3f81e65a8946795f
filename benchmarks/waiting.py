"""How long a person waits for a search, while photos are indexed and while nothing is."""

from __future__ import annotations

import itertools
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
from photos import make_photos
from rows import Options, Row, run_script, say
from running import running_service, wait_until_idle

from photosearch.client import Client
from photosearch.types import IndexReport, Query

_MOST_MS = 300.0
_PACE_S = 0.2
_WORDS = ("a cat", "two dogs playing in the snow", "a red bicycle against a wall", "food", "sunset")


def measure(options: Options) -> list[Row]:
    """Search over HTTP, the model being warm, during a whole first pass over a folder."""
    count = 26 if options.is_quick else 520
    photos = make_photos(options.cache_dir, count)
    with (
        tempfile.TemporaryDirectory(dir=options.cache_dir) as folder,
        running_service(Path(folder)) as client,
    ):
        first = Path(folder, "first")
        first.mkdir()
        (first / "a.jpg").write_bytes(next(photos.rglob("*.jpg")).read_bytes())
        client.add_root(first)
        list(client.index())
        wait_until_idle(client)
        idle_ms = _times_ms(client, 20 if options.is_quick else 100)
        say(f"Searching while {count} photos are indexed …")
        client.add_root(photos)
        job = _Job(client)
        busy_ms = _times_ms(client, None, job)
        assert job.report is not None
    return [
        Row(
            "search during indexing, p95",
            float(np.percentile(busy_ms, 95)),
            "ms",
            _MOST_MS,
            details={
                "p50_ms": float(np.percentile(busy_ms, 50)),
                "max_ms": max(busy_ms),
                "searches": len(busy_ms),
                "photos_a_second": job.report.embedded / job.wall_s,
            },
        ),
        Row(
            "search while idle, p95",
            float(np.percentile(idle_ms, 95)),
            "ms",
            details={"p50_ms": float(np.percentile(idle_ms, 50)), "max_ms": max(idle_ms)},
        ),
    ]


class _Job(threading.Thread):
    """A pass over all folders, followed to its end."""

    def __init__(self, client: Client) -> None:
        super().__init__()
        self._client = client
        self.report: IndexReport | None = None
        self.wall_s = 0.0
        self.start()

    def run(self) -> None:
        started_s = time.monotonic()
        *_, report = self._client.index()
        self.wall_s = time.monotonic() - started_s
        assert isinstance(report, IndexReport)
        self.report = report


def _times_ms(client: Client, count: int | None, job: _Job | None = None) -> list[float]:
    """Search now and then, so many times or as long as a job lasts."""
    times_ms: list[float] = []
    for number, words in enumerate(itertools.cycle(_WORDS)):
        if number == count or (job is not None and not job.is_alive()):
            return times_ms
        started_s = time.perf_counter()
        client.search(Query(text=words))
        times_ms.append(1_000 * (time.perf_counter() - started_s))
        time.sleep(_PACE_S)
    raise AssertionError("an endless loop ended")


if __name__ == "__main__":
    run_script(measure)
