"""Photos and searches as they travel."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Self

from pydantic import Base64Bytes, BaseModel, ConfigDict, Field

from photosearch import types
from photosearch.errors import PhotoSearchError
from photosearch.file_uris import clean, path_of, uri_of
from photosearch.paths import absolute
from photosearch.wire.failures import Error
from photosearch.wire.library import Skipped
from photosearch.wire.places import (
    ContentId,
    ShownText,
    Uri,
    below,
    place_of,
    relative_path_of,
    text_of,
    written,
)
from photosearch.wire.progress import Count

LIMIT_MAX = 10_000
"""People pipe thousands of paths into viewers; 10,000 hits are about 4 MB of JSON."""
THUMBNAILS_MAX = 200
"""More than fit on a screen; their ids fit into a URL."""
OFFSET_MAX = 10_000_000
"""More photos than anybody has."""
SIMILAR_TO_MAX = 1_000
SIMILAR_TO_IN_URL_MAX = 100
URIS_MAX = 1_000
"""So many photos are selected at once in other programs; an average of more says nothing new."""
FOLDERS_MAX = 100
TEXT_MAX_CHARS = 4_000
"""Models read about 60 words; so many letters fit into a URL (64 KiB) even when all are quoted."""

Limit = Annotated[int, Field(description="At most so many hits.", ge=1, le=LIMIT_MAX)]
Offset = Annotated[
    int, Field(description="Pass over so many of the best hits.", ge=0, le=OFFSET_MAX)
]
QueryText = Annotated[str, Field(description="Words to look for.", max_length=TEXT_MAX_CHARS)]
ModelName = Annotated[
    str, Field(description="The model to ask; without it, the one that answers.", max_length=4096)
]


class PhotoPlace(BaseModel):
    """Where a photo lies."""

    uri: Uri
    path: Annotated[ShownText, Field(description="The place to look at; stray bytes are U+FFFD.")]
    root_uri: Annotated[Uri, Field(description="The added folder that it belongs to.")]
    relative_path: Annotated[ShownText, Field(description="The place below it, to look at.")]

    def photo(self, content_id: str) -> types.Photo:
        """The photo that lies here."""
        return types.Photo(*relative_path_of(self.uri, self.root_uri), content_id)


def _place(photo: types.Photo) -> dict[str, str]:
    uri, path = below(photo.root, photo.relative_path)
    return {
        "uri": uri,
        "path": path,
        "root_uri": written(photo.root)[0],
        "relative_path": text_of(photo.relative_path),
    }


class Hit(PhotoPlace):
    """A photo that answers a search."""

    rank: Annotated[int, Field(description="1 is the best.", ge=1)]
    score: Annotated[float, Field(description="The cosine with the query, -1 to 1.")]
    content_id: ContentId

    @classmethod
    def of(cls, hit: types.Hit) -> Self:
        """A hit, ready to be sent."""
        return cls(
            rank=hit.rank,
            score=hit.score,
            content_id=hit.photo.content_id,
            **_place(hit.photo),
        )

    def to_core(self) -> types.Hit:
        """The hit that was sent."""
        return types.Hit(self.rank, self.score, self.photo(self.content_id))


class SearchAnswer(BaseModel):
    """A page of the best photos, how many there are, and which folders could not be searched."""

    hits: list[Hit]
    total: Annotated[
        Count,
        Field(description="How many photos the search ranks in all: the hits of all its pages."),
    ]
    away: Annotated[
        list[Uri],
        Field(description="Added folders that are away (an unplugged drive) and so not searched."),
    ]
    unread: Annotated[
        list[Skipped],
        Field(description="Files of the search that could not be read: not searched by."),
    ] = []

    @classmethod
    def of(cls, answer: types.Answer) -> Self:
        """What a search found, ready to be sent."""
        return cls(
            hits=[Hit.of(hit) for hit in answer.hits],
            total=answer.total,
            away=[uri_of(path) for path in answer.away],
            unread=[Skipped.of(one) for one in answer.unread],
        )

    def to_core(self) -> types.Answer:
        """The answer that was sent."""
        return types.Answer(
            tuple(hit.to_core() for hit in self.hits),
            self.total,
            tuple(path_of(uri) for uri in self.away),
            tuple(one.to_core() for one in self.unread),
        )


class SearchRequest(BaseModel):
    """What to look for: words, photo files, indexed photos; parts given are averaged."""

    model_config = ConfigDict(extra="forbid")

    text: QueryText | None = None
    uri: Annotated[Uri | None, Field(description="A photo file, indexed or not.")] = None
    path: Annotated[
        str | None,
        Field(description="The same as an absolute path; `uri` holds every name.", max_length=4096),
    ] = None
    uris: Annotated[
        list[Uri],
        Field(
            description="Photo files, indexed or not. Those that cannot be read are passed over "
            "(`unread` in the answer) as long as another photo of the search can.",
            max_length=URIS_MAX,
        ),
    ] = []
    image: Annotated[
        Base64Bytes | None,
        Field(description="The bytes of a photo file, where its URL would be too long."),
    ] = None
    similar_to: Annotated[
        list[ContentId], Field(description="Indexed photos.", max_length=SIMILAR_TO_MAX)
    ] = []
    folders: Annotated[
        list[Uri],
        Field(
            description="Look in these folders only; none is everywhere.", max_length=FOLDERS_MAX
        ),
    ] = []
    limit: Limit = 20
    offset: Offset = 0
    model: ModelName | None = None

    @classmethod
    def of(cls, query: types.Query) -> Self:
        """A query, ready to be sent; relative paths are the sender's.

        Raises:
            SettingsError: a relative path, or one with ``~``, leads nowhere.
            pydantic.ValidationError: it is beyond a limit.
        """
        uris = [_sent(path) for path in query.image_paths]
        return cls(
            text=None if query.text is None else clean(query.text),
            uri=uris[0] if len(uris) == 1 else None,
            uris=uris if len(uris) != 1 else [],
            image=None if query.image is None else b64encode(query.image),
            similar_to=list(query.similar_to),
            folders=[_sent(folder) for folder in query.folders],
            limit=query.limit,
            offset=query.offset,
            model=None if query.model is None else clean(query.model),
        )

    def to_core(self) -> types.Query:
        """The query that was sent.

        Raises:
            QueryError: a URI or path cannot be one, or both name a photo.
        """
        first = place_of(self.uri, self.path)
        return types.Query(
            text=self.text,
            image_paths=(
                *([] if first is None else [first]),
                *(path_of(uri) for uri in self.uris),
            ),
            image=self.image,
            similar_to=tuple(self.similar_to),
            folders=tuple(path_of(uri) for uri in self.folders),
            limit=self.limit,
            offset=self.offset,
            model=self.model,
        )


def image_search_params(query: types.Query) -> list[tuple[str, str]]:
    """What goes into the URL of a search whose body is ``query.image``; see `fits_into_url`.

    Raises:
        SettingsError: a relative path, or one with ``~``, leads nowhere.
        pydantic.ValidationError: it is beyond a limit.
    """
    request = SearchRequest.of(replace(query, image=None))
    return [
        ("limit", str(request.limit)),
        ("offset", str(request.offset)),
        *(("folder", uri) for uri in request.folders),
        *(("similar_to", content_id) for content_id in request.similar_to),
        *((name, value) for name in ("text", "uri", "model") if (value := getattr(request, name))),
    ]


def fits_into_url(query: types.Query) -> bool:
    """Whether the other photos of a query are so few that the URL surely stays below its limit."""
    return len(query.image_paths) <= 1 and len(query.similar_to) <= SIMILAR_TO_IN_URL_MAX


def _sent(path: Path) -> str:
    return uri_of(absolute(path))


class PhotoFacts(BaseModel):
    """What a photo says of itself."""

    width_px: Annotated[int, Field(description="As displayed.")]
    height_px: Annotated[int, Field(description="As displayed.")]
    orientation: Annotated[int, Field(description="The EXIF orientation, 1 to 8.")] = 1
    taken_at: Annotated[
        ShownText | None, Field(description="Local time without zone: 2024-05-01T12:30:00.")
    ] = None
    camera: ShownText | None = None
    lens: ShownText | None = None
    latitude: Annotated[float | None, Field(description="Degrees, north positive.")] = None
    longitude: Annotated[float | None, Field(description="Degrees, east positive.")] = None

    @classmethod
    def of(cls, facts: types.PhotoFacts) -> Self:
        """Facts, ready to be sent."""
        return cls(
            width_px=facts.width_px,
            height_px=facts.height_px,
            orientation=facts.orientation,
            taken_at=facts.taken_at,
            camera=facts.camera,
            lens=facts.lens,
            latitude=facts.latitude,
            longitude=facts.longitude,
        )

    def to_core(self) -> types.PhotoFacts:
        """The facts that were sent."""
        return types.PhotoFacts(**dict(self))


class PhotoFile(PhotoPlace):
    """One file that holds a content, as it was when it was read."""

    size_bytes: Count
    mtime_ns: Annotated[int, Field(description="Nanoseconds since 1970; beyond 53 bits.")]

    @classmethod
    def of(cls, file: types.PhotoFile) -> Self:
        """A file, ready to be sent."""
        return cls(
            size_bytes=file.stamp.size_bytes, mtime_ns=file.stamp.mtime_ns, **_place(file.photo)
        )


class PhotoRecord(BaseModel):
    """All that the index knows of one content: its facts, and every file that holds it."""

    content_id: ContentId
    facts: PhotoFacts
    files: list[PhotoFile]

    @classmethod
    def of(cls, record: types.PhotoRecord) -> Self:
        """A record, ready to be sent."""
        return cls(
            content_id=record.content_id,
            facts=PhotoFacts.of(record.facts),
            files=[PhotoFile.of(file) for file in record.files],
        )

    def to_core(self) -> types.PhotoRecord:
        """The record that was sent."""
        return types.PhotoRecord(
            self.content_id,
            self.facts.to_core(),
            tuple(
                types.PhotoFile(
                    file.photo(self.content_id),
                    types.PhotoStamp(file.size_bytes, file.mtime_ns),
                )
                for file in self.files
            ),
        )


class ThumbnailPart(BaseModel):
    """What comes before the bytes of a thumbnail; `error` says why there are none."""

    id: ContentId
    size_bytes: Count
    etag: str | None = None
    error: Error | None = None

    @classmethod
    def of(cls, content_id: str, made: types.Thumbnail | PhotoSearchError) -> Self:
        """The head of a thumbnail, ready to be sent."""
        if isinstance(made, types.Thumbnail):
            return cls(id=content_id, size_bytes=len(made.data), etag=made.etag)
        return cls(id=content_id, size_bytes=0, error=Error.of(made))

    def to_core(self, data: bytes) -> tuple[str, types.Thumbnail | PhotoSearchError]:
        """The thumbnail that was sent, or the error in its place."""
        if self.error is not None:
            return self.id, self.error.to_core()
        return self.id, types.Thumbnail(data, self.etag or "")
