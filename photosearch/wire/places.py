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
from photosearch.file_uris import clean, path_of, path_of_text, uri_of

URI_MAX_CHARS = 16_384
"""A path of 4,096 bytes (PATH_MAX of Linux), each written with three letters, and some to spare."""

_STRAY = re.compile("[\udc80-\udcff]")
_PLAIN = re.compile(r"(?!.*%(?:00|2[Ff]))[\w.~%-]+(?:/[\w.~%-]+)*", re.ASCII)
"""What is below a folder, as nearly everybody writes it."""


_read = lru_cache(maxsize=64)(path_of)


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
