"""The names of shared thumbnails, the folder they are in, and the types of their photos."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from others_thumbnails import URIS_OF_GLIB

from photosearch.library.mime_types import PHOTO_TYPES, mime_type
from photosearch.library.shared_thumbnails import SharedThumbnails, file_uri, shared_folder

pytestmark = pytest.mark.skipif(
    sys.platform in ("win32", "darwin"), reason="this system's programs share no thumbnails"
)


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
