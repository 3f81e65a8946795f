"""A scan of one path below a root yields what a scan of the root yields there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from photosearch.errors import LibraryError
from photosearch.library.reach import is_reached
from photosearch.library.scanner import NO_MEDIA, scan, scan_below
from photosearch.types import FoundFile

TREE = (
    *("a.jpg", "b.txt", ".h.jpg", "x.PNG", "d/a.jpg", "d/e/b.jpg", "d/e/.c/d.jpg", "q/a.jpg"),
    *(f"q/{NO_MEDIA}", "q/r/b.jpg", "lost+found/a.jpg", "drafts/a.jpg", "folder.jpg/a.jpg"),
)
EXCLUDE = ("drafts/", "d/e/*.tif")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    for name in TREE:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    return root


def test_it_is_the_part_of_a_whole_scan_that_lies_there(tree: Path) -> None:
    whole = list(scan(tree, EXCLUDE))
    assert len(whole) == 5
    for path in (*tree.rglob("*"), tree / "gone.jpg", tree / "gone" / "a.jpg"):
        relative = str(path.relative_to(tree))
        expected = {
            one
            for one in whole
            if isinstance(one, FoundFile)
            and (one.relative_path == relative or one.relative_path.startswith(relative + "/"))
        }
        if is_reached(tree, EXCLUDE, path.parent):
            assert set(scan_below(tree, EXCLUDE, relative) or ()) == expected, relative
        else:
            assert expected == set(), relative


@pytest.mark.parametrize("link", ["link.jpg", "link"])
def test_links_need_a_scan_of_the_whole_root(tree: Path, link: str, tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.mkdir()
    (target / "a.jpg").write_bytes(b"x")
    (tree / "d" / link).symlink_to(target / "a.jpg" if link.endswith("jpg") else target)
    assert scan_below(tree, (), f"d/{link}") is None
    assert scan_below(tree, (), "d") is None
    assert scan_below(tree, (), "q") == []


def test_a_link_that_adds_no_photo_is_passed_over(tree: Path) -> None:
    (tree / "d" / "notes").symlink_to(tree / "b.txt")
    found = scan_below(tree, (), "d")
    assert found is not None
    assert len(found) == 2


def test_a_path_that_may_not_be_looked_at_is_told_and_not_gone(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_lstat = os.lstat

    def refuse(path: str) -> os.stat_result:
        if path.endswith("a.jpg"):
            raise PermissionError(13, "Permission denied")
        return real_lstat(path)

    monkeypatch.setattr("photosearch.library.scanner.os.lstat", refuse)
    [skipped] = scan_below(tree, (), "d/a.jpg") or ()
    assert not isinstance(skipped, FoundFile)
    assert skipped.path == tree / "d" / "a.jpg"


def test_a_root_that_is_away_is_no_empty_one(tree: Path) -> None:
    tree.rename(tree.with_name("away"))
    with pytest.raises(LibraryError):
        scan_below(tree, (), "a.jpg")
