"""Draws the icon in the sizes of the hicolor theme: python resources/icons/hicolor/make.py."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

HERE = Path(__file__).parent
DRAWING = HERE.parent / "photosearch.svg"
NAME = "org.photosearch.photosearch.png"
SIZES_PX = (16, 22, 24, 32, 48, 64, 128, 256, 512)


def make() -> None:
    """Write every size beside this file."""
    drawing = QSvgRenderer(QByteArray(DRAWING.read_bytes()))
    for size_px in SIZES_PX:
        image = QImage(size_px, size_px, QImage.Format.Format_ARGB32)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        drawing.render(painter)
        painter.end()
        folder = HERE / f"{size_px}x{size_px}"
        folder.mkdir(exist_ok=True)
        assert image.save(str(folder / NAME))


if __name__ == "__main__":
    make()
