"""What people note of a photo inside the photo's own file: as XMP, or in the older IPTC fields."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from typing import Any

from photosearch.library.formats import pillow_formats, prepare_pillow
from photosearch.library.xmp import MAX_XMP_BYTES, parse_xmp
from photosearch.types import PhotoNotes

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEYWORD = b"XML:com.adobe.xmp\0"

# Fields of IPTC-IIM 4.2, record 2; in record 1, which letters the others are written in.
_CHARSET, _TITLE, _KEYWORDS, _CAPTION = (1, 90), (2, 5), (2, 25), (2, 120)
_UTF8 = b"\x1b%G"


def embedded_notes(data: bytes) -> PhotoNotes | None:
    """The notes in the bytes of a photo file, or None; rotten files have none.

    IPTC is asked only where there is no XMP: programs of today write both, and keep XMP true.
    """
    iptc: dict[Any, Any] = {}
    try:
        if data.startswith(_PNG):
            packet = _png_packet(data)
        else:
            packet, iptc = _packets(data)
    except Exception:  # rotten bytes make Pillow raise nearly anything
        return None
    notes = parse_xmp(packet) if packet else None
    if notes is not None and (notes.rating or notes.keywords or notes.caption):
        return PhotoNotes(notes.rating, notes.keywords, notes.caption, "xmp")
    found = _iptc_notes(iptc)
    if found.keywords or found.caption:
        return PhotoNotes(notes.rating if notes else None, found.keywords, found.caption, "iptc")
    return None if notes is None else PhotoNotes(notes.rating, source="xmp")


def _packets(data: bytes) -> tuple[bytes | None, dict[Any, Any]]:
    """The XMP packet and the IPTC fields, as Pillow finds them without decoding a pixel."""
    from PIL import Image, IptcImagePlugin

    prepare_pillow()
    with Image.open(io.BytesIO(data), formats=pillow_formats(data)) as image:
        packet = image.info.get("xmp")
        iptc: Any = None
        if image.format in ("JPEG", "MPO", "TIFF"):
            iptc = IptcImagePlugin.getiptcinfo(image)
    return _bytes(packet), iptc or {}


def _bytes(packet: object) -> bytes | None:
    if isinstance(packet, str):
        return packet.encode("utf-8", "surrogateescape")
    return packet if isinstance(packet, bytes) else None


def _png_packet(data: bytes) -> bytes | None:
    """The packet of a PNG, which may stand behind the pixels, where Pillow looks only late."""
    for kind, chunk in _chunks(data):
        if kind == b"iTXt" and chunk.startswith(_PNG_KEYWORD):
            is_compressed, rest = chunk[len(_PNG_KEYWORD)], chunk[len(_PNG_KEYWORD) + 2 :]
            text = rest.split(b"\0", 2)[2]  # behind the language, and the translated keyword
            return zlib.decompressobj().decompress(text, MAX_XMP_BYTES) if is_compressed else text
    return None


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_PNG)
    while at + 8 <= len(data):
        end = at + 8 + int.from_bytes(data[at : at + 4], "big")
        kind = data[at + 4 : at + 8]
        yield kind, data[at + 8 : end] if kind == b"iTXt" else b""
        at = end + 4  # the check sum


def _iptc_notes(iptc: dict[Any, Any]) -> PhotoNotes:
    is_utf8 = iptc.get(_CHARSET) == _UTF8

    def texts(field: tuple[int, int]) -> Iterator[str]:
        values = iptc.get(field, ())
        for value in values if isinstance(values, (list, tuple)) else (values,):
            if isinstance(value, bytes) and (text := _iptc_text(value, is_utf8=is_utf8)):
                yield text

    caption = next(texts(_CAPTION), None) or next(texts(_TITLE), None)
    return PhotoNotes(keywords=tuple(texts(_KEYWORDS)), caption=caption)


def _iptc_text(value: bytes, *, is_utf8: bool) -> str:
    """In the letters that are named; many programs wrote UTF-8 without a word of it."""
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError:
        text = value.decode("utf-8", "replace") if is_utf8 else value.decode("latin-1")
    return text.replace("\0", "").strip()
