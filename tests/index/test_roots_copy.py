"""The copy of the added folders beside the catalog."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from photosearch.errors import PhotoSearchError
from photosearch.index.roots_copy import read_roots, save_roots
from photosearch.types import Root


def test_folders_come_back_whatever_their_names_are(tmp_path: Path) -> None:
    roots = (
        Root(1, Path("/photos"), ("*.tmp", "a\\b[!c]", "ü\n\"'")),
        Root(7, Path(os.fsdecode(b"/m\xc3\xbcsli/\xff\xfe"))),
    )
    path = tmp_path / "roots.json"
    save_roots(path, roots)
    assert read_roots(path) == roots
    save_roots(path, [])
    assert read_roots(path) == ()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff",
        b"[]",
        b'{"roots": 3}',
        b'{"roots": null}',
        b'"roots"',
        b"[" * 100_000,
        b'{"roots": [3, {"id": "1"}, {"id": 0, "path": "/a", "exclude": []}]}',
        b'{"roots": [{"id": 1, "path": "relative", "exclude": []}]}',
        b'{"roots": [{"id": 1, "path": "/a\\u0000b", "exclude": []}]}',
        b'{"roots": [{"id": 1, "path": "/a", "exclude": [1]}]}',
    ],
)
def test_a_damaged_copy_gives_nothing_and_never_fails(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "roots.json"
    path.write_bytes(content)
    assert read_roots(path) == ()


def test_one_bad_folder_does_not_cost_the_others(tmp_path: Path) -> None:
    path = tmp_path / "roots.json"
    path.write_bytes(b'{"roots": [{"id": true}, {"id": 2, "path": "/b", "exclude": ["x"]}]}')
    assert read_roots(path) == (Root(2, Path("/b"), ("x",)),)


def test_without_a_copy_there_are_none(tmp_path: Path) -> None:
    assert read_roots(tmp_path / "roots.json") == ()


def test_a_folder_that_cannot_be_written_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(PhotoSearchError, match="cannot be written"):
        save_roots(tmp_path / "away" / "roots.json", [])
