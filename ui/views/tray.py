"""The icon in the desktop's tray, where it has one: what the service does, and a small menu."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from ui.models.activity_text import activity_text
from ui.models.library import LibraryState
from ui.theme import app_icon
from ui.views.activity_line import sign_of

_SIZES_PX = (16, 22, 24, 32, 48, 64)
_DOT_SHARE = 0.44
_COLOURS = {
    "refresh": QColor("#2f8f5b"),
    "pause": QColor("#8a8f98"),
    "service-lost": QColor("#d0342c"),
    "warning": QColor("#e0a100"),
}
"""A tray's own colour is not known: these are seen on light and on dark ones."""


class Tray(QObject):
    """Follows the library.

    Signals:
        raise_wanted(): the user wants to see the window.
        quit_wanted(): the user wants to end the app.
    """

    raise_wanted = Signal()
    quit_wanted = Signal()

    def __init__(self, library: LibraryState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._sign = ""
        self._menu = QMenu()
        self._pause = QAction(self)
        self._icon: QSystemTrayIcon | None = None
        self._build_menu()
        if QSystemTrayIcon.isSystemTrayAvailable():
            self._icon = QSystemTrayIcon(self)
            self._icon.setContextMenu(self._menu)
            self._icon.activated.connect(self._on_activated)
        library.changed.connect(self._update)
        self._update()
        if self._icon is not None:
            self._icon.show()

    @property
    def is_there(self) -> bool:
        """Whether the desktop has a tray, and the icon is in it."""
        return self._icon is not None and self._icon.isVisible()

    def close(self) -> None:
        """Take the icon away."""
        if self._icon is not None:
            self._icon.hide()
        self._menu.deleteLater()

    def _build_menu(self) -> None:
        show = QAction(self.tr("Open photosearch"), self)
        show.triggered.connect(self.raise_wanted)
        self._pause.triggered.connect(self._library.toggle_pause)
        leave = QAction(self.tr("Quit"), self)
        leave.triggered.connect(self.quit_wanted)
        self._menu.addActions([show, self._pause])
        self._menu.addSeparator()
        self._menu.addAction(leave)
        self._menu.setDefaultAction(show)

    def _update(self) -> None:
        library = self._library
        self._pause.setText(
            self.tr("Go on looking through photos")
            if library.is_paused
            else self.tr("Pause looking through photos")
        )
        self._pause.setEnabled(library.is_connected)
        if self._icon is None:
            return
        self._icon.setToolTip(f"photosearch\n{activity_text(library)}")
        if (sign := sign_of(library)) != self._sign:
            self._sign = sign
            self._icon.setIcon(tray_icon(sign))

    def _on_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in (
            QSystemTrayIcon.ActivationReason.Trigger,
            QSystemTrayIcon.ActivationReason.DoubleClick,
        ):
            self.raise_wanted.emit()


def tray_icon(sign: str) -> QIcon:
    """The product's icon, with a dot in its corner for what is worth one."""
    if sign not in _COLOURS:
        return app_icon()
    marked = QIcon()
    for size_px in _SIZES_PX:
        marked.addPixmap(_marked(app_icon().pixmap(QSize(size_px, size_px)), sign))
    return marked


def _marked(pixmap: QPixmap, sign: str) -> QPixmap:
    side = pixmap.width() * _DOT_SHARE
    dot = QRectF(pixmap.width() - side, pixmap.height() - side, side, side)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(Qt.GlobalColor.white)
    painter.drawEllipse(dot)
    rim = side * 0.12
    painter.setBrush(_COLOURS[sign])
    painter.drawEllipse(dot.adjusted(rim, rim, -rim, -rim))
    if sign == "pause":
        painter.setBrush(Qt.GlobalColor.white)
        for left in (0.34, 0.56):
            painter.drawRect(
                QRectF(dot.x() + left * side, dot.y() + 0.3 * side, 0.12 * side, 0.4 * side)
            )
    painter.end()
    return pixmap
