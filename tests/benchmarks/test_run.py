"""`benchmarks/run.py --quick` measures every row that takes little time and writes it as JSON."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

RUN = Path(__file__).parents[2] / "benchmarks" / "run.py"


def test_the_quick_rows_are_measured_and_written(tmp_path: Path) -> None:
    results_path = tmp_path / "results.json"
    command = [sys.executable, str(RUN), "--quick", "--cache", str(tmp_path / "cache")]
    command += ["--json", str(results_path), "--only", "rescan", "--only", "search"]
    child = subprocess.run(command, capture_output=True, text=True, check=False)
    assert child.returncode == 0, child.stderr
    results = json.loads(results_path.read_text(encoding="utf-8"))
    assert results["is_quick"] is True
    assert results["machine"]["cores"] >= 1
    assert list(results["benchmarks"]) == ["rescan", "search"]
    for name, benchmark in results["benchmarks"].items():
        assert benchmark["seconds"] > 0
        assert benchmark["rows"], name
        for row in benchmark["rows"]:
            assert row["name"] in child.stdout
            assert row["value"] > 0
            has_bar = (row["at_most"], row["at_least"]) != (None, None)
            assert row["is_met"] in ((True, False) if has_bar else (None,))


def test_a_benchmark_that_fails_is_named_and_fails_the_run(tmp_path: Path) -> None:
    not_a_folder = tmp_path / "cache"
    not_a_folder.write_text("in the way")
    command = [sys.executable, str(RUN), "--quick", "--cache", str(not_a_folder)]
    command += ["--json", str(tmp_path / "results.json"), "--only", "rescan"]
    child = subprocess.run(command, capture_output=True, text=True, check=False)
    assert child.returncode == 1
    assert "Not measured: rescan" in child.stderr
