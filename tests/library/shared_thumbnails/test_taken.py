"""Thumbnails that other programs made are taken if they are fresh, upright and large enough."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from others_thumbnails import FOLDERS, LONG_AGO_NS, a_photo, opened
from PIL import Image

from photosearch.library.shared_thumbnails import Original, SharedThumbnails, file_uri
from photosearch.library.thumbnails import make_thumbnail

pytestmark = pytest.mark.skipif(
    sys.platform in ("win32", "darwin"), reason="this system's programs share no thumbnails"
)

Bytes = Callable[..., bytes]
Scene = Callable[..., Image.Image]
Put = Callable[..., Path]


@pytest.mark.parametrize("size_px", FOLDERS)
def test_a_fresh_thumbnail_is_taken(
    shared: SharedThumbnails, photo: Original, put: Put, size_px: int
) -> None:
    path = put(photo, size_px)
    assert shared.find(photo, size_px) == path.read_bytes()
    assert max(opened(make_thumbnail(path.read_bytes(), size_px)).size) == min(size_px, 600)


def test_a_larger_one_will_do_and_a_smaller_one_will_not(
    shared: SharedThumbnails, photo: Original, put: Put
) -> None:
    path = put(photo, 256)
    assert shared.find(photo, 128) == path.read_bytes()
    assert shared.find(photo, 512) is None


def test_of_a_small_picture_every_thumbnail_is_large_enough(
    shared: SharedThumbnails, library: Path, put: Put, scene: Scene, encode: Bytes
) -> None:
    tiny = a_photo(library / "tiny.png", encode(scene(90, 60), "PNG"), (90, 60))
    path = put(tiny, 128)
    assert shared.find(tiny, 1024) == path.read_bytes()


def test_the_texts_may_be_compressed_and_tell_the_size_of_the_file(
    shared: SharedThumbnails, photo: Original, put: Put
) -> None:
    path = put(photo, texts={"Thumb::Size": str(photo.stamp.size_bytes), "Software": "x" * 80})
    assert b"zTXt" in path.read_bytes()
    assert shared.find(photo, 256) is not None


def test_the_time_may_have_the_fraction_that_tumbler_writes(
    shared: SharedThumbnails, photo: Original, put: Put
) -> None:
    put(photo, texts={"Thumb::MTime": "1600000000.250000"})
    assert shared.find(photo, 256) is not None


def test_of_a_file_that_qt_calls_otherwise_the_thumbnail_is_found_as_well(
    shared: SharedThumbnails, library: Path, put: Put, scene: Scene, encode: Bytes
) -> None:
    photo = a_photo(library / "a;b.jpg", encode(scene(600, 400)))
    uri = file_uri(photo.path)
    assert "%3B" in uri
    put(photo, uri=uri.replace("%3B", ";"))
    assert shared.find(photo, 256) is not None


STALE = {
    "older": {"Thumb::MTime": "1599999999"},
    "newer": {"Thumb::MTime": "1600000001"},
    "other fraction": {"Thumb::MTime": "1600000000.750000"},
    "no time": {"Thumb::MTime": None},
    "nonsense": {"Thumb::MTime": "yesterday"},
    "not a number": {"Thumb::MTime": "nan"},
    "vast": {"Thumb::MTime": "9" * 5000},
    "foreign digits": {"Thumb::MTime": "١٦٠٠٠٠٠٠٠٠"},
    "other size": {"Thumb::Size": "1"},
    "other photo": {"Thumb::URI": "file:///elsewhere.jpg"},
    "no photo": {"Thumb::URI": None},
}


@pytest.mark.parametrize("texts", STALE.values(), ids=STALE)
def test_a_thumbnail_of_another_file_or_time_is_not_taken(
    shared: SharedThumbnails, photo: Original, put: Put, texts: dict[str, str | None]
) -> None:
    put(photo, texts=texts)
    assert shared.find(photo, 256) is None


@pytest.mark.parametrize("size", [(171, 256), (256, 192), (255, 170), (300, 200), (128, 85)])
def test_one_that_is_not_upright_or_not_of_the_photos_shape_or_size_is_not_taken(
    shared: SharedThumbnails, photo: Original, put: Put, scene: Scene, size: tuple[int, int]
) -> None:
    put(photo, picture=scene(*size))
    assert shared.find(photo, 256) is None


def test_a_photo_that_changed_since_it_was_read_has_none(
    shared: SharedThumbnails, photo: Original, put: Put
) -> None:
    put(photo)
    os.utime(photo.path, ns=(LONG_AGO_NS, LONG_AGO_NS + 1))
    assert shared.find(photo, 256) is None
    photo.path.unlink()
    assert shared.find(photo, 256) is None
