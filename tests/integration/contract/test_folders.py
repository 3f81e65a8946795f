"""What holds for folders, whether the engine is in this process or asked over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from asked import indexed, names

from photosearch.errors import (
    LibraryError,
    QueryError,
    UnknownPhotoError,
)
from photosearch.interface import PhotoSearch
from photosearch.types import Query

MakePhoto = Callable[..., Path]


def test_folders_are_forgotten_with_their_photos(
    searched: PhotoSearch, library: Path, make_photo: MakePhoto
) -> None:
    photo = make_photo("a.png")
    searched.add_root(library)
    indexed(searched)
    assert searched.remove_root(library) == 1
    assert (searched.roots(), photo.exists()) == ((), True)
    with pytest.raises(QueryError, match="photosearch add"):
        searched.search(Query(text="red"))
    with pytest.raises(LibraryError, match="not an added folder"):
        searched.remove_root(library)


def test_a_photo_is_left_out_at_once_and_taken_in_again(
    searched: PhotoSearch, library: Path, make_photo: MakePhoto
) -> None:
    odd = make_photo("caf\udce9 [1]* 100%?.png")
    make_photo("caf\udce9 12 100%a.png")  # what the name would match, were it a pattern
    make_photo("in/a.png")
    searched.add_root(library, ["*.tif"])
    indexed(searched)
    patterns = [searched.exclude(odd), searched.exclude(library / "in")]
    assert patterns == ["/caf\udce9 [[]1][*] 100%[?].png", "/in/"]
    assert names(searched, text="red") == ["caf\udce9 12 100%a.png"]
    with pytest.raises(UnknownPhotoError):
        searched.photo_at(odd)
    assert indexed(searched).embedded == 0
    assert searched.roots()[0].exclude == ("*.tif", *patterns)
    assert searched.status().models[0].embedded == 3  # kept for those who think again
    for pattern in patterns:
        searched.include(library, pattern)
    assert indexed(searched).embedded == 0
    expected = ["a.png", "caf\udce9 12 100%a.png", odd.name]
    assert sorted(names(searched, text="red")) == expected
    assert searched.roots()[0].exclude == ("*.tif",)


def test_what_cannot_be_left_out_is_said(searched: PhotoSearch, library: Path) -> None:
    searched.add_root(library)
    for path in (library, library / "nothing.png", Path("/nowhere/a.png")):
        with pytest.raises(LibraryError) as refused:
            searched.exclude(path)
        assert refused.value.hint
    with pytest.raises(LibraryError):
        searched.include(library.parent, "/a.png")


def test_a_folder_that_is_none_is_refused(searched: PhotoSearch, tmp_path: Path) -> None:
    (tmp_path / "file.txt").touch()
    for folder in ("nowhere", "file.txt", "/"):
        with pytest.raises(LibraryError) as refused:
            searched.add_root(tmp_path / folder)
        assert refused.value.hint
