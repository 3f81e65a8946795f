"""Dolphin, and all else of KDE that shows files: entries by service menus."""

from __future__ import annotations

from collections.abc import Sequence

from photosearch.integrations.host import Host
from photosearch.integrations.menu_texts import SIMILAR, WORDS, MenuText
from photosearch.integrations.own_file import OwnFile
from photosearch.integrations.quoting import desktop_exec, desktop_text, shell_line
from photosearch.integrations.surroundings import Surroundings
from photosearch.library.mime_types import PHOTO_TYPES

# The first since KDE Frameworks 5.85, the other before. Both may be there: of two files with one
# name one is read.
_FOLDERS = ("kio/servicemenus", "kservices5/ServiceMenus")


def host(surroundings: Surroundings) -> Host:
    """Dolphin on this machine."""
    return Host(
        name="dolphin",
        title="Dolphin",
        adds="“Find similar photos” in the menu of photos, and “Search photos by words…” in that "
        "of a folder.",
        is_here=surroundings.is_linux and surroundings.which("dolphin") is not None,
        parts=_menus(surroundings) if surroundings.is_linux else (),
    )


def _menus(surroundings: Surroundings) -> tuple[OwnFile, ...]:
    """None where the name of our program or index cannot stand in such a file."""
    try:
        menus = _texts(surroundings)
    except ValueError:
        return ()
    # Dolphin runs files in a home only where they are executable.
    return tuple(
        OwnFile(surroundings.data_home / folder / name, content, is_executable=True)
        for folder in _FOLDERS
        for name, content in menus.items()
    )


def _texts(surroundings: Surroundings) -> dict[str, bytes]:
    app = surroundings.app_command
    icon = desktop_text(str(surroundings.resources / "icons" / "photosearch.svg"))
    return {
        "photosearch-similar.desktop": _menu(
            PHOTO_TYPES, SIMILAR, desktop_exec([*app, "--similar"], "%F"), icon
        ),
        "photosearch-words.desktop": _menu(
            ["inode/directory"], WORDS, _without_arguments(app), icon, "X-KDE-MaxNumberOfUrls=1"
        ),
    }


def _without_arguments(command: Sequence[str]) -> str:
    """A line without ``%F`` is given the folder all the same: a shell takes it, and drops it."""
    return desktop_exec(["/bin/sh", "-c", f"exec {shell_line(command)}", command[0]])


def _menu(types: Sequence[str], name: MenuText, command: str, icon: str, *lines: str) -> bytes:
    whole = (
        "[Desktop Entry]",
        "Type=Service",
        "ServiceTypes=KonqPopupMenu/Plugin",
        f"MimeType={';'.join(types)};",
        "X-KDE-Protocols=file",
        "X-KDE-Priority=TopLevel",
        *lines,
        "Actions=photosearch;",
        "",
        "[Desktop Action photosearch]",
        *name.lines("Name"),
        f"Icon={icon}",
        f"Exec={command}",
    )
    return ("\n".join(whole) + "\n").encode()
