"""Joins the requests of programs that start us once for each of many selected photos."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from ui.desktop.request import Request

TOGETHER_MS = 400
"""Starts of one selection come within this time of each other; Explorer makes 20 a second."""


class Gathering(QObject):
    """Waits until no further start of a selection comes.

    Signals:
        gathered(Request): all of them as one.
    """

    gathered = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._request: Request | None = None
        self._timer = QTimer(self, singleShot=True, interval=TOGETHER_MS)
        self._timer.timeout.connect(self._tell)

    def add(self, request: Request) -> None:
        """One more; those that are alone are told at once."""
        if not request.is_one_of_many:
            self.gathered.emit(request)
            return
        self._request = request if self._request is None else self._request.joined(request)
        self._timer.start()

    def _tell(self) -> None:
        request, self._request = self._request, None
        if request is not None:
            self.gathered.emit(request)
