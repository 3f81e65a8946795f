"""A made-up machine for hosts: a home of its own, and programs that only seem to be installed."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from photosearch.autostart.commands import Outcome
from photosearch.integrations.surroundings import Surroundings
from photosearch.paths import AppPaths


class FakeRegistry:
    """A registry in memory."""

    def __init__(self) -> None:
        self.keys: dict[str, dict[str, str]] = {"Software": {}, r"Software\Classes": {}}

    def values(self, key: str) -> dict[str, str] | None:
        return None if key not in self.keys else dict(self.keys[key])

    def write(self, key: str, values) -> None:
        parts = key.split("\\")
        for depth in range(1, len(parts)):
            self.keys.setdefault("\\".join(parts[:depth]), {})
        self.keys[key] = dict(values)

    def delete(self, key: str) -> None:
        if self.has_children(key):
            raise OSError(13, "Access is denied")
        self.keys.pop(key, None)

    def has_children(self, key: str) -> bool:
        return any(one.startswith(key + "\\") for one in self.keys)


@pytest.fixture
def registry() -> FakeRegistry:
    return FakeRegistry()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def ran() -> list[list[str]]:
    """The commands that were run."""
    return []


@pytest.fixture
def make_surroundings(
    home: Path, tmp_path: Path, registry: FakeRegistry, ran: list[list[str]]
) -> Callable[..., Surroundings]:
    """A machine with these programs; ``platform`` is `sys.platform` there."""

    def make(*programs: str, platform: str = "linux", **environ: str) -> Surroundings:
        folder = tmp_path / "bin"
        folder.mkdir(exist_ok=True)
        for name in (*programs, "photosearch", "photosearch-app"):
            (folder / name).write_text("#!/bin/sh\nexit 0\n")
            (folder / name).chmod(0o755)

        def run(command: Sequence[str]) -> Outcome:
            ran.append(list(command))
            if command[0] == "update-desktop-database" and (folder / command[0]).exists():
                _make_cache(Path(command[-1]))
            return Outcome(0, "")

        return Surroundings(
            AppPaths(home / ".local/share/photosearch"),
            home=home,
            environ={"PATH": str(folder), "XDG_DATA_DIRS": str(tmp_path / "usr/share"), **environ},
            platform=platform,
            scripts=folder,
            run=run,
            make_registry=lambda: registry,
        )

    return make


def _make_cache(folder: Path) -> None:
    """As update-desktop-database does; an empty folder gets a file as well."""
    names = sorted(one.name for one in folder.glob("*.desktop"))
    (folder / "mimeinfo.cache").write_text("[MIME Cache]\n" + "".join(f"{n}\n" for n in names))


@pytest.fixture
def contents() -> Callable[[Path], dict[str, tuple[str, bytes]]]:
    """All that lies below a folder, with modes and contents, to be compared."""

    def read(folder: Path) -> dict[str, tuple[str, bytes]]:
        found = {}
        for path in sorted(folder.rglob("*")):
            name = os.fsencode(path.relative_to(folder)).decode("utf-8", "backslashreplace")
            if path.is_symlink():
                found[name] = ("link", os.fsencode(path.readlink()))
            elif path.is_dir():
                found[name] = ("folder", b"")
            else:
                found[name] = (oct(path.stat().st_mode), path.read_bytes())
        return found

    return read
