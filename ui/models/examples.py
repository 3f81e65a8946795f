"""Words to begin with: a few of those that ship with the product, others each day."""

from __future__ import annotations

import tomllib
from functools import cache

from photosearch.paths import resource_dir


def examples(day: int, count: int = 6) -> tuple[str, ...]:
    """So many examples of a day, which is any number that grows with the days."""
    every = _every()
    start = day * count % len(every)
    return (every + every)[start : start + min(count, len(every))]


@cache
def _every() -> tuple[str, ...]:
    """Read once; a small file that ships with the product, as the icons do."""
    file = resource_dir() / "queries.toml"
    return tuple(tomllib.loads(file.read_text(encoding="utf-8"))["examples"])
