"""The desktop on macOS, through its own commands ``open`` and ``osascript``."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path

from ui.desktop.interface import Program
from ui.desktop.launcher import Launcher

_TIMEOUT_S = 10

# The file's path arrives as an argument: it is never part of the script.
_LIST_PROGRAMS = """
ObjC.import('AppKit')
function run(argv) {
    const workspace = $.NSWorkspace.sharedWorkspace
    const url = $.NSURL.fileURLWithPath(argv[0])
    const first = workspace.URLForApplicationToOpenURL(url)
    const found = workspace.URLsForApplicationsToOpenURL(url)
    const paths = found.js.map(one => one.path.js)
    if (!first.isNil()) paths.unshift(first.path.js)
    return JSON.stringify([...new Set(paths)])
}
"""


class MacDesktop:
    """Finder and Launch Services."""

    own_chooser = None

    def __init__(self, launcher: Launcher | None = None) -> None:
        self._launcher = launcher or Launcher()

    def open_files(self, paths: Sequence[Path]) -> None:
        """In the default program."""
        self._launcher.start(["open", *map(str, paths)])

    def open_url(self, url: str) -> None:
        """In the default browser."""
        self._launcher.start(["open", url])

    def show_in_folder(self, paths: Sequence[Path]) -> None:
        """In Finder."""
        self._launcher.start(["open", "-R", *map(str, paths)])

    def programs_for(self, paths: Sequence[Path]) -> tuple[Program, ...]:
        """As Finder lists them; of files of several types, those that open all of them."""
        samples = {path.suffix.lower(): path for path in paths}
        lists = [_programs(path) for path in samples.values()]
        return tuple(p for p in lists[0] if all(p in other for other in lists[1:])) if lists else ()

    def all_programs(self) -> tuple[Program, ...]:
        """What lies in the folders of applications."""
        folders = (
            Path("/Applications"),
            Path("/System/Applications"),
            Path.home() / "Applications",
        )
        found = (app for folder in folders for app in folder.glob("*.app"))
        return tuple(sorted(map(_program, found), key=lambda program: program.name.casefold()))

    def open_with(self, program: Program, paths: Sequence[Path]) -> None:
        """In a program."""
        self._launcher.start(["open", "-a", program.id, *map(str, paths)])


def _programs(path: Path) -> tuple[Program, ...]:
    command = ["osascript", "-l", "JavaScript", "-e", _LIST_PROGRAMS, str(path)]
    try:
        answer = subprocess.run(command, capture_output=True, timeout=_TIMEOUT_S, check=True)
        return tuple(_program(Path(one)) for one in json.loads(answer.stdout))
    except (OSError, subprocess.SubprocessError, ValueError):
        return ()


def _program(app: Path) -> Program:
    return Program(str(app), app.stem)
