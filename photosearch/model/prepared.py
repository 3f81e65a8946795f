"""Towers made ready for this machine, in the cache: where they lie, and whether they are whole."""

from __future__ import annotations

import json
import logging
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock

from photosearch.atomic import write_atomically
from photosearch.errors import ModelError
from photosearch.model.folder import ModelFolder
from photosearch.model.weights import fingerprint_config

_log = logging.getLogger(__name__)

_RECIPE = 1
"""Raise it when the code that prepares towers changes what they compute or how they are noted."""

_NOTE = "prepared.json"
_MAKING = ".making-"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A tower that is whole: its folder, and what was noted when it was made."""

    folder: Path
    note: Mapping[str, Any]


class PreparedModels:
    """The cache of prepared towers; any thread, any process.

    A model's towers have a folder each, which takes its place when all of it is written. The
    folders are named by everything that decides what is in them, so that nothing is looked at
    but the sizes of files when a tower is opened.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def place(self, model: ModelFolder) -> Path:
        """The folder of a model's towers, prepared or not."""
        config = fingerprint_config(model.config)[:8]
        return self._folder / f"{_stem(model)}-{config}-r{_RECIPE}"

    def find(self, model: ModelFolder, tower: str) -> Prepared | None:
        """A tower (``text``, ``image``, or one of them and ``-int8``), if it is there, whole."""
        folder = self.place(model) / tower
        try:
            note = json.loads((folder / _NOTE).read_text(encoding="utf-8"))
            sizes = {name: (folder / name).stat().st_size for name in note["sizes"]}
            return Prepared(folder, note) if sizes == note["sizes"] else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    @contextmanager
    def make(self, model: ModelFolder, tower: str) -> Iterator[tuple[Path, dict[str, Any]]]:
        """An empty folder and note to fill; at the end of the block both take their place at once.

        Raises:
            ModelError: the cache cannot be written.
        """
        place = self.place(model) / tower
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(
                dir=place.parent, prefix=_MAKING, ignore_cleanup_errors=True
            ) as made:
                note: dict[str, Any] = {}
                folder = Path(made) / tower
                folder.mkdir()
                yield folder, note
                note["sizes"] = {file.name: file.stat().st_size for file in folder.iterdir()}
                write_atomically(folder / _NOTE, json.dumps(note, indent=2).encode("utf-8"))
                if place.exists():
                    place.rename(Path(made) / "old")
                folder.rename(place)
        except OSError as error:
            raise ModelError(
                f"The model {model.name} cannot be made ready in {place.parent}: "
                f"{error.strerror or error}.",
                "Free some disk space there (as much as the model's weights take), or choose "
                "another cache folder with PHOTOSEARCH_CACHE_DIR.",
            ) from error

    @contextmanager
    def alone(self, model: ModelFolder) -> Iterator[None]:
        """Wait for whoever prepares this model already; then sweep up what was left by a kill."""
        place = self.place(model)
        lock = FileLock(self._folder / f"{place.name}.lock")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            lock.acquire()
        except (OSError, NotImplementedError):
            pass  # a file system without locks: twice is not wrong; one that is full says so later
        try:
            if lock.is_locked:
                for left in place.glob(f"{_MAKING}*"):
                    shutil.rmtree(left, ignore_errors=True)
                self._forget(model, but=place)
            yield
        finally:
            lock.release()

    def forget(self, model: ModelFolder) -> None:
        """Delete what was prepared of a model."""
        self._forget(model, but=None)

    def _forget(self, model: ModelFolder, but: Path | None) -> None:
        """Delete the folders of these weights, of older recipes too."""
        for folder in self._folder.glob(f"{_stem(model)}-*"):
            is_of_other_config = but is not None and not _is_older(folder, but)
            if folder.is_dir() and not is_of_other_config:
                shutil.rmtree(folder, ignore_errors=True)


def _stem(model: ModelFolder) -> str:
    return re.sub(r"[^A-Za-z0-9]", "", model.fingerprint)[:16]


def _is_older(folder: Path, current: Path) -> bool:
    """Whether a folder is of the same weights and configuration, by another recipe."""
    stem = current.name.rpartition("-r")[0]
    return folder != current and folder.name.rpartition("-r")[0] == stem
