"""Start at login as a systemd user unit, which also starts the service again when it crashes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from photosearch.autostart.commands import RunCommand
from photosearch.autostart.own_file import OwnFile, kept_as_it_is
from photosearch.errors import ServiceError
from photosearch.runtime import ExitCode

_UNIT = """\
[Unit]
Description=photosearch: keeps the index of your photos true to the disk

[Service]
ExecStart={command}
Restart=on-failure
RestartSec=5
RestartPreventExitStatus={final_codes}
TimeoutStopSec=10
Nice=10
IOSchedulingClass=best-effort
IOSchedulingPriority=7

[Install]
WantedBy=default.target
"""


class SystemdUnit:
    """The user unit of one index, in the user's own folder for units."""

    def __init__(
        self, name: str, command: Sequence[str], config_home: Path, run: RunCommand
    ) -> None:
        self._unit = f"{name}.service"
        self._command = command
        self._file = OwnFile(config_home / "systemd" / "user" / self._unit)
        self._run = run

    @property
    def place(self) -> str:
        """What enabling writes."""
        return str(self._file.path)

    @classmethod
    def is_usable(cls, run: RunCommand) -> bool:
        """Whether the user has a systemd that listens."""
        return run(["systemctl", "--user", "show-environment"]).code == 0

    def enable(self) -> str:
        """Start it at login; returns what the user should know of, or nothing."""
        is_written = self._file.write(unit_text(self._command))
        self._systemctl("daemon-reload")
        self._systemctl("enable", self._unit)
        return "" if is_written else kept_as_it_is(self._file.path)

    def disable(self) -> str:
        """Start it at login no more; a running service goes on."""
        if not self._file.exists():
            return ""
        self._systemctl("disable", self._unit)
        is_removed = self._file.remove()
        self._systemctl("daemon-reload")
        return "" if is_removed else f"{self._file.path} was changed by hand, and is kept."

    def is_enabled(self) -> bool:
        """Whether it starts at login."""
        return self._run(["systemctl", "--user", "is-enabled", "--quiet", self._unit]).code == 0

    def start(self) -> bool:
        """Start it now, under systemd; False where the service has to be started otherwise."""
        self._systemctl("start", self._unit)
        return True

    def _systemctl(self, *arguments: str) -> None:
        outcome = self._run(["systemctl", "--user", *arguments])
        if outcome.code:
            raise ServiceError(
                f"systemctl --user {' '.join(arguments)} failed: {outcome.said or outcome.code}",
                f"Look at {self._file.path}, and at: systemctl --user status {self._unit}",
            )


def unit_text(command: Sequence[str]) -> str:
    """The unit; what will not mend itself by another try is not tried again."""
    final = (ExitCode.LOCKED, ExitCode.DAMAGED, ExitCode.SETTINGS)
    return _UNIT.format(
        command=" ".join(quoted(word) for word in command),
        final_codes=" ".join(str(int(code)) for code in final),
    )


def quoted(word: str) -> str:
    """One word of ``ExecStart=``: no specifier, variable, quote or odd byte has a meaning in it."""
    return '"' + "".join(map(_escaped, os.fsencode(word).decode("latin-1"))) + '"'


def _escaped(letter: str) -> str:
    if letter in "%$":
        return letter * 2
    if letter in '"\\' or not " " <= letter <= "~":
        return f"\\x{ord(letter):02x}"
    return letter
