"""Measures how fast this machine embeds with the models of the menu, when somebody asks."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from photosearch.errors import PhotoSearchError
from photosearch.jobs import CancelToken
from photosearch.types import Event, EventKind, Notice

if TYPE_CHECKING:
    from photosearch.paths import AppPaths
    from photosearch.service.events import EventHub
    from photosearch.service.supply import Supply

_log = logging.getLogger(__name__)


class Measuring:
    """One measurement at a time, in a thread of its own. For any thread.

    Args:
        names: which models there are to measure.
    """

    def __init__(
        self, paths: AppPaths, hub: EventHub, supply: Supply, names: Callable[[], Sequence[str]]
    ) -> None:
        self._paths = paths
        self._hub = hub
        self._supply = supply
        self._names = names
        self._lock = threading.Lock()
        self._cancel = CancelToken()
        self._thread: threading.Thread | None = None
        self._pending: frozenset[str] = frozenset()

    @property
    def pending(self) -> frozenset[str]:
        """The models that are measured now, or soon."""
        return self._pending

    def start(self) -> None:
        """Begin, unless one is under way; each model that was measured is told of, and the end."""
        with self._lock:
            if self._cancel.is_cancelled or self._pending:
                return
            names = self._names()
            self._pending = frozenset(names)
            self._thread = threading.Thread(
                target=self._run, args=(names,), name="measuring", daemon=True
            )
            self._thread.start()

    def stop(self, wait_s: float) -> bool:
        """End what is under way, for good; True when that came in time."""
        self._cancel.cancel()
        with self._lock:
            thread = self._thread
        if thread is not None:
            thread.join(wait_s)
        return thread is None or not thread.is_alive()

    def _run(self, names: Sequence[str]) -> None:
        try:
            self._supply.measure(names, self._paths, self._cancel, self._note_measured)
        except PhotoSearchError as error:
            _log.warning("%s", error)
            notice = Notice(error.message, error.hint)
            self._hub.publish(Event(EventKind.NOTICE, notice=notice))
        except Exception:
            _log.exception("The models could not be measured.")
        finally:
            self._pending = frozenset()
            self._tell()

    def _note_measured(self, name: str) -> None:
        self._pending -= {name}
        self._tell()

    def _tell(self) -> None:
        self._hub.publish(Event(EventKind.MODELS))
