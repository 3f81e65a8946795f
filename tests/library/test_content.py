"""Reading a photo file: its bytes, stamp and content id, and the ways in which that fails."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any

import pytest
import xxhash

from photosearch.library.content import read_photo
from photosearch.library.skip import SkipPhoto
from photosearch.types import PhotoStamp, SkipKind, Skipped


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "a.jpg"
    path.write_bytes(b"not really a picture" * 1000)
    return path


def _skip(path: Path, **options: Any) -> SkipPhoto:
    with pytest.raises(SkipPhoto) as caught:
        read_photo(path, **options)
    assert caught.value.reason.endswith(".")
    return caught.value


def test_a_file_is_read_with_its_stamp_and_the_hash_of_its_bytes(photo: Path) -> None:
    read = read_photo(photo)
    status = photo.stat()
    assert read.data == photo.read_bytes()
    assert read.stamp == PhotoStamp(status.st_size, status.st_mtime_ns)
    assert read.content_id == xxhash.xxh3_128_hexdigest(read.data)


def test_copies_share_a_content_id_and_edits_do_not(photo: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.jpg"
    copy.write_bytes(photo.read_bytes())
    edited = tmp_path / "edited.jpg"
    edited.write_bytes(photo.read_bytes()[:-1] + b"!")
    content_id = read_photo(photo).content_id
    assert read_photo(copy).content_id == content_id
    assert read_photo(edited).content_id != content_id


def test_a_name_that_is_no_text_is_read(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9 \xff.jpg")
    path.write_bytes(b"x")
    assert read_photo(path).data == b"x"


def test_reading_changes_nothing_about_the_file(photo: Path) -> None:
    before = photo.stat()
    read_photo(photo)
    after = photo.stat()
    assert (before.st_mtime_ns, before.st_ctime_ns) == (after.st_mtime_ns, after.st_ctime_ns)


def test_an_empty_file_is_skipped(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").touch()
    skip = _skip(tmp_path / "a.jpg")
    assert (skip.kind, skip.reason) == (SkipKind.EMPTY, "The file is empty (0 bytes).")


def test_a_file_that_is_gone_has_vanished(photo: Path, tmp_path: Path) -> None:
    assert _skip(tmp_path / "b.jpg").kind is SkipKind.VANISHED
    assert _skip(photo / "b.jpg").kind is SkipKind.VANISHED


def test_a_file_above_the_limit_is_skipped_unread(photo: Path) -> None:
    assert _skip(photo, max_file_bytes=19_999).kind is SkipKind.TOO_LARGE
    assert len(read_photo(photo, max_file_bytes=20_000).data) == 20_000


def test_a_vast_file_of_holes_is_skipped_by_default(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    with path.open("wb") as file:
        file.truncate(2 * 1024**3)
    assert _skip(path).kind is SkipKind.TOO_LARGE


def test_a_folder_or_a_pipe_named_like_a_photo_is_unreadable(tmp_path: Path) -> None:
    (tmp_path / "folder.jpg").mkdir()
    os.mkfifo(tmp_path / "pipe.jpg")
    for name in ("folder.jpg", "pipe.jpg"):  # without a limit: the pipe must not be waited for
        assert _skip(tmp_path / name).kind is SkipKind.UNREADABLE


def test_a_loop_of_links_is_unreadable(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").symlink_to(tmp_path / "a.jpg")
    assert _skip(tmp_path / "a.jpg").kind is SkipKind.UNREADABLE


@pytest.mark.parametrize(
    "error", [PermissionError(13, "Permission denied"), OSError(5, "I/O error")]
)
def test_what_the_disk_refuses_is_unreadable(
    photo: Path, monkeypatch: pytest.MonkeyPatch, error: OSError
) -> None:
    def refuse(*_: object) -> int:
        raise error

    monkeypatch.setattr(os, "open", refuse)
    assert _skip(photo).kind is SkipKind.UNREADABLE


def test_a_read_error_in_the_middle_is_unreadable(
    photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> bytes:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "read", fail)
    skip = _skip(photo)
    assert (skip.kind, "Input/output error" in skip.reason) == (SkipKind.UNREADABLE, True)


def test_a_file_that_changes_while_it_is_read_is_read_again(
    photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_read = os.read
    reads = []

    def read(descriptor: int, size: int) -> bytes:
        data = real_read(descriptor, size)
        if not reads:
            photo.write_bytes(b"new" * 100)
        reads.append(size)
        return data

    monkeypatch.setattr(os, "read", read)
    result = read_photo(photo)
    assert result.data == b"new" * 100
    assert result.stamp == PhotoStamp(300, photo.stat().st_mtime_ns)
    assert result.content_id == xxhash.xxh3_128_hexdigest(b"new" * 100)


def test_a_file_that_never_settles_keeps_an_old_stamp(
    photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So the next scan, which sees the new one, reads it again."""
    real_read = os.read

    def read(descriptor: int, size: int) -> bytes:
        data = real_read(descriptor, size)
        with photo.open("ab") as file:
            file.write(b"more")
        return data

    monkeypatch.setattr(os, "read", read)
    result = read_photo(photo)
    assert result.stamp.size_bytes == len(result.data) < photo.stat().st_size


def test_short_reads_are_put_together(photo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real_read = os.read
    monkeypatch.setattr(os, "read", lambda fd, size: real_read(fd, min(size, 777)))
    assert read_photo(photo).data == photo.read_bytes()


def test_files_are_read_by_many_threads(photo: Path) -> None:
    ids: list[str] = []
    threads = [
        threading.Thread(target=lambda: ids.append(read_photo(photo).content_id)) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids) == 8
    assert len(set(ids)) == 1


def test_a_skip_becomes_a_value_with_its_place(tmp_path: Path) -> None:
    skip = SkipPhoto(SkipKind.EMPTY, "The file is empty (0 bytes).")
    place = tmp_path / "a.jpg"
    assert skip.at(place) == Skipped(place, SkipKind.EMPTY, "The file is empty (0 bytes).")


def test_a_date_beyond_what_the_catalog_counts_is_the_last_one_it_counts(photo: Path) -> None:
    try:
        os.utime(photo, (0, 10_413_792_000))  # 2300-01-01
    except OSError:
        pytest.skip("this file system has no such dates")
    if photo.stat().st_mtime < 10_413_792_000:
        pytest.skip("this file system has no such dates")
    assert read_photo(photo).stamp.mtime_ns == 2**63 - 1


def test_a_name_that_no_file_can_have_is_a_skip(tmp_path: Path) -> None:
    assert _skip(tmp_path / "a\0b.jpg").kind is SkipKind.UNREADABLE
