"""Opens the catalog of an index if it is sound, and puts a new one in place of a damaged one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from photosearch.errors import IndexDamagedError
from photosearch.index.catalog import Catalog
from photosearch.index.database import CATALOG_HINT
from photosearch.index.lock import IndexLock
from photosearch.index.salvage import SalvageReport, check_catalog, salvage

if TYPE_CHECKING:
    from photosearch.paths import AppPaths


def open_catalog(path: Path) -> Catalog:
    """Open a catalog, or begin one.

    Raises:
        IndexDamagedError: some page of it is damaged, or it is of a newer version.
        PhotoSearchError: the disk is full or the file cannot be written.
    """
    # SQLite itself looks at the pages of a table when they are needed, months later maybe.
    if path.exists() and not check_catalog(path):
        raise IndexDamagedError(f"The catalog {path} is damaged.", CATALOG_HINT)
    return Catalog(path)


def salvage_catalog(paths: AppPaths) -> SalvageReport | None:
    """Put a new catalog with what can be read in place of a damaged one; None if it is sound.

    Raises:
        IndexLockedError: another process owns the index.
        PhotoSearchError: the new one cannot be written; the old one is where it was.
    """
    with IndexLock(paths.data_dir):
        if check_catalog(paths.catalog):
            return None
        return salvage(paths.catalog)
