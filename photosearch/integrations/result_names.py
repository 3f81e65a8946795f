"""What results are called on disk: titles and ranks as names of files."""

from __future__ import annotations

import os
import re
import sys

# File systems take 255 bytes; something is added to a title, and desktops show less anyway.
_TITLE_BYTES = 150
_NAME_BYTES = 255

_UNWANTED = re.compile(r"[\x00-\x1f\x7f/]+")
_UNWANTED_BY_WINDOWS = re.compile(r'[\\:*?"<>|]+')


def title_name(title: str) -> str:
    """The name of a file or folder for results: the title, as far as a name can hold it."""
    text = title.encode("utf-8", "replace").decode()
    text, end = _UNWANTED.sub(" ", text), " "
    if sys.platform == "win32":
        text, end = _UNWANTED_BY_WINDOWS.sub(" ", text), ". "
    name = _shortened(" ".join(text.split()).lstrip(". "), _TITLE_BYTES).rstrip(end)
    return name or "results"


def ranked_name(rank: int, count: int, name: str) -> str:
    """The name of a photo with its rank before it, so that sorting by name keeps the order.

    Args:
        rank: from 1.
        count: how many there are; all ranks get as many digits as the last one, 3 at least.
        name: the name of the file, which may be no text.
    """
    number = f"{rank:0{max(3, len(str(count)))}d} "
    stem, suffix = os.path.splitext(os.fsencode(name))  # noqa: PTH122 - bytes
    room = _NAME_BYTES - len(number) - len(suffix)
    return number + os.fsdecode(stem[: max(room, 0)] + suffix)[: _NAME_BYTES - len(number)]


def _shortened(text: str, size_bytes: int) -> str:
    return text.encode()[:size_bytes].decode(errors="ignore")
