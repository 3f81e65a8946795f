"""XnView MP: its list of programs is its own to write; results go to it as a folder of links."""

from __future__ import annotations

from pathlib import Path

from photosearch.integrations.folder_of_links import LinksFolder, file_manager
from photosearch.integrations.host import Host
from photosearch.integrations.surroundings import Surroundings

_PROGRAMS = ("xnviewmp", "XnView", "xnview")
_PACKAGE = "/opt/XnView/xnview.sh"  # where the maker's own Debian package puts it


def host(surroundings: Surroundings) -> Host:
    """XnView MP on this machine.

    How it keeps what its "Open with" menu shows is documented nowhere, so that nothing is written
    there; the user adds the command once by hand.
    """
    is_here = any(surroundings.which(name) is not None for name in _PROGRAMS)
    return Host(
        name="xnview",
        title="XnView MP",
        adds="Nothing by itself, since how it keeps its menus is not published; results come back "
        "as a folder of links.",
        is_here=is_here or (surroundings.is_linux and Path(_PACKAGE).is_file()),
        then="In XnView MP, add photosearch-app to the programs of “Open with” by hand.",
        results=LinksFolder(surroundings, "xnview", file_manager(surroundings)),
    )
