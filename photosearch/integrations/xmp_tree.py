"""The elements of an XMP file and their places in its bytes, so that it can be spliced."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"

MAX_BYTES = 32 * 1024 * 1024
"""The largest file that is read; those of darktable with many masks reach some megabytes."""

# From "<" to its ">"; that sign may stand within the quotes of an attribute.
_TAG = re.compile(rb"""<[^>"']*(?:"[^"]*"[^>"']*|'[^']*'[^>"']*)*>""")
_NAME = re.compile(rb"<([^\s/>]+)")


class UnusableXmpError(ValueError):
    """A file that is no XMP, or such as must not be touched; the message says why, for a person."""


@dataclass
class Element:
    """One element; places are offsets in bytes.

    Attributes:
        name: its namespace and its local name.
        attributes: values by namespace and local name.
        start: of its start tag.
        content_start: behind its start tag.
        content_end: of its end tag; like ``end`` in an empty tag (``<a/>``).
        end: behind it.
        text: the character data directly in it.
    """

    name: tuple[str, str]
    attributes: dict[tuple[str, str], str]
    start: int
    content_start: int
    content_end: int = 0
    end: int = 0
    is_empty_tag: bool = False
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def all(self) -> Iterator[Element]:
        """This one and those in it, in the order of the file."""
        waiting = [self]
        while waiting:
            one = waiting.pop()
            yield one
            waiting.extend(reversed(one.children))


@dataclass(frozen=True)
class XmpTree:
    """A file that was understood.

    Attributes:
        data: its bytes.
        rdf: the element that holds the descriptions.
    """

    data: bytes
    rdf: Element

    def descriptions(self) -> list[Element]:
        """The elements that hold properties."""
        return [one for one in self.rdf.children if one.name == (RDF, "Description")]

    def property(self, name: tuple[str, str]) -> Element | None:
        """The element of a property; None where there is none."""
        for description in self.descriptions():
            for one in description.children:
                if one.name == name:
                    return one
        return None

    def raw_name(self, element: Element) -> bytes:
        """The name of an element as it is written, with its prefix."""
        found = _NAME.match(self.data, element.start)
        assert found is not None
        return found[1]

    def indent_start(self, element: Element) -> int:
        """Where the white space before an element starts."""
        before = self.data[: element.start]
        return len(before.rstrip(b" \t\r\n"))


def read_tree(data: bytes) -> XmpTree:
    """Understand a file.

    Raises:
        UnusableXmpError: it is not well formed or not in UTF-8, or has what XMP never needs.
    """
    if len(data) > MAX_BYTES:
        raise UnusableXmpError("the sidecar is too large")
    if b"\0" in data:  # UTF-16, which expat would follow whatever it is told
        raise UnusableXmpError("the sidecar is not in UTF-8")
    root = _Reader(data).read()
    for one in root.all():
        if one.name == (RDF, "RDF"):
            return XmpTree(data, one)
    raise UnusableXmpError("the sidecar holds no XMP")


class _Reader:
    """Follows expat through a file and notes where elements are."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._root: Element | None = None
        self._open: list[Element] = []
        self._texts: list[list[str]] = []  # of those; joined at once, or it takes minutes
        self._parser = expat.ParserCreate("utf-8", " ")
        self._parser.buffer_text = True
        self._parser.XmlDeclHandler = _refuse_other_encodings
        self._parser.StartDoctypeDeclHandler = _refuse_doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters

    def read(self) -> Element:
        """The outermost element."""
        try:
            self._parser.Parse(self._data, True)
        except expat.ExpatError as error:
            raise UnusableXmpError(f"the sidecar is not well-formed XML ({error})") from error
        assert self._root is not None
        return self._root

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        start = self._parser.CurrentByteIndex
        tag = _TAG.match(self._data, start)
        if tag is None:
            raise UnusableXmpError("the sidecar is not in UTF-8")
        element = Element(
            name=_split(name),
            attributes={_split(key): value for key, value in attributes.items()},
            start=start,
            content_start=tag.end(),
            is_empty_tag=tag[0].endswith(b"/>"),
        )
        if self._open:
            self._open[-1].children.append(element)
        else:
            self._root = element
        self._open.append(element)
        self._texts.append([])

    def _end(self, name: str) -> None:
        element = self._open.pop()
        element.text = "".join(self._texts.pop())
        if element.is_empty_tag:
            element.content_end = element.end = element.content_start
            return
        element.content_end = self._parser.CurrentByteIndex
        element.end = self._data.index(b">", element.content_end) + 1

    def _characters(self, text: str) -> None:
        if self._texts:
            self._texts[-1].append(text)


def _split(name: str) -> tuple[str, str]:
    namespace, _, local = name.rpartition(" ")
    return namespace, local


def _refuse_other_encodings(version: str, encoding: str | None, standalone: int) -> None:
    if encoding is not None and encoding.lower() not in ("utf-8", "utf8", "us-ascii", "ascii"):
        raise UnusableXmpError(f"the sidecar is written in {encoding}")


def _refuse_doctype(*_: object) -> None:
    raise UnusableXmpError("the sidecar has a document type, which may hide entities")
