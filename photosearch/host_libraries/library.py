"""The port: what can be asked of the library of another photo program."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from photosearch.types import PhotoNotes


class HostLibrary(Protocol):
    """A library that is read anew with each question, and never written; for any thread."""

    @property
    def name(self) -> str:
        """The host, as the command line calls it."""
        ...

    def folders(self) -> tuple[Path, ...]:
        """The folders of the library that are there now; none if the program was never used.

        Raises:
            IntegrationError: the library cannot be read.
        """
        ...

    def notes(self, path: Path) -> PhotoNotes | None:
        """What the library has of a photo; None if it does not have the photo.

        Raises:
            IntegrationError: the library cannot be read.
        """
        ...
