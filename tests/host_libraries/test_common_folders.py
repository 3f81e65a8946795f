"""Few folders stand for the many that photos lie in, and never all of somebody's home."""

from __future__ import annotations

from pathlib import Path

import pytest

from photosearch.host_libraries.common_folders import common_folders, without_inner


def made(tmp_path: Path, *names: str) -> list[Path]:
    folders = [tmp_path / name for name in names]
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
    return folders


def test_folders_in_one_part_of_the_home_have_the_lowest_one_around_them(tmp_path: Path) -> None:
    folders = made(tmp_path, "me/Pictures/a/b", "me/Pictures/a/c/d", "me/Music/covers")
    assert common_folders(folders, tmp_path / "me") == (
        tmp_path / "me/Music/covers",
        tmp_path / "me/Pictures/a",
    )


def test_each_drive_has_a_folder_of_its_own(tmp_path: Path) -> None:
    folders = made(tmp_path, "media/me/one/x", "media/me/one/y", "media/me/two/z/deep")
    points = [tmp_path / "media/me/one", tmp_path / "media/me/two"]
    assert common_folders(folders, tmp_path / "me", points) == (
        tmp_path / "media/me/one",
        tmp_path / "media/me/two/z/deep",
    )


@pytest.mark.parametrize("wide", [".", "..", "../.."])
def test_the_home_folder_and_what_is_above_it_is_never_taken_whole(
    tmp_path: Path, wide: str
) -> None:
    [home, inner] = made(tmp_path, "users/me", "users/me/Pictures")
    points = [home.parent]
    assert common_folders([(home / wide).resolve(), inner], home, points) == (inner,)


def test_folders_that_are_gone_and_relative_ones_count_for_nothing(tmp_path: Path) -> None:
    [there] = made(tmp_path, "me/a")
    assert common_folders([tmp_path / "me/a/b", there, Path("a")], tmp_path / "me") == (there,)


def test_no_folder_lies_within_another(tmp_path: Path) -> None:
    [a, inner, ab] = (tmp_path / name for name in ("a", "a/b", "ab"))
    assert without_inner([inner, ab, a, a]) == (a, ab)
