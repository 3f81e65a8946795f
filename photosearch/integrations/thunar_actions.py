"""Our elements in Thunar's ``uca.xml``, put in and taken out around all else.

They are written as Thunar writes them (thunar-uca-model.c of 4.18), and stand last: a file that
Thunar has written anew is then the same to us.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from xml.parsers import expat

from photosearch.integrations.quoting import xml_text

SKELETON = b'<?xml version="1.0" encoding="UTF-8"?>\n<actions>\n</actions>\n'

_ROOT = "actions"
_ELEMENT = "action"
_IDENTIFIER = "unique-id"


@dataclass(frozen=True)
class Action:
    """An entry of the menu.

    Attributes:
        applies_to: the element that says to what, ``image-files`` or ``directories``.
    """

    identifier: str
    name: str
    command: str
    description: str
    icon: str
    applies_to: str

    def element(self) -> bytes:
        """The element.

        Raises:
            ValueError: a text of it is no text, or has letters that XML cannot hold.
        """
        texts = {
            "icon": self.icon,
            "name": self.name,
            "submenu": "",
            _IDENTIFIER: self.identifier,
            "command": self.command,
            "description": self.description,
            "range": "",
            "patterns": "*",
        }
        if any(ord(letter) < 32 for text in texts.values() for letter in text):
            raise ValueError("photosearch lies in a folder whose name XML cannot hold")
        lines = [f"\t<{name}>{xml_text(text)}</{name}>" for name, text in texts.items()]
        whole = [f"<{_ELEMENT}>", *lines, f"\t<{self.applies_to}/>", f"</{_ELEMENT}>"]
        try:
            return "\n".join(whole).encode()
        except UnicodeEncodeError:
            raise ValueError("photosearch lies in a folder whose name is not UTF-8") from None


@dataclass
class _Layout:
    """Where in a file the root element ends, and the actions in it are (bytes)."""

    root_start: int = -1
    root_end: int = -1
    actions: list[tuple[str, int, int]] = field(default_factory=list)


def insert(text: bytes, actions: Iterable[Action]) -> bytes:
    """Put actions at the end of a file.

    Raises:
        ValueError: it is none of Thunar's.
    """
    elements = [action.element() for action in actions]
    layout = _read(text)
    end = layout.root_end
    if text[end : end + 2] != b"</":  # the root is one tag, and is opened for ours
        slash = text.index(b"/>", layout.root_start)
        return b"".join([text[:slash], b">", *elements, f"</{_ROOT}>".encode(), text[slash + 2 :]])
    place = len(text[:end].rstrip(b" \t"))
    if text[place - 1 : place] == b"\n":
        return text[:place] + b"".join(one + b"\n" for one in elements) + text[place:]
    return text[:end] + b"".join(elements) + text[end:]


def cut(text: bytes, identifiers: Collection[str]) -> bytes:
    """The same file without these actions.

    Raises:
        ValueError: it is none of Thunar's.
    """
    for identifier, start, end in reversed(_read(text).actions):
        if identifier in identifiers:
            first, behind = _with_line(text, start, end)
            text = text[:first] + text[behind:]
    return text


def _with_line(text: bytes, start: int, end: int) -> tuple[int, int]:
    """An element, with its lines if it has these to itself."""
    first = len(text[:start].rstrip(b" \t"))
    behind = end + len(text[end:]) - len(text[end:].lstrip(b" \t"))
    begins_line = first == 0 or text[first - 1 : first] == b"\n"
    if begins_line and text[behind : behind + 1] == b"\n":
        return first, behind + 1
    return start, end


class _Reader:
    """Follows expat through a file and notes where the actions are."""

    def __init__(self, text: bytes) -> None:
        self.layout = _Layout()
        self._text = text
        self._open: list[str] = []
        self._start = 0
        self._identifier = ""
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._on_start
        self._parser.EndElementHandler = self._on_end
        self._parser.CharacterDataHandler = self._on_text

    def read(self) -> _Layout:
        try:
            self._parser.Parse(self._text, True)
        except expat.ExpatError as error:
            raise ValueError(f"it is no valid XML ({error})") from error
        if not self._text.startswith(f"<{_ROOT}".encode(), self.layout.root_start):
            raise ValueError("it is not encoded in a way that Thunar reads")
        return self.layout

    def _on_start(self, name: str, _attributes: dict[str, str]) -> None:
        if not self._open:
            if name != _ROOT:
                raise ValueError(f"its root is <{name}>, not <{_ROOT}>")
            self.layout.root_start = self._parser.CurrentByteIndex
        if self._open == [_ROOT]:
            self._start, self._identifier = self._parser.CurrentByteIndex, ""
        self._open.append(name)

    def _on_text(self, text: str) -> None:
        if self._open == [_ROOT, _ELEMENT, _IDENTIFIER]:
            self._identifier += text

    def _on_end(self, _name: str) -> None:
        at = self._parser.CurrentByteIndex
        if self._open == [_ROOT]:
            self.layout.root_end = at
        elif self._open == [_ROOT, _ELEMENT] and self._identifier:
            end = self._text.index(b">", at) + 1
            self.layout.actions.append((self._identifier.strip(), self._start, end))
        self._open.pop()


def _read(text: bytes) -> _Layout:
    return _Reader(text).read()
