"""The models in use: of each its encoder, vectors and ranking, opened at the first need."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from photosearch.search import Searcher
from photosearch.types import Progress

if TYPE_CHECKING:
    from photosearch.index.catalog import Catalog
    from photosearch.index.store import VectorStore
    from photosearch.jobs import CancelToken
    from photosearch.model.encoder import ImageTextEncoder
    from photosearch.paths import AppPaths
    from photosearch.settings import Settings


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

    def close_store(self) -> None:
        """Let the folder of the vectors go, so that it may be moved or opened again."""
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
            self.close_store()
            raise

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
            return self._encoder

    def searcher(self) -> Searcher:
        """The ranking, read into memory at the first need.

        Raises:
            ModelError: the model cannot be found or loaded.
        """
        with self._lock:
            self._used_at = time.monotonic()
            if self._searcher is None:
                self._searcher = Searcher(self._catalog, self.encoder().spec, self.encoder)
            return self._searcher

    def open_store(self, cancel: CancelToken) -> Iterator[Progress]:
        """Open the vectors, mended if need be; if it is cancelled meanwhile, they stay closed.

        Raises:
            IndexDamagedError: they cannot be mended.
        """
        from photosearch.index import upkeep

        if self.store is not None:
            return
        spec = self.encoder().spec
        for step in upkeep.open_store(self._catalog, self._paths.vectors, spec, cancel):
            if isinstance(step, Progress):
                yield step
            else:
                self.store = step


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

    def all(self) -> list[OpenModel]:
        """Every model that was asked for and not let go."""
        with self._lock:
            return list(self._open.values())

    def let_go(self, idle_s: float, settings: Settings) -> bool:
        """Free the encoders of models that are idle; True if one was loaded.

        Of those that are not the chosen one, everything goes.
        """
        chosen = _key(settings)
        with self._lock:
            idle = {key: model for key, model in self._open.items() if model.idle_s >= idle_s}
            for key in idle.keys() - {chosen}:
                del self._open[key]
        was_loaded = False
        for key, model in idle.items():
            was_loaded |= model.let_encoder_go()
            if key != chosen:
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
