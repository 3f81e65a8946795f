"""Hands a request to the window that is open, without Qt; and lets one start at a time look for it.

Of many starts at once, the first opens the window while the others wait, and then find it open:
else each of them would load Qt to find out.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import socket
import sys
import threading
from pathlib import Path

from photosearch.paths import AppPaths
from ui.desktop.request import Request

DONE = b"shown\n"
"""What the window answers."""
ANSWER_S = 20.0
"""On a machine that starts two hundred of us at once, an open window comes to answer late."""
TURN_S = 60.0
"""How long somebody's own start may take: from a cold disk, Qt takes many seconds."""
_LONGEST_PATH_BYTES = 100
"""Of a socket: systems allow 104 or 108."""


def name_of_place(paths: AppPaths) -> str:
    """The name or path of the window's socket, of this user and this index."""
    index = hashlib.sha256(os.fsencode(paths.data_dir)).hexdigest()[:12]
    name = f"photosearch-app-{index}"
    if sys.platform == "win32":  # a pipe that all users could name
        return f"{name}-{hashlib.sha256(os.fsencode(Path.home())).hexdigest()[:8]}"
    chosen = os.environ.get("PHOTOSEARCH_RUNTIME_DIR") or os.environ.get("XDG_RUNTIME_DIR")
    path = Path(chosen or "", name)
    if not chosen or len(os.fsencode(path)) > _LONGEST_PATH_BYTES:
        return name  # in the folder for temporary files
    # It may be made any moment by the service: a later start must come to the same name.
    with contextlib.suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return str(path)


class Turn:
    """The right to look for the window and to open it; ends with the process at the latest."""

    def __init__(self, paths: AppPaths) -> None:
        self._path = Path(f"{_in_temporary_folder(name_of_place(paths))}.turn")
        self._file: int | None = None

    def take(self, wait_s: float = TURN_S) -> None:
        """Wait for it, but not for ever: two windows are better than none."""
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
        try:
            self._file = os.open(self._path, flags, 0o600)
        except OSError:
            return
        # Asleep in the system until it is free: hundreds that look again and again would take all
        # time from the one that they wait for.
        waiting = threading.Thread(target=_lock, args=(self._file,), daemon=True)
        waiting.start()
        waiting.join(wait_s)

    def leave(self) -> None:
        """Let the next start look."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


def handed_over(paths: AppPaths, request: Request, wait_s: float = ANSWER_S) -> bool:
    """Ask the window that is open; False when there is none, or it does not answer in time."""
    try:
        return _answer(name_of_place(paths), request.encoded(), wait_s) == DONE
    except OSError:
        return False


def _answer(name: str, line: bytes, wait_s: float) -> bytes:
    if sys.platform == "win32":
        raise OSError("Qt knows the pipes of this system.")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as window:
        window.settimeout(wait_s)
        window.connect(str(_in_temporary_folder(name)))
        window.sendall(line)
        answer = b""
        while not answer.endswith(b"\n") and (part := window.recv(64)):
            answer += part
        return answer


def _in_temporary_folder(name: str) -> Path:
    """Where Qt puts the socket of a name that is no whole path."""
    if sys.platform == "win32":
        import tempfile

        return Path(tempfile.gettempdir(), name)
    return Path(os.environ.get("TMPDIR") or "/tmp", name)


def _lock(file: int) -> None:
    """Wait for the lock; the system lets go of it when the process that has it ends."""
    with contextlib.suppress(OSError):
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file, msvcrt.LK_LOCK, 1)  # for 10 s at most
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
