"""How fast models embed photos on this machine: what was measured, kept while it still holds."""

from __future__ import annotations

import json
import os
import platform
import threading
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from photosearch.atomic import write_atomically

_LIBRARIES = ("onnxruntime", "open_clip_torch", "timm", "torch")

_writing = threading.Lock()
"""Two threads that save at once must not undo each other's change."""


@dataclass(frozen=True, slots=True)
class Speed:
    """What an image tower does here; ``engine`` is what it was run with."""

    photos_per_s: float
    engine: str


class Speeds:
    """The measured speeds of architectures, in a file that may be deleted at any time.

    They hold for one processor and the versions of the libraries that they were measured with.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._machine = _machine()

    def of(self, architecture: str) -> Speed | None:
        """What was measured of an architecture; None if nothing was, or not on this machine."""
        try:
            return Speed(**self._read()[architecture])
        except (KeyError, TypeError):
            return None

    def save(self, architecture: str, speed: Speed) -> None:
        """Note what was measured; forgets what does not hold any more.

        Raises:
            OSError: the disk is full or may not be written.
        """
        with _writing:
            speeds = {**self._read(), architecture: asdict(speed)}
            note = {"machine": self._machine, "speeds": speeds}
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self._path, json.dumps(note, indent=2).encode(), is_durable=False)

    def _read(self) -> dict[str, Any]:
        with suppress(OSError, ValueError, KeyError, TypeError):
            note = json.loads(self._path.read_text(encoding="utf-8"))
            if note["machine"] == self._machine:
                return dict(note["speeds"])
        return {}


def _machine() -> dict[str, str]:
    """What a speed depends on, besides the model."""
    return {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        **{library: _version(library) for library in _LIBRARIES},
    }


def _processor() -> str:
    """The processor's name as the system gives it."""
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return ""
