"""Words of a command, and texts, written so that the files of hosts mean exactly these."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Sequence
from xml.sax.saxutils import escape

_NEEDS_QUOTES = re.compile(r"[^A-Za-z0-9_./:=+,@-]")


def desktop_exec(command: Sequence[str], *codes: str) -> str:
    """The value of ``Exec=`` in a desktop file, with field codes such as ``%F`` behind.

    Two layers (Desktop Entry Specification 1.5): quotes with backslashes for ``" ` $ \\``, and
    within the file one more backslash for each. ``%`` is doubled.

    Raises:
        ValueError: a word has a line break, or is no text, which such a file cannot hold.
    """
    # GLib looks for the program before it makes one % of two, and would find none of this name.
    first = ["env"] if "%" in command[0] else []
    return " ".join([*first, *map(_exec_word, command), *codes])


def _exec_word(word: str) -> str:
    word.encode()  # UnicodeEncodeError is a ValueError
    if any(ord(character) < 32 for character in word):
        raise ValueError(f"A desktop file cannot hold {word!r}")
    word = word.replace("%", "%%")
    if word and not _NEEDS_QUOTES.search(word.replace("%%", "")):
        return word
    quoted = '"' + re.sub(r'(["`$\\])', r"\\\1", word) + '"'
    return quoted.replace("\\", "\\\\")


def desktop_text(text: str) -> str:
    """A value of type string in a desktop file."""
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")


def shell_line(command: Sequence[str], *behind: str) -> str:
    """A line for a POSIX shell; what is ``behind`` goes as it is (``"$@"``, say)."""
    return " ".join([*map(shlex.quote, command), *behind])


def windows_line(command: Sequence[str], *behind: str) -> str:
    """A command line as Windows programs take it apart."""
    return " ".join([subprocess.list2cmdline(list(command)), *behind])


def lua_text(text: str) -> str:
    """A string literal of Lua, byte for byte, whatever the text holds."""
    escaped = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\0": "\\000"}
    return '"' + "".join(escaped.get(character, character) for character in text) + '"'


def python_texts(texts: Sequence[str]) -> str:
    """A list literal of Python."""
    return "[" + ", ".join(ascii(text) for text in texts) + "]"


def lua_texts(texts: Sequence[str]) -> str:
    """A table constructor of Lua."""
    return "{ " + ", ".join(map(lua_text, texts)) + " }"


def xml_text(text: str) -> str:
    """A text within an element or a quoted attribute of XML."""
    return escape(text, {'"': "&quot;", "'": "&apos;"})
