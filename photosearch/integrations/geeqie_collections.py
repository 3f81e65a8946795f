"""Collection files of Geeqie that hold results."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from photosearch.atomic import write_atomically
from photosearch.errors import IntegrationError
from photosearch.integrations.result_names import title_name

# Geeqie takes any line of this beginning for its header, and passes over other lines with a #.
_HEADER = b"#Geeqie collection\n"
_OURS = b"#photosearch results\n"
_END = b"#end\n"
_BEHIND_TITLE = " – photosearch"
_SUFFIX = ".gqv"
_LARGEST_BYTES = 64 << 20

Skipped = tuple[tuple[Path, str], ...]


@dataclass(frozen=True)
class Collections:
    """A folder of ``.gqv`` files: a header, then a quoted path a line, in the order to be shown.

    All between two quotes is a path, line breaks as well; a quote itself cannot be written
    (collect-io.cc, collection_load_private). Those that we wrote have a line of ours in them.
    Geeqie drops it when it saves one: whoever changed a collection keeps it.
    """

    folder: Path

    def write(self, title: str, photos: Sequence[Path]) -> tuple[Path, int, Skipped]:
        """Write a collection in place of ours of this title; returns what is in it.

        It gets another name than the one before: a window that Geeqie shows under a name is
        neither read anew nor brought to the front when that is opened again.

        Raises:
            IntegrationError: it cannot be written, or nothing could be in it.
        """
        reasons = [(photo, _reason_against(photo)) for photo in photos]
        kept = [photo for photo, reason in reasons if reason is None]
        skipped = tuple((photo, reason) for photo, reason in reasons if reason is not None)
        if not kept:
            raise IntegrationError(
                "None of the photos can be in a collection of Geeqie"
                + (f": {skipped[0][1]}." if skipped else "."),
                "Search for something else.",
            )
        lines = [b'"' + os.fsencode(photo) + b'"\n' for photo in kept]
        earlier = self._numbered(title_name(title))
        path = self._path(title_name(title), max(earlier, default=0) + 1)
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_atomically(path, b"".join([_HEADER, _OURS, *lines, _END]))
            for one in earlier.values():
                if _ours(one) is not None:
                    one.unlink()
        except OSError as error:
            raise _unwritable(path, error) from error
        return path, len(kept), skipped

    def delete(self) -> int:
        """Delete those that we wrote; returns how many photos were in them.

        Raises:
            IntegrationError: one cannot be deleted.
        """
        count = 0
        for path in sorted(self.folder.glob("*" + _SUFFIX)):
            content = _ours(path)
            if content is None:
                continue
            try:
                path.unlink()
            except OSError as error:
                raise _unwritable(path, error) from error
            count += content.count(b'"') // 2
        return count

    def _numbered(self, name: str) -> dict[int, Path]:
        """The collections of this title, whosever they are."""
        number = r"( \(\d{1,9}\))?"
        pattern = re.compile(re.escape(name + _BEHIND_TITLE) + number + re.escape(_SUFFIX))
        found = {}
        for path in self.folder.glob("*" + _SUFFIX):
            if match := pattern.fullmatch(path.name):
                found[int(match[1][2:-1]) if match[1] else 1] = path
        return found

    def _path(self, name: str, number: int) -> Path:
        count = f" ({number})" if number > 1 else ""
        return self.folder / f"{name}{_BEHIND_TITLE}{count}{_SUFFIX}"


def _ours(path: Path) -> bytes | None:
    """The content of a collection that we wrote; None where it is another's, or not readable."""
    with suppress(OSError):
        if path.is_file() and path.stat().st_size < _LARGEST_BYTES:
            content = path.read_bytes()
            return content if content.startswith(_HEADER + _OURS) else None
    return None


def _reason_against(photo: Path) -> str | None:
    if '"' in str(photo):
        return "a name with a quotation mark cannot be in a collection of Geeqie"
    if not photo.is_absolute():
        return "it is no absolute path"
    return None if os.path.isfile(photo) else "it is not there"  # noqa: PTH113 - never raises


def _unwritable(path: Path, error: OSError) -> IntegrationError:
    return IntegrationError(
        f"{path} cannot be written: {error.strerror or error}.", "Change its permissions."
    )
