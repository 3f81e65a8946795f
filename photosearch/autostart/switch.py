"""The switch: whether the service of an index starts at login, whichever ways this system has.

Each function may ask other programs, and wait for them: not in the thread of a window.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from photosearch.autostart.choice import autostarts

if TYPE_CHECKING:
    from photosearch.paths import AppPaths


def is_enabled(paths: AppPaths) -> bool:
    """Whether the service of an index starts at login, in whatever way."""
    return any(way.is_enabled() for way in autostarts(paths))


def enable(paths: AppPaths) -> tuple[str, ...]:
    """Start it at login, in the best way alone; returns what the user should know of.

    Raises:
        SettingsError: what is to be written cannot be.
        ServiceError: the system refuses.
    """
    best, *others = autostarts(paths)
    notes = [best.enable(), *(other.disable() for other in others if other.is_enabled())]
    return tuple(filter(None, notes))


def disable(paths: AppPaths) -> tuple[str, ...]:
    """Start it at login no more; returns what the user should know of. A running one goes on.

    Raises:
        SettingsError: somebody changed what was written, or it cannot be removed.
        ServiceError: the system refuses.
    """
    return tuple(filter(None, [way.disable() for way in autostarts(paths)]))


def place(paths: AppPaths) -> str:
    """What `enable` writes."""
    return autostarts(paths)[0].place


def start(paths: AppPaths) -> bool:
    """Start the service now, as at login; False where that is left to others.

    Raises:
        ServiceError: the system refuses.
    """
    return autostarts(paths)[0].start()
