"""The rows that a desktop is given: photos that are there, with their pictures."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from photo_files import FilePhoto, PhotoFiles

from photosearch.desktop_search.finding import FoundPhoto, PhotoFinder
from photosearch.desktop_search.icons import ICON_PX, icon_of
from photosearch.errors import PhotoSearchError, ServiceError
from photosearch.types import Thumbnail

WAIT_S = 120.0


def finder_of(photos: PhotoFiles, wait_s: float = WAIT_S) -> PhotoFinder:
    return PhotoFinder(photos, lambda: True, wait_s)


def names(rows: Sequence[FoundPhoto]) -> list[str]:
    return [row.name for row in rows]


def test_the_best_come_first_and_no_more_than_asked_for(photos: PhotoFiles) -> None:
    photos.put("boat.png", "red bike.png", "bike.png", "red.png")
    rows = finder_of(photos).find("red bike", 2)
    assert names(rows)[0] == "red bike.png"
    assert len(rows) == 2


def test_words_that_match_nothing_still_get_the_best_few(photos: PhotoFiles) -> None:
    photos.put("boat.png", "tree.png")
    assert len(finder_of(photos).find("zebra crossing", 8)) == 2


def test_each_row_has_its_picture_in_a_square(photos: PhotoFiles) -> None:
    [photo] = photos.put("boat.png")
    [row] = finder_of(photos).find("boat", 8)
    assert row.icon is not None
    width, height, row_bytes, has_alpha, bits, channels, pixels = row.icon.as_image_data
    assert (width, height, row_bytes) == (ICON_PX, ICON_PX, 4 * ICON_PX)
    assert (has_alpha, bits, channels) == (True, 8, 4)
    assert isinstance(pixels, bytes)
    assert len(pixels) == 4 * ICON_PX**2
    middle = pixels[4 * (ICON_PX * ICON_PX // 2 + ICON_PX // 2) :][:4]
    assert middle[3] == 255
    assert all(abs(a - b) < 12 for a, b in zip(middle, photo.rgb, strict=False))
    assert pixels[:4] == b"\0\0\0\0", "above a wide photo nothing is painted"


def test_a_picture_that_cannot_be_decoded_is_none() -> None:
    assert icon_of(Thumbnail(b"\xff\xd8 no picture", "")) is None


def test_a_photo_whose_file_is_gone_is_no_row(photos: PhotoFiles) -> None:
    gone, _ = photos.put("boat.png", "boat two.png")
    finder = finder_of(photos)
    finder.find("boat", 8)
    (photos.folder / gone.relative_path).unlink()
    assert names(finder.find("boat", 8)) == ["boat two.png"]
    assert finder.path(gone.content_id) is None


def test_an_excluded_photo_is_no_row_any_more(photos: PhotoFiles) -> None:
    photos.put("private/boat.png", "boat.png")
    finder = finder_of(photos)
    assert len(finder.find("boat", 8)) == 2
    photos.exclude(photos.folder / "private")
    assert [row.path for row in finder.find("boat", 8)] == [photos.folder / "boat.png"]


def test_copies_of_a_photo_are_one_row_of_a_file_that_is_there(
    photos: PhotoFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _ = photos.put("boat copy.png", "boat.png")
    monkeypatch.setattr(FilePhoto, "content_id", "ab" * 16)
    photos._photos = {"ab" * 16: first, "x": FilePhoto("boat.png")}
    (photos.folder / "boat copy.png").unlink()
    assert names(finder_of(photos).find("boat", 8)) == ["boat.png"]


def test_without_an_index_nobody_is_asked(photos: PhotoFiles) -> None:
    photos.put("boat.png")
    finder = PhotoFinder(photos, lambda: False)
    assert finder.find("boat", 8) == ()
    assert photos.asked == []


def test_an_empty_library_has_no_rows_and_no_complaint(
    photos: PhotoFiles, caplog: pytest.LogCaptureFixture
) -> None:
    assert finder_of(photos).find("boat", 8) == ()
    assert caplog.records == []


def test_a_service_that_fails_is_logged_and_left_alone_for_a_while(
    photos: PhotoFiles, caplog: pytest.LogCaptureFixture
) -> None:
    photos.put("boat.png")
    photos.search_error = ServiceError("The service could not be started.")
    finder = finder_of(photos)
    assert finder.find("boat", 8) == ()
    assert finder.find("boats", 8) == ()
    assert len(photos.asked) == 1
    assert "could not be started" in caplog.text


def test_rows_do_not_wait_for_ever_for_pictures(
    photos: PhotoFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    photos.put("boat.png")
    gate = threading.Event()
    plain = photos.thumbnails

    def late(
        ids: Sequence[str], size_px: int
    ) -> Iterator[tuple[str, Thumbnail | PhotoSearchError]]:
        assert gate.wait(WAIT_S)
        yield from plain(ids, size_px)

    monkeypatch.setattr(photos, "thumbnails", late)
    finder = finder_of(photos, wait_s=0.05)
    for _ in range(5):  # as many looks as may hang; the sixth search starts none
        [row] = finder.find("boat", 8)
        assert row.icon is None
    gate.set()
    monkeypatch.setattr(photos, "thumbnails", plain)
    finder._wait_s = WAIT_S
    until = time.monotonic() + WAIT_S
    while finder.find("boat", 8)[0].icon is None:
        assert time.monotonic() < until


def test_names_with_odd_bytes_are_text_for_people(photos: PhotoFiles) -> None:
    odd = os.fsdecode(b"boat \xe4\xff \xf0\x9f\x93\xb7 \n\x1b[31m.png")
    photos.put(odd)
    [row] = finder_of(photos).find("boat", 8)
    assert row.name == "boat \ufffd\ufffd 📷 \\n\\x1b[31m.png"
    row.name.encode()
    assert row.path == photos.folder / odd


def test_the_folder_is_told_from_the_home_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    assert FoundPhoto("x", Path("/home/me/Pictures/a.jpg")).folder == "~/Pictures"
    assert FoundPhoto("x", Path("/home/me/a.jpg")).folder == "~"
    assert FoundPhoto("x", Path("/home/mel/a.jpg")).folder == "/home/mel"


def test_rows_of_a_process_before_this_one_are_told_by_their_ids(photos: PhotoFiles) -> None:
    one, two = photos.put("boat.png", "tree.png")
    rows = finder_of(photos).recall([two.content_id, "00" * 16, one.content_id])
    assert names(rows) == ["tree.png", "boat.png"]
    assert all(row.icon for row in rows)


def test_many_searches_keep_little_in_memory(photos: PhotoFiles) -> None:
    photos.put(*(f"boat {number}.png" for number in range(90)))
    finder = finder_of(photos)
    finder.find("boat", 45)
    finder.find("boat", 45)
    assert len(finder._known) <= 64


def test_a_service_that_ends_leaves_no_row_to_open(photos: PhotoFiles) -> None:
    [photo] = photos.put("boat.png")
    photos.error = ServiceError("The service has ended.")
    assert finder_of(photos).path(photo.content_id) is None
