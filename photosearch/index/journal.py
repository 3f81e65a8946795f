"""Which photos were written since somebody last asked, so that a ranking in memory can follow."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from photosearch.index.rows import FileKey

_MOST_FILES = 20_000
"""More files than this are noted as their whole roots: reading those again is as cheap."""


class Journal:
    """The files and roots whose rows changed; safe from any thread.

    The catalog writes it inside its transactions: who takes from it and then reads the catalog
    has to wait for the end of that transaction, and sees what it wrote.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._files: set[FileKey] = set()
        self._roots: set[int] = set()

    def add_files(self, keys: Iterable[FileKey]) -> None:
        """Note files that were saved or deleted."""
        with self._lock:
            self._files.update(keys)
            if len(self._files) > _MOST_FILES:
                self._roots.update(key.root_id for key in self._files)
                self._files.clear()

    def add_root(self, root_id: int) -> None:
        """Note a root that came, went, or went offline."""
        with self._lock:
            self._roots.add(root_id)

    def put_back(self, files: Iterable[FileKey], roots: Iterable[int]) -> None:
        """Note again what was taken and could not be followed."""
        with self._lock:
            self._roots.update(roots)
        self.add_files(files)

    def take(self) -> tuple[set[FileKey], set[int]]:
        """The files and roots noted since the last call; files of such roots are left out."""
        with self._lock:
            files, roots = self._files, self._roots
            self._files, self._roots = set(), set()
        return {key for key in files if key.root_id not in roots}, roots
