"""gThumb: scripts in its Tools menu."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from photosearch.errors import IntegrationError
from photosearch.integrations.gthumb_scripts import SKELETON, Script, cut, found_in, insert
from photosearch.integrations.host import Host, PartState
from photosearch.integrations.menu_texts import SIMILAR, WORDS
from photosearch.integrations.own_file import read_file
from photosearch.integrations.record import Record
from photosearch.integrations.shared_file import SharedFile
from photosearch.integrations.surroundings import Surroundings

_SIMILAR = "photosearch-similar"
_SEARCH = "photosearch-search"


def host(surroundings: Surroundings) -> Host:
    """gThumb on this machine."""
    return Host(
        name="gthumb",
        title="gThumb",
        adds="“Find similar photos” and “Search photos by words…” among the scripts of its "
        "Tools menu.",
        is_here=surroundings.is_linux and surroundings.which("gthumb") is not None,
        parts=(_scripts_file(surroundings),) if surroundings.is_linux else (),
        then="Start gThumb again.",
    )


def _scripts_file(surroundings: Surroundings) -> ScriptsFile:
    app, environ = surroundings.app_command, surroundings.environ
    similar, words = SIMILAR.in_language_of(environ), WORDS.in_language_of(environ)
    ours = (
        Script(_SIMILAR, similar, script_command([*app, "--similar"], "%F")),
        Script(_SEARCH, words, script_command(app)),
    )
    return ScriptsFile(
        surroundings.config_home / "gthumb" / "scripts.xml",
        lambda text: insert(text, ours),
        lambda text: cut(text, (_SIMILAR, _SEARCH)),
        SKELETON,
        ours,
    )


def script_command(command: Sequence[str], *codes: str) -> str:
    """A command as gThumb takes it: words in the quotes of a shell, with its codes behind.

    gThumb splits it like a shell, but runs none, and puts each file's path into quotes of its
    own. A ``%`` that is no code cannot be escaped: quotes that end and begin again after it keep
    gThumb from reading one.
    """
    return " ".join([*(shlex.quote(word).replace("%", "%''") for word in command), *codes])


@dataclass(frozen=True)
class ScriptsFile(SharedFile):
    """``scripts.xml``, which gThumb writes anew in its own way whenever a script is edited."""

    ours: tuple[Script, ...] = ()

    def state(self, record: Record) -> PartState:
        """Current as long as our scripts do what they should, whatever else is said of them."""
        state = super().state(record)
        if state is not PartState.OUTDATED:
            return state
        try:
            found = found_in(read_file(self.path) or b"")
        except (ValueError, IntegrationError):
            return state
        is_current = all(found.get(one.identifier) == one.command for one in self.ours)
        return PartState.CURRENT if is_current else PartState.OUTDATED
