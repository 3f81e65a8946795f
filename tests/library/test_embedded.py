"""Notes inside a photo's own file are read from every format that can carry them."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from photosearch.library import embedded
from photosearch.library.embedded import embedded_notes
from photosearch.library.formats import prepare_pillow
from photosearch.types import PhotoNotes

PACKET = b"""<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="2"
    xmlns:dc="http://purl.org/dc/elements/1.1/" dc:description="Apollo"/>
</rdf:RDF></x:xmpmeta>"""
EMPTY_PACKET = PACKET.replace(b'dc:description="Apollo"', b"").replace(b'"2"', b'"0"')
NOTES = PhotoNotes(2, (), "Apollo", "xmp")


def photo(file_format: str, packet: bytes | None = PACKET) -> bytes:
    prepare_pillow()
    data = io.BytesIO()
    options = {} if packet is None else {"xmp": packet}
    if file_format == "TIFF" and packet is not None:
        options = {"tiffinfo": {700: packet}}
    Image.new("RGB", (40, 30), "red").save(data, file_format, **options)
    return data.getvalue()


@pytest.mark.parametrize("file_format", ["JPEG", "TIFF", "WEBP", "HEIF", "AVIF", "MPO"])
def test_xmp_is_read_from_every_format_that_has_it(file_format: str) -> None:
    assert embedded_notes(photo(file_format)) == NOTES
    assert embedded_notes(photo(file_format, None)) is None


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


@pytest.mark.parametrize("is_behind", [False, True])
@pytest.mark.parametrize("is_compressed", [False, True])
def test_xmp_of_a_png_may_stand_behind_its_pixels(is_behind: bool, is_compressed: bool) -> None:
    plain, head = photo("PNG", None), b"XML:com.adobe.xmp\0"
    head += b"\1\0\0\0" if is_compressed else b"\0\0en\0XMP\0"
    text = chunk(b"iTXt", head + (zlib.compress(PACKET) if is_compressed else PACKET))
    at = plain.index(b"IEND") - 4 if is_behind else 33  # behind the header
    assert embedded_notes(plain[:at] + text + plain[at:]) == NOTES
    assert embedded_notes(plain) is None


def test_a_compressed_packet_that_would_fill_the_memory_is_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(embedded, "MAX_XMP_BYTES", 100_000)
    plain, head = photo("PNG", None), b"XML:com.adobe.xmp\0\1\0\0\0"
    text = chunk(b"iTXt", head + zlib.compress(b" " * 400_000 + PACKET))
    assert embedded_notes(plain[:33] + text + plain[33:]) is None


def with_iptc(*fields: tuple[int, int, bytes], packet: bytes | None = None) -> bytes:
    """A JPEG with IPTC fields as Photoshop puts them there."""
    iptc = b"".join(
        struct.pack(">BBBH", 0x1C, *field[:2], len(field[2])) + field[2] for field in fields
    )
    block = b"Photoshop 3.0\x008BIM\x04\x04\0\0" + struct.pack(">I", len(iptc)) + iptc
    block += b"\0" * (len(iptc) % 2)
    data = photo("JPEG", packet)
    return data[:2] + b"\xff\xed" + struct.pack(">H", len(block) + 2) + block + data[2:]


def test_iptc_stands_in_where_there_is_no_xmp() -> None:
    fields = [(2, 25, b"espresso"), (2, 25, b"cup"), (2, 120, b"Morning coffee"), (2, 5, b"T")]
    coffee = PhotoNotes(None, ("espresso", "cup"), "Morning coffee", "iptc")
    assert embedded_notes(with_iptc(*fields)) == coffee
    assert embedded_notes(with_iptc(*fields, packet=PACKET)) == NOTES


def test_xmp_that_says_nothing_does_not_hide_iptc() -> None:
    data = with_iptc((2, 25, b"cup"), packet=EMPTY_PACKET)
    assert embedded_notes(data) == PhotoNotes(0, ("cup",), None, "iptc")
    assert embedded_notes(photo("JPEG", EMPTY_PACKET)) == PhotoNotes(0, source="xmp")


@pytest.mark.parametrize("text", ["Grüße".encode(), "Grüße".encode("latin-1")])
def test_iptc_of_any_letters_is_read(text: bytes) -> None:
    notes = embedded_notes(with_iptc((2, 25, text), (2, 5, b"Title")))
    assert notes == PhotoNotes(None, ("Grüße",), "Title", "iptc")


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "TIFF", "WEBP", "HEIF", "AVIF"])
def test_rotten_files_have_no_notes_and_raise_nothing(file_format: str) -> None:
    data = photo(file_format)
    for length in (0, 1, 8, 20, 40, 60, len(data) // 2):
        notes = embedded_notes(data[:length])
        assert notes in (None, NOTES)
    for at in range(0, min(len(data), 900), 23):
        embedded_notes(data[:at] + b"\xff\x00\xff\xff" + data[at + 4 :])
    assert embedded_notes(b"not a picture") is None
