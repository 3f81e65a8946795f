"""Show in folder, with a stand-in of the file manager on a D-Bus of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
NAMES = {
    b"/p/a b.jpg": "file:///p/a%20b.jpg",
    b"/p/50% 'x' \"y\"#?&.jpg": "file:///p/50%25%20%27x%27%20%22y%22%23%3F%26.jpg",
    b"/p/line\nbreak.jpg": "file:///p/line%0Abreak.jpg",
    "/p/Ünïcödé 写真.jpg".encode(): (
        "file:///p/%C3%9Cn%C3%AFc%C3%B6d%C3%A9%20%E5%86%99%E7%9C%9F.jpg"
    ),
    b"/p/not utf-8 \xff\xe9.jpg": "file:///p/not%20utf-8%20%FF%E9.jpg",
    b"/p/$(rm -rf x);`x`.jpg": "file:///p/%24%28rm%20-rf%20x%29%3B%60x%60.jpg",
}

pytestmark = pytest.mark.skipif(
    shutil.which("dbus-run-session") is None, reason="needs dbus-run-session"
)


def asked(record: Path, *names: bytes) -> subprocess.CompletedProcess[str]:
    percent = ["".join(f"%{byte:02X}" for byte in name) for name in names]
    script = str(HERE / "file_manager_stand_in.py")
    return subprocess.run(
        ["dbus-run-session", "--", sys.executable, script, str(record), *percent],
        env={**os.environ, "PYTHONPATH": str(HERE.parents[2])},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_file_manager_gets_the_exact_address_of_each_file(tmp_path):
    done = asked(tmp_path / "record", *NAMES)
    assert done.returncode == 0, done.stderr
    uris, startup_id = json.loads((tmp_path / "record").read_text())
    assert uris == list(NAMES.values())
    assert startup_id == ""


def test_a_single_file_is_a_list_of_one(tmp_path):
    done = asked(tmp_path / "record", b"/p/a.jpg")
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "record").read_text())[0] == ["file:///p/a.jpg"]


def test_without_a_bus_there_is_no_file_manager():
    ask = "from pathlib import Path; from ui.desktop.file_manager import show_items"
    done = subprocess.run(
        [sys.executable, "-c", f"{ask}; raise SystemExit(show_items([Path('/p/a.jpg')]))"],
        env={
            **os.environ,
            "PYTHONPATH": str(HERE.parents[2]),
            "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere",
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
