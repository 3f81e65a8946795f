"""Asks a vector store for vectors that it must have, in a process that may crash.

``count()`` stays right while queries find nothing, and a corrupt HNSW file can end the
interpreter; so the question is asked by a child process, before this one opens the store.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import astuple
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np

from photosearch.types import ModelSpec

_log = logging.getLogger(__name__)

_TIMEOUT_S = 120
_KILLED = -9
_ENOUGH = 0.9
"""One sample in ten may be missed: HNSW is approximate, and a killed process may have been
stopped between the two stores, which start-up mends without a rebuild."""
_FOUND_AMONG = 10
_SAME_COSINE = 0.999
"""Photos of equal pixels and other metadata are many vectors in one place: any of them will do."""


class Health(StrEnum):
    """What the child found; unknown where it could not be asked, which is no bad sign."""

    SOUND = "sound"
    DAMAGED = "damaged"
    UNKNOWN = "unknown"


def probe(folder: Path, spec: ModelSpec, samples: Sequence[tuple[str, bytes]]) -> Health:
    """Whether the store finds (nearly) each of the sampled (content id, float16 bytes) again."""
    if not samples:
        return Health.SOUND
    question = {
        "folder": str(folder),
        "spec": astuple(spec),
        "samples": [(id_, np.frombuffer(v, "<f2").astype(float).tolist()) for id_, v in samples],
    }
    try:
        found = _ask_child(json.dumps(question))
    except (OSError, subprocess.SubprocessError) as error:
        _log.warning("The vector store %s could not be checked: %s", folder, error)
        return Health.UNKNOWN
    return Health.SOUND if found >= _ENOUGH * len(samples) else Health.DAMAGED


def _ask_child(question: str) -> int:
    """How many samples the child found; none if it crashed.

    Raises:
        OSError, subprocess.SubprocessError: it could not start, was killed, or took too long.
    """
    # -P keeps the current folder, which may be anybody's, out of the child's imports. In a
    # session of its own it does not get the Ctrl-C that is meant for this process.
    with subprocess.Popen(
        [sys.executable, "-P", "-m", __name__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        timer = threading.Timer(_TIMEOUT_S, child.kill)
        timer.start()
        try:
            # The pipe stays open: the child takes its end for the end of this process.
            with suppress(BrokenPipeError):
                child.stdin.write(question + "\n")
                child.stdin.flush()
            answer = child.stdout.read().strip()
            status = child.wait()
        finally:
            timer.cancel()
            child.kill()
    if status == _KILLED:  # by the timer, or by a system short of memory
        raise subprocess.TimeoutExpired(child.args, _TIMEOUT_S)
    return int(answer) if answer.isdigit() else 0


def _die_with_parent() -> None:
    """End at once when the parent does: nobody else may have the store open after it."""
    sys.stdin.read()
    os._exit(1)


def _count_found(folder: str, spec: list[Any], samples: list[tuple[str, list[float]]]) -> int:
    from photosearch.index.chroma import ChromaStore

    store = ChromaStore(Path(folder), ModelSpec(*spec))
    found = 0
    for id_, vector in samples:
        nearest = store.query(np.asarray(vector, np.float32), _FOUND_AMONG)
        found += any(other == id_ or cosine >= _SAME_COSINE for other, cosine in nearest)
    store.close()
    return found


if __name__ == "__main__":
    request = json.loads(sys.stdin.readline())
    threading.Thread(target=_die_with_parent, daemon=True).start()
    sys.stdout.write(f"{_count_found(**request)}\n")
    sys.stdout.flush()
    os._exit(0)  # Chroma's threads have nothing left to say
