"""Puts photosearch into a host, and takes every trace of it away again."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from photosearch.errors import IntegrationError
from photosearch.integrations.host import Host, HostState, Part, PartState
from photosearch.integrations.record import Record
from photosearch.integrations.turns import one_at_a_time
from photosearch.paths import AppPaths

_OURS = (PartState.CURRENT, PartState.OUTDATED)


def state_of(paths: AppPaths, host: Host) -> HostState:
    """Whether photosearch is in a host's menus.

    Raises:
        IntegrationError: the record cannot be read.
    """
    record = Record(paths.integrations)
    states = {_state(host, part, record) for part in host.parts}
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
    with one_at_a_time():
        record = Record(paths.integrations)
        done: list[Part] = []
        try:
            for part in host.parts:
                done.append(part)
                part.install(record)
                record.use(host.name, part.place)
        except IntegrationError:
            with suppress(IntegrationError):
                _remove(host, done, record)
            raise
        return _foreign(host, record)


def remove(paths: AppPaths, host: Host) -> tuple[str, ...]:
    """Take all parts of a host away, and the photos that it was given.

    Returns the places whose file is somebody else's, and stays.

    Raises:
        IntegrationError: something cannot be removed; all else is.
    """
    failure: IntegrationError | None = None
    try:
        if host.results is not None:
            host.results.take_back()  # a plugin of ours may have to do it
    except IntegrationError as error:
        failure = error
    with one_at_a_time():
        record = Record(paths.integrations)
        foreign = _foreign(host, record)
        _remove(host, host.parts, record)
    if failure is not None:
        raise failure
    return foreign


def is_in(paths: AppPaths, host: Host) -> bool:
    """Whether something of ours is there for a host, so that there is something to remove.

    Raises:
        IntegrationError: the record cannot be read.
    """
    record = Record(paths.integrations)
    return any(_state(host, part, record) in _OURS for part in host.parts)


def plan(paths: AppPaths, host: Host, *, removing: bool = False) -> tuple[tuple[str, str], ...]:
    """What `install` or `remove` would do: verbs and places, nothing is written."""
    record = Record(paths.integrations)
    return tuple((_verb(_state(host, part, record), removing), part.place) for part in host.parts)


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


def _state(host: Host, part: Part, record: Record) -> PartState:
    """Of a part that several hosts have: it is absent for those that are not installed.

    A file that cannot be read is not ours; what is wrong with it, `install` and `remove` say.
    """
    try:
        state = part.state(record)
    except IntegrationError:
        return PartState.FOREIGN
    is_theirs = state in _OURS and not record.is_used_by(host.name, part.place)
    return PartState.ABSENT if is_theirs else state


def _foreign(host: Host, record: Record) -> tuple[str, ...]:
    """The places in which something lies that is not ours."""
    states = ((part.place, _state(host, part, record)) for part in host.parts)
    return tuple(place for place, state in states if state is PartState.FOREIGN)


def _remove(host: Host, parts: Sequence[Part], record: Record) -> None:
    failures: list[IntegrationError] = []
    for part in parts:
        try:
            if record.release(host.name, part.place):
                part.install(record)  # the other host keeps it, as it has to be by now
            else:
                part.remove(record)
        except IntegrationError as error:
            failures.append(error)
    if failures:
        raise failures[0]
