"""The desktop on Linux and its like, by the specifications of freedesktop.org."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QMimeDatabase

from photosearch.errors import PhotoSearchError
from ui.desktop.desktop_entry import DesktopEntry, read_entry
from ui.desktop.file_manager import show_items
from ui.desktop.interface import Program
from ui.desktop.launcher import Launcher
from ui.desktop.mime_apps import MimeApps


class LinuxDesktop:
    """GNOME, KDE, Xfce and the others."""

    own_chooser = None

    def __init__(
        self, environ: Mapping[str, str] = os.environ, launcher: Launcher | None = None
    ) -> None:
        self._environ = environ
        self._launcher = launcher or Launcher()

    def open_files(self, paths: Sequence[Path]) -> None:
        """In the default program; it gets several files at once if it takes them."""
        opener = shutil.which("xdg-open", path=self._environ.get("PATH"))
        programs = self._entries_for(paths) if len(paths) > 1 or opener is None else []
        if programs:
            self._start(programs[0], paths)
        elif opener is not None:
            for path in paths:
                self._launcher.start([opener, str(path)])
        else:
            raise PhotoSearchError(
                QCoreApplication.translate("Desktop", "No program opens this type of file."),
                QCoreApplication.translate("Desktop", "Choose one with “Open with”."),
            )

    def open_url(self, url: str) -> None:
        """Through xdg-open."""
        self._launcher.start(["xdg-open", url])

    def show_in_folder(self, paths: Sequence[Path]) -> None:
        """Through the file manager's D-Bus interface; without one, the folders are opened."""
        if show_items(paths):
            return
        for folder in dict.fromkeys(path.parent for path in paths):
            self.open_files([folder])

    def programs_for(self, paths: Sequence[Path]) -> tuple[Program, ...]:
        """Those that are associated with the types of all the files."""
        return tuple(map(_program, self._entries_for(paths)))

    def all_programs(self) -> tuple[Program, ...]:
        """Those in menus."""
        programs = map(_program, MimeApps(self._environ).all_programs())
        return tuple(sorted(programs, key=lambda program: program.name.casefold()))

    def open_with(self, program: Program, paths: Sequence[Path]) -> None:
        """By the command of its desktop file."""
        entry = read_entry(Path(program.id), self._environ)
        if entry is None:
            message = QCoreApplication.translate("Desktop", "{0} is not installed any more.")
            raise PhotoSearchError(message.format(program.name))
        self._start(entry, paths)

    def _start(self, entry: DesktopEntry, paths: Sequence[Path]) -> None:
        folder = Path(entry.folder) if entry.folder else None
        for command in entry.commands(paths):
            self._launcher.start(command, folder)

    def _entries_for(self, paths: Sequence[Path]) -> list[DesktopEntry]:
        apps = MimeApps(self._environ)
        lists = [_entries(apps, names) for names in {_mime_types(path) for path in paths}]
        if not lists:
            return []
        return [entry for entry in lists[0] if all(entry in other for other in lists[1:])]


def _entries(apps: MimeApps, mime_types: tuple[str, ...]) -> list[DesktopEntry]:
    return list(dict.fromkeys(entry for name in mime_types for entry in apps.programs(name)))


def _mime_types(path: Path) -> tuple[str, ...]:
    """The type of a file by its name, and the types that it is a kind of."""
    match = QMimeDatabase.MatchMode.MatchExtension
    found = QMimeDatabase().mimeTypeForFile(os.fsencode(path).decode(errors="replace"), match)
    names = [found.name(), *found.aliases(), *found.allAncestors()]
    # Every file is of this type: its programs are hex editors and the like.
    return tuple(name for name in names if name != "application/octet-stream")


def _program(entry: DesktopEntry) -> Program:
    return Program(str(entry.path), entry.name, entry.icon)
