"""Downloads of models, one after the other: begun, paused, resumed, and told of."""

from __future__ import annotations

import json
import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from photosearch.atomic import write_atomically
from photosearch.errors import ModelError, PhotoSearchError, shown
from photosearch.jobs import CancelToken, Pace
from photosearch.model.registry import parse_model_name
from photosearch.model_info import Download, DownloadState
from photosearch.types import Event, EventKind, Notice

if TYPE_CHECKING:
    from photosearch.model_choice import IsInstalled
    from photosearch.paths import AppPaths
    from photosearch.service.events import EventHub
    from photosearch.service.supply import Supply
    from photosearch.settings import Settings

_log = logging.getLogger(__name__)

_TELL_EVERY_S = 0.5
_RATE_S = 10.0
_UNDER_WAY = (DownloadState.RUNNING, DownloadState.CHECKING)


@dataclass(slots=True)
class _Item:
    """One download; ``cancel`` stops the attempt in hand."""

    state: DownloadState
    done_bytes: int = 0
    total_bytes: int | None = None
    problem: Notice | None = None
    is_unwanted: bool = False
    has_come: bool = False
    """All bytes are here, and were found right; it is made ready."""
    cancel: CancelToken = field(default_factory=CancelToken)
    pace: Pace = field(default_factory=lambda: Pace(_RATE_S))

    def shown(self) -> Download:
        return Download(
            self.state,
            self.done_bytes,
            self.total_bytes,
            self.pace.per_s if self.state is DownloadState.RUNNING else None,
            self.problem,
        )


class Downloads:
    """Fetches models in a thread of its own; the others wait for their turn.

    Every method may be called from any thread; none waits for the network. What was running when
    the service ended goes on when it starts again; one that failed is tried again when asked.

    Attributes:
        on_ready: told the name of a model that is here, and ready for use.
    """

    def __init__(
        self, paths: AppPaths, hub: EventHub, supply: Supply, settings: Callable[[], Settings]
    ) -> None:
        self._paths = paths
        self._hub = hub
        self._supply = supply
        self._settings = settings
        self._is_installed: IsInstalled = supply.is_installed(paths)
        self._changed = threading.Condition()
        self._items: dict[str, _Item] = self._remembered()
        self._is_stopping = False
        self._told_at = 0.0
        self._thread = threading.Thread(target=self._run, name="downloads", daemon=True)
        self.on_ready: Callable[[str], object] = lambda _: None

    def start(self) -> None:
        """Go on with what was running when the service ended."""
        self._thread.start()

    def stop(self, wait_s: float) -> bool:
        """Stop for now; True when that came in time. What is here stays."""
        with self._changed:
            self._is_stopping = True
            for item in self._items.values():
                item.cancel.cancel()
            self._changed.notify_all()
        if self._thread.ident is not None:
            self._thread.join(wait_s)
        return not self._thread.is_alive()

    # -- what others ask

    def all(self) -> dict[str, Download]:
        """Every download that is not complete, in the order in which they were asked for.

        One that came to a stop is not told of any more when the model came by another way.
        """
        with self._changed:
            items = [(name, item, item.shown()) for name, item in self._items.items()]
        return {name: shown for name, item, shown in items if not self._is_overtaken(name, item)}

    def is_coming(self, name: str) -> bool:
        """Whether a model will be here without anybody's doing."""
        with self._changed:
            item = self._items.get(name)
            return item is not None and item.state in _UNDER_WAY

    def is_ready(self, name: str) -> bool:
        """Whether a model is on this machine, and nothing is done to it any more."""
        return not self.is_coming(name) and self._is_installed(name)

    def check_name(self, name: str) -> None:
        """Refuse a name that no model can have; takes seconds where the menu has none of it.

        Raises:
            ModelError: there is no such model, file or form of a name.
        """
        parsed = parse_model_name(name)
        if parsed.checkpoint is not None and not os.path.exists(parsed.checkpoint):  # noqa: PTH110
            file = shown(str(parsed.checkpoint))
            raise ModelError(f"There is no file {file}.", "Check the path of the weights.")
        with self._changed:
            item = self._items.get(name)
        is_promising = item is not None and item.state is not DownloadState.FAILED
        if parsed.tag is not None and not is_promising and not self.is_ready(name):
            self._supply.check_name(name)

    def download(self, name: str) -> None:
        """Begin a download, or go on with one.

        Raises:
            ModelError: the model is none that can be downloaded, or is here already.
        """
        if parse_model_name(name).tag is None:
            raise ModelError(f"{name} is none of the models that can be downloaded.", _SEE)
        self.check_name(name)
        self._begin(name)

    def _begin(self, name: str) -> None:
        with self._changed:
            before = self._items.get(name)
        if self.is_ready(name) and (before is None or self._is_overtaken(name, before)):
            raise ModelError(f"The model {name} is on this machine already.", _SEE)
        with self._changed:
            before = self._items.get(name)
            if before is not None and before.state in _UNDER_WAY and not before.cancel.is_cancelled:
                return
            item = _Item(DownloadState.RUNNING)
            if before is not None:
                item.done_bytes, item.total_bytes = before.done_bytes, before.total_bytes
            self._items[name] = item
            self._save()
            self._changed.notify_all()
        self._tell()

    def pause(self, name: str) -> None:
        """Stop a download, and keep what is here of it.

        Raises:
            ModelError: there is no such download.
        """
        with self._changed:
            item = self._known(name)
            if item.state is DownloadState.RUNNING:  # one whose bytes are all here is done soon
                item.cancel.cancel()
                item.state = DownloadState.PAUSED
            self._save()
        self._tell()

    def cancel(self, name: str) -> None:
        """Stop a download, and delete what is here of it.

        Raises:
            ModelError: there is no such download, or it came whole and is being made ready.
        """
        with self._changed:
            item = self._known(name)
            if item.has_come and item.state in _UNDER_WAY:
                raise ModelError(
                    f"{name} is here already, and is being made ready.",
                    "Delete its files when that is done.",
                )
            item.is_unwanted = True
            item.state = DownloadState.PAUSED
            item.cancel.cancel()
            self._save()
            self._changed.notify_all()
        self._tell()

    def want(self, name: str, *, is_asked: bool) -> None:
        """A model is the chosen one: have it come, if it can and is not here.

        Args:
            is_asked: somebody chose it just now: one that was paused or failed is tried again.
        """
        try:
            if parse_model_name(name).tag is None:
                return
            with self._changed:
                is_known = name in self._items
            if is_asked if is_known else not self.is_ready(name):
                self._begin(name)
        except ModelError as error:  # it came in this very moment, say
            _log.info("%s", error)

    # -- the thread

    def _run(self) -> None:
        while (taken := self._next()) is not None:
            name, item = taken
            work = self._discard if item.is_unwanted else self._get
            try:
                work(name, item)
            except PhotoSearchError as error:
                _log.warning("The download of %s failed: %s", name, error)
                if not self._forget_unknown(name, item):
                    self._fail(item, work, Notice(error.message, error.hint))
            except Exception as error:
                _log.exception("The download of %s failed.", name)
                what = f"The download failed: {type(error).__name__}: {error}."
                self._fail(item, work, Notice(what, "The log of the service says more."))

    def _next(self) -> tuple[str, _Item] | None:
        """What to do next; waits for it. None at the end."""
        with self._changed:
            while not self._is_stopping:
                for name, item in self._items.items():
                    if item.is_unwanted or item.state is DownloadState.RUNNING:
                        return name, item
                self._changed.wait()
        return None

    def _get(self, name: str, item: _Item) -> None:
        def on_bytes(done: int, total: int) -> None:
            item.done_bytes, item.total_bytes = done, total
            item.pace.note(done)
            self._tell(is_urgent=done >= total and self._check(item))

        if not self._supply.fetch(name, self._paths, item.cancel, on_bytes):
            return
        if not self._note_come(item):
            return
        self._tell()
        self._supply.prepare(name, self._paths, self._settings(), item.cancel)
        if item.cancel.is_cancelled:
            return  # the service ends
        with self._changed:
            if self._items.get(name) is item:
                del self._items[name]
            self._save()
        _log.info("The model %s is here.", name)
        self.on_ready(name)
        self._tell()

    def _check(self, item: _Item) -> bool:
        """All bytes are here; True if that is news."""
        with self._changed:
            is_news = item.state is DownloadState.RUNNING
            if is_news:
                item.state = DownloadState.CHECKING
            return is_news

    def _note_come(self, item: _Item) -> bool:
        """All is here: a pause comes too late now. False if it is not to be made ready."""
        with self._changed:
            if item.is_unwanted or self._is_stopping:
                return False
            item.has_come = True
            item.state, item.cancel = DownloadState.CHECKING, CancelToken()
            self._save()
            return True

    def _is_overtaken(self, name: str, item: _Item) -> bool:
        """Whether a download came to a stop, and the model is here nevertheless."""
        has_stopped = item.state not in _UNDER_WAY and not (item.has_come or item.is_unwanted)
        return has_stopped and self._is_installed(name)

    def _discard(self, name: str, item: _Item) -> None:
        self._supply.discard(name, self._paths)
        with self._changed:
            if self._items.get(name) is item:
                del self._items[name]
            self._save()
        self._tell()

    def _fail(self, item: _Item, work: Callable[..., None], problem: Notice) -> None:
        with self._changed:
            if work == self._discard:
                item.is_unwanted = False  # else it would be tried without end
            if not self._is_stopping and not item.cancel.is_cancelled:
                item.state, item.problem = DownloadState.FAILED, problem
            self._save()
        self._tell()

    def _forget_unknown(self, name: str, item: _Item) -> bool:
        """Leave nothing of a download whose name no model has; False if there is one."""
        try:
            self._supply.check_name(name)
        except ModelError:
            with self._changed:
                if self._items.get(name) is item:
                    del self._items[name]
                self._save()
            self._tell()
            return True
        return False

    def _tell(self, *, is_urgent: bool = True) -> None:
        now = time.monotonic()
        if is_urgent or now - self._told_at >= _TELL_EVERY_S:
            self._told_at = now
            self._hub.publish(Event(EventKind.MODELS))

    def _known(self, name: str) -> _Item:
        item = self._items.get(name)
        if item is None:
            raise ModelError(f"{name} is not being downloaded.", _SEE)
        return item

    # -- what outlives the process

    def _save(self) -> None:
        noted = {}
        for name, item in self._items.items():
            if not item.is_unwanted:
                state = DownloadState.RUNNING if item.state in _UNDER_WAY else item.state
                problem = item.problem and [item.problem.message, item.problem.hint]
                noted[name] = {"state": state, "problem": problem}
        try:
            write_atomically(self._paths.downloads, json.dumps(noted, indent=2).encode())
        except OSError as error:
            _log.warning("The downloads cannot be noted in %s: %s", self._paths.downloads, error)

    def _remembered(self) -> dict[str, _Item]:
        path = self._paths.downloads
        try:
            noted = json.loads(path.read_text(encoding="utf-8"))
            return {name: self._item_of(name, about) for name, about in noted.items()}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, LookupError, TypeError, AttributeError, ModelError) as error:
            _log.warning("%s cannot be read: %r", path, error)
            return {}

    def _item_of(self, name: str, about: dict[str, str]) -> _Item:
        item = _Item(DownloadState(about["state"]))
        item.done_bytes, item.total_bytes = self._supply.bytes_here(name, self._paths)
        item.problem = Notice(*about["problem"]) if about["problem"] else None
        return item


_SEE = "See: photosearch models"
