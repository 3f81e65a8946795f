"""The hosts whose libraries can be read."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from photosearch.errors import IntegrationError
from photosearch.host_libraries.darktable import DarktableLibrary
from photosearch.host_libraries.digikam import DigikamLibrary
from photosearch.host_libraries.library import HostLibrary
from photosearch.host_libraries.shotwell import ShotwellLibrary
from photosearch.host_libraries.user_folders import UserFolders

HOST_LIBRARIES = ("digikam", "darktable", "shotwell")
"""Names of the hosts; what the first of them knows goes before what the next one knows."""


def host_libraries(home: Path, environ: Mapping[str, str]) -> tuple[HostLibrary, ...]:
    """The libraries of a user; one of a program that was never used has no folders and photos."""
    user = UserFolders(home, environ)
    return (DigikamLibrary(user), DarktableLibrary(user), ShotwellLibrary(user))


def own_host_libraries() -> tuple[HostLibrary, ...]:
    """Those of who runs this process; none where the home folder is not known."""
    try:
        return host_libraries(Path.home(), os.environ)
    except RuntimeError:
        return ()


def host_folders(name: str, home: Path, environ: Mapping[str, str]) -> tuple[Path, ...]:
    """The folders of a host's library that are there now, none within another.

    Raises:
        IntegrationError: photosearch reads no library of this host, or the library cannot be read.
    """
    for library in host_libraries(home, environ):
        if library.name == name:
            return library.folders()
    raise IntegrationError(
        f"photosearch reads no library of {name}.",
        f"Libraries that it reads: {', '.join(HOST_LIBRARIES)}.",
    )
