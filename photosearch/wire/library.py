"""The library and the service itself as they travel: folders, models, status, settings."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, RootModel, WithJsonSchema

from photosearch import types
from photosearch.errors import QueryError
from photosearch.file_uris import clean, path_of, uri_of
from photosearch.settings import SettingDescription, SettingKind, describe
from photosearch.settings import Settings as ChosenSettings
from photosearch.wire.models import Switch
from photosearch.wire.places import (
    ShownText,
    Uri,
    pattern_from_wire,
    pattern_on_wire,
    place_of,
    text_of,
)
from photosearch.wire.progress import Activity, Count, Notice

Value = bool | int | float | str
NewValue = Annotated[
    Any,  # the settings say themselves what they do not allow, in better words than pydantic's
    WithJsonSchema({"anyOf": [{"type": name} for name in ("boolean", "number", "string")]}),
]
Pattern = Annotated[str, Field(max_length=4096)]

_PATTERNS = (
    "Names and relative paths that are passed over (`*.tmp`, `cache/`). A `%` is written `%25`, "
    "a byte that is no text as `%FF`."
)


class About(BaseModel):
    """Who answers here."""

    name: Annotated[Literal["photosearch"], Field(description="Always `photosearch`.")]
    version: Annotated[str, Field(description="The version of the program.")]
    api_version: Annotated[int, Field(description="The N of /vN.")]
    pid: Annotated[int, Field(description="The number of the service's process.")]
    data_dir: Annotated[Uri, Field(description="The folder of the index, as a file URI.")]


class Root(BaseModel):
    """A folder that the user added."""

    id: int
    uri: Uri
    path: Annotated[ShownText, Field(description="The place to look at; stray bytes are U+FFFD.")]
    exclude: Annotated[list[str], Field(description=_PATTERNS)]
    is_offline: Annotated[bool, Field(description="It was not there at the last look.")]

    @classmethod
    def of(cls, root: types.Root) -> Self:
        """A folder, ready to be sent."""
        return cls(
            id=root.id,
            uri=uri_of(root.path),
            path=text_of(root.path),
            exclude=[pattern_on_wire(pattern) for pattern in root.exclude],
            is_offline=root.is_offline,
        )

    def to_core(self) -> types.Root:
        """The folder that was sent."""
        exclude = tuple(pattern_from_wire(pattern) for pattern in self.exclude)
        return types.Root(self.id, path_of(self.uri), exclude, self.is_offline)


class Roots(BaseModel):
    """The added folders."""

    roots: list[Root]


class _Named(BaseModel):
    """A place on disk, as `uri` or as `path`."""

    model_config = ConfigDict(extra="forbid")
    _unnamed: ClassVar[str] = "Nothing is named."

    uri: Uri | None = None
    path: Annotated[
        str | None,
        Field(description="An absolute path; `uri` holds every name.", max_length=4096),
    ] = None

    def place(self) -> Path:
        """The place.

        Raises:
            QueryError: it is not named, named twice, or named as nothing can be.
        """
        place = place_of(self.uri, self.path)
        if place is None:
            raise QueryError(self._unnamed, "Send its uri or its path.")
        return place


class AddRoot(_Named):
    """A folder to add, as `uri` or as `path`."""

    _unnamed: ClassVar[str] = "No folder is named."
    exclude: Annotated[
        list[Pattern] | None,
        Field(description=f"{_PATTERNS} Null leaves those of a known folder.", max_length=1000),
    ] = None

    def patterns(self) -> tuple[str, ...] | None:
        """What to leave out; None leaves the patterns of a known folder as they are."""
        if self.exclude is None:
            return None
        return tuple(pattern_from_wire(pattern) for pattern in self.exclude)


class Exclude(_Named):
    """A photo or a folder to leave out, as `uri` or as `path`."""


class Excluded(BaseModel):
    """How a photo or a folder was left out."""

    pattern: Annotated[
        str, Field(description="What its added folder has in `exclude` for it; to undo it with.")
    ]


class Removed(BaseModel):
    """What went with a folder that was removed from the library; no file was touched."""

    photos: Annotated[Count, Field(description="How many photos were forgotten.")]


class RootStatus(BaseModel):
    """A folder, how many photos of it are known, and how changes in it are noticed."""

    root: Root
    photos: Count
    watch: types.WatchState

    @classmethod
    def of(cls, status: types.RootStatus) -> Self:
        """The status of a folder, ready to be sent."""
        return cls(root=Root.of(status.root), photos=status.photos, watch=status.watch)

    def to_core(self) -> types.RootStatus:
        """The status that was sent."""
        return types.RootStatus(self.root.to_core(), self.photos, self.watch)


class ModelStatus(BaseModel):
    """A model that was used."""

    name: Annotated[ShownText, Field(description="How to ask for it.")]
    key: Annotated[ShownText, Field(description="What tells its vectors from all others.")]
    architecture: ShownText
    weights_fingerprint: str
    dimension: int
    preprocessing_fingerprint: str
    embedded: Annotated[Count, Field(description="Different contents that it has embedded.")]

    @classmethod
    def of(cls, status: types.ModelStatus, **more: Any) -> Self:
        """The status of a model, ready to be sent."""
        spec = status.spec
        return cls(
            name=spec.name,
            key=spec.key,
            architecture=spec.architecture,
            weights_fingerprint=spec.weights_fingerprint,
            dimension=spec.dimension,
            preprocessing_fingerprint=spec.preprocessing_fingerprint,
            embedded=status.embedded,
            **more,
        )

    def to_core(self) -> types.ModelStatus:
        """The status that was sent."""
        spec = types.ModelSpec(
            self.name,
            self.architecture,
            self.weights_fingerprint,
            self.dimension,
            self.preprocessing_fingerprint,
        )
        return types.ModelStatus(spec, self.embedded)


class Status(BaseModel):
    """What the index holds, and what is being done about it."""

    roots: list[RootStatus]
    models: list[ModelStatus]
    skipped: Annotated[Count, Field(description="Files and folders that could not be indexed.")]
    activity: Activity
    notices: list[Notice]
    switch: Annotated[
        Switch | None, Field(description="While another model than the chosen one answers.")
    ] = None

    @classmethod
    def of(cls, status: types.Status) -> Self:
        """The status, ready to be sent."""
        return cls(
            roots=[RootStatus.of(root) for root in status.roots],
            models=[ModelStatus.of(model) for model in status.models],
            skipped=status.skipped,
            activity=Activity.of(status.activity),
            notices=[Notice.of(notice) for notice in status.notices],
            switch=None if status.switch is None else Switch.of(status.switch),
        )

    def to_core(self) -> types.Status:
        """The status that was sent."""
        return types.Status(
            tuple(root.to_core() for root in self.roots),
            tuple(model.to_core() for model in self.models),
            self.skipped,
            self.activity.to_core(),
            tuple(notice.to_core() for notice in self.notices),
            None if self.switch is None else self.switch.to_core(),
        )


class Skipped(BaseModel):
    """A file or folder that was passed over, and why."""

    uri: Uri
    path: Annotated[ShownText, Field(description="The place to look at; stray bytes are U+FFFD.")]
    kind: types.SkipKind
    reason: Annotated[ShownText, Field(description="In words for a person.")]

    @classmethod
    def of(cls, skipped: types.Skipped) -> Self:
        """A skipped file, ready to be sent."""
        return cls(
            uri=uri_of(skipped.path),
            path=text_of(skipped.path),
            kind=skipped.kind,
            reason=skipped.reason,
        )

    def to_core(self) -> types.Skipped:
        """The skipped file that was sent."""
        return types.Skipped(path_of(self.uri), self.kind, self.reason)


class SkippedPage(BaseModel):
    """Some of the files that were passed over."""

    skipped: list[Skipped]
    offset: Annotated[Count, Field(description="How many come before these.")]
    total: Annotated[Count, Field(description="How many there are.")]


class Setting(BaseModel):
    """One setting: its value, what it means, and what it may be."""

    name: str
    label: Annotated[str, Field(description="A few words to stand beside the value.")]
    description: Annotated[str, Field(description="A short sentence.")]
    kind: SettingKind
    value: Value
    default: Value
    low: Annotated[float | None, Field(description="The least that is allowed.")] = None
    high: Annotated[float | None, Field(description="The most that is allowed.")] = None
    choices: Annotated[list[str], Field(description="Where there are any, one of these.")] = []

    @classmethod
    def of(cls, setting: SettingDescription) -> Self:
        """A setting, ready to be sent."""
        value = setting.value
        return cls(
            name=setting.name,
            label=setting.label,
            description=setting.doc,
            kind=setting.kind,
            value=clean(value) if isinstance(value, str) else value,
            default=setting.default,
            low=setting.low,
            high=setting.high,
            choices=list(setting.choices),
        )


class Settings(BaseModel):
    """All that the user may choose."""

    settings: list[Setting]

    @classmethod
    def of(cls, chosen: ChosenSettings) -> Self:
        """The settings, ready to be sent."""
        return cls(settings=[Setting.of(setting) for setting in describe(chosen)])

    def to_core(self) -> ChosenSettings:
        """The settings that were sent; those that are not known here are left out."""
        known = {field.name for field in fields(ChosenSettings)}
        values: dict[str, Any] = {
            setting.name: setting.value for setting in self.settings if setting.name in known
        }
        return ChosenSettings(**values)


class SettingsChange(RootModel[dict[str, NewValue]]):
    """Names of settings with their new values; those not named stay as they are."""
