"""Work in the background goes after what the person at the machine is doing: CPU and disk."""

from __future__ import annotations

import ctypes
import logging
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")

_log = logging.getLogger(__name__)

_NICE = 15
"""Linux shares the CPU between nice 0 and nice 15 as 28 to 1. It is also the lowest of the eight
best-effort levels for the disk, which the kernel derives from it: (15 + 20) / 5 is level 7."""

# <sys/resource.h> of macOS: less CPU, and the disk when nobody else wants it.
_PRIO_DARWIN_THREAD, _PRIO_DARWIN_BG = 3, 0x1000

# winbase.h and winerror.h: the same on Windows.
_THREAD_MODE_BACKGROUND_BEGIN, _ERROR_THREAD_MODE_ALREADY_BACKGROUND = 0x10000, 400


def lower_priority() -> bool:
    """Let every other program go before the calling thread; returns whether that worked.

    On Linux this holds for the threads that this one starts later, too; on macOS and Windows each
    of them has to call it itself (``initializer`` of a pool). A thread can do it again, and one
    that is lower already stays so. There is no way back: a user may not raise a priority.
    """
    lower = _WAYS.get(sys.platform)
    if lower is None:
        return False
    try:
        lower()
    except (OSError, AttributeError) as error:  # forbidden, or too old a system
        _log.warning("Indexing goes on at normal priority: it cannot be lowered (%s).", error)
        return False
    return True


def at_low_priority(work: Callable[[], T]) -> T:
    """Do something in a thread that lets others go first, and wait for it.

    A model that is loaded so has its own threads, which run its image tower, at low priority.
    """

    def run() -> T:
        lower_priority()
        return work()

    with ThreadPoolExecutor(1, thread_name_prefix="loading") as pool:
        return pool.submit(run).result()


def _lower_on_linux() -> None:
    # What POSIX says of a process, Linux does for each thread, by its own number.
    thread_id = threading.get_native_id()
    if os.getpriority(os.PRIO_PROCESS, thread_id) < _NICE:
        os.setpriority(os.PRIO_PROCESS, thread_id, _NICE)


def _lower_on_macos() -> None:
    os.setpriority(_PRIO_DARWIN_THREAD, 0, _PRIO_DARWIN_BG)  # 0 is the calling thread


def _lower_on_windows() -> None:
    kernel: Any = vars(ctypes)["WinDLL"]("kernel32", use_last_error=True)
    kernel.GetCurrentThread.restype = ctypes.c_void_p
    kernel.SetThreadPriority.argtypes = (ctypes.c_void_p, ctypes.c_int)
    if not kernel.SetThreadPriority(kernel.GetCurrentThread(), _THREAD_MODE_BACKGROUND_BEGIN):
        code = vars(ctypes)["get_last_error"]()
        if code != _ERROR_THREAD_MODE_ALREADY_BACKGROUND:
            raise OSError(code, "SetThreadPriority failed")


_WAYS = {"linux": _lower_on_linux, "darwin": _lower_on_macos, "win32": _lower_on_windows}
