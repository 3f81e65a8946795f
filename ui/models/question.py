"""What the app asks for: words, pictures to be like, and folders to look in; a plain value."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from photosearch.types import Query

TEXT_MAX_CHARS = 1_000
"""Models read about sixty words."""
PICTURES_MAX = 100
"""Indexed photos that one query may name; of more, so many are taken evenly."""


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

        One picture without a content id can be part of a query: the first is.
        """
        known = [p.content_id for p in self.pictures if p.content_id is not None]
        other = next((p for p in self.pictures if p.content_id is None), None)
        if len(known) > PICTURES_MAX:
            step = len(known) / PICTURES_MAX
            known = [known[int(i * step)] for i in range(PICTURES_MAX)]
        return Query(
            text=self.text.strip() or None,
            image_path=other.path if other is not None and other.data is None else None,
            image=other.data if other is not None else None,
            similar_to=tuple(known),
            folders=self.folders,
            limit=limit,
            offset=offset,
        )
