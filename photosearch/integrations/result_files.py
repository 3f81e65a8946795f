"""Results as a file in a host's own format, which lists photos for it to show."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from photosearch.atomic import write_atomically
from photosearch.errors import IntegrationError
from photosearch.integrations.result_names import title_name

_BEHIND_TITLE = " – photosearch"
_LARGEST_BYTES = 64 << 20

Skipped = tuple[tuple[Path, str], ...]


@dataclass(frozen=True)
class ListFormat:
    """How a host lists photos in a file.

    Attributes:
        suffix: of the name of such a file.
        beginning: with what ours begin, and those that the host has saved since do not: whoever
            changed one keeps it.
        entry: a path -> its lines, which are to hold ``mark`` once.
        mark: what there is once for each photo.
        end: what stands behind the last one.
        reason_against: why a photo cannot be in such a file; None where it can.
    """

    suffix: str
    beginning: bytes
    entry: Callable[[Path], bytes]
    mark: bytes
    end: bytes
    reason_against: Callable[[Path], str | None] = lambda photo: None


@dataclass(frozen=True)
class ResultFiles:
    """A folder of a host in which such files lie, ours and those of others."""

    folder: Path
    format: ListFormat

    def write(self, title: str, photos: Sequence[Path]) -> tuple[Path, int, Skipped]:
        """Write a file in place of ours of this title; returns what is in it.

        It gets another name than the one before: what a host shows under a name may be neither
        read anew nor brought to the front when that is opened again.

        Raises:
            IntegrationError: it cannot be written, or nothing could be in it.
        """
        reasons = [(photo, self._reason_against(photo)) for photo in photos]
        kept = [photo for photo, reason in reasons if reason is None]
        skipped = tuple((photo, reason) for photo, reason in reasons if reason is not None)
        if not kept:
            why = f": {skipped[0][1]}" if skipped else ""
            raise IntegrationError(
                f"None of the photos can be handed over{why}.", "Search for something else."
            )
        earlier = self._numbered(title_name(title))
        path = self._path(title_name(title), max(earlier, default=0) + 1)
        entries = b"".join(map(self.format.entry, kept))
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_atomically(path, self.format.beginning + entries + self.format.end)
            for one in earlier.values():
                if self._ours(one) is not None:
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
        for path in sorted(self.folder.glob("*" + self.format.suffix)):
            content = self._ours(path)
            if content is None:
                continue
            try:
                path.unlink()
            except OSError as error:
                raise _unwritable(path, error) from error
            count += content.count(self.format.mark)
        return count

    def _numbered(self, name: str) -> dict[int, Path]:
        """The files of this title, whosever they are."""
        number = r"( \(\d{1,9}\))?"
        pattern = re.compile(
            re.escape(name + _BEHIND_TITLE) + number + re.escape(self.format.suffix)
        )
        found = {}
        for path in self.folder.glob("*" + self.format.suffix):
            if match := pattern.fullmatch(path.name):
                found[int(match[1][2:-1]) if match[1] else 1] = path
        return found

    def _path(self, name: str, number: int) -> Path:
        count = f" ({number})" if number > 1 else ""
        return self.folder / f"{name}{_BEHIND_TITLE}{count}{self.format.suffix}"

    def _ours(self, path: Path) -> bytes | None:
        """The content of a file that we wrote; None where it is another's, or not readable."""
        with suppress(OSError):
            if path.is_file() and path.stat().st_size < _LARGEST_BYTES:
                content = path.read_bytes()
                return content if content.startswith(self.format.beginning) else None
        return None

    def _reason_against(self, photo: Path) -> str | None:
        if not photo.is_absolute():
            return "it is no absolute path"
        if not os.path.isfile(photo):  # noqa: PTH113 - never raises
            return "it is not there"
        return self.format.reason_against(photo)


def count_of(photos: int) -> str:
    """What a message says of a number of photos."""
    return "1 photo is" if photos == 1 else f"{photos} photos are"


def _unwritable(path: Path, error: OSError) -> IntegrationError:
    return IntegrationError(
        f"{path} cannot be written: {error.strerror or error}.", "Change its permissions."
    )
