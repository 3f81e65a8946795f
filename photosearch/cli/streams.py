"""The standard streams: made fit for use at start, spoken to on the way, and let go at the end."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import sys
from typing import Any

from photosearch.errors import shown


def prepare() -> None:
    """Open what the caller closed, so that no other file takes its number, and lose no letter."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # gets the lowest free number, which is this one
    sys.stdout = sys.stdout or open(1, "w", closefd=False)  # noqa: SIM115
    sys.stderr = sys.stderr or open(2, "w", closefd=False)  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Printable())
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    # What Pillow thinks of a broken file stands, in our words, in `photosearch skipped`.
    logging.getLogger("PIL").setLevel(logging.CRITICAL)


def say(text: str) -> None:
    """Tell the person, on standard error: standard output is for results."""
    Remarks().write(shown(text, keep="\n") + "\n")


def let_go() -> None:
    """Drop what could not be written, or Python would try again at its end and complain."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


class Remarks:
    """Standard error, except that what cannot be written is dropped: the work goes on unheard."""

    def __init__(self) -> None:
        # Kept, since a progress bar on a terminal puts itself in place of ``sys.stderr``.
        self._stream = sys.stderr

    def write(self, text: str) -> int:
        with contextlib.suppress(OSError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        with contextlib.suppress(OSError):
            self._stream.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


class _Printable(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return shown(super().format(record), keep="\n")
