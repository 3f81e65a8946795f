"""Start at login as an XDG autostart entry, which every Linux desktop reads."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from photosearch.autostart.own_file import OwnFile, kept_as_it_is
from photosearch.errors import SettingsError

_ENTRY = """\
[Desktop Entry]
Type=Application
Name=photosearch
Comment=Keeps the index of your photos true to the disk
Exec={command}
Terminal=false
NoDisplay=true
X-GNOME-Autostart-enabled=true
"""


_SWITCHED_OFF = r"^(hidden\s*=\s*true|x-gnome-autostart-enabled\s*=\s*false)\s*$"


class XdgEntry:
    """The autostart entry of one index."""

    def __init__(self, name: str, command: Sequence[str], config_home: Path) -> None:
        self._command = command
        self._file = OwnFile(config_home / "autostart" / f"{name}.desktop")

    @property
    def place(self) -> str:
        """What enabling writes."""
        return str(self._file.path)

    def enable(self) -> str:
        """Start it at login; returns what the user should know of, or nothing."""
        is_written = self._file.write(entry_text(self._command))
        return "" if is_written else kept_as_it_is(self._file.path)

    def disable(self) -> str:
        """Start it at login no more; a running service goes on.

        Raises:
            SettingsError: the entry was changed by hand, so it is not ours to delete.
        """
        if not self._file.remove():
            raise SettingsError(f"{self._file.path} was changed by hand.", "Delete it yourself.")
        return ""

    def is_enabled(self) -> bool:
        """Whether it starts at login; the desktop's own settings may have switched it off."""
        try:
            text = self._file.path.read_text(encoding="utf-8", errors="replace").lower()
        except OSError:
            return False
        return re.search(_SWITCHED_OFF, text, re.MULTILINE) is None

    def start(self) -> bool:
        """Nothing that runs now comes of an entry."""
        return False


def entry_text(command: Sequence[str]) -> str:
    """The desktop entry.

    Raises:
        SettingsError: a word of the command cannot stand in one.
    """
    line = " ".join(quoted(word) for word in command)
    try:
        line.encode()
    except UnicodeEncodeError:
        line = "\n"
    if not line.isprintable():
        raise SettingsError(
            "An autostart entry cannot hold the name of this folder.",
            "Use a --data-dir whose name is plain text.",
        )
    return _ENTRY.format(command=line)


def quoted(word: str) -> str:
    """One word of ``Exec=``: quoted for its own rules, then once more as a string of the file."""
    letters = "".join(f"\\{letter}" if letter in '"`$\\' else letter for letter in word)
    return '"' + letters.replace("\\", "\\\\").replace("%", "%%") + '"'
