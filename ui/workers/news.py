"""Follows what the service tells of its work, in a thread of its own; starts it anew when lost."""

from __future__ import annotations

import threading

from PySide6.QtCore import QObject, Signal, SignalInstance

from photosearch.errors import PhotoSearchError
from photosearch.jobs import CancelToken
from ui.workers.runner import CLOSE_S, Runner

# Between two tries to reach a service that is gone; the second wait is twice the first, and so on.
_FIRST_WAIT_S = 0.25
_LONGEST_WAIT_S = 10.0


class News(QObject):
    """What the service tells, as signals in the GUI thread.

    Signals:
        connected(): the service answers; what was known of it before may be out of date.
        told(Event): one piece of news.
        lost(PhotoSearchError): the service is gone; it is started again.
    """

    connected = Signal()
    told = Signal(object)
    lost = Signal(object)
    _failed = Signal(object)

    def __init__(self, runner: Runner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._cancel = CancelToken()
        self._again = threading.Event()
        self._failed.connect(self._raise)
        self._thread = threading.Thread(target=self._follow, name="app news", daemon=True)

    def start(self) -> None:
        """Begin to follow; the service is started if none runs."""
        self._thread.start()

    def try_again(self) -> None:
        """Try to reach a lost service now, instead of after the wait."""
        self._again.set()

    def close(self, wait_s: float = CLOSE_S) -> None:
        """Stop following; a call that hangs is left to die with the process."""
        self._cancel.cancel()
        self._again.set()
        if self._thread.is_alive():
            self._thread.join(wait_s)

    def _follow(self) -> None:
        wait_s = _FIRST_WAIT_S
        while not self._cancel.is_cancelled:
            try:
                for number, event in enumerate(self._runner.service().events(self._cancel)):
                    if number == 0:
                        wait_s = _FIRST_WAIT_S
                        self._tell(self.connected)
                    self._tell(self.told, event)
            except PhotoSearchError as error:
                self._tell(self.lost, error)
            except Exception as error:
                self._tell(self._failed, error)
            else:
                continue
            self._again.wait(wait_s)
            self._again.clear()
            wait_s = min(2 * wait_s, _LONGEST_WAIT_S)

    def _tell(self, signal: SignalInstance, *what: object) -> None:
        """Nothing after the end: a call that hung may return when this object is gone."""
        if not self._cancel.is_cancelled:
            signal.emit(*what)

    def _raise(self, error: Exception) -> None:
        """In the GUI thread, where a bug is told; and the news may be incomplete by now."""
        self.lost.emit(PhotoSearchError(repr(error)))
        raise error
