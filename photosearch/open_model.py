"""The models in use: of each its encoder, vectors and ranking, opened at the first need."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from photosearch.model.prompt_choices import PromptChoices
from photosearch.search import Searcher
from photosearch.types import Progress

if TYPE_CHECKING:
    from photosearch.index.catalog import Catalog
    from photosearch.index.store import VectorStore
    from photosearch.jobs import CancelToken
    from photosearch.model.encoder import ImageTextEncoder
    from photosearch.paths import AppPaths
    from photosearch.settings import Settings
    from photosearch.types import ModelSpec


Load = Callable[["AppPaths", "Settings"], "ImageTextEncoder"]


class OpenModel:
    """What an engine holds of one model; any method from any thread, ``open_store`` from one."""

    def __init__(
        self,
        catalog: Catalog,
        paths: AppPaths,
        settings: Settings,
        load: Load,
    ) -> None:
        self._catalog = catalog
        self._paths = paths
        self._settings = settings
        self._load = load
        self._lock = threading.RLock()
        self._encoder: ImageTextEncoder | None = None
        self._searcher: Searcher | None = None
        self._spec: ModelSpec | None = None
        self._is_checked = False
        self._used_at = time.monotonic()
        self.store: VectorStore | None = None

    def close(self) -> None:
        """Let everything go."""
        with self._lock:
            self._encoder = None
            if self._searcher is not None:
                self._searcher.close()
                self._searcher = None
            self.close_store()

    def close_store(self, *, is_doubtful: bool = False) -> None:
        """Let the folder of the vectors go, so that it may be moved or opened again.

        Those that are doubtful are looked at, and mended, before they are opened again.
        """
        self._is_checked &= not is_doubtful
        if self.store is not None:
            self.store.close()
            self.store = None

    def delete_vectors(self, content_ids: Sequence[str]) -> None:
        """Drop vectors; if they are closed now, that is made up for when they are next opened.

        Raises:
            PhotoSearchError: the store cannot be written; it is closed then.
        """
        if self.store is None:
            return
        try:
            self.store.delete(content_ids)
        except Exception:
            self.close_store(is_doubtful=True)
            raise

    @property
    def name(self) -> str:
        """What it is loaded by."""
        return self._settings.model

    @property
    def spec(self) -> ModelSpec | None:
        """What its vectors are known by, once it was loaded."""
        return self._spec

    @property
    def idle_s(self) -> float:
        """How long nobody has needed the model."""
        return time.monotonic() - self._used_at

    def touch(self) -> None:
        """Count the idle time from now."""
        self._used_at = time.monotonic()

    def rest(self) -> None:
        """Give back the memory that jobs took, if the model is loaded."""
        encoder = self._encoder
        if encoder is not None:
            encoder.rest()

    def let_encoder_go(self) -> bool:
        """Free the memory of the network; it is loaded again when it is needed. True if it was."""
        with self._lock:
            was_loaded = self._encoder is not None
            self._encoder = None
            return was_loaded

    def encoder(self) -> ImageTextEncoder:
        """The model, loaded at the first need.

        Raises:
            ModelError: it cannot be found or loaded.
        """
        with self._lock:
            self._used_at = time.monotonic()
            if self._encoder is None:
                self._encoder = self._load(self._paths, self._settings)
                self._follow(self._encoder.spec)
            return self._encoder

    def searcher(self) -> Searcher:
        """The ranking, read into memory at the first need.

        Raises:
            ModelError: the model cannot be found or loaded.
        """
        with self._lock:
            self._used_at = time.monotonic()
            if self._searcher is None:
                spec = self.encoder().spec
                templates = partial(PromptChoices.of(self._paths).templates, spec)
                self._searcher = Searcher(self._catalog, spec, self.encoder, templates)
            return self._searcher

    def warm(self) -> None:
        """Make all ready that the first search needs.

        Raises:
            ModelError: the model cannot be found, loaded or asked.
        """
        self.searcher()
        self.encoder().encode_texts(["a photo"])

    def check_store(self, cancel: CancelToken) -> Iterator[Progress]:
        """Look whether the vectors are sound, and mend them, once; no store may be open then.

        Raises:
            IndexDamagedError: they cannot be mended.
        """
        from photosearch.index import upkeep

        if not self.needs_check:
            return
        spec = self.encoder().spec
        yield from upkeep.check_store(self._catalog, self._paths.vectors, spec, cancel)
        self._is_checked = not cancel.is_cancelled

    @property
    def needs_check(self) -> bool:
        """Whether it is not known if the vectors are sound."""
        return self.store is None and not self._is_checked

    def open_store(self) -> None:
        """Open the vectors, which were checked; those of other models may be open.

        Raises:
            IndexDamagedError: they cannot be opened.
        """
        from photosearch.index import upkeep

        if self.store is None:
            spec = self.encoder().spec
            self.store = upkeep.open_checked(self._catalog, self._paths.vectors, spec)

    def _follow(self, spec: ModelSpec) -> None:
        """The weights of a name may be others than before: then nothing that is open is theirs."""
        if self._spec is not None and self._spec.key != spec.key:
            if self._searcher is not None:
                self._searcher.close()
                self._searcher = None
            self.close_store()
        self._spec = spec


class OpenModels:
    """The models that were asked for; any method from any thread."""

    def __init__(self, catalog: Catalog, paths: AppPaths, load: Load) -> None:
        self._catalog = catalog
        self._paths = paths
        self._load = load
        self._lock = threading.Lock()
        self._open: dict[tuple[str, str, str], OpenModel] = {}

    def get(self, settings: Settings, name: str | None = None) -> OpenModel:
        """A model by its name, run as the settings say; None is the one that they choose."""
        chosen = settings if name is None else replace(settings, model=name)
        with self._lock:
            if _key(chosen) not in self._open:
                model = OpenModel(self._catalog, self._paths, chosen, self._load)
                self._open[_key(chosen)] = model
            return self._open[_key(chosen)]

    def spec_of(self, settings: Settings, name: str) -> ModelSpec | None:
        """What the vectors of a model are known by, if it was loaded since the start."""
        with self._lock:
            model = self._open.get(_key(replace(settings, model=name)))
        return None if model is None else model.spec

    def names(self) -> dict[str, str]:
        """The names that models were loaded by, by the keys of their vectors."""
        with self._lock:
            specs = [(model.spec, key[0]) for key, model in self._open.items()]
        return {spec.key: name for spec, name in specs if spec is not None}

    def open_stores(self, models: Sequence[OpenModel], cancel: CancelToken) -> Iterator[Progress]:
        """Open the vectors of some models, mended if need be. Cancelled, some stay closed.

        None that is open may be in use: where one has to be checked, all are closed first.

        Raises:
            ModelError: one of the models cannot be loaded.
            IndexDamagedError: the vectors cannot be mended.
        """
        if any(model.needs_check for model in models):
            self.close_stores()
        for model in models:
            yield from model.check_store(cancel)
            if cancel.is_cancelled:
                return
        for model in models:
            model.open_store()

    def close_stores(self, *, is_doubtful: bool = False) -> None:
        """Let the folder of the vectors go, whoever has it open."""
        for model in self.all():
            model.close_store(is_doubtful=is_doubtful)

    def forget(self, name: str) -> None:
        """Let a model go whole, however it was run."""
        with self._lock:
            found = [key for key in self._open if key[0] == name]
            models = [self._open.pop(key) for key in found]
        for model in models:
            model.close()

    def all(self) -> list[OpenModel]:
        """Every model that was asked for and not let go."""
        with self._lock:
            return list(self._open.values())

    def let_go(self, idle_s: float, settings: Settings, kept: Collection[str]) -> bool:
        """Free the encoders of models that are idle; True if one was loaded.

        Of those whose names are not to be kept, everything goes.
        """
        keys = {_key(replace(settings, model=name)) for name in kept}
        with self._lock:
            idle = {key: model for key, model in self._open.items() if model.idle_s >= idle_s}
            for key in idle.keys() - keys:
                del self._open[key]
        was_loaded = False
        for key, model in idle.items():
            was_loaded |= model.let_encoder_go()
            if key not in keys:
                model.close()
        return was_loaded

    def close(self) -> None:
        """Let all of them go whole."""
        with self._lock:
            models, self._open = list(self._open.values()), {}
        for model in models:
            model.close()


def _key(settings: Settings) -> tuple[str, str, str]:
    return settings.model, settings.device, settings.precision
