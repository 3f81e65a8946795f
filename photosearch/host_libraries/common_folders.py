"""From the many folders that photos lie in to the few to be added for them."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path


def common_folders(
    folders: Iterable[Path], home: Path, mount_points: Iterable[Path] = ()
) -> tuple[Path, ...]:
    """The lowest folders around those that are there, one a drive or a part of the home folder.

    The home folder itself, and what is above it, are never among them: far more than photos lies
    there. None lies within another.
    """
    points = set(mount_points)
    near: dict[Path, list[Path]] = defaultdict(list)
    for folder in dict.fromkeys(folders):
        if folder.is_absolute() and not home.is_relative_to(folder) and _is_there(folder):
            near[_part(folder, home, points)].append(folder)
    return without_inner(Path(os.path.commonpath(group)) for group in near.values())


def without_inner(folders: Iterable[Path]) -> tuple[Path, ...]:
    """Some folders, sorted, without those that lie in another one of them."""
    outer: list[Path] = []
    for folder in sorted(set(folders)):
        if not any(folder.is_relative_to(other) for other in outer):
            outer.append(folder)
    return tuple(outer)


def _part(folder: Path, home: Path, mount_points: set[Path]) -> Path:
    """What is not left when a common folder is looked for."""
    around = [point for point in (folder, *folder.parents) if point in mount_points]
    if around and not home.is_relative_to(around[0]):
        return around[0]
    if folder.is_relative_to(home):
        return home / folder.relative_to(home).parts[0]
    return Path(*folder.parts[:3])  # the root, and two names


def _is_there(folder: Path) -> bool:
    try:
        return folder.is_dir()
    except OSError:
        return False
