"""Starts other programs, never through a shell, and leaves them running when the app ends."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from photosearch.errors import PhotoSearchError, shown

# A program that cannot do its work mostly ends at once; one that is still there then is at work.
_SOON_S = 1.0


class Launcher:
    """Starts programs; any thread may ask."""

    def __init__(self, soon_s: float = _SOON_S) -> None:
        self._soon_s = soon_s
        self._lock = threading.Lock()
        self._running: list[subprocess.Popen[bytes]] = []

    def start(
        self, command: Sequence[str] | str, folder: Path | None = None, *, ends_oddly: bool = False
    ) -> None:
        """Start a program, and wait a moment to see whether it fails.

        Args:
            command: a program and its arguments, as they are to arrive; a whole command line is
                for Windows, where some programs take it apart in a way of their own.
            folder: where it starts; None is the home folder's.
            ends_oddly: its exit status says nothing.

        Raises:
            PhotoSearchError: it is not there, or ended at once with an error.
        """
        name = command.split()[0] if isinstance(command, str) else command[0]
        try:
            process = subprocess.Popen(
                command,
                cwd=folder if folder is not None and folder.is_dir() else Path.home(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as error:
            raise _failed(name, error.strerror or str(error)) from error
        self._keep(process)
        try:
            status = process.wait(self._soon_s)
        except subprocess.TimeoutExpired:
            return
        if status != 0 and not ends_oddly:
            reason = QCoreApplication.translate("Desktop", "it ended with status {0}")
            raise _failed(name, reason.format(status))

    def _keep(self, process: subprocess.Popen[bytes]) -> None:
        """A program that ended is let go of here: one that nobody asks for stays as a zombie."""
        with self._lock:
            self._running = [one for one in self._running if one.poll() is None]
            self._running.append(process)


def _failed(name: str, reason: str) -> PhotoSearchError:
    message = QCoreApplication.translate("Desktop", "{0} could not be started: {1}.")
    return PhotoSearchError(
        message.format(shown(name), reason),
        QCoreApplication.translate("Desktop", "Choose another program with “Open with”."),
    )
