"""The folders of the library: added, removed, and kept in a file of their own as well."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from photosearch.errors import LibraryError, PhotoSearchError
from photosearch.exclusions import Exclusions
from photosearch.index.roots_copy import roots_copy_of, save_roots
from photosearch.library.reach import is_reached, usable_folder
from photosearch.paths import absolute

if TYPE_CHECKING:
    from photosearch.index.catalog import Catalog
    from photosearch.types import Root

_log = logging.getLogger(__name__)


class AddedFolders:
    """Adds and removes roots, and what is left out of them. For any thread.

    Attributes:
        exclusions: the single photos and folders that are left out.
    """

    def __init__(self, catalog: Catalog, catalog_path: Path) -> None:
        self._catalog = catalog
        self._copy = roots_copy_of(catalog_path)
        self._lock = threading.Lock()
        self.exclusions = Exclusions(catalog)
        self._save()

    def add(self, folder: Path, exclude: Sequence[str] | None) -> Root:
        """Add a folder, or return the one that it is part of; see `Engine.add_root`.

        Raises:
            LibraryError: it is no folder, or cannot be read.
        """
        path = usable_folder(folder)
        if exclude is None:
            for root in self._catalog.roots():
                is_inside = path.is_relative_to(root.path)
                if is_inside and is_reached(root.path, root.exclude, path):
                    return root
        root = self._catalog.add_root(path, exclude or ())
        self._save()
        return root

    def remove(self, folder: Path) -> tuple[Path, int]:
        """Forget a folder; returns its real path, and how many photos it had.

        Raises:
            LibraryError: the folder was never added.
        """
        path = Path(os.path.realpath(absolute(folder)))
        root = next((root for root in self._catalog.roots() if root.path == path), None)
        if root is None:
            known = ", ".join(str(root.path) for root in self._catalog.roots()) or "none"
            raise LibraryError(f"{folder} is not an added folder.", f"Added folders: {known}.")
        photos = self._catalog.count_photos(root.id)
        self._catalog.remove_root(root.id)
        self._save()
        return path, photos

    def holds(self, path: Path) -> bool:
        """Whether a folder lies in another one that was added."""
        return any(path.is_relative_to(other.path) for other in self._catalog.roots())

    def exclude(self, path: Path) -> str:
        """Leave a photo, or a folder, out; returns the pattern.

        Raises:
            LibraryError: it is in no added folder, is one itself, or is not there.
        """
        pattern = self.exclusions.exclude(path)
        self._save()
        return pattern

    def include(self, root: Path, pattern: str) -> None:
        """Undo that.

        Raises:
            LibraryError: the root was never added.
        """
        self.exclusions.include(root, pattern)
        self._save()

    def _save(self) -> None:
        """Keep a copy of what no scan could find out again, should the catalog be damaged."""
        try:
            with self._lock:  # two at once: the older list must not be written last
                save_roots(self._copy, self._catalog.roots())
        except PhotoSearchError as error:
            _log.warning("%s", error)
