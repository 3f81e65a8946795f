"""Which files are taken for photos."""

from __future__ import annotations

import threading

import pytest
from PIL import Image

from photosearch.library.formats import (
    MAX_PIXELS,
    has_photo_signature,
    is_photo_name,
    pillow_formats,
    prepare_pillow,
)


@pytest.mark.parametrize(
    "name",
    [
        *("a.jpg", "a.JPG", "a.Jpeg", "a.jpe", "a.jfif", "a.png", "a.webp", "a.tif", "a.TIFF"),
        *("a.bmp", "a.gif", "a.avif", "a.heic", "a.HEIF", "a.b.jpg", "ü.jpg", "\udcff.jpg"),
    ],
)
def test_photo_suffixes_count_in_any_case(name: str) -> None:
    assert is_photo_name(name)


@pytest.mark.parametrize("name", ["jpg", ".jpg", "a.jpg~", "a.txt", "a.", "a", "", "a.mp4", "ajpg"])
def test_other_names_are_no_photos(name: str) -> None:
    assert not is_photo_name(name)


def test_pillow_can_be_prepared_by_several_threads_at_once() -> None:
    prepare_pillow.cache_clear()
    threads = [threading.Thread(target=prepare_pillow) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {"HEIF", "AVIF"} <= set(Image.OPEN)
    assert MAX_PIXELS // 2 == Image.MAX_IMAGE_PIXELS


def test_the_brands_of_a_container_decide_which_reader_is_first() -> None:
    avif = b"\0\0\0\x20ftypmif1\0\0\0\0mif1avif"
    heic = b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic"
    assert pillow_formats(avif)[-2:] == ("AVIF", "HEIF")
    assert pillow_formats(heic)[-2:] == ("HEIF", "AVIF")


def test_no_reader_that_starts_programs_is_ever_tried() -> None:
    assert "EPS" not in pillow_formats(b"%!PS-Adobe-3.0 EPSF-3.0")


def test_whole_files_have_a_photo_signature(odd_images: dict[str, bytes]) -> None:
    for name in ("plain.jpg", "plain.png", "plain.webp", "plain.tiff", "plain.bmp", "plain.gif"):
        assert has_photo_signature(odd_images[name]), name
    assert has_photo_signature(odd_images["plain.heic"])
    assert has_photo_signature(odd_images["plain.avif"])
    assert not has_photo_signature(odd_images["text.jpg"])
