"""The frozen data that travels between the layers: photos, models, queries, hits and progress."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from photosearch.model_info import Switch

    Embeddings = NDArray[np.float32]
    """L2-normalised float32 vectors, shape ``(n, d)``, one row an image or a text."""
    Pixels = NDArray[np.float32]
    """One image as a model wants it: float32, shape ``(3, height, width)``, normalised."""


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """What makes two embeddings comparable: vectors of different specs are never mixed.

    Attributes:
        name: how a user asks for the model, for example ``starter``.
        architecture: the name of the network's shape, for example ``ViT-B-32``.
        weights_fingerprint: a hash of the weights.
        dimension: the length of an embedding.
        preprocessing_fingerprint: a hash of size, crop, interpolation, mean and deviation.
    """

    name: str
    architecture: str
    weights_fingerprint: str
    dimension: int
    preprocessing_fingerprint: str

    @property
    def key(self) -> str:
        """A name for the vectors of this model, made of the letters that Chroma allows."""
        architecture = re.sub(r"[^A-Za-z0-9.-]+", "-", self.architecture).strip("-.") or "model"
        fingerprint = f"{self.weights_fingerprint[:16]}-{self.preprocessing_fingerprint[:8]}"
        return f"{architecture}-{self.dimension}-{fingerprint}"


@dataclass(frozen=True, slots=True)
class PhotoStamp:
    """What the disk says of a file without reading it; a changed stamp means a changed photo."""

    size_bytes: int
    mtime_ns: int

    @classmethod
    def of(cls, status: os.stat_result) -> PhotoStamp:
        """The stamp of a file; a date that SQLite cannot count, as of 2262, is the last it can."""
        return cls(status.st_size, min(max(status.st_mtime_ns, -(2**63)), 2**63 - 1))


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A photo file met by a scan.

    Attributes:
        relative_path: below its root, with ``/`` between the parts; bytes that are no text are
            kept as `os.fsdecode` keeps them. A str, since paths would double the time of a scan.
    """

    relative_path: str
    stamp: PhotoStamp


class KnownPhoto(NamedTuple):
    """What a re-scan compares a file with; a tuple, since there may be a million of them."""

    size_bytes: int
    mtime_ns: int
    is_embedded: int


class KnownSkip(NamedTuple):
    """A file that could not be indexed, as it was when that was tried."""

    size_bytes: int
    mtime_ns: int
    kind: str


class SkipKind(StrEnum):
    """Why a file was passed over, as a word that programs can rely on."""

    EMPTY = "empty"
    BROKEN = "broken"
    TOO_LARGE = "too-large"
    UNREADABLE = "unreadable"
    VANISHED = "vanished"
    NOT_AN_IMAGE = "not-an-image"


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file or folder that was passed over, and the reason in words for a person."""

    path: Path
    kind: SkipKind
    reason: str


@dataclass(frozen=True, slots=True)
class PhotoFacts:
    """What a photo says of itself: dimensions as displayed, and EXIF facts where it has them.

    Attributes:
        taken_at: local time as ISO 8601 without zone (``2024-05-01T12:30:00``).
        orientation: the EXIF orientation, 1 to 8.
        latitude, longitude: degrees, north and east positive.
    """

    width_px: int
    height_px: int
    orientation: int = 1
    taken_at: str | None = None
    camera: str | None = None
    lens: str | None = None
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class Root:
    """A folder that the user added; its photos are named relative to it.

    Attributes:
        exclude: patterns of names and relative paths that are passed over.
        is_offline: the folder was not there at the last look (an unmounted drive, say).
    """

    id: int
    path: Path
    exclude: tuple[str, ...] = ()
    is_offline: bool = False


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo in the catalog: where it is and which content it had when it was read."""

    root: Path
    relative_path: Path
    content_id: str

    @property
    def path(self) -> Path:
        """The place of the photo on this machine's disk."""
        return self.root / self.relative_path


@dataclass(frozen=True, slots=True)
class PhotoFile:
    """One file that holds a content, as it was when it was read."""

    photo: Photo
    stamp: PhotoStamp


@dataclass(frozen=True, slots=True)
class PhotoRecord:
    """All that the index knows of one content: its facts, and every file that holds it."""

    content_id: str
    facts: PhotoFacts
    files: tuple[PhotoFile, ...]


@dataclass(frozen=True, slots=True)
class PhotoNotes:
    """What people noted of a photo, in its XMP or in the library of another program.

    Attributes:
        rating: stars, 0 to 5; -1 is rejected, None is not rated.
        keywords: each with its parents, ``Animals/Cat``.
        source: where it was read, comma-separated: ``sidecar``, ``xmp`` and ``iptc`` (in the photo
            itself), ``digikam``, ``shotwell``, ``darktable``.
    """

    rating: int | None = None
    keywords: tuple[str, ...] = ()
    caption: str | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A small picture of a photo, as the bytes of a JPEG file; the tag changes with the bytes."""

    data: bytes
    etag: str


@dataclass(frozen=True, slots=True)
class Query:
    """What to look for, within some folders, at most ``limit`` hits; parts given are averaged.

    Attributes:
        image_paths: photo files, indexed or not; those that cannot be read are passed over as
            long as another photo of the query can.
        image: the bytes of a photo file.
        similar_to: content ids of indexed photos.
        offset: how many of the best hits to pass over.
        model: the name of the model to ask; None is the one that answers: the chosen one, or the
            one before it while the library is not embedded with that.
    """

    text: str | None = None
    image_paths: tuple[Path, ...] = ()
    image: bytes | None = None
    similar_to: tuple[str, ...] = ()
    folders: tuple[Path, ...] = ()
    limit: int = 20
    model: str | None = None
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Hit:
    """A photo that answers a query; ``score`` is the cosine with the query, -1 to 1."""

    rank: int
    score: float
    photo: Photo


@dataclass(frozen=True, slots=True)
class Answer:
    """A page of the photos that answer a query, best first.

    Attributes:
        total: how many photos the query ranks in all: those in its folders, without its own.
        away: added folders that are offline, and so not searched.
        unread: files of the query that could not be read, and so were not searched by.
    """

    hits: tuple[Hit, ...]
    total: int
    away: tuple[Path, ...] = ()
    unread: tuple[Skipped, ...] = ()


class Phase(StrEnum):
    """What an indexing job is doing."""

    SCANNING = "scanning"
    CHECKING = "checking"
    EMBEDDING = "embedding"
    REBUILDING = "rebuilding"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is; ``total`` is None while it is not known."""

    phase: Phase
    done: int
    total: int | None = None
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What an indexing job did, in photos; the last value such a job yields.

    Attributes:
        embedded: contents that went through the image tower.
        recognised: new paths whose content was known (moved, copied, touched): no encoding.
        removed: photos gone from a folder that is there.
        unchanged: photos that were up to date.
        skipped: files that could not be indexed, those of earlier runs included.
        offline_roots: folders that are not there; their photos are kept.
        is_cancelled: the job was stopped before its end.
    """

    embedded: int = 0
    recognised: int = 0
    removed: int = 0
    unchanged: int = 0
    skipped: int = 0
    offline_roots: tuple[Path, ...] = ()
    is_cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Changes:
    """What may differ from the catalog by now, and is to be looked at again.

    Attributes:
        paths: files and folders (with all that is below them), absolute, as `os.fsdecode` has
            them; whether they are there, or are photos, is not known yet.
        roots: added folders of which everything is to be looked at.
    """

    paths: frozenset[str] = frozenset()
    roots: frozenset[Path] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.paths or self.roots)


class WatchState(StrEnum):
    """How changes in a folder are noticed."""

    WATCHED = "watched"
    POLLED = "polled"
    OFFLINE = "offline"
    UNWATCHED = "unwatched"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that a person should know of while the service works: what, and what to do."""

    message: str
    hint: str = ""
    path: Path | None = None


@dataclass(frozen=True, slots=True)
class RootStatus:
    """A folder, how many photos of it are in the catalog, and how it is watched."""

    root: Root
    photos: int
    watch: WatchState = WatchState.UNWATCHED


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """A model that was used, and how many different contents it has embedded."""

    spec: ModelSpec
    embedded: int


class ActivityState(StrEnum):
    """What the service does by itself at the moment."""

    IDLE = "idle"
    INDEXING = "indexing"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Activity:
    """The state of the work in the background, and how far the job in hand is."""

    state: ActivityState = ActivityState.IDLE
    progress: Progress | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """What the index holds, and what is being done about it."""

    roots: tuple[RootStatus, ...]
    models: tuple[ModelStatus, ...]
    skipped: int
    activity: Activity = Activity()
    notices: tuple[Notice, ...] = ()
    switch: Switch | None = None


class EventKind(StrEnum):
    """What a service tells those who listen."""

    ACTIVITY = "activity"
    """The state changed, or a job got further."""
    INDEX_CHANGED = "index-changed"
    """A search may find other photos now."""
    REPORT = "report"
    """A job ended; what it did."""
    NOTICE = "notice"
    """Something went wrong that a person can mend."""
    MODELS = "models"
    """A download or a measurement got further, or another model answers now."""


@dataclass(frozen=True, slots=True)
class Event:
    """One piece of news from the service; the field that belongs to its kind is set."""

    kind: EventKind
    activity: Activity | None = None
    report: IndexReport | None = None
    notice: Notice | None = None
