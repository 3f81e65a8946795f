"""How many pictures may be made at once for those who ask over HTTP."""

from __future__ import annotations

import os

from anyio import CapacityLimiter
from anyio.lowlevel import RunVar

_decoding: RunVar[CapacityLimiter] = RunVar("photosearch.service.decoding")


def limiter() -> CapacityLimiter:
    """Room for as many decoders as there are cores.

    A grid that asks for hundreds of pictures at once would otherwise take every thread of the
    pool, and a search would wait behind it.
    """
    found = _decoding.get(None)
    if found is None:
        found = CapacityLimiter(os.cpu_count() or 1)
        _decoding.set(found)
    return found
