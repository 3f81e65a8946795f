"""A cache that a command of the desktop makes from files such as ours."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from photosearch.integrations.host import PartState
from photosearch.integrations.own_file import read_file, replace_file, unwritable
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
            record.note(self.place, self._sources(record), read_file(self.path))
        self.run(self.command)

    def remove(self, record: Record) -> None:
        """Put back what was there, if it is made of the same files as then; else make it anew."""
        if not record.knows(self.place):
            return
        before = record.original(self.place)
        try:
            if record.wrote(self.place, self._sources(record)):
                if before is None:
                    self.path.unlink(missing_ok=True)
                else:
                    replace_file(self.path, before)
            else:
                self.run(self.command)
        except OSError as error:
            raise unwritable(self.path, error) from error
        record.forget(self.place)

    def _sources(self, record: Record) -> bytes:
        """The files beside it that are not ours, each with its date."""
        lines = []
        for one in self.path.parent.glob("*.desktop"):
            with suppress(OSError):  # a link that leads nowhere gives nothing to a cache
                if not record.knows(str(one)):
                    lines.append(b"%s %d" % (os.fsencode(one.name), one.stat().st_mtime_ns))
        return b"\n".join(sorted(lines))
