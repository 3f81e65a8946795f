"""The desktop: photosearch in its menu, and in "Open with" of every photo."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from photosearch.integrations.derived_file import DerivedFile
from photosearch.integrations.host import Host, Part
from photosearch.integrations.kept_defaults import KeptDefaults
from photosearch.integrations.own_file import OwnFile
from photosearch.integrations.quoting import desktop_exec, desktop_text
from photosearch.library.mime_types import PHOTO_TYPES

if TYPE_CHECKING:
    from photosearch.integrations.surroundings import Surroundings

APP_ID = "org.photosearch.photosearch"
"""Also what the window calls itself: how a desktop finds the icon of a window."""
_SIMILAR = "org.photosearch.similar.desktop"
"""An entry of its own has the types of photos: in "Open with" it then says what it does, and the
one in the menu has no reason to be there."""
_SIZES_PX = (16, 22, 24, 32, 48, 64, 128, 256, 512)
_MAKER = "update-desktop-database"


def host(surroundings: Surroundings) -> Host:
    """Any desktop that follows freedesktop's standards."""
    return Host(
        name="desktop",
        title="Desktop",
        adds="photosearch in the menu of programs, and “Find similar photos” under “Open with” of "
        "photos, in all file managers.",
        is_here=surroundings.is_linux,
        parts=_parts(surroundings) if surroundings.is_linux else (),
    )


def open_with_parts(surroundings: Surroundings) -> tuple[Part, ...]:
    """“Find similar photos” among the programs that open photos, for any host that lists them.

    None where the place of our program or index cannot stand in a desktop entry.
    """
    entry = _entry(surroundings, _SIMILAR)
    if entry is None:
        return ()
    folder = entry.path.parent
    command = (_MAKER, str(folder))
    return (
        entry,
        DerivedFile(folder / "mimeinfo.cache", command, surroundings.run),
        # GLib alone reads the first one, and one day will not: the second is then written to.
        KeptDefaults(folder / "defaults.list", PHOTO_TYPES, _SIMILAR, surroundings),
        KeptDefaults(folder / "mimeapps.list", PHOTO_TYPES, _SIMILAR, surroundings),
    )


def _parts(surroundings: Surroundings) -> tuple[Part, ...]:
    app = _entry(surroundings, f"{APP_ID}.desktop")
    if app is None:
        return ()
    return (
        app,
        *_icons(surroundings),
        _metainfo(surroundings),
        *open_with_parts(surroundings),
    )


def _entry(surroundings: Surroundings, name: str) -> OwnFile | None:
    """A desktop entry; None where a word of our command is none that one can hold."""
    command = surroundings.app_command
    try:
        values = {
            "@TRY@": desktop_text(command[0]),
            "@ICON@": desktop_text(str(surroundings.resources / "icons" / "photosearch.svg")),
            "@SIMILAR@": desktop_exec([*command, "--similar"], "%F"),
            "@OPEN@": desktop_exec(command, "%F"),
            "@SEARCH@": desktop_exec(command),
            "@TYPES@": "".join(f"{one};" for one in PHOTO_TYPES),
        }
        text = (_resource_folder(surroundings) / name).read_text(encoding="utf-8")
        for mark, value in values.items():
            text = text.replace(mark, value)
        return OwnFile(surroundings.data_home / "applications" / name, text.encode())
    except ValueError:
        return None


def _icons(surroundings: Surroundings) -> list[OwnFile]:
    ours, theme = surroundings.resources / "icons", surroundings.data_home / "icons/hicolor"
    drawing = (ours / "photosearch.svg").read_bytes()
    icons = [OwnFile(theme / f"scalable/apps/{APP_ID}.svg", drawing)]
    for size_px in _SIZES_PX:
        folder = f"{size_px}x{size_px}"
        data = (ours / "hicolor" / folder / f"{APP_ID}.png").read_bytes()
        icons.append(OwnFile(theme / folder / "apps" / f"{APP_ID}.png", data))
    return icons


def _metainfo(surroundings: Surroundings) -> OwnFile:
    name = f"{APP_ID}.metainfo.xml"
    data = (_resource_folder(surroundings) / name).read_bytes()
    return OwnFile(surroundings.data_home / "metainfo" / name, data)


def _resource_folder(surroundings: Surroundings) -> Path:
    return surroundings.resources / "plugins" / "desktop"
