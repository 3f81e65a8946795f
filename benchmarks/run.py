"""Runs the benchmarks, each in its own process; prints a table and writes the values as JSON."""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
import time
from pathlib import Path

from meters import CORES
from rows import Row, add_options, say

_HERE = Path(__file__).parent
_NAMES = (
    "indexing",
    "rescan",
    "search",
    "hnsw",
    "memory",
    "tower",
    "arrival",
    "waiting",
    "app_start",
    "app_grid",
)
_RESULTS = _HERE.parent / "bench-results" / "latest.json"


def main() -> int:
    """Run the chosen rows; the exit status says whether all of them could be measured."""
    options = _parse()
    names = options.only or _NAMES
    measured: dict[str, list[Row]] = {}
    seconds: dict[str, float] = {}
    for name in names:
        say(f"== {name}")
        started_s = time.monotonic()
        measured[name] = _run(name, options)
        seconds[name] = round(time.monotonic() - started_s, 1)
        _write(options.json, options.quick, measured, seconds)
    print(_table([row for rows in measured.values() for row in rows]))
    print(f"\n{CORES} cores, Python {platform.python_version()}; details: {options.json}")
    failed = [name for name, rows in measured.items() if not rows]
    if failed:
        say(f"Not measured: {', '.join(failed)}; the reason is above.")
    return 1 if failed else 0


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    add_options(parser)
    parser.add_argument("--only", action="append", choices=_NAMES, help="this one (repeatable)")
    parser.add_argument("--json", type=Path, default=_RESULTS, help="default: %(default)s")
    return parser.parse_args()


def _run(name: str, options: argparse.Namespace) -> list[Row]:
    """A process for each, since the memory of one must not show in the next."""
    command = [sys.executable, str(_HERE / f"{name}.py"), "--cache", str(options.cache)]
    child = subprocess.run(
        command + ["--quick"] * options.quick, stdout=subprocess.PIPE, text=True, check=False
    )
    if child.returncode:
        return []
    return [Row.from_json(values) for values in json.loads(child.stdout)]


def _write(
    path: Path, is_quick: bool, measured: dict[str, list[Row]], seconds: dict[str, float]
) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    results = {
        "machine": {"cores": CORES, "system": platform.platform()},
        "python": platform.python_version(),
        "is_quick": is_quick,
        "benchmarks": {
            name: {"seconds": seconds[name], "rows": [row.as_json() for row in rows]}
            for name, rows in measured.items()
        },
    }
    path.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


def _table(rows: list[Row]) -> str:
    lines = [("what", "value", "bar", "met")]
    lines += [(row.name, _with_unit(row.value, row.unit), _bar(row), _verdict(row)) for row in rows]
    widths = [max(len(line[column]) for line in lines) for column in range(4)]
    texts = [
        f"{what:<{widths[0]}}  {value:>{widths[1]}}  {bar:>{widths[2]}}  {met}".rstrip()
        for what, value, bar, met in lines
    ]
    return "\n".join([texts[0], "  ".join("-" * width for width in widths), *texts[1:]])


def _bar(row: Row) -> str:
    if row.at_most is not None:
        return f"<= {_with_unit(row.at_most, row.unit)}"
    if row.at_least is not None:
        return f">= {_with_unit(row.at_least, row.unit)}"
    return ""


def _verdict(row: Row) -> str:
    return {True: "yes", False: "NO", None: ""}[row.is_met]


def _with_unit(value: float, unit: str) -> str:
    digits = 3 if unit else 4  # a share of 0.9998 must not read as 1
    number = f"{value:.0f}" if value >= 100 else f"{value:.{digits}g}"
    return f"{number} {unit}".rstrip()


if __name__ == "__main__":
    sys.exit(main())
