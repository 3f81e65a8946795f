"""Our elements in gThumb's ``scripts.xml``, put in and taken out around all else.

The versions 1.0 (of older ones, with a shortcut in it) and 1.1 (of gThumb 3.12 and its successor
in Vala) differ in nothing that is written here: both read these attributes of a ``script``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from xml.parsers import expat

from photosearch.integrations.quoting import xml_text

SKELETON = b'<?xml version="1.0" encoding="UTF-8"?>\n<scripts version="1.1">\n</scripts>\n'

_ROOT = "scripts"
_ELEMENT = "script"
# A root that was `<scripts/>`: by this blank it is known again when our elements are gone.
_OPENED_END = b"</scripts >"


@dataclass(frozen=True)
class Script:
    """An entry: what it is known by, what the menu says, and the command of it."""

    identifier: str
    name: str
    command: str

    def element(self) -> bytes:
        """The element as gThumb writes it, so that its own writing changes nothing.

        Raises:
            ValueError: its command is no text, which XML cannot hold.
        """
        if any(0xD800 <= ord(letter) < 0xE000 for letter in self.command):
            raise ValueError("photosearch lies in a folder whose name is not UTF-8")
        attributes = {
            "command": self.command,
            "display-name": self.name,
            "for-each-file": "false",
            "id": self.identifier,
            "shell-script": "false",
            "wait-command": "false",
        }
        written = " ".join(f'{name}="{xml_text(text)}"' for name, text in attributes.items())
        return f"<{_ELEMENT} {written}/>".encode()


@dataclass
class _Layout:
    """Where in a file the root element and the scripts directly in it begin and end (bytes)."""

    root_start: int = -1
    root_inside: int = -1
    root_end_tag: int = -1
    scripts: list[tuple[dict[str, str], int, int]] = field(default_factory=list)


def insert(text: bytes, scripts: Iterable[Script]) -> bytes:
    """Put scripts at the end of a file.

    Raises:
        ValueError: it is none of gThumb's.
    """
    layout = _read(text)
    elements = [script.element() for script in scripts]
    if text[layout.root_inside - 2 : layout.root_inside] == b"/>":
        opened = text[: layout.root_inside - 2] + b">" + b"".join(elements) + _OPENED_END
        return opened + text[layout.root_inside :]
    place = len(text[: layout.root_end_tag].rstrip(b" \t"))
    if text[place - 1 : place] == b"\n":
        lines = b"".join(b"  " + element + b"\n" for element in elements)
        return text[:place] + lines + text[place:]
    return text[: layout.root_end_tag] + b"".join(elements) + text[layout.root_end_tag :]


def cut(text: bytes, identifiers: Collection[str]) -> bytes:
    """The same file without these scripts.

    Raises:
        ValueError: it is none of gThumb's.
    """
    layout = _read(text)
    spans = [
        _with_line(text, start, end)
        for attributes, start, end in layout.scripts
        if attributes.get("id") in identifiers
    ]
    for start, end in reversed(spans):
        text = text[:start] + text[end:]
    return _closed(text) if spans else text


def found_in(text: bytes) -> dict[str, str]:
    """The commands of all scripts in a file, by what these are known by.

    Raises:
        ValueError: it is none of gThumb's.
    """
    return {
        attributes.get("id", ""): attributes.get("command", "")
        for attributes, _, _ in _read(text).scripts
    }


def _closed(text: bytes) -> bytes:
    """Make an empty root one tag again, if it was."""
    inside = _read(text).root_inside
    if not text.startswith(_OPENED_END, inside):
        return text
    return text[: inside - 1] + b"/>" + text[inside + len(_OPENED_END) :]


def _with_line(text: bytes, start: int, end: int) -> tuple[int, int]:
    """An element, with its line if it has that to itself."""
    line_start = len(text[:start].rstrip(b" \t"))
    line_end = end + len(text[end:]) - len(text[end:].lstrip(b" \t"))
    begins_line = line_start == 0 or text[line_start - 1 : line_start] == b"\n"
    if begins_line and text[line_end : line_end + 1] == b"\n":
        return line_start, line_end + 1
    return start, end


def _read(text: bytes) -> _Layout:
    layout = _Layout()
    reader = expat.ParserCreate()
    open_elements: list[tuple[str, dict[str, str], int]] = []

    def start_element(name: str, attributes: dict[str, str]) -> None:
        start = reader.CurrentByteIndex
        if not open_elements:
            layout.root_start = start
            layout.root_inside = _end_of_tag(text, start)
            if name != _ROOT:
                raise ValueError(f"its root is <{name}>, not <{_ROOT}>")
        open_elements.append((name, attributes, start))

    def end_element(name: str) -> None:
        _, attributes, start = open_elements.pop()
        end_tag = reader.CurrentByteIndex
        if not open_elements:
            layout.root_end_tag = end_tag
        elif len(open_elements) == 1 and name == _ELEMENT:
            end = _end_of_tag(text, start)
            is_one_tag = text[end - 2 : end] == b"/>"
            layout.scripts.append(
                (attributes, start, end if is_one_tag else _end_of_tag(text, end_tag))
            )

    reader.StartElementHandler = start_element
    reader.EndElementHandler = end_element
    try:
        reader.Parse(text, True)
    except expat.ExpatError as error:
        raise ValueError(f"it is no valid XML ({error})") from error
    if not text.startswith(f"<{_ROOT}".encode(), layout.root_start):
        raise ValueError("it is not encoded in a way that gThumb reads")
    return layout


def _end_of_tag(text: bytes, start: int) -> int:
    """Where the tag that starts there ends; a ``>`` within quotes is a part of a value."""
    quote = b""
    for at in range(start, len(text)):
        letter = text[at : at + 1]
        if quote:
            quote = b"" if letter == quote else quote
        elif letter in (b'"', b"'"):
            quote = letter
        elif letter == b">":
            return at + 1
    raise ValueError("a tag has no end")
