"""gThumb: scripts in its Tools menu, and results as a catalog."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from photosearch.errors import IntegrationError
from photosearch.file_uris import uri_of
from photosearch.integrations.gthumb_scripts import SKELETON, Script, cut, found_in, insert
from photosearch.integrations.host import Host, PartState
from photosearch.integrations.menu_texts import SIMILAR, WORDS
from photosearch.integrations.own_file import read_file
from photosearch.integrations.quoting import xml_text
from photosearch.integrations.record import Record
from photosearch.integrations.result_files import ListFormat, ResultFiles, count_of
from photosearch.integrations.results import Sent
from photosearch.integrations.shared_file import SharedFile
from photosearch.integrations.surroundings import Surroundings

_SIMILAR = "photosearch-similar"
_SEARCH = "photosearch-search"


# Both gThumb 3 and its successor in Vala read this. When they save it, an attribute that they do
# not know is gone; a comment before the root makes gThumb 3.12 take it for empty.
_CATALOG = ListFormat(
    suffix=".catalog",
    beginning=b'<?xml version="1.0" encoding="UTF-8"?>\n'
    b'<catalog version="1.0" by="photosearch">\n'
    b'  <order inverse="0" type="general::unsorted"/>\n  <files>\n',
    entry=lambda photo: f'    <file uri="{xml_text(uri_of(photo))}"/>\n'.encode(),
    mark=b"<file uri=",
    end=b"  </files>\n</catalog>\n",
)


def host(surroundings: Surroundings) -> Host:
    """gThumb on this machine."""
    program = surroundings.which("gthumb") if surroundings.is_linux else None
    catalogs = surroundings.data_home / "gthumb" / "catalogs"
    return Host(
        name="gthumb",
        title="gThumb",
        adds="“Find similar photos” and “Search photos by words…” in the menu Tools; results come "
        "back as a catalog.",
        is_here=program is not None,
        parts=(_scripts_file(surroundings),) if surroundings.is_linux else (),
        then="Start gThumb again.",
        results=GthumbResults(surroundings, ResultFiles(catalogs, _CATALOG), program),
    )


@dataclass(frozen=True)
class GthumbResults:
    """Photos in rank order as a catalog, opened in a window of its own."""

    surroundings: Surroundings
    catalogs: ResultFiles
    program: Path | None

    def send(self, title: str, photos: Sequence[Path]) -> Sent:
        """Write a catalog and open it.

        Raises:
            IntegrationError: gThumb is not there, or none of the photos is.
        """
        if self.program is None:
            raise IntegrationError("gThumb was not found.", "Install it, then try again.")
        path, count, skipped = self.catalogs.write(title, photos)
        self.surroundings.start((str(self.program), f"catalog:///{quote(path.name)}"))
        return Sent(f"{count_of(count)} in the catalog “{path.stem}” of gThumb.", path, skipped)

    def take_back(self) -> int:
        """Delete our catalogs; one that was changed in gThumb since is its user's by now."""
        return self.catalogs.delete()


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
