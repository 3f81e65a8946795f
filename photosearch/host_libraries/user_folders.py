"""Where programs keep what belongs to one user."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

_PICTURES = re.compile(r'^\s*XDG_PICTURES_DIR\s*=\s*"(.*)"', re.MULTILINE)


@dataclass(frozen=True)
class UserFolders:
    """The folders of one user, as the environment of a process tells them."""

    home: Path
    environ: Mapping[str, str]

    @property
    def config_home(self) -> Path:
        """``XDG_CONFIG_HOME``."""
        return self._xdg("XDG_CONFIG_HOME", ".config")

    @property
    def data_home(self) -> Path:
        """``XDG_DATA_HOME``."""
        return self._xdg("XDG_DATA_HOME", ".local/share")

    @property
    def pictures(self) -> Path:
        """The folder that the desktop names for pictures, else ``Pictures``."""
        try:
            text = os.fsdecode((self.config_home / "user-dirs.dirs").read_bytes())
        except OSError:
            text = ""
        named = [self.expanded(one) for one in _PICTURES.findall(text)]
        return next((one for one in named if one.is_absolute()), self.home / "Pictures")

    def config_of(self, flatpak: str, *names: str) -> tuple[Path, ...]:
        """Where a program's configuration may lie; also as a Flatpak, on macOS and on Windows."""
        local = self.environ.get("LOCALAPPDATA")
        places = [self.config_home, self.home / ".var/app" / flatpak / "config"]
        places += [self.home / "Library/Preferences"] + ([Path(local)] if local else [])
        return tuple(place.joinpath(*names) for place in places)

    def data_of(self, flatpak: str, *names: str) -> tuple[Path, ...]:
        """Where a program's data may lie; also as a Flatpak."""
        places = (self.data_home, self.home / ".var/app" / flatpak / "data")
        return tuple(place.joinpath(*names) for place in places)

    def expanded(self, text: str) -> Path:
        """A path with ``$HOME`` or ``~`` before it."""
        for before in ("$HOME", "${HOME}", "~"):
            if text == before or text.startswith(f"{before}/"):
                return self.home / text[len(before) :].lstrip("/")
        return Path(text)

    def _xdg(self, variable: str, default: str) -> Path:
        chosen = Path(self.environ.get(variable) or ".")
        return chosen if chosen.is_absolute() else self.home / default


def first_file(places: Iterable[Path]) -> Path | None:
    """The first of some places at which a file lies."""
    for place in places:
        try:
            if place.is_file():
                return place
        except OSError:
            continue  # a folder on the way is not ours to look into
    return None
