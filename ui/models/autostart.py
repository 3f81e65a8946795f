"""Whether the service starts at login: the switch of it, which tests can replace."""

from __future__ import annotations

from typing import Protocol

from photosearch.paths import AppPaths


class Autostart(Protocol):
    """Starts the service at login, or not. To be called in a worker: the system is asked.

    Raises:
        PhotoSearchError: the system refuses.
    """

    def is_enabled(self) -> bool:
        """Whether it starts at login."""
        ...

    def enable(self) -> tuple[str, ...]:
        """Start it at login from now on; returns what the user should know of."""
        ...

    def disable(self) -> tuple[str, ...]:
        """Start it at login no more; returns what the user should know of."""
        ...


class LoginStart:
    """The system's own way of starting the service of one index at login."""

    def __init__(self, paths: AppPaths) -> None:
        self._paths = paths

    def is_enabled(self) -> bool:
        """Whether it starts at login."""
        from photosearch import autostart  # it knows five systems, and takes a while to import

        return autostart.is_enabled(self._paths)

    def enable(self) -> tuple[str, ...]:
        """Start it at login from now on."""
        from photosearch import autostart

        return autostart.enable(self._paths)

    def disable(self) -> tuple[str, ...]:
        """Start it at login no more."""
        from photosearch import autostart

        return autostart.disable(self._paths)
