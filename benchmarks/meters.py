"""Clocks for benchmarks: wall and CPU time, what other programs took meanwhile, and memory."""

from __future__ import annotations

import os
import resource
import time
from types import TracebackType

import psutil

CORES = os.cpu_count() or 1
_KIB_BYTES = 1024


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
    def left_core_s(self) -> float:
        """Core-seconds that were there for this process."""
        return CORES * self.wall_s - self.others_cpu_s


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
