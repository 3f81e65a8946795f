"""Photo files as other programs name them: words of a command line, file URIs, lists of names.

Light to import: a start of the app that only hands files on does not wait for anything else.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Collection, Sequence
from pathlib import Path

from photosearch.errors import QueryError, shown
from photosearch.file_uris import clean, path_of
from photosearch.paths import absolute

STANDARD_INPUT = "-"
_FILE = "file://"
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def given_files(words: Sequence[str], list_name: str | None = None) -> tuple[Path, ...]:
    """The files that words name, and after them those of a list; relative ones stay relative.

    Raises:
        QueryError: a URI names no file of this machine, or the list cannot be read.
    """
    listed = [] if list_name is None else names_in(_read(list_name))
    return tuple(file_of(word) for word in (*words, *listed) if word)


def file_of(word: str) -> Path:
    """The file that a word names: a path of any bytes, or a ``file://`` URI.

    Raises:
        QueryError: it is the address of something that is no file of this machine.
    """
    if word[: len(_FILE)].lower() == _FILE:
        return path_of(word)
    is_there = os.path.lexists(word)
    if _ADDRESS.match(word) and not is_there:
        raise QueryError(
            f"{shown(clean(word))} is not a file of this computer.",
            "Copy the photo into a folder first, and name the copy.",
        )
    # Of a file that is there, ~ is a letter of its name, and nobody's home.
    return Path(os.curdir, word).absolute() if is_there and word.startswith("~") else Path(word)


def names_in(data: bytes) -> list[str]:
    """The names in a list, each ended by a NUL; where there is no NUL, each on a line."""
    if b"\0" in data:
        names = data.split(b"\0")
    else:
        lines = data.removeprefix(_BYTE_ORDER_MARK).split(b"\n")
        names = [line.removesuffix(b"\r") for line in lines]
    return [os.fsdecode(name) for name in names if name]


def with_files_told_apart(words: Sequence[str], options: Collection[str]) -> list[str]:
    """A command line in which no file is taken for an option because its name begins with ``-``.

    Args:
        words: of the command line.
        options: all that it knows: ``--json``, ``-n``.
    """
    told_apart: list[str] = []
    for at, word in enumerate(words):
        if word == "--":
            return [*told_apart, *words[at:]]
        is_file = word.startswith("-") and not _is_option(word, options) and os.path.lexists(word)
        told_apart.append(f"{os.curdir}{os.sep}{word}" if is_file and len(word) > 1 else word)
    return told_apart


def _is_option(word: str, options: Collection[str]) -> bool:
    if word.startswith("--"):
        return word.partition("=")[0] in options
    return word[:2] in options


def _read(list_name: str) -> bytes:
    if list_name == STANDARD_INPUT:
        return sys.stdin.buffer.read()
    try:
        return absolute(Path(list_name)).read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise QueryError(
            f"The list {shown(clean(list_name))} cannot be read: {reason}.",
            "Name a file with the names of photos, or - for standard input.",
        ) from error
