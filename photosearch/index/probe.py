"""Asks a vector store for vectors that it must have, in a process that may crash.

``count()`` stays right while queries find nothing, and a corrupt HNSW file can end the
interpreter; so the question is asked by a child process, before this one opens the store.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any

import numpy as np

from photosearch.types import ModelSpec

_TIMEOUT_S = 120
_ENOUGH = 0.9
_FOUND_AMONG = 10
"""Near-duplicates may come before the vector itself, which float16 has moved a little."""


def is_healthy(folder: Path, spec: ModelSpec, samples: Sequence[tuple[str, bytes]]) -> bool:
    """Whether the store finds (nearly) each of the sampled (content id, float16 bytes) again.

    One sample in ten may be missed: HNSW is approximate, and a killed process may have been
    stopped between the two stores, which start-up mends without a rebuild.
    """
    if not samples:
        return True
    question = {
        "folder": str(folder),
        "spec": astuple(spec),
        "samples": [(id_, np.frombuffer(v, "<f2").astype(float).tolist()) for id_, v in samples],
    }
    answer = _ask_child(json.dumps(question))
    return answer.isdigit() and int(answer) >= _ENOUGH * len(samples)


def _ask_child(question: str) -> str:
    """The last line that the child prints, or nothing if it crashed or took too long."""
    with subprocess.Popen(
        [sys.executable, "-m", __name__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        timer = threading.Timer(_TIMEOUT_S, child.kill)
        timer.start()
        try:
            # The pipe stays open: the child takes its end for the end of this process.
            child.stdin.write(question + "\n")
            child.stdin.flush()
            lines = child.stdout.read().split()
        except BrokenPipeError:
            return ""
        finally:
            timer.cancel()
            child.kill()
    return lines[-1] if lines else ""


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
        found += id_ in {neighbour for neighbour, _ in nearest}
    store.close()
    return found


if __name__ == "__main__":
    request = json.loads(sys.stdin.readline())
    threading.Thread(target=_die_with_parent, daemon=True).start()
    sys.stdout.write(f"{_count_found(**request)}\n")
    sys.stdout.flush()
    os._exit(0)  # Chroma's threads have nothing left to say
