"""Drives that are mounted and pulled out: nothing is forgotten of one that is away."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from photosearch import survey
from photosearch.engine import Engine
from photosearch.errors import QueryError
from photosearch.library.identity import identity_of, is_uncovered
from photosearch.model.fake import FakeEncoder
from photosearch.types import Changes, IndexReport, Phase, Progress

Index = Callable[[Engine], IndexReport]
MakePhoto = Callable[..., Path]
Found = Callable[..., list[str]]
Mount = Callable[..., None]


def unmount(folder: Path) -> None:
    subprocess.run(["umount", "-l", folder], check=True)


@pytest.fixture
def mount() -> Iterator[Mount]:
    """Mounts an empty file system; who may not do that skips the test."""
    mounted: list[Path] = []

    def do(folder: Path, *options: str) -> None:
        what = options or ("-t", "tmpfs", "none")
        done = subprocess.run(["mount", *what, folder], capture_output=True, check=False)
        if done.returncode:
            pytest.skip("this user may not mount")
        mounted.append(folder)

    yield do
    for folder in mounted:
        subprocess.run(["umount", "-l", folder], capture_output=True, check=False)


@pytest.fixture
def drive(mount: Mount, library: Path, engine: Engine, make_photo: MakePhoto, index: Index) -> Path:
    """An indexed drive with two photos; in its place, without it, lies what is no photo."""
    (library / ".not-mounted").touch()
    mount(library)
    make_photo("a.png")
    make_photo("sub/b.png")
    engine.add_root(library)
    assert index(engine).embedded == 2
    return library


def photos(engine: Engine) -> int:
    return sum(root.photos for root in engine.status().roots)


def test_a_drive_is_away_although_files_lie_in_its_place(
    drive: Path, engine: Engine, index: Index
) -> None:
    unmount(drive)
    (drive / "sub").mkdir()
    for report in (
        list(engine.index_changes(Changes(frozenset([str(drive / "sub/b.png")]))))[-1],
        index(engine),
    ):
        assert isinstance(report, IndexReport)
        assert (report.offline_roots, report.removed) == ((drive,), 0)
    assert photos(engine) == 2


def test_a_drive_is_away_although_a_photo_was_stored_in_its_place(
    drive: Path, engine: Engine, make_photo: MakePhoto, index: Index, found: Found
) -> None:
    unmount(drive)
    make_photo("stray.png")
    assert index(engine).offline_roots == (drive,)
    assert photos(engine) == 2
    with pytest.raises(QueryError, match="away"):
        found(engine)


def test_a_drive_whose_photos_were_copied_to_its_place_is_there(
    drive: Path, engine: Engine, encoder: FakeEncoder, index: Index, found: Found
) -> None:
    data = (drive / "a.png").read_bytes()
    unmount(drive)
    (drive / "a.png").write_bytes(data)
    assert index(engine).offline_roots == ()
    assert (found(engine), encoder.encoded_images) == (["a.png"], 2)


def test_a_folder_that_is_mounted_over_is_what_shows(
    mount: Mount, library: Path, engine: Engine, make_photo: MakePhoto, index: Index, found: Found
) -> None:
    make_photo("below.png")
    engine.add_root(library)
    index(engine)
    mount(library)
    assert index(engine).offline_roots == (library,)
    make_photo("above.png")
    index(engine)
    assert found(engine) == ["above.png"]
    unmount(library)
    index(engine)
    assert found(engine) == ["below.png"]


def test_a_drive_that_goes_at_the_last_moment_of_a_scan_is_kept_by_the_next_one(
    drive: Path, engine: Engine, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def identity_then_gone(folder: Path) -> str | None:
        seen.append(identity_of(folder))
        if len(seen) == 2:  # once the scan has made sure that the drive is there
            unmount(drive)
        return seen[-1]

    monkeypatch.setattr(survey, "identity_of", identity_then_gone)
    index(engine)
    monkeypatch.undo()
    assert len(seen) >= 2
    assert index(engine).removed == 0
    assert photos(engine) == 2


def test_a_drive_that_goes_while_its_photos_are_read_loses_none(
    drive: Path, engine: Engine, make_photo: MakePhoto
) -> None:
    for number in range(100):
        make_photo(f"{number}.png")
    make_photo("a.png")
    is_there = True
    for step in engine.index():
        if is_there and isinstance(step, Progress) and step.phase is Phase.EMBEDDING and step.done:
            unmount(drive)
            is_there = False
    assert isinstance(step, IndexReport)
    assert (step.offline_roots, step.removed) == ((drive,), 0)
    assert photos(engine) >= 2


def test_another_drive_that_is_empty_is_told_from_one_that_was_emptied(
    mount: Mount, tmp_path: Path, library: Path, engine: Engine, make_photo: MakePhoto, index: Index
) -> None:
    images = [tmp_path / name for name in ("one.img", "two.img")]
    for image in images:
        image.touch()
        os.truncate(image, 8_000_000)
        try:
            subprocess.run(["mkfs.ext4", "-q", "-F", image], check=True)
        except FileNotFoundError:
            pytest.skip("there is no mkfs.ext4")
    mount(library, "-o", "loop", str(images[0]))
    photo = make_photo("a.png")
    engine.add_root(library)
    index(engine)
    subprocess.run(["umount", library], check=True)
    mount(library, "-o", "loop", str(images[1]))
    (library / "lost+found").rmdir()
    assert index(engine).offline_roots == (library,)
    subprocess.run(["umount", library], check=True)
    mount(library, "-o", "loop", str(images[0]))
    photo.unlink()
    assert index(engine).removed == 1


def test_what_was_noted_of_a_folder_by_an_older_version_is_understood(library: Path) -> None:
    identity = identity_of(library)
    assert identity is not None
    assert not is_uncovered(identity, "1:2")
    assert not is_uncovered(identity, "")
    assert not is_uncovered(identity, identity)
    assert identity_of(library / "nothing") is None
