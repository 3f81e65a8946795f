"""The way back: photos that were found, handed to another program."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True)
class Sent:
    """What became of photos that were handed over.

    Attributes:
        message: what happened and what to do next, in words for a person.
        place: the file or folder that shows it; None where there is none.
        skipped: photos that could not be handed over, each with its reason.
    """

    message: str
    place: Path | None = None
    skipped: tuple[tuple[Path, str], ...] = ()


class ResultsTarget(Protocol):
    """A host that takes photos."""

    def send(self, title: str, photos: Sequence[Path]) -> Sent:
        """Hand photos over, the best first; those sent before with the same title are replaced.

        Args:
            title: what was searched for: words, or the name of a photo.
            photos: absolute paths.

        Raises:
            IntegrationError: the host cannot be given any of them.
        """
        ...

    def take_back(self) -> int:
        """Take away all that was ever sent; returns how many photos that were.

        Raises:
            IntegrationError: something cannot be removed.
        """
        ...
