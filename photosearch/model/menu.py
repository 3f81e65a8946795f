"""The menu: models that suit a personal computer, as data that ships with the product."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from photosearch.errors import ModelError
from photosearch.model_info import ModelCard

FILE = "models.toml"


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A model that can be chosen from the menu.

    Attributes:
        card: what a person is told of it.
        repository: where a hub has its files, as ORGANISATION/NAME; None for the starter.
    """

    card: ModelCard
    repository: str | None

    @property
    def name(self) -> str:
        """How a user asks for it."""
        return self.card.name

    @property
    def architecture(self) -> str:
        """The network, as open_clip names it; ``starter`` for the starter."""
        return self.name.rpartition("/")[0] or self.name


def menu(resource_dir: Path) -> tuple[MenuEntry, ...]:
    """The models of the menu, the starter first, from small to large.

    Args:
        resource_dir: the folder with ``models.toml``.

    Raises:
        ModelError: the file cannot be read, or lacks something.
    """
    path = resource_dir / FILE
    try:
        with path.open("rb") as file:
            tables = tomllib.load(file)["model"]
        return tuple(_entry(table) for table in tables)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"The menu of models {path} cannot be read: {error!r}.", "Reinstall photosearch."
        ) from error


def default_entry(entries: tuple[MenuEntry, ...]) -> MenuEntry:
    """The one that is offered first."""
    return next(entry for entry in entries if entry.card.is_default)


_OPTIONAL: Mapping[str, Any] = {
    "is_research_only": False,
    "is_default": False,
    "flickr30k_recall_at_1": None,
    "coco_recall_at_1": None,
    "imagenet_top_1": None,
}


def _entry(table: dict[str, Any]) -> MenuEntry:
    repository = table.pop("repository", None)
    unknown = table.keys() - {f.name for f in fields(ModelCard)}
    if unknown:
        raise KeyError(f"nothing is called {', '.join(sorted(unknown))}")
    table["languages"] = tuple(table["languages"])
    return MenuEntry(ModelCard(**{**_OPTIONAL, **table}), repository)
