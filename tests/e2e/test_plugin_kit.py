"""The examples of the plugin kit, run as they stand against a real service."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import skimage

SAMPLES = Path(skimage.__file__).parent / "data"
EXAMPLES = Path(__file__).parents[2] / "docs" / "plugins" / "examples"
LONGEST_LINES = 35
ODD = "it's $(touch pwned) 100% ä.png"

RUN = {"similar.py": [sys.executable], "similar.lua": ["lua5.4"], "similar.sh": ["sh"]}

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dict[str, str]]]:
    """Photos that are indexed, and an environment in which our command is found."""
    folder = tmp_path_factory.mktemp("kit")
    photos = folder / "photos"
    photos.mkdir()
    for name in ("gravel.png", "grass.png", "coffee.png"):
        shutil.copy(SAMPLES / name, photos)
    shutil.copy(SAMPLES / "brick.png", photos / ODD)
    environ = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PHOTOSEARCH_DATA_DIR": str(folder / "index"),
        "PHOTOSEARCH_RUNTIME_DIR": str(folder / "run"),
    }
    subprocess.run(["photosearch", "add", photos], env=environ, check=True, capture_output=True)
    yield photos, environ
    subprocess.run(["photosearch", "service", "stop"], env=environ, check=True, capture_output=True)


@pytest.mark.parametrize("name", RUN)
def test_an_example_prints_the_most_similar_photos_first(
    name: str, world: tuple[Path, dict[str, str]]
) -> None:
    if shutil.which(RUN[name][0]) is None:
        pytest.skip(f"{RUN[name][0]} is not installed")
    photos, environ = world
    done = subprocess.run(
        [*RUN[name], EXAMPLES / name, photos / ODD, photos / "gravel.png"],
        env=environ,
        cwd=photos,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    found = [Path(os.fsdecode(line)) for line in done.stdout.splitlines()]
    assert found == [photos / "grass.png", photos / "coffee.png"]
    assert not (photos / "pwned").exists()


@pytest.mark.parametrize("name", RUN)
def test_an_example_is_short(name: str) -> None:
    assert len((EXAMPLES / name).read_text().splitlines()) <= LONGEST_LINES
