"""The exception by which reading or decoding says that one photo has to be passed over."""

from __future__ import annotations

from pathlib import Path

from photosearch.types import SkipKind, Skipped


class SkipPhoto(Exception):  # noqa: N818 - it is news about one photo, not a failure of the job
    """This photo cannot be used; the job notes it and goes on with the next one.

    Attributes:
        kind: why, as a word that programs can rely on.
        reason: why, as a sentence for a person.
    """

    def __init__(self, kind: SkipKind, reason: str) -> None:
        super().__init__(reason)
        self.kind = kind
        self.reason = reason

    def at(self, path: Path) -> Skipped:
        """The same news as a value, with the place of the photo."""
        return Skipped(path, self.kind, self.reason)
