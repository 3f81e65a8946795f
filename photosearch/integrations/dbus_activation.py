"""The file by which D-Bus starts our answers to the desktop's search when they are asked for."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from photosearch.integrations.own_file import OwnFile

if TYPE_CHECKING:
    from photosearch.integrations.surroundings import Surroundings


def activation_file(surroundings: Surroundings, name: str) -> OwnFile | None:
    """The activation file of a name on the bus; None where it cannot hold our command.

    D-Bus reads ``Exec=`` as a shell would, runs no shell, and wants the file to be named like the
    name (D-Bus Specification, "Message Bus Starting Services").
    """
    command = (*surroundings.cli_command, "desktop-search")
    if not all(map(_can_be_written, command)):
        return None
    line = " ".join(map(shlex.quote, command))
    text = f"[D-BUS Service]\nName={name}\nExec={line}\n"
    return OwnFile(surroundings.data_home / f"dbus-1/services/{name}.service", text.encode())


def _can_be_written(word: str) -> bool:
    """dbus-daemon takes a backslash for an escape within the file, dbus-broker for itself."""
    try:
        word.encode()
    except UnicodeEncodeError:
        return False
    return "\\" not in word and word.isprintable()
