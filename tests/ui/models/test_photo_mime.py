"""Photos on the clipboard and in drags."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtGui import QImage

from ui.models.photo_mime import GNOME_COPIED, mime_of_copied, mime_of_files, text_of_paths

ODD = Path(os.fsdecode(b"/p/50% \xff'\n.jpg"))
ODD_URI = "file:///p/50%25%20%FF%27%0A.jpg"


def test_a_drag_holds_the_exact_address_of_each_file():
    mime = mime_of_files([Path("/p/a b.jpg"), ODD])
    data = bytes(mime.data("text/uri-list").data()).decode()
    assert data.split("\r\n") == ["file:///p/a%20b.jpg", ODD_URI, ""]


def test_file_managers_are_told_that_files_are_to_be_copied():
    mime = mime_of_copied([Path("/p/a b.jpg"), ODD])
    data = bytes(mime.data(GNOME_COPIED).data()).decode()
    assert data == f"copy\nfile:///p/a%20b.jpg\n{ODD_URI}"
    assert mime.hasUrls()
    assert not mime.hasImage()


def test_a_picture_comes_along():
    image = QImage(4, 3, QImage.Format.Format_RGB32)
    assert mime_of_copied([ODD], image).hasImage()


def test_paths_are_text_and_one_that_cannot_be_is_an_address():
    assert text_of_paths([Path("/p/a b.jpg"), ODD]) == f"/p/a b.jpg\n{ODD_URI}"
