"""Joins the requests of programs that start us once for each of many selected photos."""

from __future__ import annotations

from functools import reduce

from PySide6.QtCore import QObject, QTimer, Signal

from ui.desktop.request import Request

TOGETHER_MS = 400
"""Starts of one selection begin within this time of each other; Explorer makes 20 a second."""
_KEPT_S = 120.0
"""On a machine with too much to do, the starts of one selection come as late as this."""


class Gathering(QObject):
    """Waits until no further start of a selection comes; what comes late is told with the others.

    Signals:
        gathered(Request): all of them as one.
    """

    gathered = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._came: list[tuple[float, Request]] = []
        self._timer = QTimer(self, singleShot=True, interval=TOGETHER_MS)
        self._timer.timeout.connect(self._tell)

    def add(self, request: Request) -> None:
        """One more; one that stands alone is told at once."""
        if request.started_at_s is None:
            self.gathered.emit(request)
            return
        self._came.append((request.started_at_s, request))
        self._came.sort(key=lambda came: came[0])  # they seldom come in the order of their starts
        self._timer.start()

    def _tell(self) -> None:
        newest_s = self._came[-1][0]
        self._came = [came for came in self._came if newest_s - came[0] < _KEPT_S]
        first = len(self._came) - 1
        while first and 1_000 * (self._came[first][0] - self._came[first - 1][0]) <= TOGETHER_MS:
            first -= 1
        self.gathered.emit(reduce(Request.joined, (one for _, one in self._came[first:])))
