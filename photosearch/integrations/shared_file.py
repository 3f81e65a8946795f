"""A file of the user's or the host's, into which a block of ours is merged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from photosearch.errors import IntegrationError
from photosearch.integrations.host import PartState
from photosearch.integrations.own_file import read_file, replace_file, unwritable
from photosearch.integrations.record import Record


@dataclass(frozen=True)
class SharedFile:
    """A block within a file that others write too.

    Attributes:
        insert: the text without our block -> the text with it. May raise ValueError with the
            reason why that cannot be done (the file is broken, say).
        cut: the text -> the same without our block, all else byte for byte; also when the host
            has written the file anew around it. May raise ValueError.
        skeleton: what the file begins as where there is none.
    """

    path: Path
    insert: Callable[[bytes], bytes]
    cut: Callable[[bytes], bytes]
    skeleton: bytes = b""

    @property
    def place(self) -> str:
        """The path."""
        return str(self.path)

    def state(self, record: Record) -> PartState:
        """Whether our block is there, and as we would write it."""
        found = read_file(self.path)
        if found is None:
            return PartState.ABSENT
        try:
            rest = self.cut(found)
            if rest == found:
                return PartState.ABSENT
            is_current = self.insert(rest) == found
        except ValueError:
            return PartState.ABSENT  # `install` says why it cannot be done
        return PartState.CURRENT if is_current else PartState.OUTDATED

    def install(self, record: Record) -> None:
        """Merge our block in; a block of ours that is there already is replaced.

        Raises:
            IntegrationError: the file is not what the host writes, or cannot be written.
        """
        found = read_file(self.path)
        if found is not None and self.state(record) is PartState.CURRENT:
            return
        try:
            rest = self.skeleton if found is None else self.cut(found)
            merged = self.insert(rest)
        except ValueError as error:
            raise self._unreadable(error) from error
        try:
            record.note(self.place, merged, None if found is None else rest)
            record.make_folder(self.place, self.path.parent)
            replace_file(self.path, merged)
        except OSError as error:
            raise unwritable(self.path, error) from error

    def remove(self, record: Record) -> None:
        """Cut our block out; a file that we made, and nobody else wrote into, is deleted.

        Raises:
            IntegrationError: the file cannot be read or written.
        """
        found = read_file(self.path)
        if found is not None:
            try:
                rest = self.cut(found)
            except ValueError as error:
                raise self._unreadable(error) from error
            put_back(self.path, record, found, rest, self.skeleton)
        record.forget(self.place)

    def _unreadable(self, error: ValueError) -> IntegrationError:
        return IntegrationError(
            f"{self.path} cannot be changed: {error}.", "Mend it, or move it away, and try again."
        )


def put_back(path: Path, record: Record, found: bytes, rest: bytes, skeleton: bytes = b"") -> None:
    """Take our block out of a file, of which ``rest`` is then left.

    What was there before is put back to the byte if nobody wrote into the file since; a file that
    we made, and of which but the ``skeleton`` is left, is deleted.

    Raises:
        IntegrationError: the file cannot be written.
    """
    place = str(path)
    original = record.original(place) if record.knows(place) else None
    was_there = not record.knows(place) or record.had_original(place)
    try:
        if original is not None and record.wrote(place, found):
            replace_file(path, original)
        elif not was_there and rest in (skeleton, b""):
            path.unlink()
        elif rest != found:
            replace_file(path, rest)
    except OSError as error:
        raise unwritable(path, error) from error
