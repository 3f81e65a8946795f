"""Windows Explorer: verbs in the user's part of the registry, for photos and for folders."""

from __future__ import annotations

from dataclasses import dataclass

from photosearch.integrations.host import Host, PartState
from photosearch.integrations.menu_texts import SIMILAR, WORDS
from photosearch.integrations.quoting import windows_line
from photosearch.integrations.record import Record
from photosearch.integrations.registry import RegistryKey
from photosearch.integrations.surroundings import Surroundings

# Verbs of a kind of files stay whichever program opens them by default.
_PHOTOS = r"Software\Classes\SystemFileAssociations\image\shell\photosearch.similar"
_FOLDERS = r"Software\Classes\Directory\Background\shell\photosearch.search"


def host(surroundings: Surroundings) -> Host:
    """Explorer on this machine."""
    is_here = surroundings.platform == "win32"
    return Host(
        name="windows",
        title="Windows Explorer",
        adds="“Find similar photos” in the menu of photos, and “Search photos by words…” in that "
        "of a folder; in Windows 11 below “Show more options”.",
        is_here=is_here,
        parts=_verbs(surroundings) if is_here else (),
    )


def _verbs(surroundings: Surroundings) -> tuple[Verb, ...]:
    app = surroundings.app_command
    icon = {"Icon": app[0]} if app[0].lower().endswith(".exe") else {}
    # One process for each photo, however many: the app gathers those that come at once.
    similar = {"MUIVerb": SIMILAR.english, "MultiSelectModel": "Player", **icon}
    words = {"MUIVerb": WORDS.english, **icon}
    return (
        _verb(surroundings, _PHOTOS, similar, f'{_line(app, "--gather", "--similar")} "%1"'),
        _verb(surroundings, _FOLDERS, words, _line(app)),
    )


def _verb(surroundings: Surroundings, key: str, values: dict[str, str], line: str) -> Verb:
    registry = surroundings.registry
    return Verb(
        RegistryKey(registry, key, values), RegistryKey(registry, rf"{key}\command", {"": line})
    )


def _line(app: tuple[str, ...], *options: str) -> str:
    """Explorer puts the name in for ``%1``; a percent sign of ours is doubled."""
    return windows_line((*app, *options)).replace("%", "%%")


@dataclass(frozen=True)
class Verb:
    """An entry, and the key below it with its command: the last to come and the first to go."""

    entry: RegistryKey
    command: RegistryKey

    @property
    def place(self) -> str:
        """The key of the entry."""
        return self.entry.place

    def state(self, record: Record) -> PartState:
        """What is there of both."""
        states = {self.entry.state(record), self.command.state(record)}
        if PartState.FOREIGN in states:
            return PartState.FOREIGN
        return states.pop() if len(states) == 1 else PartState.OUTDATED

    def install(self, record: Record) -> None:
        """Write both, unless one of them is somebody else's."""
        if self.state(record) is not PartState.FOREIGN:
            self.entry.install(record)
            self.command.install(record)

    def remove(self, record: Record) -> None:
        """Take both away."""
        self.command.remove(record)
        self.entry.remove(record)
