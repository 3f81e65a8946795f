"""The desktop app as a person uses it: a real screen, a real service, real photos, the starter."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import skimage

SAMPLES = Path(skimage.__file__).parent / "data"
PHOTOS = (
    "chelsea.png",
    "coffee.png",
    "rocket.jpg",
    "astronaut.png",
    "motorcycle_left.png",
    "grass.png",
    "gravel.png",
    "brick.png",
)

Drive = Callable[..., dict[str, Any]]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("Xvfb") is None, reason="Xvfb is not installed"),
]


@pytest.fixture(scope="module")
def screen() -> Iterator[str]:
    """A screen that nobody looks at."""
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1400x900x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as answer:
        number = answer.readline().strip()
    yield f":{number}"
    server.terminate()
    server.wait()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with a Pictures folder of real photos."""
    pictures = tmp_path / "home" / "Pictures"
    pictures.mkdir(parents=True)
    for name in PHOTOS:
        shutil.copy(SAMPLES / name, pictures)
    return tmp_path / "home"


@pytest.fixture
def drive(screen: str, home: Path, tmp_path: Path) -> Drive:
    """Start the app, do the steps, close it; returns what was seen."""

    def run(steps: list[list[Any]], *arguments: str) -> dict[str, Any]:
        script = tmp_path / "steps.json"
        script.write_text(json.dumps(steps))
        pictures = Path(os.environ.get("APP_PICTURES", tmp_path))
        environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("XDG_", "QT_"))},
            "DISPLAY": screen,
            "QT_QPA_PLATFORM": "xcb",
            "HOME": str(home),
            "LC_ALL": "C.UTF-8",
            "PICTURES": str(pictures),
        }
        driver = Path(__file__).parent / "drive_app.py"
        done = subprocess.run(
            [sys.executable, str(driver), str(script), *arguments],
            capture_output=True,
            text=True,
            env=environment,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        seen: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        assert "failed" not in seen, seen["failed"]
        assert "Traceback" not in done.stderr, done.stderr
        return seen

    return run


def test_a_new_user_adds_the_pictures_folder_types_and_finds_similar(drive: Drive) -> None:
    seen = drive(
        [
            ["see", "first run"],
            ["click_button", "Pictures"],
            ["wait_for_count", len(PHOTOS)],
            ["press", "Ctrl+F"],
            ["type", "a cat looking at the camera"],
            ["wait_for_first", "chelsea.png"],
            ["see", "cat"],
            ["press", "Ctrl+L"],
            ["type", "a pile of pebbles"],
            ["wait_for_first", "gravel.png"],
            ["menu_on_first", "Find similar"],
            ["wait_for_first", "grass.png"],
            ["see", "similar"],
        ]
    )
    assert seen["platform"] == "xcb"
    assert seen["cat"]["hits"][0] == "chelsea.png"
    assert seen["similar"]["hits"][0] == "grass.png"
    assert "gravel.png" not in seen["similar"]["hits"]
    assert seen["similar"]["modules"] == []
    assert seen["code"] == 0
    assert seen["threads"] == []


def test_a_killed_service_is_told_started_again_and_answers(drive: Drive) -> None:
    seen = drive(
        [
            ["click_button", "Pictures"],
            ["wait_for_count", len(PHOTOS)],
            ["press", "Ctrl+F"],
            ["type", "a cup of coffee"],
            ["wait_for_first", "coffee.png"],
            ["kill_service"],
            ["wait_until_lost"],
            ["see", "lost"],
            ["wait_until_back"],
            ["press", "Ctrl+F"],
            ["type", "a rocket"],
            ["wait_for_first", "rocket.jpg"],
            ["see", "back"],
        ]
    )
    assert any("service" in text.lower() for text in seen["lost"]["texts"])
    assert seen["back"]["hits"][0] == "rocket.jpg"
    assert seen["threads"] == []


def test_a_second_start_searches_in_the_window_that_is_open(
    drive: Drive, home: Path, screen: str
) -> None:
    seen = drive(
        [
            ["click_button", "Pictures"],
            ["wait_for_count", len(PHOTOS)],
            ["start_again", "--search", "a motorcycle in a garage"],
            ["wait_for_first", "motorcycle_left.png"],
            ["start_again", "--similar", str(home / "Pictures" / "gravel.png")],
            ["wait_for_first", "grass.png"],
        ]
    )
    assert seen["starts"] == [0, 0]
