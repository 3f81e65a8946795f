"""What was measured of each model: how a plain word is put to it, shipped or found out here."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from photosearch.atomic import write_atomically
from photosearch.errors import SettingsError
from photosearch.model.prompts import BARE
from photosearch.paths import resource_dir

if TYPE_CHECKING:
    from photosearch.paths import AppPaths
    from photosearch.types import ModelSpec

_log = logging.getLogger(__name__)

_MOST_TEMPLATES = 16
"""More of them would make every search slow: a file that has more is no choice of ours."""


@dataclass(frozen=True, slots=True)
class PromptChoice:
    """How a plain word is put to one model, and the measurement that says so.

    Attributes:
        model: the name of the model, for people who read the file.
        templates: what a plain word goes through.
        words, photos: how many it was measured with.
        average_precision: the mean over the words, by these templates.
        average_precision_as_typed: the same by the bare word.
    """

    model: str
    templates: tuple[str, ...]
    words: int
    photos: int
    average_precision: float
    average_precision_as_typed: float


class PromptChoices:
    """The choices by model key: those made on this machine go before those that are shipped.

    The files are read at each question, so that a service follows what `evaluate` found.
    """

    def __init__(self, own: Path, shipped: Path) -> None:
        self._own = own
        self._shipped = shipped

    @classmethod
    def of(cls, paths: AppPaths) -> PromptChoices:
        """Those of one index."""
        return cls(paths.prompts, resource_dir() / "prompts.json")

    def templates(self, spec: ModelSpec) -> tuple[str, ...]:
        """What a plain word goes through for this model; the word alone where nobody measured."""
        for file in (self._own, self._shipped):
            templates = _templates_of(_read(file).get(spec.key))
            if templates:
                return templates
        return BARE

    def save(self, spec: ModelSpec, choice: PromptChoice) -> None:
        """Keep what was measured here.

        Raises:
            SettingsError: it cannot be written.
        """
        choices = {**_read(self._own), spec.key: asdict(choice)}
        try:
            write_atomically(self._own, json.dumps(choices, indent=2).encode("utf-8"))
        except OSError as error:
            raise SettingsError(
                f"{self._own} cannot be written: {error.strerror}.",
                "Free some disk space, or name another folder with --data-dir.",
            ) from error


def _read(file: Path) -> Mapping[str, Any]:
    try:
        choices = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        _log.warning("%s is passed over, since it cannot be read: %s", file, error)
        return {}
    return choices if isinstance(choices, dict) else {}


def _templates_of(entry: Any) -> tuple[str, ...]:
    """What a choice names, if it makes sense; else nothing."""
    templates = entry.get("templates") if isinstance(entry, dict) else None
    if not isinstance(templates, list) or len(templates) > _MOST_TEMPLATES:
        return ()
    return tuple(one for one in templates if isinstance(one, str) and "{}" in one)
