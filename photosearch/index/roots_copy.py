"""A copy of the added folders beside the catalog: the one thing that no scan could find again."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path

from photosearch.atomic import write_atomically
from photosearch.errors import PhotoSearchError
from photosearch.types import Root


def roots_copy_of(catalog_path: Path) -> Path:
    """Where the copy of a catalog's folders lies."""
    return catalog_path.with_name("roots.json")


def save_roots(path: Path, roots: Iterable[Root]) -> None:
    """Write the copy; to be called after each change of the folders.

    Raises:
        PhotoSearchError: the disk is full or the file cannot be written.
    """
    # JSON's \\u escapes also hold what `os.fsdecode` makes of bytes that are no text.
    rows = [{"id": r.id, "path": str(r.path), "exclude": list(r.exclude)} for r in roots]
    try:
        write_atomically(path, json.dumps({"roots": rows}, indent=1).encode("ascii"))
    except OSError as error:
        raise PhotoSearchError(
            f"The list of folders {path} cannot be written: {error.strerror or error}.",
            "Make sure that the disk has free space and that the file may be written.",
        ) from error


def read_roots(path: Path) -> tuple[Root, ...]:
    """The folders in a copy; what is damaged or senseless in it is left out, maybe everything."""
    try:
        rows = json.loads(path.read_bytes())["roots"]
        found = [_root(row) for row in rows]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return ()
    return tuple(root for root in found if root is not None)


def _root(row: object) -> Root | None:
    match row:
        case {"id": int(id_), "path": str(path), "exclude": [*exclude]} if (
            0 < id_ < 2**63
            and os.path.isabs(path)  # noqa: PTH117 - before it becomes a Path
            and "\0" not in path
            and all(isinstance(pattern, str) for pattern in exclude)
        ):
            return Root(id_, Path(path), tuple(exclude))
    return None
