"""GNOME Shell: photos among the results of its search."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from photosearch.integrations.dbus_activation import activation_file
from photosearch.integrations.desktop import APP_ID
from photosearch.integrations.host import Host
from photosearch.integrations.own_file import OwnFile

if TYPE_CHECKING:
    from photosearch.integrations.surroundings import Surroundings

GNOME_NAME = "org.photosearch.SearchProvider"
GNOME_PATH = "/org/photosearch/SearchProvider"
_DESKTOP_ID = f"{APP_ID}.desktop"
"""Gives our results their name and icon; without it, GNOME Shell passes us over."""
_BELOW = f"gnome-shell/search-providers/{APP_ID}.search-provider.ini"
_PROVIDER = f"""\
[Shell Search Provider]
DesktopId={_DESKTOP_ID}
BusName={GNOME_NAME}
ObjectPath={GNOME_PATH}
Version=2
"""


def host(surroundings: Surroundings) -> Host:
    """The search provider: a file that names us, and one that starts us.

    GNOME Shell reads the former from the data folders of the system alone (``remoteSearch.js``,
    3.x to 50: ``collectFromDatadirs('search-providers', false)``). Where none of them may be
    written it lies ready in the user's own, and somebody who may has to copy it.
    """
    activation = activation_file(surroundings, GNOME_NAME)
    is_here = surroundings.is_linux and surroundings.which("gnome-shell") is not None
    folder = _provider_folder(surroundings)
    provider = OwnFile(folder / _BELOW, _PROVIDER.encode())
    return Host(
        name="gnome",
        title="GNOME search",
        adds="Photos for the words that you type in the activities overview.",
        is_here=is_here and activation is not None,
        parts=() if activation is None else (activation, provider),
        then=_then(surroundings, provider.path, has_to_be_copied=folder == surroundings.data_home),
    )


def _then(surroundings: Surroundings, provider: Path, *, has_to_be_copied: bool) -> str:
    steps = []
    if not _has_entry(surroundings):
        steps.append("Install the entry that it shows: photosearch integrate desktop")
    if has_to_be_copied and not any(map(_is_provider, _system_places(surroundings))):
        target = _preferred(surroundings) / _BELOW
        copy = shlex.join(["sudo", "install", "-D", "-m", "644", str(provider), str(target)])
        steps.append(
            "GNOME reads the list of what it searches from the system's folders alone. Run this "
            f"once: {copy} (undo it with: sudo rm {shlex.quote(str(target))})"
        )
    steps.append("Log out and in again.")
    return "\n".join(steps)


def _provider_folder(surroundings: Surroundings) -> Path:
    """Where our file is, or else the first place that counts and may be written to."""
    home = surroundings.data_home
    system = [one for one in surroundings.data_dirs if one != home and one.is_dir()]
    places = [*filter(_may_write, system), home]
    return next((one for one in places if _is_provider(one / _BELOW)), places[0])


def _may_write(folder: Path) -> bool:
    nearest = folder / _BELOW
    while not nearest.exists():
        nearest = nearest.parent
    return os.access(nearest, os.W_OK)


def _preferred(surroundings: Surroundings) -> Path:
    """Where a person would put it: ``/usr/local/share`` where that is read."""
    local = Path("/usr/local/share")
    return local if local in surroundings.data_dirs else surroundings.data_dirs[-1]


def _system_places(surroundings: Surroundings) -> list[Path]:
    return [folder / _BELOW for folder in surroundings.data_dirs]


def _is_provider(path: Path) -> bool:
    try:
        return path.read_bytes() == _PROVIDER.encode()
    except OSError:
        return False


def _has_entry(surroundings: Surroundings) -> bool:
    folders = (surroundings.data_home, *surroundings.data_dirs)
    return any((folder / "applications" / _DESKTOP_ID).is_file() for folder in folders)
