"""Results as a folder of links to the photos, for any program that shows folders."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from photosearch.errors import IntegrationError, shown
from photosearch.integrations.result_names import ranked_name, title_name
from photosearch.integrations.results import Sent
from photosearch.integrations.surroundings import Surroundings
from photosearch.library.scanner import NO_MEDIA

_OPENERS = {"darwin": "open", "win32": "explorer"}

Opener = Callable[[Path], Sequence[str] | None]
"""The folder -> the command that shows it; None where there is none."""


def file_manager(surroundings: Surroundings) -> Opener:
    """Opens the folder in what the desktop has for that."""
    program = surroundings.which(_OPENERS.get(surroundings.platform, "xdg-open"))
    return lambda folder: None if program is None else (str(program), str(folder))


@dataclass(frozen=True)
class LinksFolder:
    """``results/HOST/TITLE`` in the data folder, with links named by rank: ``001 cat.jpg``.

    The data folder is hidden on most desktops, and ``.nomedia`` keeps it from being indexed where
    it is not, so that no photo is found a second time as a link to it.

    Attributes:
        name: of the host; each has a folder of its own, and takes back only what lies there.
    """

    surroundings: Surroundings
    name: str
    opener: Opener

    @property
    def root(self) -> Path:
        """Where the folders are."""
        return self._results / self.name

    @property
    def _results(self) -> Path:
        return self.surroundings.paths.data_dir / "results"

    def send(self, title: str, photos: Sequence[Path]) -> Sent:
        """Make the folder and open it.

        Raises:
            IntegrationError: there is no photo to link to, or links cannot be made there.
        """
        there = [photo for photo in photos if os.path.isfile(photo)]  # noqa: PTH113 - never raises
        if not there:
            raise IntegrationError("None of the photos is there.", "Search for something else.")
        folder = self.root / title_name(title)
        links = self._make(folder, there)
        known = set(there)
        gone = tuple((photo, "it is not there") for photo in photos if photo not in known)
        count = "1 link" if len(links) == 1 else f"{len(links)} links"
        also = "" if self._open(folder) else " No file manager could be started to show it."
        return Sent(f"{count} in {shown(str(folder))}.{also}", folder, gone)

    def _open(self, folder: Path) -> bool:
        command = self.opener(folder)
        if command is None:
            return False
        try:
            self.surroundings.start(command)
        except IntegrationError:
            return False
        return True

    def take_back(self) -> int:
        """Remove all links and the folders that are empty then; what else lies there stays."""
        count = 0
        try:
            for folder in sorted(_folders(self.root)):
                count += _clear(folder)
                _remove_empty(folder)
        except OSError as error:
            raise _unwritable(self.root, error) from error
        _remove_empty(self.root)
        if not any(_folders(self._results)):
            (self._results / NO_MEDIA).unlink(missing_ok=True)
            _remove_empty(self._results)
        return count

    def _make(self, folder: Path, photos: Sequence[Path]) -> list[Path]:
        links = []
        try:
            if folder.is_symlink():  # what lies there is not ours to remove
                folder.unlink()
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            (self._results / NO_MEDIA).touch()
            _clear(folder)
            for rank, photo in enumerate(photos, 1):
                link = _free(folder / ranked_name(rank, len(photos), photo.name))
                link.symlink_to(photo)
                links.append(link)
        except OSError as error:
            raise _unwritable(folder, error) from error
        return links


def _folders(folder: Path) -> Iterator[Path]:
    with suppress(FileNotFoundError):
        yield from (one for one in folder.iterdir() if one.is_dir() and not one.is_symlink())


def _clear(folder: Path) -> int:
    """Remove the links; only we make links here, and a link holds nothing of anybody's."""
    links = [one for one in folder.iterdir() if one.is_symlink()]
    for link in links:
        link.unlink()
    return len(links)


def _free(link: Path) -> Path:
    """A name that no file of somebody else has."""
    place, number = link, 1
    while os.path.lexists(place):
        number += 1
        place = link.with_name(f"{link.name[:3]}-{number}{link.name[3:]}")
    return place


def _remove_empty(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()


def _unwritable(folder: Path, error: OSError) -> IntegrationError:
    hint = "Change its permissions."
    if sys.platform == "win32":
        hint = "Windows makes links only in its developer mode; turn that on."
    return IntegrationError(
        f"Links cannot be made or removed in {folder}: {error.strerror or error}.", hint
    )
