"""Small pictures of what is searched by, decoded from files and from bytes."""

from __future__ import annotations

import io
import os

import pytest
from PIL import Image

from ui.models.picture_icons import _small_image
from ui.models.question import Picture


@pytest.mark.parametrize("form", ["PNG", "JPEG", "TIFF", "WEBP", "BMP", "GIF"])
def test_the_bytes_of_every_usual_format_give_a_small_picture(qapp, form):
    data = io.BytesIO()
    Image.new("RGB", (300, 200), (200, 30, 40)).save(data, form)
    for _ in range(20):  # a buffer that is gone too early need not crash the first time
        image = _small_image(Picture("it", data=data.getvalue()))
    assert not image.isNull()
    assert image.width() > image.height()


def test_what_is_no_picture_gives_none(qapp):
    assert _small_image(Picture("it", data=b"nothing")).isNull()


def test_a_file_is_turned_as_its_camera_says_whatever_its_name(qapp, tmp_path):
    path = tmp_path / os.fsdecode(b"caf\xe9.jpg")
    turned = Image.new("RGB", (300, 200), (200, 30, 40))
    exif = turned.getexif()
    exif[0x0112] = 6
    turned.save(path, "JPEG", exif=exif)
    image = _small_image(Picture("it", path=path))
    assert image.height() > image.width()
