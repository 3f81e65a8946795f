"""What is opened for somebody who chose a photo: the viewer, the file manager, the app."""

from __future__ import annotations

import logging
import os
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

_log = logging.getLogger(__name__)

Spawn = Callable[[Sequence[str], Mapping[str, str]], None]


def spawn(command: Sequence[str], environ: Mapping[str, str]) -> None:
    """Start a program that lives on when we end; what keeps it from starting is logged."""
    try:
        process = subprocess.Popen(
            list(command),
            env=dict(environ),
            cwd="/",
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        _log.warning("%s cannot be started: %s", command[0], error.strerror or error)
        return
    # Somebody must ask how it ended, or it stays in the system's list as long as we live.
    threading.Thread(target=process.wait, name="photosearch-child", daemon=True).start()


class Opener:
    """Opens photos; names travel as words of a command, never through a shell.

    Args:
        app_command: what starts the app on the index that is searched.
    """

    def __init__(self, app_command: Sequence[str], start: Spawn = spawn) -> None:
        self._app_command = tuple(app_command)
        self._start = start

    def photo(self, path: Path, timestamp: int = 0) -> None:
        """Show a photo, or a folder, in the program that the user chose for it."""
        self._start(["xdg-open", str(path)], _environ(timestamp))

    def similar(self, path: Path) -> None:
        """Show the likes of a photo in the app."""
        self._start([*self._app_command, "--similar", str(path)], _environ(0))

    def search(self, words: str, timestamp: int = 0) -> None:
        """Show what the app finds for some words; its window alone where there are none."""
        asked = [f"--search={words}"] if words else []  # words may begin with a dash
        self._start([*self._app_command, *asked], _environ(timestamp))


def _environ(timestamp: int) -> dict[str, str]:
    """Tells window managers of X11 when the user asked, so that the window gets the focus."""
    environ = dict(os.environ)
    environ.pop("DESKTOP_STARTUP_ID", None)  # ours is used up
    environ.pop("DBUS_STARTER_ADDRESS", None)
    environ.pop("DBUS_STARTER_BUS_TYPE", None)
    if timestamp:
        environ["DESKTOP_STARTUP_ID"] = f"photosearch_TIME{timestamp}"
    return environ
