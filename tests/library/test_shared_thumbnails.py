"""Thumbnails shared with other programs: what is taken from them, and what is left for them."""

from __future__ import annotations

import hashlib
import io
import os
import stat
import struct
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from photosearch.library import shared_thumbnails
from photosearch.library.mime_types import PHOTO_TYPES, mime_type
from photosearch.library.shared_thumbnails import (
    Original,
    SharedThumbnails,
    file_uri,
    shared_folder,
)
from photosearch.library.thumbnails import make_thumbnail
from photosearch.types import PhotoStamp

pytestmark = pytest.mark.skipif(
    sys.platform in ("win32", "darwin"), reason="this system's programs share no thumbnails"
)

Bytes = Callable[..., bytes]
Scene = Callable[..., Image.Image]
Put = Callable[..., Path]

LONG_AGO_NS = 1_600_000_000 * 10**9 + 250_000_000
FOLDERS = {128: "normal", 256: "large", 512: "x-large", 1024: "xx-large"}

# What GLib 2.74 answers: g_filename_to_uri(name, NULL, NULL).
URIS_OF_GLIB = {
    b"/photos/plain.jpg": "file:///photos/plain.jpg",
    b"/a b/c%25d.jpg": "file:///a%20b/c%2525d.jpg",
    b"/!$&'()*+,-.": "file:///!$&'()*+,-.",
    b"/:=@_~/0aZ": "file:///:=@_~/0aZ",
    b'/"#;<>?[\\]^`{|}': "file:///%22%23%3B%3C%3E%3F%5B%5C%5D%5E%60%7B%7C%7D",
    b"/new\nline\ttab\x7f": "file:///new%0Aline%09tab%7F",
    "/ä日/é".encode(): "file:///%C3%A4%E6%97%A5/%C3%A9",
    b"/not\xfftext\x80": "file:///not%FFtext%80",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "thumbnails"


@pytest.fixture
def shared(folder: Path) -> SharedThumbnails:
    return SharedThumbnails(folder)


@pytest.fixture
def photo(library: Path, scene: Scene, encode: Bytes) -> Original:
    return a_photo(library / "photo.jpg", encode(scene(600, 400)))


@pytest.fixture
def put(folder: Path, scene: Scene) -> Put:
    """Leave a thumbnail as another program does: ``put(photo, 256, **what is wrong with it)``."""

    def put(original: Original, size_px: int = 256, **wrong: Any) -> Path:
        uri = wrong.pop("uri", file_uri(original.path))
        picture = wrong.pop("picture", None) or scene(*small(original, size_px))
        texts = {
            "Thumb::URI": uri,
            "Thumb::MTime": str(original.stamp.mtime_ns // 10**9),
        } | wrong.pop("texts", {})
        info = PngInfo()
        for key, value in texts.items():
            if value is not None:
                info.add_text(key, value, zip=len(value) >= 40)  # as Qt does
        path = thumbnail_path(folder, uri, size_px)
        path.parent.mkdir(parents=True, exist_ok=True)
        picture.save(path, pnginfo=info)
        assert not wrong
        return path

    return put


def a_photo(path: Path, data: bytes, size: tuple[int, int] = (600, 400)) -> Original:
    path.write_bytes(data)
    os.utime(path, ns=(LONG_AGO_NS, LONG_AGO_NS))
    return Original(path, PhotoStamp(len(data), LONG_AGO_NS), *size)


def small(original: Original, size_px: int) -> tuple[int, int]:
    scale = min(1, size_px / max(original.width_px, original.height_px))
    return round(original.width_px * scale), round(original.height_px * scale)


def thumbnail_path(folder: Path, uri: str, size_px: int) -> Path:
    name = hashlib.md5(uri.encode()).hexdigest() + ".png"
    return folder / FOLDERS[size_px] / name


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def everything_in(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*"))


@pytest.mark.parametrize("name", URIS_OF_GLIB)
def test_a_name_has_the_uri_that_glib_gives_it(name: bytes) -> None:
    assert file_uri(Path(os.fsdecode(name))) == URIS_OF_GLIB[name]


def test_a_path_is_written_in_one_way_only() -> None:
    assert file_uri(Path("//photos/../photos/./a.jpg")) == "file:///photos/a.jpg"


def test_the_name_of_a_thumbnail_is_that_of_the_standards_example(
    shared: SharedThumbnails, folder: Path
) -> None:
    path = shared._path(file_uri(Path("/home/jens/photos/me.png")), 128)
    assert path == folder / "normal" / "c6ee772d9e49320e97ec29a7eb5b1697.png"


# -- what others made


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


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _header(width_px: int, height_px: int) -> bytes:
    return _chunk(b"IHDR", struct.pack(">IIBBBBB", width_px, height_px, 8, 2, 0, 0, 0))


SIGNATURE = b"\x89PNG\r\n\x1a\n"
BROKEN = {
    "empty": b"",
    "no picture": b"<html>not a picture</html>",
    "a JPEG": b"\xff\xd8\xff\xe0" + bytes(200),
    "the signature alone": SIGNATURE,
    "half a header": SIGNATURE + _header(256, 171)[:12],
    "nothing behind the header": SIGNATURE + _header(256, 171),
    "a bomb": SIGNATURE + _header(60_000, 60_000) + _chunk(b"IDAT", zlib.compress(bytes(9))),
    "no pixels": SIGNATURE + _header(0, 0) + _chunk(b"IDAT", b""),
    "a text that bloats": SIGNATURE
    + _header(256, 171)
    + _chunk(b"zTXt", b"Thumb::URI\0\0" + zlib.compress(bytes(50_000_000)))
    + _chunk(b"IDAT", b""),
    "too many bytes": SIGNATURE + _header(256, 171) + bytes(9_000_000),
}


def test_a_second_header_that_says_another_size_is_a_trap(
    shared: SharedThumbnails, photo: Original, put: Put
) -> None:
    path = put(photo)
    data = path.read_bytes()
    assert shared.find(photo, 256) == data
    behind_the_first = len(SIGNATURE) + len(_header(1, 1))
    path.write_bytes(data[:behind_the_first] + _header(6000, 4000) + data[behind_the_first:])
    assert shared.find(photo, 256) is None


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_a_broken_file_or_a_trap_is_passed_over(
    shared: SharedThumbnails, photo: Original, put: Put, data: bytes
) -> None:
    put(photo).write_bytes(data)
    assert shared.find(photo, 256) is None
    larger = put(photo, 512)
    assert shared.find(photo, 256) == larger.read_bytes()


def test_whatever_bit_of_a_thumbnail_is_rotten_nothing_breaks(
    shared: SharedThumbnails, photo: Original, put: Put
) -> None:
    path = put(photo)
    sound = path.read_bytes()
    for at in range(0, min(len(sound), 600), 7):
        path.write_bytes(sound[:at] + bytes([sound[at] ^ 16]) + sound[at + 1 :])
        assert shared.find(photo, 256) in (None, path.read_bytes())


def test_what_is_no_ordinary_file_is_not_waited_for(
    shared: SharedThumbnails, photo: Original, put: Put
) -> None:
    path = put(photo)
    path.unlink()
    os.mkfifo(path)
    assert shared.find(photo, 256) is None
    path.unlink()
    path.mkdir()
    assert shared.find(photo, 256) is None


# -- what is left for others


@pytest.mark.parametrize("size_px", FOLDERS)
def test_a_thumbnail_is_left_with_what_the_standard_asks_for(
    shared: SharedThumbnails, photo: Original, folder: Path, size_px: int
) -> None:
    made = make_thumbnail(photo.path.read_bytes(), size_px)
    assert shared.save(photo, size_px, made)
    uri = file_uri(photo.path)
    image = opened(thumbnail_path(folder, uri, size_px).read_bytes())
    assert image.format == "PNG"
    assert image.size == opened(made).size == small(photo, size_px)
    assert image.info == {
        "Thumb::URI": uri,
        "Thumb::MTime": "1600000000",
        "Thumb::Size": str(photo.stamp.size_bytes),
        "Thumb::Mimetype": "image/jpeg",
        "Thumb::Image::Width": "600",
        "Thumb::Image::Height": "400",
        "Software": "photosearch",
    }
    assert image.tobytes() == opened(made).tobytes()
    assert shared.find(photo, size_px) is not None


def test_only_its_user_may_read_it_and_nothing_else_is_left(
    shared: SharedThumbnails, photo: Original, folder: Path
) -> None:
    assert shared.save(photo, 256, make_thumbnail(photo.path.read_bytes(), 256))
    large = folder / "large"
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in [folder, *everything_in(folder)]}
    file = thumbnail_path(folder, file_uri(photo.path), 256)
    assert modes == {folder: 0o700, large: 0o700, file: 0o600}


@pytest.mark.parametrize("name", [name for name in URIS_OF_GLIB if name.count(b"/") == 1])
def test_it_finds_its_photo_whatever_that_is_called(
    shared: SharedThumbnails, library: Path, folder: Path, photo: Original, name: bytes
) -> None:
    path = Path(os.fsdecode(os.fsencode(library) + name + b".jpg"))
    odd = a_photo(path, photo.path.read_bytes())
    assert shared.save(odd, 128, make_thumbnail(path.read_bytes(), 128))
    uri = file_uri(library) + URIS_OF_GLIB[name].removeprefix("file://") + ".jpg"
    assert opened(thumbnail_path(folder, uri, 128).read_bytes()).info["Thumb::URI"] == uri


def test_a_fresh_one_of_another_program_stays(
    shared: SharedThumbnails, photo: Original, put: Put
) -> None:
    path = put(photo, texts={"Thumb::MTime": "1600000000.250000"})
    before = path.read_bytes()
    assert not shared.save(photo, 256, make_thumbnail(photo.path.read_bytes(), 256))
    assert path.read_bytes() == before


@pytest.mark.parametrize("texts", [STALE["older"], STALE["other photo"]])
def test_a_stale_one_is_replaced(
    shared: SharedThumbnails, photo: Original, put: Put, texts: dict[str, str | None]
) -> None:
    path = put(photo, texts=texts)
    assert shared.save(photo, 256, make_thumbnail(photo.path.read_bytes(), 256))
    assert opened(path.read_bytes()).info["Software"] == "photosearch"


def test_of_a_file_that_changed_nothing_is_left(
    shared: SharedThumbnails, photo: Original, folder: Path
) -> None:
    made = make_thumbnail(photo.path.read_bytes(), 128)
    photo.path.write_bytes(photo.path.read_bytes() + b"more")
    os.utime(photo.path, ns=(LONG_AGO_NS, LONG_AGO_NS))
    assert not shared.save(photo, 128, made)
    photo.path.unlink()
    assert not shared.save(photo, 128, made)
    assert not folder.exists()


@pytest.mark.parametrize("ahead_ns", [0, 3_600 * 10**9], ids=["just now", "in the future"])
def test_of_a_file_whose_time_says_nothing_nothing_is_left(
    shared: SharedThumbnails,
    photo: Original,
    folder: Path,
    ahead_ns: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shared_thumbnails.time, "time_ns", lambda: LONG_AGO_NS - ahead_ns)
    made = make_thumbnail(photo.path.read_bytes(), 128)
    assert not shared.save(photo, 128, made)
    assert not folder.exists()
    monkeypatch.setattr(shared_thumbnails.time, "time_ns", lambda: LONG_AGO_NS + 2 * 10**9)
    assert shared.save(photo, 128, made)


def test_thumbnails_get_no_thumbnails(
    shared: SharedThumbnails, photo: Original, folder: Path, tmp_path: Path
) -> None:
    folder.mkdir(parents=True)
    inside = a_photo(folder / "photo.jpg", photo.path.read_bytes())
    (tmp_path / "way").symlink_to(folder, target_is_directory=True)
    through_a_link = a_photo(tmp_path / "way" / "photo.jpg", photo.path.read_bytes())
    made = make_thumbnail(photo.path.read_bytes(), 128)
    for original in (inside, through_a_link):
        assert not shared.save(original, 128, made)
    assert everything_in(folder) == [inside.path]


def test_nothing_is_left_in_somebody_elses_cache(
    shared: SharedThumbnails, photo: Original, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 12_345)
    assert not shared.save(photo, 128, make_thumbnail(photo.path.read_bytes(), 128))
    assert not folder.exists()


def test_where_it_cannot_be_written_that_is_an_os_error(
    shared: SharedThumbnails, photo: Original, folder: Path
) -> None:
    folder.parent.mkdir()
    folder.write_bytes(b"a file in the way")
    with pytest.raises(OSError, match="directory"):
        shared.save(photo, 128, make_thumbnail(photo.path.read_bytes(), 128))


# -- where


def test_the_folder_is_in_the_users_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "mine"))
    assert shared_folder() == tmp_path / "mine" / "thumbnails"
    monkeypatch.setenv("HOME", str(tmp_path))
    for unset in ("", "relative/cache"):
        monkeypatch.setenv("XDG_CACHE_HOME", unset)
        assert shared_folder() == tmp_path / ".cache" / "thumbnails"


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_other_systems_have_none(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    assert shared_folder() is None


def test_every_photo_has_a_type() -> None:
    from photosearch.library.formats import PHOTO_SUFFIXES

    assert {mime_type(Path(f"a{suffix.upper()}")) for suffix in PHOTO_SUFFIXES} == set(PHOTO_TYPES)
    assert mime_type(Path("a.txt")) is None
