"""Asks a vector store for vectors that it must have, in a process that may crash.

``count()`` stays right while queries find nothing, and a corrupt HNSW file can end the
interpreter; so the question is asked by a child process, before this one opens the store.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any

import numpy as np

from photosearch.types import ModelSpec

_TIMEOUT_S = 120
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
    try:
        child = subprocess.run(
            [sys.executable, "-m", __name__],
            input=json.dumps(question),
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_S,
            check=True,
        )
        found = int(child.stdout.strip().splitlines()[-1])
    except (subprocess.SubprocessError, ValueError, IndexError):
        return False
    return found >= 0.9 * len(samples)


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
    sys.stdout.write(f"{_count_found(**json.load(sys.stdin))}\n")
