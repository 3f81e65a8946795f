"""Reads what people note of a photo in XMP: rating, keywords and caption.

The properties are those of the XMP specification, parts 1 and 2 (ISO 16684), and of the programs
that add their own: digiKam's tags, Lightroom's hierarchical keywords, Windows' rating in percent.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from photosearch.library.content import read_photo
from photosearch.library.skip import SkipPhoto
from photosearch.types import PhotoNotes

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MAX_XMP_BYTES = 8 * 1024**2
"""Drawn masks make sidecars of a megabyte or two; the worst XML of this size is 4 s of work."""

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_RATING = "{http://ns.adobe.com/xap/1.0/}Rating"
_PERCENTS = tuple(
    f"{{http://ns.microsoft.com/photo/1.0{end}}}Rating" for end in ("/", "")
)  # programs write the name of this namespace in both ways
_DIGIKAM_TAGS = "{http://www.digikam.org/ns/1.0/}TagsList"
_LIGHTROOM_TAGS = "{http://ns.adobe.com/lightroom/1.0/}hierarchicalSubject"
_SUBJECT, _DESCRIPTION, _TITLE = f"{_DC}subject", f"{_DC}description", f"{_DC}title"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
# What Windows makes of one to five stars.
_STARS_OF_PERCENT = {0: 0, 1: 1, 25: 2, 50: 3, 75: 4, 99: 5, 100: 5}
# Tags that programs make for themselves.
_NOT_FOR_PEOPLE = ("darktable/", "_Digikam_Internal_Tags_/", "photosearch/")


def sidecar_notes(photo: Path) -> PhotoNotes | None:
    """What stands in the sidecars of a photo: ``a.jpg.xmp``, else ``a.xmp``; None without one.

    What cannot be read, or is no XMP, is passed over.
    """
    for place in _sidecars(photo):
        try:
            notes = parse_xmp(read_photo(place, MAX_XMP_BYTES).data)
        except SkipPhoto:
            continue
        if notes is not None:
            return notes
    return None


def parse_xmp(packet: bytes) -> PhotoNotes | None:
    """The notes in an XMP packet, or a sidecar; None if it is none, or is unsafe to read.

    A document type, and with it every entity of its own making, is refused: XMP has none.
    """
    root = _parsed(packet)
    if root is None:
        return None
    properties: dict[str, Element | str] = {}
    for description in _descriptions(root):
        for name, value in description.attrib.items():
            properties.setdefault(name, value)
        for element in description:
            properties.setdefault(element.tag, element)
    return PhotoNotes(
        rating=_rating(properties),
        keywords=tuple(_keywords(properties)),
        caption=_text(properties.get(_DESCRIPTION)) or _text(properties.get(_TITLE)),
    )


def _sidecars(photo: Path) -> Iterator[Path]:
    for name in (photo.name, photo.stem):
        for suffix in (".xmp", ".XMP"):
            yield photo.with_name(name + suffix)


def _parsed(packet: bytes) -> Element | None:
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    if len(packet) > MAX_XMP_BYTES:
        return None
    is_wide = packet.startswith((b"\xff\xfe", b"\xfe\xff"))  # where zeros are parts of letters
    plain = packet if is_wide else packet.strip(b"\0 \t\r\n")
    try:
        root: Element = fromstring(plain, forbid_dtd=True)
    except (ParseError, DefusedXmlException, LookupError, ValueError):  # the last: odd encodings
        return None
    return root


def _descriptions(root: Element) -> Iterator[Element]:
    """Those of the photo itself; deeper ones are parts of a property."""
    for rdf in root.iter(f"{_RDF}RDF"):
        for child in rdf:
            if child.tag == f"{_RDF}Description":
                yield child


def _rating(properties: dict[str, Element | str]) -> int | None:
    stars = _number(properties.get(_RATING))
    if stars is not None and -1 <= stars <= 5:
        return round(stars)
    percents = (_number(properties.get(name)) for name in _PERCENTS)
    return next((_STARS_OF_PERCENT.get(round(one)) for one in percents if one is not None), None)


def _number(value: Element | str | None) -> float | None:
    try:
        number = float(_text(value) or "")
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _keywords(properties: dict[str, Element | str]) -> Iterator[str]:
    """With their parents first; what is only the end of such a one is left out by who merges."""
    for name, separator in ((_DIGIKAM_TAGS, "/"), (_LIGHTROOM_TAGS, "|"), (_SUBJECT, "")):
        for text in _items(properties.get(name)):
            keyword = text.replace(separator, "/") if separator else text
            if keyword and not keyword.startswith(_NOT_FOR_PEOPLE):
                yield keyword


def _items(value: Element | str | None) -> Iterator[str]:
    """The words of a list; some programs write a single one without the list."""
    if value is None or isinstance(value, str):
        items = [value or ""]
    else:
        found = list(value.iter(f"{_RDF}li"))
        items = [one.text or "" for one in found] or [value.text or ""]
    yield from filter(None, (item.strip() for item in items))


def _text(value: Element | str | None) -> str | None:
    """A text, that for every language rather than that for one."""
    if value is None or isinstance(value, str):
        return (value or "").strip() or None
    found = list(value.iter(f"{_RDF}li"))
    found.sort(key=lambda one: one.get(_LANGUAGE) != "x-default")
    texts = [(one.text or "").strip() for one in found] or [(value.text or "").strip()]
    return next(filter(None, texts), None)
