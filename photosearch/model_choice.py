"""Which model answers, which one is to, and for which ones the library is embedded."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from photosearch.errors import ModelError, PhotoSearchError
from photosearch.index.rows import Answering
from photosearch.jobs import Pace
from photosearch.model.folder import InstalledModels
from photosearch.model.registry import STARTER, parse_model_name
from photosearch.model_info import Switch
from photosearch.types import Notice

if TYPE_CHECKING:
    from photosearch.index.catalog import Catalog
    from photosearch.open_model import OpenModels
    from photosearch.paths import AppPaths
    from photosearch.settings import Settings
    from photosearch.types import ModelSpec

IsInstalled = Callable[[str], bool]

_RETRY_S = 3600.0
"""After a model failed to load: an attempt takes seconds, and a look through all folders."""
_QUICK_S = 0.02
_KEPT_TIMES = 20
"""Counting what remains takes 0.1 s for 100,000 photos, and searches wait: a count that was not
quick holds for so many times as long as it took, which is a twentieth of the time at most."""


def is_on_this_machine(paths: AppPaths) -> IsInstalled:
    """Tells whether a model can be loaded without a network, by its name."""
    installed = InstalledModels(paths.installed_models)

    def is_installed(name: str) -> bool:
        try:
            parsed = parse_model_name(name)
            if parsed.checkpoint is not None:
                return parsed.checkpoint.is_file()
            return name == STARTER or installed.find(name) is not None
        except PhotoSearchError:
            return False

    return is_installed


@dataclass(frozen=True, slots=True)
class _Failure:
    error: ModelError
    retry_at: float


class ModelChoice:
    """The chosen model, and the one that answers until the library is embedded with that.

    Every method may be called from any thread.
    """

    def __init__(
        self,
        catalog: Catalog,
        models: OpenModels,
        settings: Callable[[], Settings],
        is_installed: IsInstalled,
    ) -> None:
        self._catalog = catalog
        self._models = models
        self._settings = settings
        self._is_installed = is_installed
        self._failures: dict[str, _Failure] = {}
        self._counted: dict[int | None, tuple[float, int]] = {}
        self._lock = threading.Lock()
        self.pace = Pace()
        self.is_coming: Callable[[str], bool] = lambda _: False
        """Says of a model that is not here whether it is being downloaded."""

    @property
    def chosen(self) -> str:
        """The name in the settings."""
        return self._settings().model

    def answering(self) -> str:
        """The name of the model that answers.

        It is the one that is remembered; in its place the chosen one, if that can be used and the
        other has embedded nothing, or cannot be used.
        """
        remembered, chosen = self._catalog.vectors.answering(), self.chosen
        if remembered is None:
            return self._best_guess()
        if remembered.name == chosen or not self._is_usable(chosen):
            return remembered.name
        is_needless = self._catalog.vectors.is_empty(remembered.key)
        return chosen if is_needless or not self._is_usable(remembered.name) else remembered.name

    def next_to_answer(self) -> str | None:
        """The chosen model, if it does not answer yet and can be used."""
        chosen = self.chosen
        return chosen if chosen != self.answering() and self._is_usable(chosen) else None

    def at_work(self) -> tuple[str, ...]:
        """For which models photos are embedded: the one that answers first."""
        answering, following = self.answering(), self.next_to_answer()  # it may become the first
        return tuple(dict.fromkeys([answering, *([following] if following else [])]))

    def loaded(self, name: str, spec: ModelSpec) -> None:
        """A model is loaded and its collection is kept up to date; remember it if it answers.

        Weights that changed under the name of the one that answers take their place at once,
        since the old ones can be loaded no more. One that only stands in for a model that failed
        to load is not remembered.
        """
        self.forget_failure(name)
        with self._catalog.transaction():
            now = self._catalog.vectors.answering()
            if now == Answering(name, spec.key) or self.answering() != name:
                return
            stands_in = (
                now is not None
                and now.name != name
                and self._is_installed(now.name)
                and not self._catalog.vectors.is_empty(now.key)
            )
            if not stands_in:
                self._catalog.vectors.set_answering(Answering(name, spec.key))

    def completed(self, name: str, spec: ModelSpec) -> bool:
        """Everything is embedded with a model: if it is the chosen one, it answers from now on.

        What other weights of the same name have embedded is dropped. True if some was.
        """
        with self._catalog.transaction():
            complete = Answering(name, spec.key)
            if name == self.chosen and self._catalog.vectors.answering() != complete:
                self._catalog.vectors.set_answering(complete)
        stale = [
            model_id
            for model_id, other in self._catalog.vectors.specs()
            if other.name == spec.name and other.key != spec.key
        ]
        for model_id in stale:
            self._catalog.vectors.drop(model_id)
        return bool(stale)

    def failed(self, name: str, error: ModelError) -> None:
        """A model cannot be loaded: do without it for a while, if that is possible."""
        with self._lock:
            self._failures[name] = _Failure(error, time.monotonic() + _RETRY_S)

    def forget_failure(self, name: str) -> None:
        """Try a model again."""
        with self._lock:
            self._failures.pop(name, None)

    def switch(self) -> Switch | None:
        """How far the chosen model is, while another one answers; None if it cannot be used."""
        answering, chosen = self.answering(), self.next_to_answer()  # it may end between the two
        if chosen is None or chosen == answering:
            return None
        model_id = self.id_of(chosen)
        embedded = 0 if model_id is None else self._catalog.vectors.count(model_id)
        remaining = self.remaining(model_id)
        return Switch(
            answering, chosen, embedded, embedded + remaining, self.pace.seconds_for(remaining)
        )

    def notices(self) -> tuple[Notice, ...]:
        """Why the chosen model does not answer, if a person can do something about that."""
        chosen, answering = self.chosen, self.answering()
        with self._lock:
            failure = self._failures.get(chosen)
        if chosen == answering or self.is_coming(chosen):
            return ()
        if not self._is_installed(chosen):
            return (
                Notice(
                    f"The chosen model {chosen} is not on this machine; {answering} answers "
                    "until it is.",
                    f"Get it with: photosearch models get {chosen}",
                ),
            )
        if failure is not None:
            words = f"{answering} goes on answering: {failure.error.message}"
            return (Notice(words, failure.error.hint),)
        return ()

    def id_of(self, name: str) -> int | None:
        """The catalog's number of a model, by its name; the newest where its weights changed."""
        spec = self._models.spec_of(self._settings(), name)
        remembered = self._catalog.vectors.answering()
        key = spec.key if spec else None
        if key is None and remembered is not None and remembered.name == name:
            key = remembered.key
        known = self._catalog.vectors.specs()
        ids = [model_id for model_id, one in known if one.key == key]
        if key is None:
            ids = [model_id for model_id, one in known if one.name == name]
        return ids[-1] if ids else None

    def remaining(self, model_id: int | None) -> int:
        """How many contents a model has yet to embed, by its number; None is one never used."""
        has = 0 if model_id is None else self._catalog.vectors.count(model_id)
        until, total = self._counted.get(model_id, (0.0, 0))
        begun = time.monotonic()
        if begun >= until:
            total = has + self._catalog.vectors.remaining(model_id)
            now = time.monotonic()
            kept_s = _KEPT_TIMES * (now - begun) if now - begun > _QUICK_S else 0.0
            self._counted[model_id] = (now + kept_s, total)
        return max(0, total - has)

    def _is_usable(self, name: str) -> bool:
        with self._lock:
            failure = self._failures.get(name)
        if failure is not None and time.monotonic() < failure.retry_at:
            return False
        return self._is_installed(name)

    def _best_guess(self) -> str:
        """Where none is remembered: whoever has embedded most, the chosen one of equals.

        A complete model has as much as any, so that is the chosen one unless it was not complete.
        """
        names = [self.chosen, *([STARTER] if self.chosen != STARTER else [])]
        embedded = dict.fromkeys(filter(self._is_usable, names), 0)
        for _, spec, count in self._catalog.vectors.models():
            if spec.name in embedded or (count and self._is_usable(spec.name)):
                embedded[spec.name] = max(embedded.get(spec.name, 0), count)
        return max(embedded, key=lambda name: embedded[name], default=self.chosen)
