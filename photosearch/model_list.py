"""What a person is told of every model: of the menu, on this disk, and in this index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from photosearch.errors import ModelError
from photosearch.model.folder import InstalledModels, ModelFolder
from photosearch.model.registry import STARTER, parse_model_name
from photosearch.model_choice import IsInstalled, ModelChoice, is_on_this_machine
from photosearch.model_info import ModelCard, ModelInfo

if TYPE_CHECKING:
    from photosearch.index.catalog import Catalog
    from photosearch.open_model import OpenModels
    from photosearch.paths import AppPaths

_OVERHEAD_BYTES = 60
_BYTES_A_NUMBER = 8
"""Fits what the files of catalog (float16) and Chroma (float32 and links) grew by in a measurement
with 5,000 and 20,000 vectors: 4,020 to 4,300 bytes a vector of 512 numbers, 9,280 of 1,152."""


class ModelList:
    """Tells of models; deletes what they have embedded, and their files. For any thread."""

    def __init__(
        self,
        paths: AppPaths,
        catalog: Catalog,
        models: OpenModels,
        choice: ModelChoice,
        is_installed: IsInstalled,
    ) -> None:
        self._paths = paths
        self._catalog = catalog
        self._models = models
        self._choice = choice
        self._is_installed = is_installed
        self._installed = InstalledModels(paths.installed_models)

    def all(self) -> tuple[ModelInfo, ...]:
        """Every model: those of the menu first, then those on this disk, then others used here."""
        used, answering, chosen = self._used(), self._choice.answering(), self._choice.chosen
        with_vectors = (name for name, (_, count, _) in used.items() if count)
        told = []
        remaining = cache(self._choice.remaining)  # asked of all that were never used
        for one in _known(self._paths, self._is_installed, (answering, chosen, *with_vectors)):
            model_id, _, index_bytes = used.get(one.name, (None, 0, 0))
            told.append(
                replace(
                    one,
                    embedded=0 if model_id is None else self._catalog.vectors.count(model_id),
                    index_bytes=index_bytes,
                    remaining=remaining(model_id),
                    is_chosen=one.name == chosen,
                    is_searching=one.name == answering,
                )
            )
        return tuple(told)

    def refuse_in_use(self, name: str, what: str) -> None:
        """Keep what is needed.

        Raises:
            ModelError: it is the chosen model, or the one that answers.
        """
        if name == self._choice.chosen:
            raise ModelError(f"{name} is the chosen model: its {what} stay.", "Choose another one.")
        if name == self._choice.answering():
            raise ModelError(
                f"{name} answers until {self._choice.chosen} has embedded the library: its {what} "
                "stay until then.",
                "Try again when that is done; see: photosearch status",
            )

    def drop_vectors(self, name: str) -> int:
        """Forget what a model has embedded, in the catalog; returns of how many contents.

        Raises:
            ModelError: there is no such model.
        """
        if name not in self._used() and not self._is_installed(name):
            raise _unknown(name)
        names, known = self._names(), self._catalog.vectors.specs()
        dropped = sum(
            self._catalog.vectors.drop(model_id)
            for model_id, spec in known
            if names.get(spec.key, spec.name) == name
        )
        self._models.forget(name)  # after, so that no search has opened it again meanwhile
        return dropped

    def delete_files(self, name: str) -> None:
        """Delete the files of a model from this disk.

        Raises:
            ModelError: it is not on this machine, or being made ready, or its files are not ours.
        """
        from photosearch.model import hub
        from photosearch.model.prepared import PreparedModels

        if name == STARTER:
            raise ModelError("The starter is part of photosearch.", "It takes 30 MB and stays.")
        if (checkpoint := parse_model_name(name).checkpoint) is not None:
            raise ModelError(
                f"{name} is used where it lies: its file is yours.",
                f"Delete {checkpoint} yourself.",
            )
        folder = self._installed.find(name)
        if folder is None:
            raise ModelError(f"The model {name} is not on this machine.", "See: photosearch models")
        if not self._is_installed(name):
            raise ModelError(f"{name} is being made ready.", "Delete it when that is done.")
        self._models.forget(name)
        try:
            PreparedModels(self._paths.models).forget(folder)
            hub.delete(folder)
            self._installed.forget(name)
        except OSError as error:
            raise ModelError(
                f"The files of {name} cannot be deleted: {error}.",
                "Make sure that you may write in their folder, then try again.",
            ) from error

    def _used(self) -> dict[str, tuple[int | None, int, int]]:
        """By name: the number of the newest weights, and how many vectors and bytes all have."""
        names = self._names()
        used: dict[str, tuple[int | None, int, int]] = {}
        for _, spec, count in self._catalog.vectors.models():
            name = names.get(spec.key, spec.name)
            _, vectors, size = used.get(name, (None, 0, 0))
            size += count * (_OVERHEAD_BYTES + _BYTES_A_NUMBER * spec.dimension)
            used[name] = (self._choice.id_of(name), vectors + count, size)
        return used

    def _names(self) -> dict[str, str]:
        """The names that models are loaded by, by the keys of their vectors, where these differ."""
        remembered = self._catalog.vectors.answering()
        known = {} if remembered is None else {remembered.key: remembered.name}
        return self._models.names() | known  # weights may have two names: the one in use counts


def models_without_index(paths: AppPaths, chosen: str) -> tuple[ModelInfo, ...]:
    """The models of the menu and those on this disk, where nothing was ever embedded."""
    is_installed = is_on_this_machine(paths)
    answering = chosen if is_installed(chosen) else STARTER
    return tuple(
        replace(one, is_chosen=one.name == chosen, is_searching=one.name == answering)
        for one in _known(paths, is_installed, [chosen])
    )


def _known(paths: AppPaths, is_installed: IsInstalled, more: Iterable[str]) -> Iterator[ModelInfo]:
    """What is known of models without an index: of the menu's, of those here, and of some more."""
    from photosearch.model.speeds import Speeds

    cards = {card.name: card for card in _menu(paths)}
    folders = {folder.name: folder for folder in InstalledModels(paths.installed_models).all()}
    speeds = Speeds(paths.speeds)
    for name in dict.fromkeys((*cards, *sorted(folders), *more)):
        speed = speeds.of(_architecture(name))
        yield ModelInfo(
            name,
            card=cards.get(name),
            is_installed=is_installed(name),
            weights_bytes=_bytes_of(folders.get(name)),
            photos_per_s=None if speed is None else speed.photos_per_s,
        )


def _menu(paths: AppPaths) -> list[ModelCard]:
    from photosearch.model.menu import menu
    from photosearch.paths import resource_dir

    return [entry.card for entry in menu(resource_dir())]


def _architecture(name: str) -> str:
    try:
        return parse_model_name(name).architecture
    except ModelError:
        return name


def _bytes_of(model: ModelFolder | None) -> int:
    """What the files of a model take: its own folder, and weights that lie elsewhere."""
    if model is None:
        return 0
    files = {path.resolve() for path in model.folder.rglob("*") if path.is_file()}
    files.add(model.weights.resolve())
    return sum(_size(path) for path in files)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _unknown(name: str) -> ModelError:
    return ModelError(f"There is no model {name!r} here.", "See: photosearch models")
