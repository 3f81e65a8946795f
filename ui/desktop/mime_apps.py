"""Which programs open a type of file (freedesktop's MIME Applications Specification)."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from ui.desktop.desktop_entry import DesktopEntry, read_entry, read_groups, split_list


class MimeApps:
    """The associations of this moment, read from the folders that the environment names."""

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        self._environ = environ
        self._config = [_home(environ, "XDG_CONFIG_HOME", ".config")]
        self._config += _folders(environ, "XDG_CONFIG_DIRS", "/etc/xdg")
        data = [_home(environ, "XDG_DATA_HOME", ".local/share")]
        data += _folders(environ, "XDG_DATA_DIRS", "/usr/local/share:/usr/share")
        self._applications = [folder / "applications" for folder in data]
        self._read: dict[Path, DesktopEntry | None] = {}

    def programs(self, mime_type: str) -> list[DesktopEntry]:
        """The programs of a type, the default one first, then the preferred ones."""
        ids = [*self._defaults(mime_type), *self._associated(mime_type)]
        found: dict[tuple[str, str], DesktopEntry] = {}
        for entry in filter(None, map(self.entry, dict.fromkeys(ids))):
            # Some programs have a desktop file for each kind of file that they open.
            found.setdefault((entry.name, entry.execute), entry)
        return list(found.values())

    def all_programs(self) -> list[DesktopEntry]:
        """Every program that takes files and wants to be in menus."""
        ids = dict.fromkeys(one for folder in self._applications for one in _ids(folder))
        entries = filter(None, map(self.entry, ids))
        return [entry for entry in entries if entry.takes_files and not entry.is_hidden]

    def entry(self, desktop_id: str) -> DesktopEntry | None:
        """The installed program of an id; a file in a folder hides those in later folders."""
        path = self._place(desktop_id)
        if path is None:
            return None
        if path not in self._read:
            self._read[path] = read_entry(path, self._environ)
        return self._read[path]

    def _place(self, desktop_id: str) -> Path | None:
        if not desktop_id.endswith(".desktop"):
            return None
        places = (folder / name for folder in self._applications for name in _names(desktop_id))
        return next((place for place in places if place.is_file()), None)

    def _defaults(self, mime_type: str) -> Iterator[str]:
        desktops = self._environ.get("XDG_CURRENT_DESKTOP", "").lower().split(":")
        names = [f"{desktop}-mimeapps.list" for desktop in desktops if desktop] + ["mimeapps.list"]
        for folder in [*self._config, *self._applications]:
            for name in names:
                defaults = read_groups(folder / name).get("Default Applications", {})
                yield from split_list(defaults.get(mime_type, ""))

    def _associated(self, mime_type: str) -> Iterator[str]:
        removed: set[str] = set()
        for folder in [*self._config, *self._applications]:
            groups = read_groups(folder / "mimeapps.list")
            added = split_list(groups.get("Added Associations", {}).get(mime_type, ""))
            yield from (one for one in added if one not in removed)
            removed |= set(split_list(groups.get("Removed Associations", {}).get(mime_type, "")))
            if folder in self._applications:
                yield from (one for one in self._listed(folder, mime_type) if one not in removed)

    def _listed(self, folder: Path, mime_type: str) -> Iterator[str]:
        """The programs of one folder that say themselves that they open the type."""
        cached = read_groups(folder / "mimeinfo.cache").get("MIME Cache")
        if cached is not None:
            ids = split_list(cached.get(mime_type, ""))
        else:
            ids = [one for one in _ids(folder) if self._opens(one, mime_type)]
        for desktop_id in ids:
            place = self._place(desktop_id)
            if place is not None and place.is_relative_to(folder):
                yield desktop_id

    def _opens(self, desktop_id: str, mime_type: str) -> bool:
        entry = self.entry(desktop_id)
        return entry is not None and mime_type in entry.mime_types


def _ids(folder: Path) -> list[str]:
    """The ids of the desktop files in a folder: ``kde/x.desktop`` is known as ``kde-x.desktop``."""
    paths = sorted(folder.rglob("*.desktop")) if folder.is_dir() else []
    return [str(path.relative_to(folder)).replace("/", "-") for path in paths]


def _names(desktop_id: str) -> Iterator[str]:
    """The relative paths that an id may stand for."""
    yield desktop_id
    parts = desktop_id.split("-")
    for depth in range(1, len(parts)):
        yield "/".join([*parts[:depth], "-".join(parts[depth:])])


def _home(environ: Mapping[str, str], name: str, default: str) -> Path:
    chosen = environ.get(name, "")
    home = Path(environ.get("HOME", "")) if environ.get("HOME") else Path.home()
    return Path(chosen) if chosen.startswith("/") else home / default


def _folders(environ: Mapping[str, str], name: str, default: str) -> list[Path]:
    return [Path(one) for one in (environ.get(name) or default).split(":") if one.startswith("/")]
