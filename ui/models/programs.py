"""Other programs on this machine: whether photosearch is in their menus, and what can be done."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from photosearch.errors import PhotoSearchError
from photosearch.paths import AppPaths

if TYPE_CHECKING:
    from photosearch.integrations.surroundings import Surroundings

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Program:
    """One of them, as it is at this moment.

    Attributes:
        adds, then: sentences of the core: what it gets, and what is to be done afterwards.
        is_here: it was found on this machine.
        is_on: photosearch is in its menus.
        has_entries: there is something to switch on.
        takes_photos: photos that were found can be sent to it.
        folders: those of its library, which are here.
    """

    name: str
    title: str
    adds: str
    then: str = ""
    is_here: bool = True
    is_on: bool = False
    has_entries: bool = True
    takes_photos: bool = False
    folders: tuple[Path, ...] = ()


class Programs(Protocol):
    """Looks at the disk and writes to it: to be called in workers.

    Raises:
        PhotoSearchError: something cannot be read or written.
    """

    def look(self) -> tuple[Program, ...]:
        """All of them."""
        ...

    def switch(self, name: str, *, is_on: bool) -> tuple[str, ...]:
        """Put photosearch into a program's menus, or take it out of them.

        Returns the places where a file of somebody else is in the way, which stays.
        """
        ...

    def send(self, name: str, title: str, photos: Sequence[Path]) -> tuple[str, int]:
        """Hand photos over; returns what became of them, and how many could not be."""
        ...

    def take_back(self, name: str) -> int:
        """Take away all that was ever sent; returns how many photos that were."""
        ...


class LocalPrograms:
    """Those of this machine. What writes for them is imported when it is needed."""

    def __init__(self, paths: AppPaths) -> None:
        self._paths = paths

    def look(self) -> tuple[Program, ...]:
        """All of them."""
        from photosearch.integrations.hosts import hosts
        from photosearch.integrations.installing import is_in

        around = self._surroundings()
        return tuple(
            Program(
                name=host.name,
                title=host.title,
                adds=host.adds,
                then=host.then,
                is_here=host.is_here,
                is_on=is_in(self._paths, host),
                has_entries=bool(host.parts),
                takes_photos=host.is_here and host.results is not None,
                folders=_folders(host.name, around) if host.is_here else (),
            )
            for host in hosts(around)
        )

    def switch(self, name: str, *, is_on: bool) -> tuple[str, ...]:
        """Put photosearch into a program's menus, or take it out of them."""
        from photosearch.integrations.hosts import host_named
        from photosearch.integrations.installing import install, remove

        host = host_named(self._surroundings(), name)
        return install(self._paths, host) if is_on else remove(self._paths, host)

    def send(self, name: str, title: str, photos: Sequence[Path]) -> tuple[str, int]:
        """Hand photos over; returns what became of them, and how many could not be."""
        from photosearch.integrations.hosts import target_named

        sent = target_named(self._surroundings(), name).send(title, photos)
        return sent.message, len(sent.skipped)

    def take_back(self, name: str) -> int:
        """Take away all that was ever sent; returns how many photos that were."""
        from photosearch.integrations.hosts import target_named

        return target_named(self._surroundings(), name).take_back()

    def _surroundings(self) -> Surroundings:
        from photosearch.integrations.surroundings import Surroundings

        return Surroundings(self._paths)


def _folders(name: str, around: Surroundings) -> tuple[Path, ...]:
    from photosearch.host_libraries import HOST_LIBRARIES, host_folders

    if name not in HOST_LIBRARIES:
        return ()
    try:
        return host_folders(name, around.home, around.environ)
    except PhotoSearchError as error:
        _log.warning("%s", error)  # all else can be shown
        return ()
