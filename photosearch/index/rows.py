"""The rows of the catalog as values: files, contents and embeddings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from photosearch.types import PhotoFacts, PhotoStamp


@dataclass(frozen=True, slots=True)
class FileKey:
    """A file as the catalog names it: its root and its path below it, in the disk's own bytes."""

    root_id: int
    relative_path: bytes


@dataclass(frozen=True, slots=True)
class ReadPhoto:
    """A file that was read: which content it has at which stamp."""

    key: FileKey
    stamp: PhotoStamp
    content_id: str


@dataclass(frozen=True, slots=True)
class NewContent:
    """A content seen for the first time: its facts and its embedding, float16 ``(d,)``."""

    content_id: str
    facts: PhotoFacts
    vector: NDArray[np.float16]


@dataclass(frozen=True, slots=True)
class Answering:
    """The model that answers: the name that it is loaded by, and the key of its vectors."""

    name: str
    key: str


@dataclass(frozen=True, slots=True)
class RankingRow:
    """A photo with its embedding, as stored: ``d`` float16 numbers."""

    key: FileKey
    vector: bytes
