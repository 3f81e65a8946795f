"""The command line as a user runs it: real processes, a throw-away index, the starter model."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import skimage

Run = Callable[..., "subprocess.CompletedProcess[str]"]

SAMPLES = Path(skimage.__file__).parent / "data"
PHOTOS = ("chelsea.png", "coffee.png", "rocket.jpg", "astronaut.png", "motorcycle_left.png")


@pytest.fixture(autouse=True)
def services_end_with_the_test(no_service_left: None) -> None:
    """Commands start services, which would outlive the tests."""


@pytest.fixture(scope="session")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five real photographs under names that say nothing of what they show."""
    folder = tmp_path_factory.mktemp("photos")
    for number, name in enumerate(PHOTOS):
        shutil.copy(SAMPLES / name, folder / f"{number}{Path(name).suffix}")
    return folder


def run_in(
    data_dir: Path, *arguments: object, **options: object
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "photosearch.cli.main", *map(str, arguments)]
    environment = {**os.environ, "PHOTOSEARCH_DATA_DIR": str(data_dir)}
    return subprocess.run(
        command, capture_output=True, text=True, env=environment, timeout=300, check=False
    )


@pytest.fixture(scope="session")
def indexed(tmp_path_factory: pytest.TempPathFactory, photos: Path) -> Iterator[Path]:
    """A data folder whose index holds the five photographs, and has its service."""
    data_dir = tmp_path_factory.mktemp("indexed")
    added = run_in(data_dir, "add", photos)
    assert added.returncode == 0, added.stderr
    assert added.stdout == ""
    assert "5 embedded" in added.stderr
    yield data_dir
    stopped = run_in(data_dir, "service", "stop")
    assert stopped.returncode == 0, stopped.stderr


@pytest.fixture
def run(indexed: Path) -> Run:
    """Run a command on the index of the five photographs."""
    return lambda *arguments: run_in(indexed, *arguments)


@pytest.fixture
def run_fresh(tmp_path: Path) -> Run:
    """Run a command on an index that is empty at first."""
    return lambda *arguments: run_in(tmp_path / "fresh", *arguments)
