"""Thumbnails that are left for other programs, and when none is."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from others_thumbnails import (
    FOLDERS,
    LONG_AGO_NS,
    URIS_OF_GLIB,
    a_photo,
    everything_in,
    opened,
    small,
    thumbnail_path,
)

from photosearch.library import shared_thumbnails
from photosearch.library.shared_thumbnails import Original, SharedThumbnails, file_uri
from photosearch.library.thumbnails import make_thumbnail

pytestmark = pytest.mark.skipif(
    sys.platform in ("win32", "darwin"), reason="this system's programs share no thumbnails"
)

Put = Callable[..., Path]


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


@pytest.mark.parametrize(
    "texts", [{"Thumb::MTime": "1599999999"}, {"Thumb::URI": "file:///elsewhere.jpg"}]
)
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
