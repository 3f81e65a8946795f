"""The hosts that there are."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from photosearch.errors import IntegrationError
from photosearch.integrations.host import Host
from photosearch.integrations.results import ResultsTarget
from photosearch.integrations.surroundings import Surroundings

_MODULES: tuple[str, ...] = (
    "desktop",
    "lightroom",
    "darktable",
    "digikam",
    "geeqie",
    "gthumb",
    "shotwell",
    "xnview",
    "gnome",
    "krunner",
    "folder",
    "nautilus",
    "nemo",
    "dolphin",
    "thunar",
    "windows",
    "macos",
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


def target_named(surroundings: Surroundings, name: str) -> ResultsTarget:
    """Where photos can be sent to.

    Raises:
        IntegrationError: there is no host of this name, or it takes none.
    """
    target = host_named(surroundings, name).results
    if target is None:
        taking = ", ".join(one.name for one in hosts(surroundings) if one.results is not None)
        raise IntegrationError(f"{name} takes no photos.", f"These do: {taking}.")
    return target


def _maker(name: str) -> Callable[[Surroundings], Host]:
    maker: Callable[[Surroundings], Host] = import_module(f"photosearch.integrations.{name}").host
    return maker
