"""Rating, keywords and caption are read from XMP as every program writes it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from xmp_packets import NAMESPACES, packet, words

from photosearch.library import xmp
from photosearch.library.xmp import parse_xmp, sidecar_notes
from photosearch.types import PhotoNotes


def notes_of(inside: str = "", attributes: str = "") -> PhotoNotes:
    notes = parse_xmp(packet(inside, attributes))
    assert notes is not None
    return notes


@pytest.mark.parametrize(
    ("inside", "attributes", "rating"),
    [
        ("", 'xmp:Rating="4"', 4),
        ("<xmp:Rating>4</xmp:Rating>", "", 4),
        ("", 'xmp:Rating=" 3.0 "', 3),
        ("", 'xmp:Rating="-1"', -1),
        ("", 'xmp:Rating="0"', 0),
        ("", 'xmp:Rating="77"', None),
        ("", 'xmp:Rating="nan"', None),
        ("", 'xmp:Rating="five"', None),
        ("", 'MicrosoftPhoto:Rating="99"', 5),
        ("", 'MS:Rating="25"', 2),
        ("<MicrosoftPhoto:Rating>75</MicrosoftPhoto:Rating>", "", 4),
        ("", 'MicrosoftPhoto:Rating="60"', None),
        ("", 'xmp:Rating="2" MicrosoftPhoto:Rating="99"', 2),
        ("", "", None),
    ],
)
def test_ratings_are_stars_however_they_are_written(
    inside: str, attributes: str, rating: int | None
) -> None:
    assert notes_of(inside, attributes).rating == rating


def test_keywords_come_with_their_parents_from_every_list() -> None:
    lists = (
        words("digiKam:TagsList", "Animals/Cat", "Places/London, Old Street", kind="Seq")
        + words("lr:hierarchicalSubject", "Animals|Cat", "darktable|format|jpg")
        + words("dc:subject", "Cat", " flat ", "", "a|b")
    )
    assert notes_of(lists).keywords == (
        *("Animals/Cat", "Places/London, Old Street", "Animals/Cat"),
        *("Cat", "flat", "a|b"),
    )


def test_a_keyword_without_a_list_around_it_is_read() -> None:
    assert notes_of("<dc:subject>cat</dc:subject>").keywords == ("cat",)
    assert notes_of("", 'dc:subject="cat"').keywords == ("cat",)


def test_the_caption_for_every_language_goes_before_others_and_a_title_comes_last() -> None:
    items = '<rdf:li xml:lang="de">Katze</rdf:li><rdf:li xml:lang="x-default">Cat\n</rdf:li>'
    caption = f"<dc:description><rdf:Alt>{items}</rdf:Alt></dc:description>"
    title = words("dc:title", "Chelsea", kind="Alt")
    assert notes_of(title + caption).caption == "Cat"
    assert notes_of(title).caption == "Chelsea"
    assert notes_of(words("dc:description", " ", kind="Alt") + title).caption == "Chelsea"


def test_what_is_noted_of_a_face_is_no_note_of_the_photo() -> None:
    deep = '<rdf:Description dc:description="a face" xmp:Rating="5"/>'
    regions = f"<mwg-rs:Regions><rdf:Bag><rdf:li>{deep}</rdf:li></rdf:Bag></mwg-rs:Regions>"
    assert notes_of(regions) == PhotoNotes()


def test_properties_may_stand_in_several_descriptions() -> None:
    start, end = packet(attributes='xmp:Rating="3"').split(b"</rdf:RDF>")
    more = f'<rdf:Description {NAMESPACES} dc:description="later"/></rdf:RDF>'.encode()
    assert parse_xmp(start + more + end) == PhotoNotes(3, (), "later")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-8-sig"])
def test_a_packet_may_be_in_another_encoding(encoding: str) -> None:
    text = packet(words("dc:subject", "Grüße")).decode()
    notes = parse_xmp(text.replace("\ufeff", "").encode(encoding))
    assert notes is not None
    assert notes.keywords == ("Grüße",)


def test_the_zeros_around_a_packet_are_no_part_of_it() -> None:
    assert parse_xmp(b"\0\0 " + packet(attributes='xmp:Rating="3"') + b"\n\0") == PhotoNotes(3)


def bomb() -> bytes:
    """Ten to the power of nine words, if it were believed."""
    entities = '<!ENTITY a0 "lol">' + "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)
    )
    return f"<!DOCTYPE x [{entities}]>".encode() + packet(words("dc:subject", "&a9;"))


@pytest.mark.parametrize(
    "hostile",
    [
        bomb(),
        b'<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">' + packet(),
        packet(words("dc:subject", "&undefined;")),
        packet()[:-40],
        b"",
        b"\0" * 100,
        b"no xml",
        b"<?xml version='1.0' encoding='no-such'?><a/>",
        b"<?xml version='1.0' encoding='utf-7'?><a/>",
        b"\xff\xfe\xfd",
        b"<a>" * 20_000,
    ],
)
def test_what_is_no_xmp_or_is_hostile_is_nothing(hostile: bytes) -> None:
    assert parse_xmp(hostile) is None


def test_no_other_file_is_read_on_behalf_of_a_packet(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    kind = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]>'.encode()
    assert parse_xmp(kind + packet(words("dc:subject", "&e;"))) is None


def test_deep_and_long_packets_are_read_without_harm() -> None:
    deep = "<dc:subject>" * 20_000 + "</dc:subject>" * 20_000
    assert notes_of(deep).keywords == ()
    assert len(notes_of(words("dc:subject", *(["word"] * 50_000))).keywords) == 50_000


def test_too_much_is_not_even_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    assert parse_xmp(packet()) is not None
    monkeypatch.setattr(xmp, "MAX_XMP_BYTES", 100)
    assert parse_xmp(packet()) is None


@pytest.mark.parametrize("name", ["a.jpg", "it's 100%\n ä.jpg", "caf\udce9.tar.jpg", "noend"])
def test_a_sidecar_is_named_after_the_whole_name_or_after_its_beginning(
    tmp_path: Path, name: str
) -> None:
    photo = tmp_path / name
    assert sidecar_notes(photo) is None
    photo.with_name(photo.stem + ".xmp").write_bytes(packet(attributes='xmp:Rating="1"'))
    assert sidecar_notes(photo) == PhotoNotes(1)
    photo.with_name(photo.name + ".xmp").write_bytes(packet(attributes='xmp:Rating="2"'))
    assert sidecar_notes(photo) == PhotoNotes(2)


def test_a_sidecar_that_cannot_be_read_is_passed_over(tmp_path: Path) -> None:
    photo = tmp_path / "a.jpg"
    os.mkfifo(tmp_path / "a.jpg.xmp")
    (tmp_path / "a.jpg.XMP").mkdir()
    assert sidecar_notes(photo) is None
    (tmp_path / "a.xmp").write_bytes(b"rotten")
    assert sidecar_notes(photo) is None
    (tmp_path / "a.XMP").write_bytes(packet(attributes='xmp:Rating="1"'))
    assert sidecar_notes(photo) == PhotoNotes(1)
