"""Thunar: entries by custom actions, beside those of the user."""

from __future__ import annotations

from pathlib import Path

from photosearch.integrations import thunar_actions
from photosearch.integrations.host import Host
from photosearch.integrations.menu_texts import SIMILAR, SIMILAR_TIP, WORDS, WORDS_TIP
from photosearch.integrations.own_file import read_file
from photosearch.integrations.quoting import shell_line
from photosearch.integrations.shared_file import SharedFile
from photosearch.integrations.surroundings import Surroundings
from photosearch.integrations.thunar_actions import Action

_FILE = Path("Thunar", "uca.xml")


def host(surroundings: Surroundings) -> Host:
    """Thunar on this machine."""
    return Host(
        name="thunar",
        title="Thunar",
        adds="“Find similar photos” in the menu of photos, and “Search photos by words…” in that "
        "of a folder.",
        is_here=surroundings.is_linux and surroundings.which("thunar") is not None,
        parts=(_file(surroundings),) if surroundings.is_linux else (),
        then="Close Thunar and open it again; thunar -q closes all of it.",
    )


def _file(surroundings: Surroundings) -> SharedFile:
    actions = _actions(surroundings)
    identifiers = {one.identifier for one in actions}
    return SharedFile(
        surroundings.config_home / _FILE,
        lambda text: thunar_actions.insert(text, actions),
        lambda text: thunar_actions.cut(text, identifiers),
        _shipped(surroundings),
    )


def _shipped(surroundings: Surroundings) -> bytes:
    """The actions that Thunar has before a user has any; a file of the user's hides them."""
    chosen = surroundings.environ.get("XDG_CONFIG_DIRS") or "/etc/xdg"
    for folder in map(Path, chosen.split(":")):
        text = read_file(folder / _FILE) if folder.is_absolute() else None
        if text is not None:
            return text
    return thunar_actions.SKELETON


def _actions(surroundings: Surroundings) -> tuple[Action, ...]:
    app = surroundings.app_command
    icon = str(surroundings.resources / "icons" / "photosearch.svg")
    environ = surroundings.environ
    return (
        Action(
            identifier="photosearch-similar",
            name=SIMILAR.in_language_of(environ),
            command=f"{_command((*app, '--similar'))} %F",
            description=SIMILAR_TIP.in_language_of(environ),
            icon=icon,
            applies_to="image-files",
        ),
        Action(
            identifier="photosearch-words",
            name=WORDS.in_language_of(environ),
            command=_command(app),
            description=WORDS_TIP.in_language_of(environ),
            icon=icon,
            applies_to="directories",
        ),
    )


def _command(words: tuple[str, ...]) -> str:
    """Thunar puts the names in, each quoted, and runs a shell with the line."""
    return shell_line(words).replace("%", "%%")
