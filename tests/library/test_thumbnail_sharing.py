"""The exchange of thumbnails beside other work: it is bounded, ends, and troubles nobody."""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from photosearch.library import thumbnail_sharing
from photosearch.library.shared_thumbnails import Original, SharedThumbnails, file_uri
from photosearch.library.thumbnail_sharing import ThumbnailSharing
from photosearch.library.thumbnails import ThumbnailCache, make_thumbnail
from photosearch.types import PhotoStamp

pytestmark = pytest.mark.skipif(
    sys.platform in ("win32", "darwin"), reason="this system's programs share no thumbnails"
)

Bytes = Callable[..., bytes]
Scene = Callable[..., Image.Image]

LONG_AGO_S = 1_600_000_000
LONG_S = 120


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "shared"))
    return tmp_path / "shared" / "thumbnails"


@pytest.fixture
def sharing(folder: Path) -> Iterator[ThumbnailSharing]:
    sharing = ThumbnailSharing(True)
    yield sharing
    sharing.close()


@pytest.fixture
def photo(library: Path, scene: Scene, encode: Bytes) -> Original:
    return a_photo(library / "photo.jpg", encode(scene(600, 400)))


def a_photo(path: Path, data: bytes) -> Original:
    path.write_bytes(data)
    os.utime(path, (LONG_AGO_S, LONG_AGO_S))
    return Original(path, PhotoStamp.of(path.stat()), 600, 400)


def left_in(folder: Path) -> list[str]:
    """The photos that have thumbnails, by their URIs."""
    found = []
    for path in folder.rglob("*.png"):
        with Image.open(path) as image:
            found.append(str(image.info["Thumb::URI"]))
    return sorted(found)


def test_what_is_offered_is_written_for_the_first_file_that_is_there(
    sharing: ThumbnailSharing, photo: Original, library: Path, folder: Path
) -> None:
    gone = Original(library / "gone.jpg", photo.stamp, 600, 400)
    copy = a_photo(library / "copy.jpg", photo.path.read_bytes())
    sharing.offer([gone, photo, copy], 256, make_thumbnail(photo.path.read_bytes(), 256))
    assert sharing.wait_until_written(LONG_S)
    assert left_in(folder) == [file_uri(photo.path)]
    assert sharing.find([gone, copy, photo], 256) is not None
    assert sharing.find([gone, copy], 256) is None


def test_switched_off_nothing_is_taken_or_left(
    sharing: ThumbnailSharing, photo: Original, folder: Path
) -> None:
    thumbnail = make_thumbnail(photo.path.read_bytes(), 256)
    sharing.is_on = False
    sharing.offer([photo], 256, thumbnail)
    assert sharing.wait_until_written(LONG_S)
    assert not folder.exists()
    SharedThumbnails(folder).save(photo, 256, thumbnail)
    assert sharing.find([photo], 256) is None
    sharing.is_on = True
    assert sharing.find([photo], 256) is not None


def test_a_cache_that_cannot_be_written_is_told_once_and_stops_nothing(
    sharing: ThumbnailSharing, photo: Original, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder.parent.mkdir()
    folder.write_bytes(b"a file in the way")
    with caplog.at_level(logging.WARNING):
        for size_px in (128, 256, 512):
            sharing.offer([photo], size_px, make_thumbnail(photo.path.read_bytes(), size_px))
        assert sharing.wait_until_written(LONG_S)
    (record,) = caplog.records
    assert record.message.startswith(f"Thumbnails cannot be shared in {folder}: ")
    folder.unlink()
    sharing.offer([photo], 128, make_thumbnail(photo.path.read_bytes(), 128))
    assert sharing.wait_until_written(LONG_S)
    assert left_in(folder) == [file_uri(photo.path)]


def test_what_waits_is_bounded_and_dropped_at_the_end(
    sharing: ThumbnailSharing,
    photo: Original,
    library: Path,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    thumbnail = make_thumbnail(photo.path.read_bytes(), 128)
    monkeypatch.setattr(thumbnail_sharing, "_MOST_BYTES", 3 * len(thumbnail))
    is_at_work, may_go_on = threading.Event(), threading.Event()
    save = SharedThumbnails.save

    def slow_save(shared: SharedThumbnails, *arguments: object) -> bool:
        is_at_work.set()
        assert may_go_on.wait(LONG_S)
        return save(shared, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(SharedThumbnails, "save", slow_save)
    photos = [a_photo(library / f"{n}.jpg", photo.path.read_bytes()) for n in range(9)]
    sharing.offer([photos[0]], 128, thumbnail)
    assert is_at_work.wait(LONG_S)
    for one in photos[1:]:  # of these, three can wait
        sharing.offer([one], 128, thumbnail)
    may_go_on.set()
    assert sharing.wait_until_written(LONG_S)
    assert left_in(folder) == [file_uri(one.path) for one in photos[:4]]

    is_at_work.clear()
    may_go_on.clear()
    sharing.offer([photos[4]], 128, thumbnail)
    assert is_at_work.wait(LONG_S)
    sharing.offer([photos[5]], 128, thumbnail)
    closing = threading.Thread(target=sharing.close)
    closing.start()
    may_go_on.set()
    closing.join(LONG_S)
    sharing.offer([photos[6]], 128, thumbnail)
    assert not closing.is_alive()
    assert set(left_in(folder)) <= {file_uri(one.path) for one in photos[:6]}
    assert file_uri(photos[6].path) not in left_in(folder)


# -- with a cache of our own


class Neighbours:
    """Other programs, as the cache of thumbnails sees them."""

    def __init__(self, made: bytes | None = None) -> None:
        self._made = made
        self.offered: list[tuple[int, bytes]] = []

    def find(self, size_px: int) -> bytes | None:
        return self._made

    def offer(self, size_px: int, thumbnail: bytes) -> None:
        self.offered.append((size_px, thumbnail))


ID = "0123456789abcdef" * 2


def never() -> bytes:
    raise AssertionError("the photo is not needed")


def test_a_thumbnail_of_others_saves_reading_the_photo_and_is_not_offered_back(
    tmp_path: Path, scene: Scene, encode: Bytes
) -> None:
    others = Neighbours(encode(scene(256, 171), "PNG"))
    cache = ThumbnailCache(tmp_path / "cache", 10**9)
    made = cache.get(ID, 128, never, others)
    assert made == cache.get(ID, 128, never)
    assert others.offered == []


@pytest.mark.parametrize("made", [None, b"\x89PNG\r\n\x1a\n broken"])
def test_without_a_sound_one_the_photo_is_read_and_the_result_offered(
    tmp_path: Path, scene: Scene, encode: Bytes, made: bytes | None
) -> None:
    others = Neighbours(made)
    cache = ThumbnailCache(tmp_path / "cache", 10**9)
    large = cache.get(ID, 512, lambda: encode(scene(600, 400)), others)
    small = cache.get(ID, 128, never, others)
    cache.get(ID, 128, never, others)
    assert others.offered == [(512, large.data), (128, small.data)]
