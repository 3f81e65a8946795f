"""What the app asks of the desktop around it: other programs, the file manager, the browser."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True)
class Program:
    """A program that opens photos.

    Attributes:
        id: what the desktop knows it by: a desktop file's path, or an application's.
        name: what people call it.
        icon: the name of a themed icon, or the path of a picture; may be empty.
    """

    id: str
    name: str
    icon: str = ""


class Desktop(Protocol):
    """The desktop of one system. Every method may take seconds: for worker threads only.

    Raises:
        PhotoSearchError: a program or a file is not there, or did not start.
    """

    @property
    def own_chooser(self) -> Callable[[Path], None] | None:
        """Lets the system ask which program is to open a file; None: the app shows a list."""
        ...

    def open_files(self, paths: Sequence[Path]) -> None:
        """Open files in the program that people chose for their type."""
        ...

    def open_url(self, url: str) -> None:
        """Open a web address in the browser."""
        ...

    def show_in_folder(self, paths: Sequence[Path]) -> None:
        """Show files, selected, in the file manager."""
        ...

    def programs_for(self, paths: Sequence[Path]) -> tuple[Program, ...]:
        """The programs that open all of the files, the one people chose first."""
        ...

    def all_programs(self) -> tuple[Program, ...]:
        """Every program that takes files, by name."""
        ...

    def open_with(self, program: Program, paths: Sequence[Path]) -> None:
        """Open files in a program."""
        ...
