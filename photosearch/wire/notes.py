"""What people noted of a photo, as it travels."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, Field

from photosearch import types
from photosearch.wire.places import ShownText


class PhotoNotes(BaseModel):
    """What people noted of a photo, in its XMP or in the library of another program."""

    rating: Annotated[
        int | None, Field(description="Stars, 0 to 5; -1 is rejected.", ge=-1, le=5)
    ] = None
    keywords: Annotated[
        list[ShownText], Field(description="Each with its parents: `Animals/Cat`.")
    ] = []
    caption: ShownText | None = None
    sources: Annotated[
        list[str],
        Field(
            description="Where they were read: `sidecar`, `xmp` and `iptc` (in the photo itself), "
            "`digikam`, `darktable`, `shotwell`; there may be more in future."
        ),
    ] = []

    @classmethod
    def of(cls, notes: types.PhotoNotes) -> Self:
        """Notes, ready to be sent."""
        return cls(
            rating=notes.rating,
            keywords=list(notes.keywords),
            caption=notes.caption,
            sources=notes.source.split(",") if notes.source else [],
        )

    def to_core(self) -> types.PhotoNotes:
        """The notes that were sent."""
        return types.PhotoNotes(
            self.rating, tuple(self.keywords), self.caption, ",".join(self.sources)
        )
