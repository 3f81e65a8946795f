"""Which folders can be scanned, and whether a scan of one comes to another one below it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from photosearch.errors import LibraryError
from photosearch.library.patterns import Exclusion
from photosearch.library.scanner import NO_MEDIA, UNWANTED_FOLDERS
from photosearch.paths import absolute


def is_reached(root: Path, exclude: Sequence[str], folder: Path) -> bool:
    """Tell whether ``scan(root, exclude)`` looks into ``folder``, a real path below ``root``."""
    exclusion = Exclusion(exclude)
    inside = [folder, *folder.parents][: len(folder.relative_to(root).parts)]
    return not any(
        part.name.startswith(".")
        or part.name.lower() in UNWANTED_FOLDERS
        or exclusion.matches(part.relative_to(root).as_posix(), is_folder=True)
        or os.path.exists(part / NO_MEDIA)  # noqa: PTH110 - never raises, where a Path does
        for part in inside
    )


def usable_folder(folder: Path) -> Path:
    """The real path of a folder that can be added to the library.

    Raises:
        LibraryError: it is none, or cannot be read.
    """
    path = Path(os.path.realpath(absolute(folder)))
    if not os.path.isdir(path):  # noqa: PTH112 - a Path raises for names that are too long
        what = "is a file, not a folder" if os.path.exists(path) else "does not exist"  # noqa: PTH110
        raise LibraryError(f"{folder} {what}.", "Name a folder that holds photos.")
    if path == path.parent:
        raise LibraryError(
            f"{folder} is the whole file system.", "Add the folders that your photos are in."
        )
    if not os.access(path, os.R_OK | os.X_OK):
        raise LibraryError(f"{folder} may not be read.", "Change its permissions.")
    return path
