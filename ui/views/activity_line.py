"""What the service does, as one line of the status bar; a click opens the library."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QSizePolicy, QToolButton, QWidget

from ui.models.activity_text import (
    activity_text,
    has_failed_download,
    is_downloading,
    progress_share,
)
from ui.models.library import LibraryState
from ui.models.tooltips import tooltip
from ui.theme import icon

_BAR_LETTERS = 14
_STEPS = 1000


class ActivityLine(QWidget):
    """Follows the library.

    Signals:
        clicked(): the user wants to know more.
    """

    clicked = Signal()

    def __init__(self, library: LibraryState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._text = ""
        self._button = QToolButton(self)
        self._button.setAutoRaise(True)
        self._button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        side_px = self.fontMetrics().height()
        self._button.setIconSize(QSize(side_px, side_px))
        self._button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._button.clicked.connect(self.clicked)
        self._bar = ProgressLine(self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._bar)
        layout.addWidget(self._button, 1)
        library.changed.connect(self._update)
        self._update()

    @property
    def text(self) -> str:
        """The whole sentence, also where there is no room for it."""
        return self._text

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._elide()

    def _update(self) -> None:
        self._text = activity_text(self._library)
        self._button.setIcon(icon(sign_of(self._library)))
        self._button.setAccessibleName(self._text)
        self._button.setToolTip(tooltip(self._text))
        self._bar.show_share(progress_share(self._library))
        self._elide()

    def _elide(self) -> None:
        room_px = self._button.width() - self._button.iconSize().width() - 12
        metrics = self._button.fontMetrics()
        shown = metrics.elidedText(self._text, Qt.TextElideMode.ElideRight, max(0, room_px))
        self._button.setText(shown.replace("&", "&&"))


class ProgressLine(QProgressBar):
    """A thin bar without words, which is gone while there is nothing to show."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setRange(0, _STEPS)
        self.setTextVisible(False)
        self.setAccessibleName(self.tr("How far the work is"))
        metrics = self.fontMetrics()
        self.setFixedWidth(_BAR_LETTERS * metrics.averageCharWidth())
        self.setFixedHeight(max(6, metrics.height() // 3))
        self.hide()

    def show_share(self, share: float | None) -> None:
        """Show how much is done, 0 to 1; None is nothing to show."""
        self.setVisible(share is not None)
        self.setMaximum(_STEPS)
        if share is not None:
            self.setValue(round(_STEPS * share))

    def show_busy(self) -> None:
        """Show that something is done, and that nobody knows for how long."""
        self.setMaximum(0)  # Qt's way to say so
        self.show()


def sign_of(library: LibraryState) -> str:
    """The name of the icon for what the service does."""
    if library.is_lost:
        return "service-lost"
    if library.is_paused:
        return "pause"
    is_starting = library.status is None and library.error is None
    if is_starting or library.is_indexing or is_downloading(library):
        return "refresh"
    if library.notices or library.error is not None or has_failed_download(library):
        return "warning"
    return "offline" if library.offline_roots else "check"
