"""What the service does when it is killed, and when its disk is full, read-only or damaged."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from photosearch.client import Client
from photosearch.errors import PhotoSearchError, QueryError
from photosearch.paths import AppPaths
from photosearch.types import IndexReport, Query

MakePhoto = Callable[..., Path]
NewClient = Callable[..., Client]

WAIT_S = 120.0


def indexed(client: Client) -> IndexReport:
    report = list(client.index())[-1]
    assert isinstance(report, IndexReport)
    return report


def found(client: Client) -> set[Path]:
    try:
        return {hit.photo.path for hit in client.search(Query(text="red", limit=1_000))}
    except QueryError:
        return set()


def wait_until_found(client: Client, photos: set[Path]) -> None:
    until = time.monotonic() + WAIT_S
    while found(client) != photos:
        assert time.monotonic() < until, f"{len(found(client))} of {len(photos)} are found"
        time.sleep(0.05)


def hash_of(tree: Path) -> str:
    """A hash of every name, date and byte below a folder."""
    whole = hashlib.sha256()
    for path in sorted(tree.rglob("*")):
        status = path.stat()
        whole.update(f"{path} {status.st_mode} {status.st_mtime_ns}".encode())
        if path.is_file():
            whole.update(path.read_bytes())
    return whole.hexdigest()


@pytest.mark.slow
def test_ten_kills_during_a_burst_lose_nothing(
    new_client: NewClient, library: Path, make_photo: MakePhoto
) -> None:
    client = new_client(batch_s=0.05)
    client.add_root(library)
    chance = random.Random(2026)
    photos: set[Path] = set()
    pids = set()
    for _ in range(10):
        pids.add(client.about().pid)  # the next command starts it again
        for number in range(40):
            photos.add(make_photo(f"{len(pids)}/{number}.png"))
        time.sleep(chance.uniform(0.0, 0.5))
        os.kill(client.about().pid, signal.SIGKILL)
    assert len(pids) == 10
    wait_until_found(client, photos)
    assert indexed(client).unchanged == len(photos) == 400
    [model] = client.status().models
    assert model.embedded == 400


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 24 MB, which is soon full."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small disk takes root")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def remount(disk: Path, mode: str) -> None:
    """Make a disk read-only or not; it is busy until the last file is closed."""
    until = time.monotonic() + WAIT_S
    mount = ["mount", "-o", f"remount,{mode}", str(disk)]
    while (done := subprocess.run(mount, capture_output=True, check=False)).returncode:
        assert time.monotonic() < until, done.stderr
        time.sleep(0.1)


def fill(disk: Path, left_bytes: int = 300_000) -> Path:
    """Leave a little room only; what is written now takes no more of it than that."""
    ballast = disk / "ballast"
    with ballast.open("ab") as file, suppress(OSError):
        while shutil.disk_usage(disk).free > left_bytes:
            file.write(bytes(50_000))
            file.flush()
    return ballast


@contextmanager
def kept_full(disk: Path) -> Iterator[None]:
    """Take what room a store gives back when it is closed: with it, all photos might be done."""
    is_over = threading.Event()

    def keep() -> None:
        while not is_over.wait(0.05):
            fill(disk, left_bytes=100_000)

    filling = threading.Thread(target=keep)
    fill(disk, left_bytes=100_000)
    filling.start()
    try:
        yield
    finally:
        is_over.set()
        filling.join()


def test_a_full_disk_is_said_and_nothing_is_lost(
    new_client: NewClient, paths: AppPaths, small_disk: Path, library: Path, make_photo: MakePhoto
) -> None:
    make_photo("a.png")
    client = new_client(replace(paths, data_dir=small_disk / "data"))
    client.add_root(library)
    indexed(client)
    ballast = fill(small_disk)
    for number in range(1_500):
        make_photo(f"more/{number}.png")
    before = hash_of(library)
    for _ in range(3):
        with kept_full(small_disk), pytest.raises(PhotoSearchError) as failed:
            indexed(client)
    assert "full" in str(failed.value) or "free space" in str(failed.value)
    assert client.status().notices
    ballast.unlink()
    indexed(client)
    assert client.status().roots[0].photos == 1_501
    assert client.status().notices == ()
    assert hash_of(library) == before


def test_a_service_that_finds_its_disk_full_says_so_at_its_start(
    new_client: NewClient, paths: AppPaths, small_disk: Path
) -> None:
    fill(small_disk)
    (small_disk / "rest").write_bytes(bytes(shutil.disk_usage(small_disk).free))
    with pytest.raises(PhotoSearchError) as failed:
        new_client(replace(paths, data_dir=small_disk / "data")).status()
    assert "space" in str(failed.value)
    assert "Traceback" not in str(failed.value)


def test_a_read_only_data_folder_is_said(
    new_client: NewClient, paths: AppPaths, small_disk: Path, library: Path, make_photo: MakePhoto
) -> None:
    make_photo("a.png")
    chosen = replace(paths, data_dir=small_disk / "data")
    client = new_client(chosen)
    client.add_root(library)
    indexed(client)
    assert client.stop()
    remount(small_disk, "ro")
    with pytest.raises(PhotoSearchError) as failed:
        new_client(chosen).status()
    assert "read-only" in str(failed.value).lower() or "cannot be" in str(failed.value)
    assert failed.value.hint
    remount(small_disk, "rw")
    assert found(new_client(chosen)) == {library / "a.png"}


def test_a_damaged_vector_store_mends_itself_at_the_next_start(
    new_client: NewClient, paths: AppPaths, library: Path, make_photo: MakePhoto
) -> None:
    photos = {make_photo(f"{number}.png") for number in range(20)}
    client = new_client()
    client.add_root(library)
    indexed(client)
    assert client.stop()
    for file in paths.vectors.rglob("*"):
        if file.is_file():
            file.write_bytes(os.urandom(file.stat().st_size))
    assert found(client) == photos, "ranking reads the catalog"
    report = indexed(client)
    assert (report.unchanged, report.embedded) == (20, 0)
    photos.add(make_photo("new.png"))
    wait_until_found(client, photos)


def test_a_vector_store_that_breaks_under_the_service_is_mended_by_rebuild(
    new_client: NewClient, paths: AppPaths, library: Path, make_photo: MakePhoto
) -> None:
    make_photo("a.png")
    client = new_client()
    client.add_root(library)
    indexed(client)
    shutil.rmtree(paths.vectors)
    make_photo("b.png")
    with suppress(PhotoSearchError):  # whether Chroma notices is its own affair
        indexed(client)
    list(client.rebuild())
    indexed(client)
    assert found(client) == {library / "a.png", library / "b.png"}


def test_photos_are_only_read(
    new_client: NewClient, library: Path, make_photo: MakePhoto, tmp_path: Path
) -> None:
    for number in range(10):
        make_photo(f"{number % 3}/{number}.png")
    (library / "0" / "spoilt.jpg").write_bytes(b"no picture")
    os.utime(library / "1", ns=(10**18, 10**18))
    before = hash_of(library)
    for path in (*library.rglob("*"), library):
        path.chmod(0o555 if path.is_dir() else 0o444)
    mode = hash_of(library)
    client = new_client()
    client.add_root(library)
    indexed(client)
    [hit, *_] = client.search(Query(text="red"))
    client.search(Query(similar_to=(hit.photo.content_id,)))
    client.thumbnail(hit.photo.content_id, 256)
    client.remove_root(library)
    client.add_root(library)
    list(client.rebuild())
    assert client.stop()
    assert hash_of(library) == mode
    for path in (library, *library.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    assert hash_of(library) == before
