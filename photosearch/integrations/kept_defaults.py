"""Keeps the programs that open photos what they were, though we can open them, too."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from photosearch.integrations.host import PartState
from photosearch.integrations.own_file import read_file, replace_file, unwritable
from photosearch.integrations.record import Record
from photosearch.integrations.shared_file import put_back

if TYPE_CHECKING:
    from photosearch.integrations.surroundings import Surroundings

_BEGIN, _END = b"# photosearch: as it was before\n", b"# photosearch: end\n"
_BEGIN_BEHIND_HALF_A_LINE = b"\n# photosearch: as it was before, without the end of a line\n"
_BLOCK = re.compile(b"(?:%s|%s).*?%s" % (_BEGIN, _BEGIN_BEHIND_HALF_A_LINE, _END), re.DOTALL)
_GROUP = re.compile(rb"^\[Default Applications\][ \t]*\n", re.MULTILINE)
_ENTRY = re.compile(r"\S.*\.desktop")


@dataclass(frozen=True)
class KeptDefaults:
    """Lines in a list of default programs, for those types of which nobody chose one.

    For these, GLib takes the first program that can open them, and a user's own folder comes
    before the system's: our entry would become what a double click opens. So the programs that it
    would be without us are written down; the first that is still there counts.

    Attributes:
        path: a list in the folder of the entry; a user's choices are in another one, which comes
            before it.
        types: MIME types.
        ours: the id of the entry that is not to be a default.
    """

    path: Path
    types: Sequence[str]
    ours: str
    surroundings: Surroundings

    @property
    def place(self) -> str:
        """The path."""
        return str(self.path)

    def state(self, record: Record) -> PartState:
        """Whether the question was asked; nothing may have had to be written."""
        if record.knows(self.place) or _BLOCK.search(read_file(self.path) or b""):
            return PartState.CURRENT
        return PartState.ABSENT

    def install(self, record: Record) -> None:
        """Write down what would open photos without our entry, which is installed already."""
        found = read_file(self.path)
        kept = self._to_keep()
        merged = _with_lines(found or b"", kept)
        if not record.knows(self.place) or kept:
            record.note(self.place, merged, None if found is None else _BLOCK.sub(b"", found))
        if not kept:
            return
        try:
            record.make_folder(self.place, self.path.parent)
            replace_file(self.path, merged)
        except OSError as error:
            raise unwritable(self.path, error) from error

    def remove(self, record: Record) -> None:
        """Take our lines out; a file that we made, and nobody else wrote into, is deleted."""
        found = read_file(self.path)
        if found is not None and (rest := _BLOCK.sub(b"", found)) != found:
            put_back(self.path, record, found, rest)
        record.forget(self.place)

    def _to_keep(self) -> dict[str, str]:
        """By type, all programs but ours in their order, where ours is the default now."""
        kept = {}
        for mime_type in self.types:
            names = self._programs(mime_type)
            others = dict.fromkeys(name for name in names if name != self.ours)
            if names and names[0] == self.ours and others:
                kept[mime_type] = "".join(f"{name};" for name in others)
        return kept

    def _programs(self, mime_type: str) -> list[str]:
        """The default program and then all others, as GLib has them; none where it is not here."""
        command = ["env", "LC_ALL=C", "gio", "mime", mime_type]
        lines = self.surroundings.run(command).said.splitlines()
        if not lines or not (default := _ENTRY.search(lines[0].rpartition(": ")[2])):
            return []
        others = (match for line in lines[1:] if (match := _ENTRY.fullmatch(line.strip())))
        return [default[0], *(match[0] for match in others)]


def _with_lines(found: bytes, kept: dict[str, str]) -> bytes:
    """A list with these defaults in a block of ours, in place of one that is there."""
    earlier = _BLOCK.search(found)
    known = _lines(earlier[0]) if earlier else {}
    lines = "".join(f"{one}={name}\n" for one, name in {**known, **kept}.items()).encode()
    rest = _BLOCK.sub(b"", found)
    if not lines:
        return found
    if group := _GROUP.search(rest):
        at = group.end()
        return rest[:at] + _BEGIN + lines + _END + rest[at:]
    begin = _BEGIN_BEHIND_HALF_A_LINE if rest and not rest.endswith(b"\n") else _BEGIN
    return rest + begin + b"[Default Applications]\n" + lines + _END


def _lines(block: bytes) -> dict[str, str]:
    pairs = (line.partition("=") for line in block.decode("utf-8", "replace").splitlines())
    return {key: value for key, sign, value in pairs if sign and not key.startswith("#")}
