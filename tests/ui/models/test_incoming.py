"""What is dropped or pasted, and what it means."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from urllib.parse import quote_from_bytes

import pytest
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QColor, QImage

from photosearch.client.fake import FakePhoto
from photosearch.errors import QueryError, ServiceError
from ui.models.incoming import (
    LOOKED_UP_MAX,
    Incoming,
    can_come,
    label_of,
    pictures_of,
    resolved,
)
from ui.models.question import TEXT_MAX_CHARS

BICYCLE = FakePhoto("beach/red bicycle.jpg")


def image() -> QImage:
    made = QImage(20, 10, QImage.Format.Format_RGB32)
    made.fill(QColor(200, 30, 30))
    return made


def mime(**kinds: bytes) -> QMimeData:
    data = QMimeData()
    for kind, content in kinds.items():
        data.setData(kind.replace("__", "/").replace("_", "-"), content)
    return data


@pytest.mark.skipif(sys.platform == "win32", reason="names are text there")
@pytest.mark.parametrize(
    "name", [b"two dogs.jpg", b"100%.jpg", b"a#b?c.jpg", b"line\nbreak.jpg", b"latin-1 \xe9.jpg"]
)
def test_files_come_with_whatever_name_they_have(name):

    uri = f"file:///photos/{quote_from_bytes(name)}".encode()
    incoming = pictures_of(mime(text__uri_list=uri))
    assert [os.fsencode(path) for path in incoming.files] == [b"/photos/" + name]


def test_several_files_come_in_their_order_and_other_addresses_are_left_out():
    uris = b"file:///b.jpg\r\nhttps://example.org/c.jpg\r\nfile://localhost/a.jpg\r\n"
    assert pictures_of(mime(text__uri_list=uris)).files == (Path("/b.jpg"), Path("/a.jpg"))


def test_files_of_another_machine_are_not_taken_for_ours():
    incoming = pictures_of(mime(text__uri_list=b"file://server/share/a.jpg"))
    assert incoming.files == ()
    assert incoming.is_far


def test_a_picture_from_the_web_comes_as_the_bytes_it_is_made_of():
    data = mime(text__uri_list=b"https://example.org/c.jpg", image__jpeg=b"\xff\xd8 as it is")
    assert pictures_of(data).data == b"\xff\xd8 as it is"


def test_a_picture_that_is_not_packed_is_packed_in_the_worker(service):
    data = QMimeData()
    data.setImageData(image())
    incoming = pictures_of(data)
    assert incoming.is_picture
    (picture,) = resolved(service, incoming).pictures
    assert picture.data is not None
    back = QImage.fromData(picture.data)
    assert (back.width(), back.pixelColor(0, 0)) == (20, QColor(200, 30, 30))


def test_a_mere_address_is_refused_in_words(service):
    incoming = pictures_of(mime(text__uri_list=b"https://example.org/c.jpg"))
    with pytest.raises(QueryError, match="address"):
        resolved(service, incoming)


def test_words_come_on_one_line():
    data = QMimeData()
    data.setText("a dog\n  on the beach ")
    assert pictures_of(data) == Incoming(text="a dog on the beach")


def test_nothing_is_nothing():
    assert not pictures_of(QMimeData())
    assert not can_come(QMimeData())


def test_an_indexed_file_is_known_by_what_it_holds(service):
    path = service.folder / BICYCLE.relative_path
    (picture,) = resolved(service, Incoming(files=(path,))).pictures
    assert picture.content_id == BICYCLE.content_id
    assert (picture.label, picture.path) == ("red bicycle.jpg", path)


def test_another_file_is_known_by_its_place(service, picture):
    (found,) = resolved(service, Incoming(files=(picture,))).pictures
    assert (found.content_id, found.path, found.label) == (None, picture, "red.png")


def test_folders_are_kept_apart(service, picture):
    came = resolved(service, Incoming(files=(picture.parent, picture)))
    assert came.folders == (picture.parent,)
    assert [one.path for one in came.pictures] == [picture]


def test_of_very_many_files_only_those_shown_are_looked_up(service, monkeypatch):
    asked = []
    photo_at = service.photo_at
    monkeypatch.setattr(service, "photo_at", lambda path: asked.append(path) or photo_at(path))
    files = tuple(Path(f"/elsewhere/{number}.jpg") for number in range(3_000))
    pictures = resolved(service, Incoming(files=files)).pictures
    assert [one.path for one in pictures] == list(files)
    assert len(asked) == LOOKED_UP_MAX


def test_a_lost_service_is_told_of(service):
    service.error = ServiceError("The service has ended.")
    with pytest.raises(ServiceError):
        resolved(service, Incoming(files=(Path("/x.jpg"),)))


def test_of_a_novel_only_the_first_words_are_taken():
    data = QMimeData()
    data.setText("word " * 100_000)
    assert len(pictures_of(data).text) == TEXT_MAX_CHARS


@pytest.mark.skipif(sys.platform == "win32", reason="names are text there")
def test_a_name_that_is_no_text_can_be_shown():
    assert label_of(Path(os.fsdecode(b"/photos/\xe9t\xe9.jpg"))) == "\ufffdt\ufffd.jpg"
    assert label_of(Path("/")) == "/"


def test_a_name_of_several_lines_is_shown_on_one():
    assert label_of(Path("new\nline.jpg")) == "new\\nline.jpg"
