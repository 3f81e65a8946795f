"""What a person is told of a model: what is published, what is on this disk, what it does here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from photosearch.types import Notice


@dataclass(frozen=True, slots=True)
class ModelCard:
    """A model of the menu, as published.

    Attributes:
        name: how a user asks for it: ``starter`` or ARCHITECTURE/TAG.
        title: a short name for people.
        summary: one sentence on what it is good for.
        licence: of the weights, as an SPDX identifier where there is one.
        is_research_only: the licence does not allow every use.
        is_default: the one that is offered first.
        download_bytes: what has to be downloaded, all files together; 0 where nothing has.
        languages: of the texts it was trained on, as ISO 639-1 codes; ``mul`` is many.
        image_gflops, text_gflops: the work for one photo, and for one text at full length.
        flickr30k_recall_at_1, coco_recall_at_1: text→image retrieval, 0 to 1; None if unpublished.
        imagenet_top_1: zero-shot, 0 to 1; None if unpublished.
        source: where these figures are published.
    """

    name: str
    title: str
    summary: str
    licence: str
    licence_url: str
    is_research_only: bool
    is_default: bool
    download_bytes: int
    dimension: int
    languages: tuple[str, ...]
    image_gflops: float
    text_gflops: float
    flickr30k_recall_at_1: float | None
    coco_recall_at_1: float | None
    imagenet_top_1: float | None
    source: str


class DownloadState(StrEnum):
    """Where a download stands; one that is complete is no download any more."""

    RUNNING = "running"
    PAUSED = "paused"
    CHECKING = "checking"
    """All bytes are here; they are compared with their checksum, and made ready."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Download:
    """How far a download is; ``problem`` says why it failed and what to do."""

    state: DownloadState
    done_bytes: int
    total_bytes: int | None
    bytes_per_s: float | None = None
    problem: Notice | None = None


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A model of the menu, on this disk, or in this index.

    Attributes:
        card: None for one that is not of the menu.
        is_installed: it is on this disk, whole, and can be used without a network.
        weights_bytes: the disk that its files take; 0 if they are part of the product.
        photos_per_s: measured on this machine; None if it was not.
        is_being_measured: that is under way, or about to be.
        embedded: how many different contents of the library it has embedded.
        index_bytes: the disk that these embeddings take, about.
        remaining: contents of the library that it has not embedded.
        is_chosen: it is the one that the settings name.
        is_searching: it is the one that answers; another one than the chosen while that is not
            complete.
    """

    name: str
    card: ModelCard | None = None
    is_installed: bool = False
    weights_bytes: int = 0
    download: Download | None = None
    photos_per_s: float | None = None
    is_being_measured: bool = False
    embedded: int = 0
    index_bytes: int = 0
    remaining: int = 0
    is_chosen: bool = False
    is_searching: bool = False

    @property
    def seconds_for_library(self) -> float | None:
        """How long embedding what remains takes on this machine; None if it was not measured."""
        return None if self.photos_per_s is None else self.remaining / self.photos_per_s


@dataclass(frozen=True, slots=True)
class Switch:
    """The library on its way from one model to the chosen one; search uses the old until its end.

    Attributes:
        embedded, total: contents that the new model has, and those that it is to have.
        seconds_left: None while it is not known.
    """

    old: str
    new: str
    embedded: int
    total: int
    seconds_left: float | None = None
