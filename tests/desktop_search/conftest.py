"""A D-Bus of its own for each test, and desktops that ask over it."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from photo_files import PhotoFiles

from photosearch.desktop_search.finding import PhotoFinder
from photosearch.desktop_search.opening import Opener

_CONFIG = """\
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={folder}/bus</listen>
  <auth>EXTERNAL</auth>
  <servicedir>{services}</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


@pytest.fixture
def photos(tmp_path: Path) -> PhotoFiles:
    return PhotoFiles(tmp_path / "photos")


@pytest.fixture
def services(tmp_path: Path) -> Path:
    """Where the bus looks for programs that it can start."""
    folder = tmp_path / "services"
    folder.mkdir()
    return folder


@pytest.fixture
def bus_address(services: Path) -> Iterator[str]:
    """A bus that nobody else is on."""
    program = shutil.which("dbus-daemon")
    if program is None:
        pytest.skip("dbus-daemon is not installed")
    with tempfile.TemporaryDirectory(prefix="photosearch-bus-") as folder:  # names are short
        config = Path(folder, "bus.conf")
        config.write_text(_CONFIG.format(folder=folder, services=services))
        command = [program, f"--config-file={config}", "--nofork", "--nosyslog", "--print-address"]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as daemon:
            assert daemon.stdout is not None
            yield daemon.stdout.readline().strip()
            daemon.terminate()


class Started(list[list[str]]):
    """The programs that were started."""

    def __call__(self, command: Sequence[str], environ: Mapping[str, str]) -> None:
        self.append(list(command))


@pytest.fixture
def started() -> Started:
    return Started()


@pytest.fixture
def at_desktop(photos: PhotoFiles, bus_address: str, started: Started) -> Callable[..., Any]:
    """Do something at a desktop: ``at_desktop(scenario, pause_s)``; what the scenario returns."""
    from bus_desktops import WAIT_S, at_desktop  # what it needs is there on Linux alone

    def run(scenario: Callable[..., Any], pause_s: float = 0.0) -> Any:
        finder = PhotoFinder(photos, lambda: True, WAIT_S)
        opener = Opener(["app"], started)
        return asyncio.run(at_desktop(scenario, finder, opener, bus_address, pause_s))

    return run
