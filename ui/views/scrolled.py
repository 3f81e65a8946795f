"""Room for what may be higher than the window: it scrolls by keys, and follows the focus."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QWidget

from ui.views.focus_ring import FocusRing

_LEAST_LINES = 3


class Scrolled(FocusRing, QScrollArea):
    """Shows all of a widget where there is room, and a part of it where there is not.

    ``is_stop``: nothing in it takes the focus, so it does itself.
    """

    _ring_radius_px = 6

    def __init__(
        self, content: QWidget, parent: QWidget | None = None, *, is_stop: bool = False
    ) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        policy = Qt.FocusPolicy.StrongFocus if is_stop else Qt.FocusPolicy.NoFocus
        self.setFocusPolicy(policy)
        self.setWidget(content)
        content.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)
        QApplication.instance().focusChanged.connect(self._follow)  # type: ignore[union-attr]

    def minimumSizeHint(self) -> QSize:
        """As wide as what cannot be narrower, and a few lines high."""
        bar_px = self.verticalScrollBar().sizeHint().width()
        least = self._inner().minimumSizeHint()
        height = min(_LEAST_LINES * self.fontMetrics().height(), least.height())
        return QSize(least.width() + bar_px, height)

    def sizeHint(self) -> QSize:
        return self._inner().sizeHint().expandedTo(self.minimumSizeHint())

    def _inner(self) -> QWidget:
        content = self.widget()
        assert content is not None
        return content

    def _follow(self, _before: QWidget | None, focused: QWidget | None) -> None:
        """Qt scrolls only to what Tab reaches from within."""
        if focused is not None and self._inner().isAncestorOf(focused):
            self.ensureWidgetVisible(focused)
