"""The desktop on Windows: the shell's verbs, and Explorer."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from photosearch.errors import PhotoSearchError
from ui.desktop.interface import Program
from ui.desktop.launcher import Launcher

ShellExecute = Callable[[str, str], None]


class WindowsDesktop:
    """Explorer; which program opens a file is asked by the system's own dialog."""

    def __init__(
        self, launcher: Launcher | None = None, execute: ShellExecute | None = None
    ) -> None:
        self._launcher = launcher or Launcher()
        if execute is None:
            execute = getattr(os, "startfile", _no_shell)
        self._execute: ShellExecute = execute

    def open_files(self, paths: Sequence[Path]) -> None:
        """In the default program."""
        for path in paths:
            self._do(str(path), "open")

    def open_url(self, url: str) -> None:
        """In the default browser."""
        self._do(url, "open")

    def show_in_folder(self, paths: Sequence[Path]) -> None:
        """In Explorer, which selects one file of a folder."""
        first: dict[Path, Path] = {}
        for path in paths:
            first.setdefault(path.parent, path)
        for path in first.values():
            # Explorer takes its command line apart itself, and wants the quotes just here; no
            # file name can hold a quote. Its exit status is 1 when all went well.
            self._launcher.start(f'explorer.exe /select,"{path}"', ends_oddly=True)

    def programs_for(self, paths: Sequence[Path]) -> tuple[Program, ...]:
        """None: the system's dialog lists them."""
        return ()

    def all_programs(self) -> tuple[Program, ...]:
        """None: the system's dialog lists them."""
        return ()

    def open_with(self, program: Program, paths: Sequence[Path]) -> None:
        """In a program."""
        self._launcher.start([program.id, *map(str, paths)])

    def own_chooser(self, path: Path) -> None:
        """The system's own dialog."""
        self._do(str(path), "openas")

    def _do(self, what: str, verb: str) -> None:
        try:
            self._execute(what, verb)
        except OSError as error:
            message = QCoreApplication.translate("Desktop", "{0} could not be opened: {1}.")
            raise PhotoSearchError(message.format(what, error.strerror or error)) from error


def _no_shell(what: str, verb: str) -> None:
    raise OSError("there is no Windows here")
