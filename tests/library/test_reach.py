"""A folder is reached exactly when the scan would find a photo in it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from photosearch.library.reach import is_reached
from photosearch.library.scanner import scan


@pytest.mark.parametrize(
    ("folder", "exclude"),
    [
        ("a/b", []),
        (".", []),
        (".hidden/b", []),
        ("a/.hidden", []),
        ("a/@eaDir/b", []),
        ("quiet/b", []),
        ("a/b", ["b"]),
        ("a/b", ["a/"]),
        ("a/b", ["/b"]),
        ("a/b", ["*.jpg"]),
    ],
)
def test_what_is_reached_is_what_is_scanned(
    tmp_path: Path, folder: str, exclude: Sequence[str]
) -> None:
    (tmp_path / folder).mkdir(parents=True, exist_ok=True)
    (tmp_path / folder / "photo.png").touch()
    if folder.startswith("quiet"):
        (tmp_path / "quiet" / ".nomedia").touch()
    is_found = any(True for _ in scan(tmp_path, exclude))
    assert is_reached(tmp_path, exclude, tmp_path / folder) == is_found
