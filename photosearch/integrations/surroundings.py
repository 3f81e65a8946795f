"""Where things lie on this machine: the folders of the desktop, programs, and our own commands."""

from __future__ import annotations

import importlib
import os
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from photosearch.autostart.commands import Outcome, run_command
from photosearch.errors import SettingsError
from photosearch.integrations.starting import start_program
from photosearch.paths import absolute, resource_dir

if TYPE_CHECKING:
    from photosearch.integrations.registry import Registry
    from photosearch.paths import AppPaths


@dataclass(frozen=True)
class Surroundings:
    """All that a host depends on, so that tests can make up a machine.

    Attributes:
        scripts: the folder with our own two commands.
        run: runs another program to its end.
        start: starts another program and leaves it running.
        make_registry: that of Windows.
    """

    paths: AppPaths
    home: Path = field(default_factory=lambda: absolute(Path("~")))
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    platform: str = sys.platform
    scripts: Path = Path(sys.executable).parent
    run: Callable[[Sequence[str]], Outcome] = run_command
    start: Callable[[Sequence[str]], None] = start_program
    make_registry: Callable[[], Registry] | None = None

    @property
    def is_linux(self) -> bool:
        """Whether the desktop is one of freedesktop's kind."""
        return self.platform not in ("win32", "darwin")

    @property
    def data_home(self) -> Path:
        """``XDG_DATA_HOME``."""
        return self._xdg("XDG_DATA_HOME", ".local/share")

    @property
    def config_home(self) -> Path:
        """``XDG_CONFIG_HOME``."""
        return self._xdg("XDG_CONFIG_HOME", ".config")

    @property
    def cache_home(self) -> Path:
        """``XDG_CACHE_HOME``."""
        return self._xdg("XDG_CACHE_HOME", ".cache")

    @property
    def data_dirs(self) -> tuple[Path, ...]:
        """``XDG_DATA_DIRS``: those of the system, the preferred one first."""
        chosen = self.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
        return tuple(Path(one) for one in chosen.split(":") if one.startswith("/"))

    @property
    def resources(self) -> Path:
        """The files that ship with the product."""
        return resource_dir()

    @property
    def app_command(self) -> tuple[str, ...]:
        """The words that start the app on this index."""
        return (*self._script("photosearch-app", "ui.app"), *self._which_index())

    @property
    def cli_command(self) -> tuple[str, ...]:
        """The words that start the command line on this index."""
        return (*self._script("photosearch", "photosearch.cli.main"), *self._which_index())

    @property
    def registry(self) -> Registry:
        """The user's part of the Windows registry."""
        if self.make_registry is not None:
            return self.make_registry()
        from photosearch.integrations.registry import WindowsRegistry

        return WindowsRegistry(importlib.import_module("winreg"))

    def which(self, program: str) -> Path | None:
        """Where a program is, if it is installed."""
        found = shutil.which(program, path=self.environ.get("PATH"))
        return None if found is None else Path(found)

    def _xdg(self, name: str, default: str) -> Path:
        chosen = Path(self.environ.get(name, ""))  # the specification wants it absolute
        return chosen if chosen.is_absolute() else self.home / default

    def _script(self, name: str, module: str) -> tuple[str, ...]:
        suffix = ".exe" if self.platform == "win32" else ""
        script = self.scripts / f"{name}{suffix}"
        if script.is_file():
            return (str(script),)
        return (sys.executable, "-P", "-m", module)

    def _which_index(self) -> tuple[str, ...]:
        try:
            if self.paths.is_default_data_dir:
                return ()
        except SettingsError:
            pass
        return ("--data-dir", str(self.paths.data_dir))
