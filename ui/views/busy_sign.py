"""A small turning arc: an answer is on its way, and takes longer than a moment."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import muted

_DELAY_MS = 250
"""Most answers come sooner; a sign that flashes up at each letter would only disturb."""
_STEP_MS = 40
_STEP_DEGREES = 14


class BusySign(QWidget):
    """Keeps its place when it shows nothing, so that nothing moves."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_turning = False
        self._degrees = 0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._delay = QTimer(self, singleShot=True, interval=_DELAY_MS)
        self._delay.timeout.connect(self._begin)
        self._step = QTimer(self, interval=_STEP_MS)
        self._step.timeout.connect(self._turn)

    @property
    def is_turning(self) -> bool:
        """Whether the arc is seen."""
        return self._is_turning

    def set_busy(self, is_busy: bool) -> None:
        """Show the sign in a moment, or hide it now."""
        if not is_busy:
            self._end()
        elif not self._is_turning and not self._delay.isActive():
            self._delay.start()

    def sizeHint(self) -> QSize:
        side = self.fontMetrics().height()
        return QSize(side, side)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._end()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._is_turning:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(muted(self.palette()), 2, c=Qt.PenCapStyle.RoundCap))
        arc = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        painter.drawArc(arc, -self._degrees * 16, 260 * 16)

    def _begin(self) -> None:
        self._is_turning = True
        self._step.start()
        self.update()

    def _end(self) -> None:
        self._is_turning = False
        self._delay.stop()
        self._step.stop()
        self.update()

    def _turn(self) -> None:
        self._degrees = (self._degrees + _STEP_DEGREES) % 360
        self.update()
