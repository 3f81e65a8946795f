"""Starts other programs and leaves them running, never through a shell."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path

from photosearch.errors import IntegrationError

# A program that cannot do its work mostly ends at once; one that is still there then is at work.
_SOON_S = 1.0


def start_program(command: Sequence[str]) -> None:
    """Start a program in the home folder, and wait a moment to see whether it fails.

    Raises:
        IntegrationError: it is not there, or ended at once with an error.
    """
    try:
        process = subprocess.Popen(
            list(command),
            cwd=Path.home() if Path.home().is_dir() else None,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise _failed(command[0], error.strerror or str(error)) from error
    try:
        code = process.wait(_SOON_S)
    except subprocess.TimeoutExpired:
        # Somebody has to hear of its end, or it stays in the table of processes as a zombie.
        threading.Thread(target=process.wait, name="program that was started", daemon=True).start()
        return
    if code != 0:
        raise _failed(command[0], f"it ended with status {code}")


def _failed(program: str, reason: str) -> IntegrationError:
    return IntegrationError(
        f"{program} cannot be started: {reason}.", "Try it in a terminal; it may say more there."
    )
