"""Thumbnails: what they look like, and that the cache is never wrong, whatever is in its folder."""

from __future__ import annotations

import io
import logging
import os
import stat
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from photosearch.errors import QueryError
from photosearch.library import thumbnails
from photosearch.library.skip import SkipPhoto
from photosearch.library.thumbnails import SIZES_PX, ThumbnailCache, make_thumbnail
from photosearch.types import SkipKind

Bytes = Callable[..., bytes]
Scene = Callable[..., Image.Image]

ID = "0123456789abcdef" * 2


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "thumbnails"


@pytest.fixture
def cache(folder: Path) -> ThumbnailCache:
    return ThumbnailCache(folder, 10**9)


@pytest.fixture
def photo(scene: Scene, encode: Bytes) -> bytes:
    return encode(scene(1600, 1200))


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def never() -> bytes:
    raise AssertionError("the photo is not needed")


def files_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("size_px", SIZES_PX)
@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_the_longer_side_has_the_size_asked_for_and_the_shape_stays(
    scene: Scene, encode: Bytes, size_px: int, file_format: str
) -> None:
    thumbnail = opened(make_thumbnail(encode(scene(1100, 1650), file_format), size_px))
    assert thumbnail.height == size_px
    assert thumbnail.width == pytest.approx(size_px / 1.5, abs=1)


def test_a_small_picture_is_never_enlarged(scene: Scene, encode: Bytes) -> None:
    for size_px in SIZES_PX:
        assert opened(make_thumbnail(encode(scene(100, 60)), size_px)).size == (100, 60)


@pytest.mark.parametrize("shape", [(6000, 90), (90, 6000), (5000, 1), (2100, 2100)])
def test_a_panorama_keeps_its_sharpness_however_long_it_is(
    scene: Scene, encode: Bytes, shape: tuple[int, int]
) -> None:
    photo = scene(*shape)
    for size_px in SIZES_PX:
        thumbnail = opened(make_thumbnail(encode(photo, quality=95), size_px))
        assert max(thumbnail.size) == size_px
        resized = photo.resize(thumbnail.size, Image.Resampling.LANCZOS)
        expected = opened(encode(resized, quality=85))  # a JPEG blurs the colours of a thin line
        differences = np.abs(np.asarray(thumbnail, int) - np.asarray(expected, int))
        assert differences.mean() < 6


def test_a_turned_photo_is_upright(scene: Scene, encode: Bytes) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    thumbnail = opened(make_thumbnail(encode(scene(400, 200), exif=exif), 128))
    assert thumbnail.size == (64, 128)
    assert "exif" not in thumbnail.info


def test_nothing_of_the_photos_metadata_is_in_it(scene: Scene, encode: Bytes) -> None:
    exif = Image.Exif()
    exif[0x010F] = "camera-maker"
    more = {"comment": b"a-comment", "xmp": b"<xmp-packet/>", "icc_profile": srgb_profile()}
    data = encode(scene(), exif=exif, dpi=(300, 300), progressive=True, **more)
    made = make_thumbnail(data, 256)
    for word in (b"camera-maker", b"a-comment", b"xmp-packet", b"ICC_PROFILE"):
        assert word in data
        assert word not in made
    assert set(opened(made).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def srgb_profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def swapped_profile() -> bytes:
    """A sound profile in which red and green have changed places."""
    profile = srgb_profile()
    return profile.replace(b"rXYZ", b"tmpX").replace(b"gXYZ", b"rXYZ").replace(b"tmpX", b"gXYZ")


@pytest.mark.parametrize("file_format", ["JPEG", "PNG"])
def test_colours_are_turned_into_srgb(encode: Bytes, file_format: str) -> None:
    red = Image.new("RGB", (300, 200), (200, 20, 20))
    data = encode(red, file_format, icc_profile=swapped_profile())
    r, g, _ = opened(make_thumbnail(data, 128)).getpixel((60, 40))
    assert g > 150 > 60 > r
    plain = encode(red, file_format, icc_profile=srgb_profile())
    r, g, _ = opened(make_thumbnail(plain, 128)).getpixel((60, 40))
    assert r > 180 > 40 > g


@pytest.mark.parametrize(
    "profile",
    [
        b"no profile",
        srgb_profile()[:200],
        b"\0" * 128,
        ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes(),
    ],
)
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_a_profile_that_is_broken_or_of_other_colours_is_ignored(
    scene: Scene, encode: Bytes, profile: bytes, mode: str
) -> None:
    photo = scene().convert(mode)
    with_profile = make_thumbnail(encode(photo, icc_profile=profile), 128)
    assert with_profile == make_thumbnail(encode(photo), 128)


def test_many_threads_get_the_same_colours_from_one_profile(scene: Scene, encode: Bytes) -> None:
    photos = [encode(scene(300 + 8 * n, 200), icc_profile=swapped_profile()) for n in range(4)]
    expected = [make_thumbnail(photo, 256) for photo in photos]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(make_thumbnail, photos * 10, [256] * 40)) == expected * 10


def test_odd_and_broken_files_give_a_thumbnail_or_a_reason(odd_images: dict[str, bytes]) -> None:
    made = 0
    for data in odd_images.values():
        try:
            assert max(opened(make_thumbnail(data, 128)).size) <= 128
        except SkipPhoto:
            continue
        made += 1
    assert made > 50


def test_a_thumbnail_is_made_once(cache: ThumbnailCache, photo: bytes) -> None:
    first = cache.get(ID, 256, lambda: photo)
    assert cache.get(ID, 256, never) == first
    assert max(opened(first.data).size) == 256
    assert first.etag.startswith('"')


def test_another_process_finds_what_this_one_made(
    cache: ThumbnailCache, folder: Path, photo: bytes
) -> None:
    first = cache.get(ID, 256, lambda: photo)
    assert ThumbnailCache(folder, 10**9).get(ID, 256, never) == first
    assert opened((folder / "256" / ID[:2] / f"{ID}.jpg").read_bytes()).size == (256, 192)


def test_the_tag_changes_with_the_bytes(
    cache: ThumbnailCache, photo: bytes, scene: Scene, encode: Bytes
) -> None:
    tags = {cache.get(ID, size_px, lambda: photo).etag for size_px in SIZES_PX}
    tags.add(cache.get("f" * 32, 256, lambda: encode(scene(900, 700))).etag)
    assert len(tags) == 5


def test_a_smaller_one_is_made_from_a_larger_one(cache: ThumbnailCache, photo: bytes) -> None:
    cache.get(ID, 1024, lambda: photo)
    small = opened(cache.get(ID, 128, never).data)
    expected = opened(photo).resize(small.size, Image.Resampling.LANCZOS)
    assert np.abs(np.asarray(small, int) - np.asarray(expected, int)).mean() < 4


def test_a_larger_one_is_never_made_from_a_smaller_one(cache: ThumbnailCache, photo: bytes) -> None:
    cache.get(ID, 128, lambda: photo)
    assert opened(cache.get(ID, 512, lambda: photo).data).size == (512, 384)


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[: len(data) // 2],
        lambda data: data[:-1],
        lambda data: bytes(len(data)),
        lambda data: data[:600] + bytes([data[600] ^ 1]) + data[601:],
        lambda data: data + b"x",
    ],
)
def test_a_damaged_file_is_made_again(
    cache: ThumbnailCache, folder: Path, photo: bytes, damage: Callable[[bytes], bytes]
) -> None:
    first = cache.get(ID, 256, lambda: photo)
    [file] = files_in(folder)
    file.write_bytes(damage(file.read_bytes()))
    assert cache.get(ID, 256, lambda: photo) == first
    assert cache.get(ID, 256, never) == first


def test_a_new_recipe_makes_the_old_ones_again(
    cache: ThumbnailCache, photo: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = cache.get(ID, 256, lambda: photo)
    monkeypatch.setattr(thumbnails, "_RECIPE", 2)
    new = cache.get(ID, 256, lambda: photo)
    assert new.etag != old.etag
    assert cache.get(ID, 256, never) == new


@pytest.mark.parametrize(
    "content_id", ["", "../" * 10 + "ab", ID[:-1], ID + "0", ID.upper(), ID[:-1] + "\n", "é" * 32]
)
def test_what_is_no_content_id_never_becomes_a_path(
    cache: ThumbnailCache, folder: Path, content_id: str, photo: bytes
) -> None:
    with pytest.raises(ValueError, match="No content id"):
        cache.get(content_id, 256, lambda: photo)
    with pytest.raises(ValueError, match="No content id"):
        cache.forget([content_id])
    assert not folder.exists()


@pytest.mark.parametrize("size_px", [0, -128, 255, 2048])
def test_another_size_is_refused_with_those_that_there_are(
    cache: ThumbnailCache, size_px: int
) -> None:
    with pytest.raises(QueryError, match="128, 256, 512, 1024"):
        cache.get(ID, size_px, never)


def test_what_the_reader_or_the_decoder_says_passes_through(
    cache: ThumbnailCache, folder: Path
) -> None:
    def vanished() -> bytes:
        raise SkipPhoto(SkipKind.VANISHED, "The file is no longer there.")

    with pytest.raises(SkipPhoto, match="no longer"):
        cache.get(ID, 256, vanished)
    with pytest.raises(SkipPhoto, match="not a picture"):
        cache.get(ID, 256, lambda: b"text" * 100)
    assert not folder.exists()


def test_a_folder_that_cannot_be_written_still_gives_thumbnails_and_is_logged_once(
    cache: ThumbnailCache, folder: Path, photo: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    folder.parent.mkdir()
    folder.write_text("a file where the folder should be")
    with caplog.at_level(logging.WARNING):
        for content_id in ("a" * 32, "b" * 32):
            assert opened(cache.get(content_id, 128, lambda: photo).data).size == (128, 96)
    assert len(caplog.records) == 1
    assert cache.prune() == 0


def test_a_full_disk_still_gives_thumbnails_and_leaves_nothing_half_written(
    cache: ThumbnailCache, folder: Path, photo: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", full)
        first = cache.get(ID, 256, lambda: photo)
    assert files_in(folder) == []
    assert cache.get(ID, 256, lambda: photo) == first
    assert len(files_in(folder)) == 1


def test_with_a_limit_of_nothing_nothing_is_kept(folder: Path, photo: bytes) -> None:
    assert ThumbnailCache(folder, 0).get(ID, 256, lambda: photo).data
    assert not folder.exists()


def test_threads_that_want_the_same_one_wait_for_it_to_be_made_once(
    cache: ThumbnailCache, photo: bytes
) -> None:
    reads = []
    all_there = threading.Barrier(8)

    def read() -> bytes:
        reads.append(1)
        return photo

    def get(_: int) -> bytes:
        all_there.wait(30)
        return cache.get(ID, 256, read).data

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(get, range(8)))) == 1
    assert len(reads) == 1


def test_threads_of_two_processes_never_see_half_a_file(
    folder: Path, encode: Bytes, scene: Scene
) -> None:
    caches = [ThumbnailCache(folder, 10**9), ThumbnailCache(folder, 10**9)]
    photos = {f"{n:032x}": encode(scene(200 + 10 * n, 150)) for n in range(6)}
    expected = {id_: make_thumbnail(photo, 128) for id_, photo in photos.items()}

    def work(number: int) -> None:
        cache = caches[number % 2]
        for id_ in [*photos] * 10:
            assert cache.get(id_, 128, lambda id_=id_: photos[id_]).data == expected[id_]
            if number == 0:
                cache.forget([id_])

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(6)))
    assert {path.suffix for path in files_in(folder)} <= {".jpg"}


def test_forgotten_contents_have_no_file_of_any_size(
    cache: ThumbnailCache, folder: Path, photo: bytes
) -> None:
    for id_ in ("a" * 32, "b" * 32):
        for size_px in SIZES_PX:
            cache.get(id_, size_px, lambda: photo)
    cache.forget(["a" * 32, "c" * 32])
    assert {path.stem for path in files_in(folder)} == {"b" * 32}


def test_pruning_drops_what_was_used_least_recently(
    cache: ThumbnailCache, folder: Path, photo: bytes
) -> None:
    ids = [f"{n:032x}" for n in range(10)]
    now = time.time()
    for days, id_ in enumerate(ids):
        cache.get(id_, 256, lambda: photo)
        path = folder / "256" / id_[:2] / f"{id_}.jpg"
        os.utime(path, (now - days * 86_400 - 90_000,) * 2)
        block_bytes = -(-path.stat().st_size // 4096) * 4096
    cache.get(ids[9], 256, never)  # used now: no longer the oldest
    assert cache.prune() == 0
    cache.max_bytes = block_bytes * 6
    assert cache.prune() == 6
    assert {path.stem for path in files_in(folder)} == {ids[0], ids[1], ids[2], ids[9]}
    assert cache.prune() == 0


def test_a_use_is_noted_once_a_day(cache: ThumbnailCache, folder: Path, photo: bytes) -> None:
    cache.get(ID, 256, lambda: photo)
    [file] = files_in(folder)
    an_hour_ago, days_ago = time.time() - 3_600, time.time() - 200_000
    os.utime(file, (an_hour_ago, an_hour_ago))
    cache.get(ID, 256, never)
    assert file.stat().st_mtime == pytest.approx(an_hour_ago, abs=1)
    os.utime(file, (days_ago, days_ago))
    cache.get(ID, 256, never)
    assert file.stat().st_mtime > an_hour_ago


def test_pruning_leaves_the_files_of_others_and_those_being_written(
    cache: ThumbnailCache, folder: Path, photo: bytes
) -> None:
    cache.get(ID, 256, lambda: photo)
    beside = folder / "256" / ID[:2]
    fresh, stale, foreign = beside / "a.jpg.1.part", beside / "b.jpg.2.part", beside / "notes.txt"
    for path in (fresh, stale, foreign):
        path.write_text("x")
    os.utime(stale, (0, 0))
    cache.max_bytes = 0
    assert cache.prune() == 2
    assert files_in(folder) == sorted([fresh, foreign])


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_only_the_owner_may_look_into_the_cache(
    cache: ThumbnailCache, folder: Path, photo: bytes
) -> None:
    cache.get(ID, 256, lambda: photo)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in files_in(folder)} == {0o600}
