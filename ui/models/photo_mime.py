"""Photos as other programs take them from a drag or the clipboard."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QByteArray, QMimeData, QUrl
from PySide6.QtGui import QImage

GNOME_COPIED = "x-special/gnome-copied-files"
"""What the file managers of GNOME, Xfce and others look for when files are pasted."""


def mime_of_files(paths: Sequence[Path]) -> QMimeData:
    """Files, as addresses that hold every byte of their names."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromEncoded(QByteArray(path.as_uri().encode())) for path in paths])
    return mime


def mime_of_copied(paths: Sequence[Path], image: QImage | None = None) -> QMimeData:
    """Files for the clipboard, and the picture itself for programs that paste one."""
    mime = mime_of_files(paths)
    copied = "\n".join(["copy", *(path.as_uri() for path in paths)])
    mime.setData(GNOME_COPIED, QByteArray(copied.encode()))
    if image is not None:
        mime.setImageData(image)
    return mime


def text_of_paths(paths: Sequence[Path]) -> str:
    """The paths as text, one a line; one that no text can hold, as an address."""
    return "\n".join(_text(path) for path in paths)


def _text(path: Path) -> str:
    try:
        str(path).encode()
    except UnicodeEncodeError:  # bytes that are no UTF-8, kept as lone surrogates
        return path.as_uri()
    return str(path)
