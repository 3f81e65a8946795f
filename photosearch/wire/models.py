"""Models as they travel: what is published of them, what is here, and what is on its way."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field

from photosearch import model_info
from photosearch.wire.places import ShownText
from photosearch.wire.progress import Count, Notice

Share = Annotated[float | None, Field(ge=0, le=1)]


class ModelCard(BaseModel):
    """A model of the menu, as published."""

    model_config = ConfigDict(frozen=True)

    name: Annotated[ShownText, Field(description="How to ask for it.")]
    title: ShownText
    summary: ShownText
    licence: Annotated[ShownText, Field(description="Of the weights; SPDX where there is one.")]
    licence_url: ShownText
    is_research_only: Annotated[bool, Field(description="The licence does not allow every use.")]
    is_default: Annotated[bool, Field(description="The one to offer first.")]
    download_bytes: Annotated[Count, Field(description="What has to be downloaded in all.")]
    dimension: Count
    languages: Annotated[list[str], Field(description="ISO 639-1 codes; `mul` is many.")]
    image_gflops: Annotated[float, Field(description="The work for one photo.")]
    text_gflops: Annotated[float, Field(description="The work for one text at full length.")]
    flickr30k_recall_at_1: Annotated[
        Share, Field(description="Text to image, 0 to 1; null if unpublished.")
    ]
    coco_recall_at_1: Annotated[
        Share, Field(description="Text to image, 0 to 1; null if unpublished.")
    ]
    imagenet_top_1: Annotated[Share, Field(description="Zero-shot, 0 to 1; null if unpublished.")]
    source: Annotated[ShownText, Field(description="Where the figures are published.")]

    @classmethod
    def of(cls, card: model_info.ModelCard) -> Self:
        """A card, ready to be sent."""
        return cls.model_validate(card, from_attributes=True)

    def to_core(self) -> model_info.ModelCard:
        """The card that was sent."""
        values = {name: getattr(self, name) for name in ModelCard.model_fields}
        return model_info.ModelCard(**{**values, "languages": tuple(self.languages)})


class Download(BaseModel):
    """How far a download is."""

    model_config = ConfigDict(frozen=True)

    state: model_info.DownloadState
    done_bytes: Count
    total_bytes: Annotated[Count | None, Field(description="Null while it is not known.")] = None
    bytes_per_s: float | None = None
    problem: Annotated[Notice | None, Field(description="Why it failed, and what to do.")] = None

    @classmethod
    def of(cls, download: model_info.Download) -> Self:
        """A download, ready to be sent."""
        return cls(
            state=download.state,
            done_bytes=download.done_bytes,
            total_bytes=download.total_bytes,
            bytes_per_s=download.bytes_per_s,
            problem=None if download.problem is None else Notice.of(download.problem),
        )

    def to_core(self) -> model_info.Download:
        """The download that was sent."""
        return model_info.Download(
            self.state,
            self.done_bytes,
            self.total_bytes,
            self.bytes_per_s,
            None if self.problem is None else self.problem.to_core(),
        )


class ModelInfo(BaseModel):
    """A model of the menu, on this disk, or in this index."""

    model_config = ConfigDict(frozen=True)

    name: Annotated[ShownText, Field(description="How to ask for it.")]
    card: Annotated[ModelCard | None, Field(description="Null where it is not of the menu.")] = None
    is_installed: Annotated[bool, Field(description="It is here, and needs no network.")] = False
    weights_bytes: Annotated[Count, Field(description="The disk that its files take.")] = 0
    download: Annotated[Download | None, Field(description="One that is not complete.")] = None
    photos_per_s: Annotated[
        float | None, Field(description="Measured on this machine; null if it was not.")
    ] = None
    is_being_measured: Annotated[
        bool, Field(description="Its speed here is measured now, or soon.")
    ] = False
    embedded: Annotated[Count, Field(description="Different contents that it has embedded.")] = 0
    index_bytes: Annotated[Count, Field(description="The disk these take, about.")] = 0
    remaining: Annotated[Count, Field(description="Contents that it has not embedded.")] = 0
    is_chosen: Annotated[bool, Field(description="It is the one of the settings.")] = False
    is_searching: Annotated[
        bool,
        Field(description="It answers; another than the chosen one while that is not complete."),
    ] = False

    @classmethod
    def of(cls, info: model_info.ModelInfo) -> Self:
        """A model, ready to be sent."""
        return cls(
            name=info.name,
            card=None if info.card is None else ModelCard.of(info.card),
            is_installed=info.is_installed,
            weights_bytes=info.weights_bytes,
            download=None if info.download is None else Download.of(info.download),
            photos_per_s=info.photos_per_s,
            is_being_measured=info.is_being_measured,
            embedded=info.embedded,
            index_bytes=info.index_bytes,
            remaining=info.remaining,
            is_chosen=info.is_chosen,
            is_searching=info.is_searching,
        )

    def to_core(self) -> model_info.ModelInfo:
        """The model that was sent."""
        return model_info.ModelInfo(
            name=self.name,
            card=None if self.card is None else self.card.to_core(),
            is_installed=self.is_installed,
            weights_bytes=self.weights_bytes,
            download=None if self.download is None else self.download.to_core(),
            photos_per_s=self.photos_per_s,
            is_being_measured=self.is_being_measured,
            embedded=self.embedded,
            index_bytes=self.index_bytes,
            remaining=self.remaining,
            is_chosen=self.is_chosen,
            is_searching=self.is_searching,
        )


class Models(BaseModel):
    """The models of the menu, those on this disk, and those of this index; the menu's first."""

    models: list[ModelInfo]
    chosen: Annotated[ShownText, Field(description="The name in the settings.")]

    @classmethod
    def of(cls, models: tuple[model_info.ModelInfo, ...], chosen: str) -> Self:
        """The models, ready to be sent."""
        return cls(models=[ModelInfo.of(one) for one in models], chosen=chosen)


class Switch(BaseModel):
    """The library on its way from one model to the chosen one."""

    model_config = ConfigDict(frozen=True)

    old: Annotated[ShownText, Field(description="The one that answers until the end.")]
    new: ShownText
    embedded: Annotated[Count, Field(description="Contents that the new model has.")]
    total: Annotated[Count, Field(description="Contents that it is to have.")]
    seconds_left: Annotated[
        float | None, Field(description="At the pace of the last minute; null if not known.")
    ] = None

    @classmethod
    def of(cls, switch: model_info.Switch) -> Self:
        """A switch, ready to be sent."""
        return cls.model_validate(switch, from_attributes=True)

    def to_core(self) -> model_info.Switch:
        """The switch that was sent."""
        return model_info.Switch(self.old, self.new, self.embedded, self.total, self.seconds_left)


class NamedModel(BaseModel):
    """Which model is meant."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(description="The model's name.", min_length=1, max_length=4096)]


class DroppedVectors(BaseModel):
    """What was forgotten."""

    contents: Annotated[Count, Field(description="Of so many the embeddings were dropped.")]
