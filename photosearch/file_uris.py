"""File URIs of this machine, in which every byte of a name has its place."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import unquote_to_bytes

from photosearch.errors import QueryError

_FILE_URI = re.compile(r"file:(?://(?P<host>[^/]*)|(?!//))(?P<path>/.*)", re.IGNORECASE | re.DOTALL)
_LONE = re.compile("[\ud800-\udfff]")
_DRIVE = re.compile(r"/[A-Za-z]:/")


def uri_of(path: Path) -> str:
    """The ``file://`` URI of an absolute path; `path_of` gives the same path back.

    Raises:
        ValueError: the path is relative.
    """
    return path.as_uri()


def path_of(uri: str) -> Path:
    """The path that a ``file://`` URI of this machine names.

    Raises:
        QueryError: it is no file URI, or it names another host, or no path that can be.
    """
    match = _FILE_URI.fullmatch(uri)
    if match is None:
        raise QueryError(
            f"{clean(uri)!r} is not the URI of an absolute path.",
            "Write it like this: file:///home/me/Pictures",
        )
    if (match["host"] or "localhost").lower() != "localhost":
        raise QueryError(
            f"{clean(uri)!r} names another machine.",
            "Only folders and files of this machine can be used: file:///...",
        )
    if re.search(r"[?#]", match["path"]):
        raise QueryError(f"{clean(uri)!r} has a bare ? or #.", "Write %3F for ? and %23 for #.")
    return _path_of_bytes(uri, match["path"])


def _path_of_bytes(uri: str, quoted: str) -> Path:
    try:
        name = os.fsdecode(unquote_to_bytes(quoted))
    except UnicodeError as error:
        raise QueryError(f"{clean(uri)!r} holds letters that are no text.") from error
    return path_of_text(name[1:] if os.name == "nt" and _DRIVE.match(name) else name)


def path_of_text(text: str) -> Path:
    """The path that somebody wrote as plain text.

    Raises:
        QueryError: it is relative, or holds a NUL.
    """
    if "\0" in text:
        raise QueryError(f"{clean(text)!r} holds a NUL, which no path can.")
    path = Path(text)
    if not path.is_absolute():
        raise QueryError(
            f"{clean(text)!r} is not an absolute path.", "Write it from its beginning, without ~."
        )
    return path


def clean(text: str) -> str:
    """A text that JSON can hold: stray bytes and lone surrogates become U+FFFD."""
    return _LONE.sub("�", text)
