"""What the user may choose, with every default and bound in one place; TOML on disk."""

from __future__ import annotations

import logging
import tomllib
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from photosearch.errors import SettingsError

_log = logging.getLogger(__name__)


def _setting(
    default: Any, doc: str, *, low: int | None = None, choices: tuple[str, ...] = ()
) -> Any:
    return field(default=default, metadata={"doc": doc, "low": low, "choices": choices})


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings; a value on disk that makes no sense is replaced by its default."""

    model: str = _setting(
        "starter", "The model that embeds: starter, ARCHITECTURE/TAG or ARCHITECTURE@FILE."
    )
    device: str = _setting("auto", "Where it runs.", choices=("auto", "cpu", "cuda", "mps"))
    precision: str = _setting(
        "auto", "Its numbers: auto is fp16 on a GPU.", choices=("auto", "fp32", "fp16", "bf16")
    )
    batch_size: int = _setting(16, "Photos embedded at once.", low=1)
    decode_threads: int = _setting(0, "Threads that decode photos; 0 is one a core.", low=0)


def load_settings(path: Path, **overrides: Any) -> Settings:
    """Read the settings file if there is one, then apply what is not None in ``overrides``.

    Bad values in the file fall back one by one, with a logged warning.

    Raises:
        SettingsError: an override has a value that the setting does not allow.
    """
    settings = Settings()
    for name, value in _read_toml(path).items():
        try:
            settings = _with_value(settings, name, value)
        except SettingsError as error:
            _log.warning("%s: %s The default is used.", path, error.message)
    for name, value in overrides.items():
        if value is not None:
            settings = _with_value(settings, name, value)
    return settings


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        _log.warning("%s cannot be read (%s). The defaults are used.", path, error)
        return {}


def _with_value(settings: Settings, name: str, value: Any) -> Settings:
    known = {f.name: f for f in fields(Settings)}
    if name not in known:
        raise SettingsError(f"There is no setting {name!r}.", f"There are: {', '.join(known)}.")
    setting = known[name]
    if type(value) is not type(setting.default):
        kind = "a whole number" if isinstance(setting.default, int) else "a text"
        raise SettingsError(f"The setting {name} is {kind}, not {value!r}.")
    low, choices = setting.metadata["low"], setting.metadata["choices"]
    if low is not None and value < low:
        raise SettingsError(f"The setting {name} is at least {low}, not {value}.")
    if choices and value not in choices:
        raise SettingsError(f"The setting {name} is one of {', '.join(choices)}, not {value!r}.")
    changes: dict[str, Any] = {name: value}
    return replace(settings, **changes)
