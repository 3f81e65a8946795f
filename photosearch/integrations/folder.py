"""The file manager, whichever it is: results as a folder of links that it opens."""

from __future__ import annotations

from photosearch.integrations.folder_of_links import LinksFolder, file_manager
from photosearch.integrations.host import Host
from photosearch.integrations.surroundings import Surroundings


def host(surroundings: Surroundings) -> Host:
    """Always here, and nothing to be installed for it."""
    return Host(
        name="folder",
        title="Folder of links",
        adds="Nothing in any menu; results come back as a folder of links, which the file "
        "manager opens.",
        is_here=True,
        then="There is nothing to install: send results to it.",
        results=LinksFolder(surroundings, "folder", file_manager(surroundings)),
    )
