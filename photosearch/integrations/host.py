"""What an integration is: a host, and the parts that are written for it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from photosearch.integrations.record import Record
    from photosearch.integrations.results import ResultsTarget


class PartState(StrEnum):
    """What is in the place of a part."""

    ABSENT = "absent"
    CURRENT = "current"
    """As this version writes it."""
    OUTDATED = "outdated"
    """As we wrote it once, which is not what we would write now."""
    FOREIGN = "foreign"
    """Somebody else's, or changed by hand since: it is never overwritten nor removed."""


class Part(Protocol):
    """One thing that is written for a host: a file, a block in a file, a registry key."""

    @property
    def place(self) -> str:
        """Where it is, for a person."""
        ...

    def state(self, record: Record) -> PartState:
        """What is there now."""
        ...

    def install(self, record: Record) -> None:
        """Write it, once however often this is called; what is foreign stays as it is.

        Raises:
            IntegrationError: it cannot be written.
        """
        ...

    def remove(self, record: Record) -> None:
        """Take away what `install` wrote: all is then as it was before, byte for byte.

        Raises:
            IntegrationError: it cannot be removed.
        """
        ...


class HostState(StrEnum):
    """Whether photosearch is in a host's menus."""

    MISSING = "missing"
    """The host is not on this machine, and nothing is installed for it."""
    OFF = "off"
    ON = "on"
    OUTDATED = "outdated"
    """Installed by another version, or in part: installing again brings it up to date."""
    FOREIGN = "foreign"
    """A file of somebody else is in the place of one of ours."""


@dataclass(frozen=True, kw_only=True)
class Host:
    """Another program, as it is on this machine at this moment.

    Attributes:
        name: what the command line calls it.
        title: what people call it.
        adds: what installing adds to it, in one sentence.
        is_here: it was found on this machine.
        parts: what is written for it, in this order.
        then: what the user has to do after installing; empty where nothing.
        results: where photos that were found can be handed to; None where the host takes none.
    """

    name: str
    title: str
    adds: str
    is_here: bool
    parts: tuple[Part, ...] = ()
    then: str = ""
    results: ResultsTarget | None = None
