"""Start at login as a macOS launch agent."""

from __future__ import annotations

import plistlib
from collections.abc import Sequence
from pathlib import Path

from photosearch.autostart.commands import RunCommand
from photosearch.autostart.own_file import OwnFile, kept_as_it_is
from photosearch.errors import ServiceError, SettingsError


class LaunchAgent:
    """The launch agent of one index."""

    def __init__(
        self, name: str, command: Sequence[str], home: Path, user_id: int, run: RunCommand
    ) -> None:
        self._label = f"org.{name}.service"
        self._command = command
        self._file = OwnFile(
            home / "Library" / "LaunchAgents" / f"{self._label}.plist", ("<!-- ", " -->")
        )
        self._domain = f"gui/{user_id}"
        self._run = run

    @property
    def place(self) -> str:
        """What enabling writes."""
        return str(self._file.path)

    def enable(self) -> str:
        """Start it at login; returns what the user should know of, or nothing."""
        is_written = self._file.write(plist_text(self._label, self._command))
        # An agent that was switched off once stays off, whatever its file says.
        self._launchctl("enable", f"{self._domain}/{self._label}")
        return "" if is_written else kept_as_it_is(self._file.path)

    def disable(self) -> str:
        """Start it at login no more; a running service goes on.

        Raises:
            SettingsError: the file was changed by hand, so it is not ours to delete.
        """
        if not self._file.remove():
            raise SettingsError(f"{self._file.path} was changed by hand.", "Delete it yourself.")
        return ""

    def is_enabled(self) -> bool:
        """Whether it starts at login."""
        return self._file.exists()

    def start(self) -> bool:
        """Leave it to the next login: what launchd starts now, `disable` would have to end."""
        return False

    def _launchctl(self, *arguments: str) -> None:
        outcome = self._run(["launchctl", *arguments])
        if outcome.code:
            raise ServiceError(
                f"launchctl {' '.join(arguments)} failed: {outcome.said or outcome.code}",
                f"Look at {self._file.path}.",
            )


def plist_text(label: str, command: Sequence[str]) -> str:
    """The agent: started at login, and again only after a crash.

    Raises:
        SettingsError: a word of the command cannot stand in such a file.
    """
    agent = {
        "Label": label,
        "ProgramArguments": list(command),
        "RunAtLoad": True,
        "KeepAlive": {"Crashed": True},
        "ProcessType": "Background",
        "LowPriorityIO": True,
        "Nice": 10,
    }
    try:
        return plistlib.dumps(agent).decode()
    except (ValueError, UnicodeEncodeError) as error:
        raise SettingsError(
            "A launch agent cannot hold the name of this folder.",
            "Use a --data-dir whose name is plain text.",
        ) from error
