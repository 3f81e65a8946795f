"""GNOME Files (Nautilus): entries by an extension, or by scripts where it has no Python."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from photosearch.integrations.host import Host, Part, PartState
from photosearch.integrations.menu_texts import SIMILAR, WORDS, MenuText
from photosearch.integrations.own_file import OwnFile, unwritable
from photosearch.integrations.quoting import python_texts, shell_line
from photosearch.integrations.record import Record
from photosearch.integrations.surroundings import Surroundings
from photosearch.library.mime_types import PHOTO_TYPES

_EXTENSION = "photosearch_nautilus.py"


def host(surroundings: Surroundings) -> Host:
    """GNOME Files on this machine."""
    return Host(
        name="nautilus",
        title="GNOME Files",
        adds="“Find similar photos” in the menu of photos, and “Search photos by words…” in that "
        "of a folder.",
        is_here=surroundings.is_linux and surroundings.which("nautilus") is not None,
        parts=_parts(surroundings) if surroundings.is_linux else (),
        then=_then(surroundings),
    )


def _parts(surroundings: Surroundings) -> tuple[Part, ...]:
    """The extension where it can run, else scripts; and what of the other is there from before.

    Somebody who installs or removes nautilus-python meanwhile is rid of both with one removal.
    """
    runs_python = _has_nautilus_python(surroundings)
    extension = _extension(surroundings)
    scripts = _scripts(surroundings)
    return (
        *(extension if runs_python or extension[-1].path.exists() else ()),
        *(one for one in scripts if not runs_python or one.path.exists()),
    )


def _then(surroundings: Surroundings) -> str:
    if _has_nautilus_python(surroundings):
        return "Close Files and open it again; nautilus -q closes all of it."
    return (
        "The entries are in the menu Scripts. For entries in the menu itself install "
        "nautilus-python (python3-nautilus on Debian and Ubuntu), then do this again."
    )


def _has_nautilus_python(surroundings: Surroundings) -> bool:
    """Whether Nautilus loads extensions in Python: by its own library, beside the data folders."""
    patterns = ("lib*/nautilus/extensions-*", "lib/*/nautilus/extensions-*")
    return any(
        next(data.parent.glob(f"{pattern}/libnautilus-python.so"), None) is not None
        for data in surroundings.data_dirs
        for pattern in patterns
    )


def _extension(surroundings: Surroundings) -> tuple[Bytecode, OwnFile]:
    source = surroundings.resources / "plugins" / "nautilus" / _EXTENSION
    text = source.read_text(encoding="utf-8")
    text = text.replace('"@APP_COMMAND@"', python_texts(surroundings.app_command))
    text = text.replace('"@PHOTO_TYPES@"', python_texts(PHOTO_TYPES))
    path = surroundings.data_home / "nautilus-python" / "extensions" / _EXTENSION
    return Bytecode(path), OwnFile(path, text.encode())


def _scripts(surroundings: Surroundings) -> tuple[OwnFile, ...]:
    """Entries of the menu Scripts; the name of a file is the text of its entry."""
    app = surroundings.app_command
    handing_over = shell_line([*app, "--files-from", "-"])
    return (
        _script(
            surroundings,
            SIMILAR,
            f'printf %s "$NAUTILUS_SCRIPT_SELECTED_URIS" | exec {handing_over}',
        ),
        _script(surroundings, WORDS, f"exec {shell_line(app)}"),
    )


def _script(surroundings: Surroundings, name: MenuText, line: str) -> OwnFile:
    folder = surroundings.data_home / "nautilus" / "scripts"
    path = folder / name.in_language_of(surroundings.environ)
    return OwnFile(path, f"#!/bin/sh\n{line}\n".encode(errors="surrogateescape"), True)


@dataclass(frozen=True)
class Bytecode:
    """What Python keeps of an extension once that has run; it stands before the extension.

    Nothing of it is written here, but all of it goes.
    """

    source: Path

    @property
    def place(self) -> str:
        """A pattern: each Python has a name of its own for it."""
        return str(self._folder / f"{self.source.stem}.*.pyc")

    def state(self, record: Record) -> PartState:
        """Whether it would be taken away."""
        return PartState.CURRENT if record.knows(self.place) else PartState.ABSENT

    def install(self, record: Record) -> None:
        """Make the folder, so that it is known later whether it was there before."""
        if record.knows(self.place):
            return
        try:
            record.note(self.place, b"")
            record.make_folder(self.place, self._folder)
        except OSError as error:
            raise unwritable(self._folder, error) from error

    def remove(self, record: Record) -> None:
        """Take it away."""
        if not record.knows(self.place):
            return
        for path in self._folder.glob(f"{self.source.stem}.*.pyc"):
            with suppress(FileNotFoundError):
                try:
                    path.unlink()
                except PermissionError as error:
                    raise unwritable(path, error) from error
        record.forget(self.place)

    @property
    def _folder(self) -> Path:
        return self.source.parent / "__pycache__"
