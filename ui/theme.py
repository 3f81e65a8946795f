"""The look: icons as SVG in the colour of the text around them, and colours beside the palette."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from photosearch.paths import resource_dir


def icon(name: str, colour: QColor | None = None) -> QIcon:
    """The icon ``resources/icons/NAME.svg``; it follows light and dark by itself.

    ``colour`` is for what has a background of its own in both.
    """
    return QIcon(_TextColouredSvg(name, colour))


def app_icon() -> QIcon:
    """The icon of the product, in its own colours."""
    return QIcon(str(resource_dir() / "icons" / "photosearch.svg"))


def muted(palette: QPalette) -> QColor:
    """The colour of words that matter less: between the text and what is behind it."""
    return blend(
        palette.color(QPalette.ColorRole.Text), palette.color(QPalette.ColorRole.Base), 0.4
    )


def blend(one: QColor, other: QColor, share: float) -> QColor:
    """A colour so far on the way from one to the other."""

    def between(a: float, b: float) -> float:
        return a + (b - a) * share

    return QColor.fromRgbF(
        between(one.redF(), other.redF()),
        between(one.greenF(), other.greenF()),
        between(one.blueF(), other.blueF()),
    )


@cache
def _source(name: str) -> bytes:
    return (resource_dir() / "icons" / f"{name}.svg").read_bytes()


@cache
def _renderer(name: str, colour: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(_source(name).replace(b"currentColor", colour.encode())))


class _TextColouredSvg(QIconEngine):
    """Draws an SVG whose ``currentColor`` is the palette's text colour of that moment."""

    def __init__(self, name: str, colour: QColor | None) -> None:
        super().__init__()
        self._name = name
        self._colour = colour

    def clone(self) -> QIconEngine:
        return _TextColouredSvg(self._name, self._colour)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        palette = QApplication.palette()
        group = (
            QPalette.ColorGroup.Disabled
            if mode is QIcon.Mode.Disabled
            else QPalette.ColorGroup.Active
        )
        role = (
            QPalette.ColorRole.HighlightedText
            if mode is QIcon.Mode.Selected
            else QPalette.ColorRole.ButtonText
        )
        colour = palette.color(group, role)
        if self._colour is not None:
            is_off = mode is QIcon.Mode.Disabled
            colour = blend(self._colour, QColor(Qt.GlobalColor.black), 0.6 if is_off else 0.0)
        _renderer(self._name, colour.name()).render(painter, QRectF(rect))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, pixmap.rect(), mode, state)
        painter.end()
        return pixmap
