"""Nemo: entries by action files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from photosearch.integrations.desktop import APP_ID
from photosearch.integrations.host import Host
from photosearch.integrations.menu_texts import SIMILAR, SIMILAR_TIP, WORDS, WORDS_TIP
from photosearch.integrations.own_file import OwnFile
from photosearch.integrations.quoting import desktop_text, shell_line
from photosearch.integrations.surroundings import Surroundings
from photosearch.library.mime_types import PHOTO_TYPES


def host(surroundings: Surroundings) -> Host:
    """Nemo on this machine."""
    return Host(
        name="nemo",
        title="Nemo",
        adds="“Find similar photos” in the menu of photos, and “Search photos by words…” in that "
        "of a folder.",
        is_here=surroundings.is_linux and surroundings.which("nemo") is not None,
        parts=_parts(surroundings) if surroundings.is_linux else (),
    )


def _parts(surroundings: Surroundings) -> tuple[OwnFile, ...]:
    """None where the name of our program or index cannot stand in such a file."""
    try:
        return _actions(surroundings)
    except ValueError:
        return ()


def _actions(surroundings: Surroundings) -> tuple[OwnFile, ...]:
    folder = surroundings.data_home / "nemo" / "actions"
    app = surroundings.app_command
    return (
        _action(
            folder / "photosearch-similar.nemo_action",
            (
                *SIMILAR.lines("Name"),
                *SIMILAR_TIP.lines("Comment"),
                f"Exec={_command([*app, '--similar'])} %U",
                # A URI holds every name, but for quotes of one kind, which go within the others:
                # without these, a photo with an apostrophe in its name starts nothing (Nemo 5.6).
                "Quote=double",
                "Selection=notnone",
                f"Mimetypes={';'.join(PHOTO_TYPES)};",
            ),
            app,
        ),
        _action(
            folder / "photosearch-words.nemo_action",
            (
                *WORDS.lines("Name"),
                *WORDS_TIP.lines("Comment"),
                f"Exec={_command(app)}",
                "Selection=none",
                "Extensions=any;",
            ),
            app,
        ),
    )


def _action(path: Path, lines: Sequence[str], app: Sequence[str]) -> OwnFile:
    """An entry that Nemo hides when the app is gone."""
    whole = (
        "[Nemo Action]",
        *lines,
        f"Icon-Name={APP_ID}",
        f"Dependencies={desktop_text(app[0]).replace(';', chr(92) + ';')};",
    )
    return OwnFile(path, ("\n".join(whole) + "\n").encode())


def _command(words: Sequence[str]) -> str:
    """Nemo takes codes out of a line, then takes it apart as a shell does, without running one."""
    return desktop_text(shell_line(words).replace("%", "%%"))
