"""Puts photosearch into a host, and takes every trace of it away again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from photosearch.errors import IntegrationError
from photosearch.integrations.host import Host, HostState, Part, PartState
from photosearch.integrations.record import Record
from photosearch.paths import AppPaths


def state_of(paths: AppPaths, host: Host) -> HostState:
    """Whether photosearch is in a host's menus.

    Raises:
        IntegrationError: one of its files cannot be read.
    """
    record = _record(paths, host)
    states = {part.state(record) for part in host.parts}
    if PartState.FOREIGN in states:
        return HostState.FOREIGN
    if states == {PartState.CURRENT}:
        return HostState.ON
    if states <= {PartState.ABSENT}:
        return HostState.OFF if host.is_here else HostState.MISSING
    return HostState.OUTDATED


def install(paths: AppPaths, host: Host) -> tuple[str, ...]:
    """Write all parts of a host; returns the places that a file of somebody else was left in.

    Raises:
        IntegrationError: something cannot be written; what was written so far is taken away.
    """
    record = _record(paths, host)
    done: list[Part] = []
    try:
        for part in host.parts:
            done.append(part)
            part.install(record)
    except IntegrationError:
        _remove(done, record)
        raise
    return tuple(part.place for part in host.parts if part.state(record) is PartState.FOREIGN)


def remove(paths: AppPaths, host: Host) -> tuple[str, ...]:
    """Take all parts of a host away; returns the places whose file is somebody else's, and stays.

    Raises:
        IntegrationError: something cannot be removed; all else is.
    """
    record = _record(paths, host)
    foreign = [part.place for part in host.parts if part.state(record) is PartState.FOREIGN]
    _remove(host.parts, record)
    return tuple(foreign)


def plan(paths: AppPaths, host: Host, *, removing: bool = False) -> tuple[tuple[str, str], ...]:
    """What `install` or `remove` would do: verbs and places, nothing is written."""
    record = _record(paths, host)
    return tuple((_verb(part.state(record), removing), part.place) for part in host.parts)


def _verb(state: PartState, removing: bool) -> str:
    if state is PartState.FOREIGN:
        return "leave"
    if removing:
        return "nothing" if state is PartState.ABSENT else "remove"
    return {
        PartState.ABSENT: "write",
        PartState.OUTDATED: "update",
        PartState.CURRENT: "nothing",
    }[state]


def _remove(parts: Sequence[Part], record: Record) -> None:
    failures: list[IntegrationError] = []
    for part in parts:
        try:
            part.remove(record)
        except IntegrationError as error:
            failures.append(error)
    if failures:
        raise failures[0]


def _record(paths: AppPaths, host: Host) -> Record:
    return Record(_folder(paths, host))


def _folder(paths: AppPaths, host: Host) -> Path:
    return paths.integrations / host.name
