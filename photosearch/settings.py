"""What the user may choose, with every default and bound in one place; TOML on disk."""

from __future__ import annotations

import logging
import math
import os
import threading
import tomllib
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar, cast

from photosearch.atomic import write_atomically
from photosearch.errors import SettingsError

_log = logging.getLogger(__name__)

Value = bool | int | float | str

_writing = threading.Lock()
"""Two threads that change settings at once must not undo each other's change."""

_LONGEST_SHOWN = 60
"""Letters of a wrong value that an error repeats; whole files were sent by mistake before."""


def setting(
    default: Value,
    label: str,
    doc: str,
    *,
    low: float | None = None,
    high: float | None = None,
    choices: tuple[str, ...] = (),
) -> Any:
    """A field of a settings class; its kind is the type of its default."""
    about = {"label": label, "doc": doc, "low": low, "high": high, "choices": choices}
    return field(default=default, metadata=about)


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings; a value on disk that makes no sense is replaced by its default.

    The upper bounds only keep out slips of the keyboard and what would overflow.
    """

    model: str = setting(
        "starter",
        "Model",
        "The model that embeds: starter, ARCHITECTURE/TAG or ARCHITECTURE@FILE.",
    )
    device: str = setting(
        "auto", "Device", "Where the model runs.", choices=("auto", "cpu", "cuda", "mps")
    )
    precision: str = setting(
        "auto",
        "Precision",
        "The numbers the model computes with: auto is fp16 on a GPU.",
        choices=("auto", "fp32", "fp16", "bf16", "int8"),
    )
    batch_size: int = setting(16, "Batch size", "Photos embedded at once.", low=1, high=4_096)
    decode_threads: int = setting(
        0, "Decoding threads", "Threads that decode photos; 0 is one a core.", low=0, high=1_024
    )
    model_idle_minutes: int = setting(
        30,
        "Let the model go after (minutes)",
        "Minutes without use after which the model is let go; 0 keeps it.",
        low=0,
        high=525_600,
    )
    poll_minutes: int = setting(
        1,
        "Look at network folders every (minutes)",
        "Minutes between two looks at folders that cannot be watched (network drives).",
        low=1,
        high=1_440,
    )
    background_priority: bool = setting(
        True,
        "Index in the background",
        "Index at low priority, so that other programs go first.",
    )
    thumbnail_cache_mb: int = setting(
        1_000,
        "Thumbnails kept (MB)",
        "Megabytes of disk that thumbnails may take; 0 keeps none.",
        low=0,
        high=1_000_000,
    )
    share_thumbnails: bool = setting(
        True,
        "Share thumbnails with other programs",
        "Use the thumbnails that file managers made, and leave them ours.",
    )


SomeSettings = TypeVar("SomeSettings", bound=Settings)


class SettingKind(StrEnum):
    """What a setting's value is, in the words of JSON Schema."""

    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"


@dataclass(frozen=True, slots=True)
class SettingDescription:
    """All that a preferences dialog or an API needs to show and check one setting.

    Attributes:
        label: a few words, to stand beside the value.
        doc: a short sentence.
        low, high: the bounds of a number, both allowed; None where there is none.
        choices: the texts allowed; empty where every text is.
    """

    name: str
    kind: SettingKind
    value: Value
    default: Value
    label: str
    doc: str
    low: float | None
    high: float | None
    choices: tuple[str, ...]


_KINDS = {
    str: SettingKind.STRING,
    int: SettingKind.INTEGER,
    float: SettingKind.NUMBER,
    bool: SettingKind.BOOLEAN,
}
_KIND_NAMES = {
    SettingKind.STRING: "a text",
    SettingKind.INTEGER: "a whole number",
    SettingKind.NUMBER: "a number",
    SettingKind.BOOLEAN: "true or false",
}


def describe(settings: Settings) -> tuple[SettingDescription, ...]:
    """Every setting with its value, default and bounds, in the order in which they are declared."""
    return tuple(
        SettingDescription(
            f.name, _kind(f), getattr(settings, f.name), cast(Value, f.default), **f.metadata
        )
        for f in fields(settings)
    )


def load_settings(path: Path, **overrides: Any) -> Settings:
    """Read the settings file if there is one, then apply what is not None in ``overrides``.

    Bad values in the file fall back one by one, with a logged warning.

    Raises:
        SettingsError: an override has a value that the setting does not allow.
    """
    settings = Settings()
    for name, value in _read_toml(path).items():
        try:
            settings = with_changes(settings, {name: value})
        except SettingsError as error:
            _log.warning("%s: %s The default is used.", path, error.message)
    return with_changes(
        settings, {name: value for name, value in overrides.items() if value is not None}
    )


def with_changes(settings: SomeSettings, changes: Mapping[str, Any]) -> SomeSettings:
    """The settings with some of them changed; nothing is written.

    Raises:
        SettingsError: there is no such setting, or it does not allow the value.
    """
    known = {f.name: f for f in fields(settings)}
    values: dict[str, Any] = {}
    for name, value in changes.items():
        if name not in known:
            raise SettingsError(
                f"There is no setting {_shown(name)}.", f"There are: {', '.join(known)}."
            )
        values[name] = _checked(known[name], value)
    return replace(settings, **values)


def change_settings(path: Path, settings: Settings, changes: Mapping[str, Any]) -> Settings:
    """Change some settings and keep those changes on disk; all of them or, on an error, none.

    Only the settings named are written: what the file says of others, and what holds for this
    run alone (an option of the command line), stays as it is.

    Raises:
        SettingsError: there is no such setting, it does not allow the value, or the file cannot
            be written.
    """
    changed = with_changes(settings, changes)
    _write(path, {name: getattr(changed, name) for name in changes})
    return changed


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        _log.warning("%s cannot be read (%s). The defaults are used.", path, error)
        return {}


def _write(path: Path, values: Mapping[str, Any]) -> None:
    """Edit the file: a value goes in, or goes out where it is the default."""
    import tomlkit  # only who changes settings pays for it

    defaults = {f.name: f.default for f in fields(Settings)}
    target = Path(os.path.realpath(path))  # a link to a file kept elsewhere stays one
    with _writing:
        try:
            text = target.read_text(encoding="utf-8") if target.exists() else ""
            document = tomlkit.parse(text)
            for name, value in values.items():
                if value == defaults[name]:
                    document.pop(name, None)
                elif document.get(name) != value or type(value) is bool:
                    document[name] = value
            fresh = document.as_string()
            if fresh != text:
                write_atomically(target, _encoded(fresh))
        except OSError as error:
            raise SettingsError(
                f"The settings file {path} cannot be written: {error.strerror or error}.",
                "Make sure that the disk has free space and that the file may be written.",
            ) from error
        except ValueError as error:  # of tomlkit, or bytes that are no UTF-8
            raise SettingsError(
                f"The settings file {path} cannot be understood: {error}.",
                "Correct it or delete it, then try again.",
            ) from error


def _encoded(text: str) -> bytes:
    """TOML is Unicode: the bytes of a file name that are no text have no place in it."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise SettingsError(
            "A settings file can only hold text, and a name here has bytes that are no text.",
            "Rename that file or folder, or use the option of the command line instead.",
        ) from None


def _checked(about: Field[Any], value: Any) -> Value:
    kind, name = _kind(about), about.name
    if kind is SettingKind.NUMBER and type(value) is int:
        value = float(value) if abs(value) < 2**53 else math.inf
    if type(value) is not type(about.default) or (type(value) is float and math.isnan(value)):
        raise SettingsError(f"The setting {name} is {_KIND_NAMES[kind]}, not {_shown(value)}.")
    low, high = about.metadata["low"], about.metadata["high"]
    if low is not None and value < low:
        raise SettingsError(f"The setting {name} is at least {low}, not {_shown(value)}.")
    if high is not None and value > high:
        raise SettingsError(f"The setting {name} is at most {high}, not {_shown(value)}.")
    choices = about.metadata["choices"]
    if choices and value not in choices:
        raise SettingsError(
            f"The setting {name} is one of {', '.join(choices)}, not {_shown(value)}."
        )
    return cast(Value, value)


def _kind(about: Field[Any]) -> SettingKind:
    return _KINDS[type(about.default)]


def _shown(value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() > 200:
        return "a far larger number" if value > 0 else "a far smaller number"
    text = repr(value)
    return text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…"
