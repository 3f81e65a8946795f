"""Whether a scan of a folder comes to a folder below it, without scanning."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from photosearch.library.patterns import Exclusion
from photosearch.library.scanner import NO_MEDIA, UNWANTED_FOLDERS


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
