"""Shotwell: nothing can be added to it; results go to a folder of links."""

from __future__ import annotations

from photosearch.integrations.folder_of_links import LinksFolder, file_manager
from photosearch.integrations.host import Host
from photosearch.integrations.surroundings import Surroundings


def host(surroundings: Surroundings) -> Host:
    """Shotwell on this machine.

    Its plugins are compiled ones for publishing and slideshows, and its one external editor is
    the user's choice: neither is touched. The file manager shows the links, since Shotwell's
    viewer passes links over when it goes through a folder (measured with 0.30.17).
    """
    return Host(
        name="shotwell",
        title="Shotwell",
        adds="Nothing in its menus, which no file can extend; results come back as a folder of "
        "links.",
        is_here=surroundings.is_linux and surroundings.which("shotwell") is not None,
        then="It takes no entries in its menus. Results can be sent to a folder of links.",
        results=LinksFolder(surroundings, "shotwell", file_manager(surroundings)),
    )
