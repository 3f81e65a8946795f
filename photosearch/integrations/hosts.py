"""The hosts that there are."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from photosearch.errors import IntegrationError
from photosearch.integrations.host import Host
from photosearch.integrations.surroundings import Surroundings

_MODULES: tuple[str, ...] = (
    "lightroom",
    "geeqie",
    "gthumb",
    "shotwell",
    "xnview",
    "gnome",
    "krunner",
    "folder",
)


def hosts(surroundings: Surroundings) -> tuple[Host, ...]:
    """All of them, as they are on this machine at this moment."""
    return tuple(_maker(name)(surroundings) for name in _MODULES)


def host_named(surroundings: Surroundings, name: str) -> Host:
    """One of them.

    Raises:
        IntegrationError: there is none of this name.
    """
    found = {host.name: host for host in hosts(surroundings)}
    if name not in found:
        raise IntegrationError(
            f"No program is known as {name!r}.", f"There are: {', '.join(found)}."
        )
    return found[name]


def _maker(name: str) -> Callable[[Surroundings], Host]:
    maker: Callable[[Surroundings], Host] = import_module(f"photosearch.integrations.{name}").host
    return maker
