"""Copies of photos: whole, under free names, and the photos themselves untouched."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from photosearch.jobs import CancelToken
from ui.models import copying
from ui.models.copying import Copying, CopyReport, copy_photos, failure


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    """Three photos, two of one name in different folders, and one whose name is no UTF-8."""
    paths = [
        tmp_path / "from/a/one.jpg",
        tmp_path / "from/b/one.jpg",
        tmp_path / "from/b" / os.fsdecode(b"t\xffo.jpg"),
    ]
    for number, path in enumerate(paths):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"photo %d" % number * 1000)
        os.utime(path, (1_600_000_000 + number, 1_600_000_000 + number))
        path.chmod(0o444)
    return paths


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    target = tmp_path / "to"
    target.mkdir()
    return target


def copied(paths, folder, cancel=None) -> CopyReport:
    return copy_photos(paths, folder, cancel or CancelToken(), lambda number: None)


def test_copies_have_the_bytes_and_the_dates(photos, folder):
    report = copied([photos[0], photos[2]], folder)
    assert report.failed == ()
    for photo, copy in zip([photos[0], photos[2]], report.copied, strict=True):
        assert copy.name == photo.name
        assert copy.read_bytes() == photo.read_bytes()
        assert copy.stat().st_mtime == photo.stat().st_mtime


def test_a_name_that_is_taken_gets_a_number(photos, folder):
    (folder / "one.jpg").write_bytes(b"mine")
    report = copied(photos[:2], folder)
    assert [copy.name for copy in report.copied] == ["one (2).jpg", "one (3).jpg"]
    assert (folder / "one.jpg").read_bytes() == b"mine"


def test_a_link_that_leads_nowhere_is_not_written_through(photos, folder, tmp_path):
    (folder / "one.jpg").symlink_to(tmp_path / "elsewhere.jpg")
    report = copied(photos[:1], folder)
    assert [copy.name for copy in report.copied] == ["one (2).jpg"]
    assert not (tmp_path / "elsewhere.jpg").exists()


def test_a_copy_into_its_own_folder_leaves_the_photo_alone(photos):
    before = photos[0].read_bytes()
    report = copied(photos[:1], photos[0].parent)
    assert [copy.name for copy in report.copied] == ["one (2).jpg"]
    assert photos[0].read_bytes() == before


def test_a_missing_photo_is_counted_and_the_others_are_copied(photos, folder):
    report = copied([photos[0], folder / "gone.jpg", photos[2]], folder)
    assert len(report.copied) == 2
    ((path, reason),) = report.failed
    assert path.name == "gone.jpg"
    assert reason == os.strerror(errno.ENOENT)


def test_a_full_disk_ends_it_and_leaves_no_half_photo(photos, folder, monkeypatch):
    def full(source, target, cancel):
        target.write(source.read(10))
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(copying, "_copy_bytes", full)
    report = copied(photos, folder)
    assert report.copied == ()
    assert [path for path, _ in report.failed] == photos
    assert list(folder.iterdir()) == []


def test_a_folder_that_is_not_there_fails_for_all(photos, folder):
    report = copied(photos, folder / "gone")
    assert len(report.failed) == 3


def test_a_cancelled_copy_leaves_no_half_photo(photos, folder, monkeypatch):
    cancel = CancelToken()
    monkeypatch.setattr(copying, "_CHUNK_BYTES", 64)
    chunks = iter(range(5))

    class Cancelling(CancelToken):
        @property
        def is_cancelled(self) -> bool:
            return cancel.is_cancelled or next(chunks, None) is None

    report = copied(photos, folder, Cancelling())
    assert report.is_cancelled
    assert report.copied == ()
    assert report.failed == ()
    assert list(folder.iterdir()) == []


def test_copying_tells_how_far_it_is_and_what_came_of_it(qtbot, runner, photos, folder):
    job = Copying(runner, photos, folder)
    steps = []
    job.went_on.connect(steps.append)
    with qtbot.waitSignal(job.ended) as ended:
        job.start()
    assert steps == [1, 2, 3]
    assert len(ended.args[0].copied) == 3


def test_people_are_told_how_many_failed_and_why(photos, folder):
    report = CopyReport(folder, 2, (), ((Path("/p/a\nb.jpg"), "No space left"),))
    error = failure(report)
    assert error is not None
    assert "1" in error.message
    assert error.hint == "a\\nb.jpg: No space left."
    assert failure(CopyReport(folder, 2)) is None
