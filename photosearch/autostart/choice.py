"""Which way of starting at login this system has."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from typing import Protocol

from photosearch import runtime
from photosearch.autostart.commands import RunCommand, run_command
from photosearch.autostart.macos import LaunchAgent
from photosearch.autostart.systemd import SystemdUnit
from photosearch.autostart.windows import Registry, RunEntry
from photosearch.autostart.xdg import XdgEntry
from photosearch.paths import AppPaths, absolute


class Autostart(Protocol):
    """One way of starting the service of one index at login."""

    @property
    def place(self) -> str:
        """What enabling writes."""
        ...

    def enable(self) -> str:
        """Start it at login, once however often this is called.

        Returns what the user should know of, or an empty text.

        Raises:
            SettingsError: what is to be written cannot be.
            ServiceError: the system refuses.
        """
        ...

    def disable(self) -> str:
        """Take away what `enable` wrote, and nothing else; a running service goes on.

        Returns what the user should know of, or an empty text.

        Raises:
            SettingsError: it was changed by hand, or cannot be removed.
            ServiceError: the system refuses.
        """
        ...

    def is_enabled(self) -> bool:
        """Whether it starts at login."""
        ...

    def start(self) -> bool:
        """Start it now, as at login; False where that is left to others."""
        ...


def autostarts(
    paths: AppPaths, platform: str = sys.platform, run: RunCommand = run_command
) -> tuple[Autostart, ...]:
    """This system's ways for an index, the best first; each index has a name of its own there."""
    name = "photosearch" if paths.is_default_data_dir else f"photosearch-{_short(paths)}"
    command = runtime.service_command(paths)
    if platform == "win32":
        return (RunEntry(name, command, Registry(importlib.import_module("winreg"))),)
    if platform == "darwin":
        user_id = getattr(os, "getuid", lambda: 0)()
        return (LaunchAgent(name, command, absolute(Path("~")), user_id, run),)
    config_home = _config_home()
    entry = XdgEntry(name, command, config_home)
    if SystemdUnit.is_usable(run):
        return (SystemdUnit(name, command, config_home, run), entry)
    return (entry,)


def _short(paths: AppPaths) -> str:
    return runtime.index_name(paths)[:8]


def _config_home() -> Path:
    """``XDG_CONFIG_HOME``, which the specification wants to be absolute."""
    chosen = Path(os.environ.get("XDG_CONFIG_HOME", ""))
    return chosen if chosen.is_absolute() else absolute(Path("~/.config"))
