"""Photos and folders that the user leaves out of the library one by one, and takes in again."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from photosearch.errors import LibraryError
from photosearch.index.rows import FileKey
from photosearch.library.patterns import pattern_of
from photosearch.paths import absolute
from photosearch.query_photos import find_places

if TYPE_CHECKING:
    from photosearch.index.catalog import Catalog
    from photosearch.index.ranking import Folder
    from photosearch.types import Root


class Exclusions:
    """Changes the patterns of roots, and forgets at once what they leave out. For any thread."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._patterns: dict[int, dict[bytes, str]] = defaultdict(dict)
        self._contents: set[str] = set()

    @property
    def contents(self) -> Collection[str]:
        """What the photos left out since the start hold: to be kept, or an undo would embed it."""
        return self._contents

    def exclude(self, path: Path) -> str:
        """Leave out a file, or a folder with all below it; returns the pattern that does so.

        Raises:
            LibraryError: it is in no added folder, is one itself, or is not there.
        """
        path = absolute(path)
        places = _places(self._catalog.roots(), path)
        is_folder, is_there = os.path.isdir(path), os.path.lexists(path)  # noqa: PTH112
        with self._catalog.transaction():
            place, known = self._known_best(places)
            root = next((one for one in self._catalog.roots() if one.id == place.root_id), None)
            if root is None or not (known or is_there):
                raise LibraryError(f"{path} does not exist.", "Name a photo or a folder.")
            is_folder |= any(key.relative_path != place.relative_path for key in known)
            pattern = pattern_of(os.fsdecode(place.relative_path), is_folder=is_folder)
            if pattern not in root.exclude:
                self._catalog.add_root(root.path, (*root.exclude, pattern))
            self._patterns[root.id][place.relative_path] = pattern
            self._contents.update(self._catalog.contents_of(known).values())
            self._catalog.delete_files(known)
        return pattern

    def include(self, folder: Path, pattern: str) -> None:
        """Take a pattern away from a root; the next look at the folder finds what it left out.

        Raises:
            LibraryError: the folder was never added.
        """
        path = Path(os.path.realpath(absolute(folder)))
        with self._catalog.transaction():
            root = next((one for one in self._catalog.roots() if one.path == path), None)
            if root is None:
                raise LibraryError(f"{folder} is not an added folder.")
            self._catalog.add_root(path, [one for one in root.exclude if one != pattern])

    def covers(self, key: FileKey) -> bool:
        """Whether a file was left out since the start, and still is.

        A job that began before goes by the patterns of then.
        """
        patterns = self._patterns.get(key.root_id)
        path = key.relative_path
        while patterns and path:
            pattern = patterns.get(path)
            if pattern is not None and self._has(key.root_id, pattern):
                return True
            path = path.rpartition(b"/")[0]
        return False

    def _has(self, root_id: int, pattern: str) -> bool:
        return any(pattern in one.exclude for one in self._catalog.roots() if one.id == root_id)

    def _known_best(self, places: Iterable[Folder]) -> tuple[Folder, list[FileKey]]:
        """The place at or below which photos are known, and these; else the first place."""
        found = [(one, self._catalog.files_at(one.root_id, one.relative_path)) for one in places]
        return next((one for one in found if one[1]), found[0])


def _places(roots: Collection[Root], path: Path) -> list[Folder]:
    """Where a path lies below roots: as it is named, and as its links lead; the innermost first."""
    places = find_places(roots, path)
    if not places:
        known = ", ".join(str(root.path) for root in roots) or "none"
        raise LibraryError(f"{path} is not in an added folder.", f"Added folders: {known}.")
    if not all(place.relative_path for place in places):
        raise LibraryError(f"{path} is an added folder.", "Remove it: photosearch remove FOLDER")
    paths = {root.id: root.path for root in roots}
    name = Path(os.path.normpath(path))

    def is_last(place: Folder) -> tuple[bool, int]:
        is_named_otherwise = paths[place.root_id] / os.fsdecode(place.relative_path) != name
        return is_named_otherwise, len(place.relative_path)

    return sorted(places, key=is_last)
