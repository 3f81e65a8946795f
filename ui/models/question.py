"""What the app asks for: words, pictures to be like, and folders to look in; a plain value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from photosearch.types import Query

T = TypeVar("T")

TEXT_MAX_CHARS = 1_000
"""Models read about sixty words."""
PICTURES_MAX = 1_000
"""Photos that one query may name of each kind; of more, so many are taken evenly."""


@dataclass(frozen=True)
class Picture:
    """A picture that is searched by: an indexed photo, any file, or bytes without a file.

    Attributes:
        label: what to call it: a file's name.
        content_id: of an indexed photo; it alone counts then.
        path: where the file is, for its thumbnail and its name.
        data: a picture from the clipboard or the web, as the bytes of a file.
    """

    label: str
    content_id: str | None = None
    path: Path | None = None
    data: bytes | None = None


@dataclass(frozen=True)
class Question:
    """All that a search depends on."""

    text: str = ""
    pictures: tuple[Picture, ...] = ()
    folders: tuple[Path, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to look for."""
        return not self.text.strip() and not self.pictures

    def query(self, limit: int, offset: int = 0) -> Query:
        """The query for one page of the answer.

        One picture without a file can be part of a query: the first is.
        """
        others = [p for p in self.pictures if p.content_id is None]
        known = [p.content_id for p in self.pictures if p.content_id is not None]
        files = [p.path for p in others if p.data is None and p.path is not None]
        return Query(
            text=self.text.strip() or None,
            image_paths=_evenly(files),
            image=next((p.data for p in others if p.data is not None), None),
            similar_to=_evenly(known),
            folders=self.folders,
            limit=limit,
            offset=offset,
        )


def _evenly(chosen: Sequence[T]) -> tuple[T, ...]:
    """All of them; of too many, as many as a query may have, from the first to the last."""
    if len(chosen) <= PICTURES_MAX:
        return tuple(chosen)
    step = len(chosen) / PICTURES_MAX
    return tuple(chosen[int(at * step)] for at in range(PICTURES_MAX))
