"""What holds for indexed photos, whether the engine is in this process or asked over HTTP."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from asked import indexed
from host_databases import Digikam
from PIL import Image
from xmp_packets import packet, words

from photosearch.errors import (
    QueryError,
    UnknownPhotoError,
)
from photosearch.interface import PhotoSearch
from photosearch.types import PhotoNotes, Query

MakePhoto = Callable[..., Path]


def test_names_that_are_no_text_come_back_whole(
    searched: PhotoSearch, library: Path, make_photo: MakePhoto
) -> None:
    odd = make_photo("caf\udce9 100% #1?\n'\".png")
    searched.add_root(library)
    indexed(searched)
    [hit] = searched.search(Query(text="red"))
    assert hit.photo.path == odd
    assert searched.photo_at(odd).files[0].photo == hit.photo
    assert hit.photo.path.read_bytes() == odd.read_bytes()


def test_facts_name_every_file_with_the_content(
    searched: PhotoSearch, library: Path, make_photo: MakePhoto
) -> None:
    photo = make_photo("a.png")
    shutil.copy2(photo, library / "copy.png")
    searched.add_root(library)
    indexed(searched)
    record = searched.photo_at(photo)
    assert searched.photo(record.content_id) == record
    assert (record.facts.width_px, record.facts.height_px) == (32, 24)
    assert [file.photo.path.name for file in record.files] == ["a.png", "copy.png"]
    assert record.files[0].stamp.size_bytes == photo.stat().st_size


def test_thumbnails_are_small_pictures_of_indexed_photos(
    searched: PhotoSearch, library: Path, make_photo: MakePhoto
) -> None:
    photo = library / "large.png"
    Image.new("RGB", (900, 600), "blue").save(photo)
    searched.add_root(library)
    indexed(searched)
    content_id = searched.photo_at(photo).content_id
    thumbnail = searched.thumbnail(content_id, 256)
    with Image.open(io.BytesIO(thumbnail.data)) as image:
        assert (image.format, image.size) == ("JPEG", (256, 171))
    assert searched.thumbnail(content_id, 256) == thumbnail
    assert searched.thumbnail(content_id, 128).etag != thumbnail.etag
    assert re.fullmatch('"[0-9a-f]+"', thumbnail.etag)
    with pytest.raises(QueryError):
        searched.thumbnail(content_id, 100)


def test_many_thumbnails_come_together_and_a_missing_one_fails_no_other(
    searched: PhotoSearch, library: Path, make_photo: MakePhoto
) -> None:
    for number in range(5):
        make_photo(f"{number}.png")
    broken = make_photo("broken.png")
    searched.add_root(library)
    indexed(searched)
    gone = searched.photo_at(broken).content_id
    broken.write_bytes(b"no photo any more")
    ids = [hit.photo.content_id for hit in searched.search(Query(text="red"))]
    unknown = ["0" * 32, "../" * 10, gone]
    made = dict(searched.thumbnails([*ids, *unknown, *ids], 256))
    assert set(made) == {*ids, *unknown}
    for content_id in set(ids) - {gone}:
        assert made[content_id] == searched.thumbnail(content_id, 256)
    for content_id in unknown:
        assert isinstance(made[content_id], UnknownPhotoError)
    assert list(searched.thumbnails([], 256)) == []
    with pytest.raises(QueryError):
        list(searched.thumbnails(ids, 100))
    many = [f"{number:032x}" for number in range(450)]
    assert {one for one, _ in searched.thumbnails(many, 256)} == set(many)


def test_who_has_seen_enough_thumbnails_may_go(
    searched: PhotoSearch, library: Path, make_photo: MakePhoto
) -> None:
    for number in range(9):
        make_photo(f"{number}.png")
    searched.add_root(library)
    indexed(searched)
    ids = [hit.photo.content_id for hit in searched.search(Query(text="red"))]
    for _ in range(20):
        for _part in searched.thumbnails(ids, 128):
            break
    assert len(list(searched.thumbnails(ids, 128))) == 9


def test_what_is_not_indexed_is_unknown(
    searched: PhotoSearch, library: Path, make_photo: MakePhoto, tmp_path: Path
) -> None:
    make_photo("a.png")
    outside = make_photo("secret.png", folder=tmp_path / "outside")
    searched.add_root(library)
    indexed(searched)
    for content_id in ("0" * 32, "../" * 10, str(outside)):
        with pytest.raises(UnknownPhotoError):
            searched.photo(content_id)
        with pytest.raises(UnknownPhotoError):
            searched.thumbnail(content_id, 256)
        with pytest.raises(UnknownPhotoError):
            searched.search(Query(similar_to=(content_id,)))
    with pytest.raises(UnknownPhotoError):
        searched.photo_at(outside)


def test_notes_are_read_from_the_photo_and_from_other_programs(
    searched: PhotoSearch,
    library: Path,
    make_photo: MakePhoto,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home/.config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home/.local/share"))
    digikam = Digikam(tmp_path / "home", library)
    photo, plain = make_photo("caf\udce9 1.png"), make_photo("plain.png")
    digikam.tag(
        digikam.add_photo("/", photo.name, rating=4),
        digikam.add_tag("Cat", digikam.add_tag("Animals")),
    )
    sidecar = packet(words("dc:description", "Grüße,\n<zwei>".replace("<", "&lt;")))
    photo.with_name(f"{photo.name}.xmp").write_bytes(sidecar)
    searched.add_root(library)
    indexed(searched)
    assert searched.notes(searched.photo_at(photo).content_id) == PhotoNotes(
        4, ("Animals/Cat",), "Grüße,\n<zwei>", "digikam,sidecar"
    )
    assert searched.notes(searched.photo_at(plain).content_id) == PhotoNotes()
    for unknown in ("0" * 32, "../etc"):
        with pytest.raises(UnknownPhotoError):
            searched.notes(unknown)
