"""Shotwell: nothing can be added to it; its viewer shows results as a folder of links."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from photosearch.integrations.folder_of_links import LinksFolder, Opener, file_manager
from photosearch.integrations.host import Host
from photosearch.integrations.surroundings import Surroundings


def host(surroundings: Surroundings) -> Host:
    """Shotwell on this machine."""
    program = surroundings.which("shotwell") if surroundings.is_linux else None
    return Host(
        name="shotwell",
        title="Shotwell",
        adds="nothing, since Shotwell cannot be extended by files, and its one external editor is "
        "yours; results can be sent to its viewer, and its folders, ratings and tags are read.",
        is_here=program is not None,
        results=LinksFolder(surroundings, "shotwell", _viewer(surroundings, program)),
    )


def _viewer(surroundings: Surroundings, program: Path | None) -> Opener:
    """Shotwell shows a file, and goes through all of its folder by name from there."""
    if program is None:
        return file_manager(surroundings)

    def command(folder: Path, links: Sequence[Path]) -> Sequence[str] | None:
        return (str(program), str(links[0]))

    return command
