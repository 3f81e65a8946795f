"""A cache that a command of the desktop makes from files such as ours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from photosearch.integrations.host import PartState
from photosearch.integrations.own_file import read_file, unwritable
from photosearch.integrations.record import Record


@dataclass(frozen=True)
class DerivedFile:
    """What ``command`` makes; run after the parts before it are written, and after they are gone.

    To be the last of a host's parts: parts are removed in the order in which they stand, too.
    """

    path: Path
    command: Sequence[str]
    run: Callable[[Sequence[str]], object]

    @property
    def place(self) -> str:
        """The path."""
        return str(self.path)

    def state(self, record: Record) -> PartState:
        """It is as current as the parts that it is made from."""
        return PartState.CURRENT if record.knows(self.place) else PartState.ABSENT

    def install(self, record: Record) -> None:
        """Have it made anew."""
        if not record.knows(self.place):
            record.note(self.place, b"", read_file(self.path))
        self.run(self.command)

    def remove(self, record: Record) -> None:
        """Have it made anew without us; one that was not there before is deleted."""
        if not record.knows(self.place):
            return
        self.run(self.command)
        if not record.had_original(self.place) and not self._is_needed():
            try:
                self.path.unlink(missing_ok=True)
            except OSError as error:
                raise unwritable(self.path, error) from error
        record.forget(self.place)

    def _is_needed(self) -> bool:
        """Whether files of others are there by now, which it is made from as well."""
        return any(one != self.path for one in self.path.parent.glob("*.desktop"))
