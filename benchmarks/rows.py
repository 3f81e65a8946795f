"""What a benchmark hands back: rows of a value and its bar, as JSON from a process of its own."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """One measured value; a row without a bar is there to be read.

    Attributes:
        at_most, at_least: the bar, whichever way it points.
        details: what the value is made of, and what else was seen.
    """

    name: str
    value: float
    unit: str
    at_most: float | None = None
    at_least: float | None = None
    details: dict[str, float | str] = field(default_factory=dict)

    @property
    def is_met(self) -> bool | None:
        """Whether the value keeps to its bar; None without one."""
        if self.at_most is not None:
            return self.value <= self.at_most
        if self.at_least is not None:
            return self.value >= self.at_least
        return None

    def as_json(self) -> dict[str, Any]:
        """The row and its verdict, for the results file."""
        return {**asdict(self), "is_met": self.is_met}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Row:
        """A row as its process printed it."""
        return cls(**{key: value for key, value in values.items() if key != "is_met"})


@dataclass(frozen=True, slots=True)
class Options:
    """How a benchmark is to be run.

    Attributes:
        is_quick: small sizes, to see that it runs; the values mean nothing.
        cache_dir: where generated photos and libraries are kept for the next run.
    """

    is_quick: bool
    cache_dir: Path


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options that all benchmarks share."""
    parser.add_argument("--quick", action="store_true", help="small sizes: a smoke test")
    parser.add_argument(
        "--cache",
        type=Path,
        default=Path(tempfile.gettempdir()) / "photosearch-bench",
        help="folder for generated photos and libraries (4 GB; default: %(default)s)",
    )


def run_script(measure: Callable[[Options], list[Row]]) -> None:
    """Be one benchmark: the rows go to stdout as JSON, all talk to stderr."""
    parser = argparse.ArgumentParser()
    add_options(parser)
    chosen = parser.parse_args()
    chosen.cache.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.dup(1), "w") as answer:
        os.dup2(2, 1)  # libraries that print must not get between the rows
        rows = measure(Options(chosen.quick, chosen.cache))
        json.dump([row.as_json() for row in rows], answer)


def say(text: str) -> None:
    """Tell a waiting person what is going on."""
    print(text, file=sys.stderr, flush=True)
