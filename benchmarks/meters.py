"""Clocks for benchmarks: wall and CPU time, what other programs took meanwhile, and memory."""

from __future__ import annotations

import os
import resource
import threading
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType

import psutil

CORES = os.cpu_count() or 1
_KIB_BYTES = 1024
_SAMPLE_INTERVAL_S = 0.1


class Meter:
    """Measures a ``with`` block.

    Attributes:
        others_cpu_s: CPU time that other programs (or the host of a virtual machine) took.
    """

    def __init__(self) -> None:
        self.wall_s = self.cpu_s = self.others_cpu_s = 0.0

    def __enter__(self) -> Meter:
        self._busy_s = _busy_s()
        self._cpu_s = time.process_time()
        self._started_s = time.perf_counter()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.wall_s = time.perf_counter() - self._started_s
        self.cpu_s = time.process_time() - self._cpu_s
        self.others_cpu_s = max(_busy_s() - self._busy_s - self.cpu_s, 0.0)

    @property
    def others_share(self) -> float:
        """The part of all cores' time that other programs had."""
        return self.others_cpu_s / (CORES * self.wall_s)


class ReadyThreads:
    """Samples, during a ``with`` block, how many threads of this process could run.

    On a machine that others use, waiting threads cannot be told from missing ones by the clock:
    somebody else fills each gap. Linux says of each thread whether it waits for a core.
    """

    def __init__(self) -> None:
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._sample)
        self._used = 0
        self._samples = 0

    def __enter__(self) -> ReadyThreads:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._done.set()
        self._thread.join()

    @property
    def share_of_cores(self) -> float:
        """The part of all cores that the process would have kept busy by itself."""
        return self._used / (CORES * max(self._samples, 1))

    def _sample(self) -> None:
        while not self._done.wait(_SAMPLE_INTERVAL_S):
            self._used += min(_count_ready(), CORES)
            self._samples += 1


def rss_mb() -> float:
    """The memory of this process that lies in RAM."""
    return float(psutil.Process().memory_info().rss) / 1e6


def peak_rss_mb() -> float:
    """The most that it ever was."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _KIB_BYTES / 1e6


def _busy_s() -> float:
    times = psutil.cpu_times()
    busy = times.user + times.nice + times.system
    return float(busy + sum(getattr(times, name, 0.0) for name in ("irq", "softirq", "steal")))


def _count_ready() -> int:
    """Threads of this process, but for the one that asks, that run, could run or wait for disk."""
    ready = 0
    for task in Path("/proc/self/task").iterdir():
        if int(task.name) == threading.get_native_id():
            continue
        with suppress(OSError):  # it ended meanwhile
            ready += (task / "stat").read_text().rpartition(") ")[2][0] in "RD"
    return ready
