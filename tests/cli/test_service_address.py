"""The command that tells plugins where the service's address is noted."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.slow
def test_the_address_is_told_and_starts_the_service(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "photosearch.cli.main", "--data-dir", str(tmp_path / "index")]
    environ = {**os.environ, "PHOTOSEARCH_RUNTIME_DIR": str(tmp_path / "run")}

    def run(*words: str) -> str:
        done = subprocess.run(
            [*command, *words], capture_output=True, text=True, env=environ, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    try:
        place = Path(run("service", "address").removesuffix("\n"))
        assert place.is_relative_to(tmp_path / "run")
        note = json.loads(place.read_text())
        assert note["url"].startswith("http://127.0.0.1:")
        assert run("service", "address") == f"{place}\n"
    finally:
        run("service", "stop")
