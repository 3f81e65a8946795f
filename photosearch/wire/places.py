"""Places on disk as they travel: file URIs that hold every byte, and texts that a person can read.

A name on disk is bytes, and JSON is text. So a path goes as a ``file://`` URI, in which every byte
has its place, and beside it as a text to look at, which may have lost some.
"""

from __future__ import annotations

import os
import re
from functools import lru_cache
from pathlib import Path
from typing import Annotated
from urllib.parse import quote_from_bytes, unquote, unquote_to_bytes

from pydantic import BeforeValidator, Field

from photosearch.errors import QueryError

URI_MAX_CHARS = 16_384
"""A path of 4,096 bytes (PATH_MAX of Linux), each written with three letters, and some to spare."""

_FILE_URI = re.compile(r"file:(?://(?P<host>[^/]*)|(?!//))(?P<path>/.*)", re.IGNORECASE | re.DOTALL)
_STRAY = re.compile("[\udc80-\udcff]")
_LONE = re.compile("[\ud800-\udfff]")
_PLAIN = re.compile(r"(?!.*%(?:00|2[Ff]))[\w.~%-]+(?:/[\w.~%-]+)*", re.ASCII)
"""What is below a folder, as nearly everybody writes it."""
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


_read = lru_cache(maxsize=64)(path_of)


def _path_of_bytes(uri: str, quoted: str) -> Path:
    try:
        name = os.fsdecode(unquote_to_bytes(quoted))
    except UnicodeError as error:
        raise QueryError(f"{clean(uri)!r} holds letters that are no text.") from error
    return path_of_text(name[1:] if os.name == "nt" and _DRIVE.match(name) else name)


@lru_cache(maxsize=64)
def written(root: Path) -> tuple[str, str]:
    """A folder as URI and as text; thousands of photos lie in one, and each would ask for them."""
    return uri_of(root), text_of(root)


def below(root: Path, relative: Path) -> tuple[str, str]:
    """The URI of a place below an absolute folder, and a text to look at."""
    uri, text = written(root)
    quoted = quote_from_bytes(os.fsencode(relative.as_posix()))
    shown = f"{text.removesuffix(os.sep)}{os.sep}{text_of(relative)}"
    return f"{uri.removesuffix('/')}/{quoted}", shown


def relative_path_of(uri: str, root_uri: str) -> tuple[Path, Path]:
    """The folder that a URI names, and the place of another URI below it.

    Raises:
        QueryError: one of them cannot be a path of this machine.
        ValueError: the place is not below the folder.
    """
    root = _read(root_uri)
    start = f"{root_uri.removesuffix('/')}/"
    quoted = uri.removeprefix(start)
    if quoted == uri or not _PLAIN.fullmatch(quoted):
        return root, path_of(uri).relative_to(root)
    return root, Path(os.fsdecode(unquote_to_bytes(quoted)))


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


def place_of(uri: str | None, text: str | None) -> Path | None:
    """The place that somebody named in one way or the other, if at all.

    Raises:
        QueryError: it is named twice, or as no path can be.
    """
    if uri is not None and text is not None:
        raise QueryError("Both a uri and a path are given.", "Send one of them.")
    if uri is not None:
        return path_of(uri)
    return None if text is None else path_of_text(text)


def text_of(path: Path) -> str:
    """A path to look at: bytes that are no text are shown as U+FFFD."""
    return os.fsencode(path).decode("utf-8", "replace")


def clean(text: str) -> str:
    """A text that JSON can hold: stray bytes and lone surrogates become U+FFFD."""
    return _LONE.sub("�", text)


def pattern_on_wire(pattern: str) -> str:
    """A pattern of names as it travels: ``%`` is ``%25``, a byte that is no text is ``%FF``."""
    return _STRAY.sub(lambda stray: f"%{ord(stray[0]) - 0xDC00:02X}", pattern.replace("%", "%25"))


def pattern_from_wire(pattern: str) -> str:
    """The pattern that was sent; undoes `pattern_on_wire`."""
    return unquote(pattern, errors="surrogateescape")


ShownText = Annotated[str, BeforeValidator(lambda value: clean(str(value)))]
"""A text for people; whatever JSON cannot hold is replaced."""

Uri = Annotated[
    str,
    Field(
        description="A file URI (`file:///home/me/a%20photo.jpg`), percent-encoded byte by byte.",
        max_length=URI_MAX_CHARS,
    ),
]

ContentId = Annotated[
    str,
    Field(
        description="What names a photo by its content: 32 hexadecimal digits.",
        pattern=r"^[0-9a-f]{32}$",
    ),
]
