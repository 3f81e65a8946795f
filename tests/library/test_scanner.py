"""Finding photo files: what is found, what is passed over, and what may not happen."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from photosearch.errors import LibraryError
from photosearch.library import scanner
from photosearch.library.content import read_photo
from photosearch.library.formats import is_photo_name
from photosearch.library.scanner import scan
from photosearch.types import FoundFile, PhotoStamp, SkipKind, Skipped

NOBODY = 65534


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    return folder


def _touch(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")


def _paths(root: Path, exclude: Sequence[str] = ()) -> list[str]:
    found = list(scan(root, exclude))
    assert not [item for item in found if isinstance(item, Skipped)]
    return [item.relative_path for item in found if isinstance(item, FoundFile)]


def test_photos_are_found_in_nested_folders_with_their_stamps(root: Path) -> None:
    _touch(root, "a.jpg", "2020/may/b.PNG", "notes.txt")
    os.utime(root / "a.jpg", ns=(5, 123_456_789_012))
    found = list(scan(root))
    assert found[0] == FoundFile("a.jpg", PhotoStamp(1, 123_456_789_012))
    assert [item.relative_path for item in found if isinstance(item, FoundFile)] == [
        "a.jpg",
        "2020/may/b.PNG",
    ]


def test_the_order_is_files_by_name_then_folders_by_name(root: Path) -> None:
    _touch(root, "z.jpg", "b/2.jpg", "b/1.jpg", "a/3.jpg", "m.jpg", "b/c/0.jpg", "b.jpg")
    expected = ["b.jpg", "m.jpg", "z.jpg", "a/3.jpg", "b/1.jpg", "b/2.jpg", "b/c/0.jpg"]
    assert _paths(root) == expected
    assert _paths(root) == expected


def test_an_empty_folder_has_no_photos(root: Path) -> None:
    assert _paths(root) == []


def test_hidden_and_unwanted_names_are_passed_over(root: Path) -> None:
    _touch(root, ".hidden.jpg", ".thumbnails/a.jpg", "@eaDir/a.jpg", "node_modules/a.jpg")
    _touch(root, "$RECYCLE.BIN/a.jpg", "$Recycle.Bin2/b.jpg", "System Volume Information/a.jpg")
    _touch(root, "lost+found/a.jpg", "#recycle/a.jpg", "__MACOSX/a.jpg", "x/@eaDir/y/a.jpg")
    assert _paths(root) == ["$Recycle.Bin2/b.jpg"]


def test_a_folder_with_a_nomedia_file_is_passed_over_with_all_below(root: Path) -> None:
    _touch(root, "app/.nomedia", "app/a.jpg", "app/deep/b.jpg", "c.jpg")
    assert _paths(root) == ["c.jpg"]


def test_the_root_itself_may_have_any_name_and_a_nomedia_file(tmp_path: Path) -> None:
    for name in (".hidden", "lost+found"):
        _touch(tmp_path / name, "a.jpg", ".nomedia")
        assert _paths(tmp_path / name) == ["a.jpg"]


def test_patterns_leave_out_files_and_whole_folders(root: Path) -> None:
    _touch(root, "a.jpg", "a.png", "raw/b.jpg", "raw/deep/c.jpg", "x/raw.jpg", "2019/d.jpg")
    assert _paths(root, ["*.png", "raw/", "2019/*"]) == ["a.jpg", "x/raw.jpg"]


def test_names_that_are_no_text_are_kept_byte_for_byte(root: Path) -> None:
    names = [b"caf\xe9.jpg", b"\xff\xfe.png", "ünï-日本.jpg".encode(), b"new\nline.jpg"]
    for name in names:
        Path(os.fsdecode(os.path.join(os.fsencode(root), name))).write_bytes(b"x")  # noqa: PTH118
    assert sorted(os.fsencode(path) for path in _paths(root)) == sorted(names)


def test_only_ordinary_files_are_photos(root: Path) -> None:
    (root / "folder.jpg").mkdir()
    os.mkfifo(root / "pipe.jpg")
    (root / "link.jpg").symlink_to(root / "pipe.jpg")
    _touch(root, "folder.jpg/a.jpg")
    assert _paths(root) == ["folder.jpg/a.jpg"]


def test_the_root_may_be_given_as_a_link_or_relative(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _touch(root, "x/a.jpg")
    (root.parent / "link").symlink_to(root)
    assert _paths(root.parent / "link") == ["x/a.jpg"]
    monkeypatch.chdir(root.parent)
    assert _paths(Path("photos")) == ["x/a.jpg"]


def test_a_root_that_cannot_be_used_is_refused_with_a_hint(root: Path) -> None:
    _touch(root, "a.jpg")
    for path in (root / "missing", root / "a.jpg", root / "a.jpg" / "below"):
        with pytest.raises(LibraryError) as caught:
            scan(path)
        assert caught.value.hint


# -- links


def test_a_link_to_a_folder_elsewhere_is_followed(root: Path, tmp_path: Path) -> None:
    _touch(tmp_path / "elsewhere", "a.jpg", "deep/b.jpg")
    (root / "link").symlink_to(tmp_path / "elsewhere")
    assert _paths(root) == ["link/a.jpg", "link/deep/b.jpg"]


def test_a_folder_behind_two_links_is_walked_once(root: Path, tmp_path: Path) -> None:
    _touch(tmp_path / "elsewhere", "a.jpg", "deep/b.jpg")
    (root / "one").symlink_to(tmp_path / "elsewhere" / "deep")
    (root / "two").symlink_to(tmp_path / "elsewhere")
    assert _paths(root) == ["one/b.jpg", "two/a.jpg"]


def test_links_to_what_is_inside_the_root_add_nothing(root: Path) -> None:
    _touch(root, "z/a.jpg", ".hidden/b.jpg", "left-out/c.jpg")
    for name, target in [("1", "z"), ("2", ".hidden"), ("3", "left-out"), ("4", "."), ("5", "..")]:
        (root / name).symlink_to(root / target)
    (root / "z" / "up").symlink_to("..")
    (root / "0.jpg").symlink_to("z/a.jpg")
    assert _paths(root, ["left-out"]) == ["z/a.jpg"]


def test_a_link_to_a_folder_that_holds_the_root_is_not_entered(root: Path, tmp_path: Path) -> None:
    _touch(root, "a.jpg")
    _touch(tmp_path, "outside/b.jpg")
    (root / "up").symlink_to(tmp_path)
    (root / "disk").symlink_to("/")
    assert _paths(root) == ["a.jpg"]


def test_links_among_folders_elsewhere_do_not_loop(root: Path, tmp_path: Path) -> None:
    _touch(tmp_path / "one", "a.jpg")
    _touch(tmp_path / "two", "b.jpg")
    (root / "link").symlink_to(tmp_path / "one")
    (tmp_path / "one" / "next").symlink_to(tmp_path / "two")
    (tmp_path / "two" / "next").symlink_to(tmp_path / "one")
    (tmp_path / "two" / "home").symlink_to(root)
    assert _paths(root) == ["link/a.jpg", "link/next/b.jpg"]


def test_broken_links_and_loops_of_links_are_ignored(root: Path) -> None:
    (root / "gone.jpg").symlink_to("nowhere.jpg")
    (root / "gone").symlink_to("nowhere")
    (root / "loop.jpg").symlink_to("loop.jpg")
    assert _paths(root) == []


def test_a_link_to_a_photo_elsewhere_is_found_with_the_stamp_of_the_photo(
    root: Path, tmp_path: Path
) -> None:
    _touch(tmp_path, "far.jpg")
    os.utime(tmp_path / "far.jpg", ns=(1, 42))
    (root / "near.jpg").symlink_to(tmp_path / "far.jpg")
    (root / "near-too.jpg").symlink_to(tmp_path / "far.jpg")
    assert list(scan(root)) == [FoundFile("near-too.jpg", PhotoStamp(1, 42))]


def test_links_into_a_hidden_store_are_photos(root: Path) -> None:
    """This is how git-annex keeps large files."""
    _touch(root, ".git/annex/objects/SHA256-abc")
    (root / "a.jpg").symlink_to(".git/annex/objects/SHA256-abc")
    assert _paths(root) == ["a.jpg"]


def test_patterns_and_unwanted_names_hold_for_links(root: Path, tmp_path: Path) -> None:
    _touch(tmp_path / "elsewhere", "a.jpg")
    for name in ("node_modules", "left-out", ".hidden", "a.png"):
        (root / name).symlink_to(tmp_path / "elsewhere")
    (root / "b.png").symlink_to(tmp_path / "elsewhere" / "a.jpg")
    assert _paths(root, ["left-out/", "*.png"]) == []


# -- a disk that refuses or changes


def _failing(monkeypatch: pytest.MonkeyPatch, function: str, path: Path, error: OSError) -> None:
    real: Callable[..., Any] = getattr(os, function)

    def call(target: Any, *args: Any, **options: Any) -> Any:
        if os.fspath(target).rstrip("/") == os.fspath(path):
            raise error
        return real(target, *args, **options)

    monkeypatch.setattr(scanner.os, function, call)


@pytest.mark.parametrize("code", [errno.EACCES, errno.EIO])
def test_a_folder_that_cannot_be_listed_is_skipped_and_the_walk_goes_on(
    root: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    _touch(root, "a/1.jpg", "b/2.jpg", "c/3.jpg")
    _failing(monkeypatch, "scandir", root / "b", OSError(code, os.strerror(code)))
    first, second, third = scan(root)
    assert (first, third) != (second, second)
    assert isinstance(second, Skipped)
    assert (second.path, second.kind) == (root / "b", SkipKind.UNREADABLE)
    assert os.strerror(code) in second.reason


def test_a_folder_that_vanishes_is_left_out(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _touch(root, "a/1.jpg", "b/2.jpg")
    _failing(monkeypatch, "scandir", root / "a", FileNotFoundError(2, "gone"))
    assert _paths(root) == ["b/2.jpg"]


def test_a_file_that_vanishes_between_listing_and_stat_is_left_out(root: Path) -> None:
    _touch(root, "a.jpg", "b.jpg", "c.jpg")
    walk = scan(root)
    assert next(walk) == FoundFile("a.jpg", _stamp(root / "a.jpg"))
    (root / "b.jpg").unlink()
    assert [item.relative_path for item in walk if isinstance(item, FoundFile)] == ["c.jpg"]


def _stamp(path: Path) -> PhotoStamp:
    status = path.stat()
    return PhotoStamp(status.st_size, status.st_mtime_ns)


def test_a_root_that_cannot_be_listed_is_refused(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _touch(root, "a.jpg")
    _failing(monkeypatch, "scandir", root, PermissionError(13, "Permission denied"))
    with pytest.raises(LibraryError, match="may not be read"):
        list(scan(root))


def test_a_root_that_goes_away_meanwhile_is_no_root_without_photos(root: Path) -> None:
    _touch(root, "a/1.jpg", "b/2.jpg")
    walk: Iterator[FoundFile | Skipped] = scan(root)
    next(walk)
    root.rename(root.parent / "unplugged")
    with pytest.raises(LibraryError, match="not there"):
        list(walk)


def test_an_empty_mount_point_is_not_taken_for_the_drive(root: Path) -> None:
    _touch(root, "a/1.jpg", "b/2.jpg")
    walk: Iterator[FoundFile | Skipped] = scan(root)
    next(walk)
    root.rename(root.parent / "unplugged")
    root.mkdir()
    with pytest.raises(LibraryError, match="went away"):
        list(walk)


_UNPRIVILEGED = """
import os, sys
from pathlib import Path
from photosearch.library.content import read_photo
from photosearch.library.scanner import scan
from photosearch.library.skip import SkipPhoto

if os.getuid() == 0:
    os.setgroups([])
    os.setgid(int(sys.argv[2]))
    os.setuid(int(sys.argv[2]))
root = Path(sys.argv[1])
print([getattr(item, "relative_path", None) or (item.path.name, item.kind) for item in scan(root)])
try:
    read_photo(root / "a.jpg")
except SkipPhoto as skip:
    print(skip.kind)
"""


@pytest.fixture
def public_root() -> Iterator[Path]:
    """A folder that another user may enter, which pytest's own temporary folders are not."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def test_real_permissions_are_respected(public_root: Path) -> None:
    """In a process without privileges, since the superuser may read everything."""
    root = public_root
    _touch(root, "a.jpg", "shut/b.jpg", "listed/c.jpg", "open/d.jpg")
    modes = {"a.jpg": 0o000, "shut": 0o000, "listed": 0o644, "open": 0o755}
    for name, mode in modes.items():
        (root / name).chmod(mode)
    try:
        result = subprocess.run(
            [sys.executable, "-c", _UNPRIVILEGED, str(root), str(NOBODY)],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        for name in modes:
            (root / name).chmod(0o755)
    assert result.stdout.splitlines() == [
        "['a.jpg', ('c.jpg', <SkipKind.UNREADABLE: 'unreadable'>), 'open/d.jpg', "
        "('shut', <SkipKind.UNREADABLE: 'unreadable'>)]",
        "unreadable",
    ], result.stderr


# -- any tree

_names = st.sampled_from(["a", "b.jpg", "C.PNG", ".d", "e.txt", "@eaDir", "f g", "h.jpg~"])
_trees = st.recursive(
    st.just(None), lambda below: st.dictionaries(_names, below, max_size=4), max_leaves=12
)


def _grow(folder: Path, tree: dict[str, Any] | None) -> None:
    folder.mkdir()
    for name, below in (tree or {}).items():
        if below is None:
            (folder / name).write_bytes(b"x")
        else:
            _grow(folder / name, below)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(tree=_trees, links=st.lists(st.tuples(_names, st.integers(0, 20)), max_size=4))
def test_any_tree_is_found_as_a_plain_walk_finds_it_whatever_links_it_has(
    tmp_path: Path, tree: dict[str, Any] | None, links: list[tuple[str, int]]
) -> None:
    with tempfile.TemporaryDirectory(dir=tmp_path) as place:
        root = Path(place) / "root"
        _grow(root, tree)
        expected = {
            str(path.relative_to(root))
            for path in root.rglob("*")
            if path.is_file()
            and is_photo_name(path.name)
            and not any(part[0] == "." or part == "@eaDir" for part in path.relative_to(root).parts)
        }
        folders = [root, *sorted(path for path in root.rglob("*") if path.is_dir())]
        for number, (name, target) in enumerate(links):
            link = folders[target % len(folders)] / f"{number}{name}"
            link.symlink_to(folders[(target * 7 + 3) % len(folders)])
        found = _paths(root)
        assert sorted(found) == sorted(expected)
        assert found == _paths(root)


def test_a_file_from_beyond_the_year_2262_has_the_stamp_that_reading_it_gives(root: Path) -> None:
    _touch(root, "a.jpg")
    os.utime(root / "a.jpg", (0, 10_413_792_000))  # 2300-01-01
    [found] = scan(root)
    assert isinstance(found, FoundFile)
    assert found.stamp == read_photo(root / "a.jpg").stamp
    assert found.stamp.mtime_ns < 2**63
