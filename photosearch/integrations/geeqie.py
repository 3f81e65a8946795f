"""Geeqie: entries in its menus by desktop files, and results as a collection that it opens."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from photosearch.errors import IntegrationError
from photosearch.integrations.host import Host
from photosearch.integrations.menu_texts import SIMILAR, SIMILAR_TIP, WORDS, WORDS_TIP, MenuText
from photosearch.integrations.own_file import OwnFile
from photosearch.integrations.quoting import desktop_exec, desktop_text
from photosearch.integrations.result_files import ListFormat, ResultFiles, count_of
from photosearch.integrations.results import Sent
from photosearch.integrations.surroundings import Surroundings

# Geeqie reads `applications` in its own configuration folder before those of the desktop
# (editors.cc, editor_get_desktop_files), so that nothing of ours is met by other programs.
_FOLDER = "applications"

# A file found earlier hides others of its name: these are to be nobody else's.
_SIMILAR = "photosearch-geeqie-similar.desktop"
_SEARCH = "photosearch-geeqie-search.desktop"


# A header, then a quoted path a line, in the order to be shown. All between two quotes is a path,
# line breaks as well; a quote itself cannot be written (collect-io.cc, collection_load_private).
# Other lines with a # are passed over, and dropped when Geeqie saves the collection.
_COLLECTION = ListFormat(
    suffix=".gqv",
    beginning=b"#Geeqie collection\n#photosearch results\n",
    entry=lambda photo: b'"' + os.fsencode(photo) + b'"\n',
    mark=b'"\n',
    end=b"#end\n",
    reason_against=lambda photo: (
        "a name with a quotation mark cannot be in a collection of Geeqie"
        if '"' in str(photo)
        else None
    ),
)


def host(surroundings: Surroundings) -> Host:
    """Geeqie on this machine."""
    program = surroundings.which("geeqie") if surroundings.is_linux else None
    collections = surroundings.data_home / "geeqie" / "collections"
    return Host(
        name="geeqie",
        title="Geeqie",
        adds="“Find similar photos” and “Search photos by words…” in the menu File and under "
        "Plugins; results come back as a collection.",
        is_here=program is not None,
        parts=_entries(surroundings) if surroundings.is_linux else (),
        then="Start Geeqie again.",
        results=GeeqieResults(surroundings, ResultFiles(collections, _COLLECTION), program),
    )


def _entries(surroundings: Surroundings) -> tuple[OwnFile, ...]:
    """Both entries; none where the name of our program or index cannot stand in one."""
    folder = surroundings.config_home / "geeqie" / _FOLDER
    icon = surroundings.resources / "icons" / "photosearch.svg"
    app = surroundings.app_command
    try:
        similar = desktop_exec([*app, "--similar"], "%F")
        return (
            OwnFile(folder / _SIMILAR, _entry(SIMILAR, SIMILAR_TIP, similar, icon)),
            OwnFile(folder / _SEARCH, _entry(WORDS, WORDS_TIP, desktop_exec(app), icon)),
        )
    except ValueError:
        return ()


def _entry(name: MenuText, comment: MenuText, command: str, icon: Path) -> bytes:
    """A plugin for Geeqie: it lists an entry without %F only under its own category.

    It hands all selected files to one command, each quoted for the shell that it runs it with.
    """
    lines = (
        "[Desktop Entry]",
        "Version=1.0",
        "Type=Application",
        *name.lines("Name"),
        *comment.lines("Comment"),
        f"Exec={command}",
        f"Icon={desktop_text(str(icon))}",
        "Terminal=false",
        "Categories=X-Geeqie;",
        "OnlyShowIn=X-Geeqie;",
        "X-Geeqie-Menu-Path=FileMenu/SearchSection",
    )
    return ("\n".join(lines) + "\n").encode()


@dataclass(frozen=True)
class GeeqieResults:
    """Photos in rank order as a collection, opened in the Geeqie that runs or in a new one."""

    surroundings: Surroundings
    collections: ResultFiles
    program: Path | None

    def send(self, title: str, photos: Sequence[Path]) -> Sent:
        """Write a collection and open it.

        Raises:
            IntegrationError: Geeqie is not there, or none of the photos can be in a collection.
        """
        if self.program is None:
            raise IntegrationError("Geeqie was not found.", "Install it, then try again.")
        path, count, skipped = self.collections.write(title, photos)
        self.surroundings.start(self._opening(self.program, path))
        return Sent(f"{count_of(count)} in the collection “{path.stem}” of Geeqie.", path, skipped)

    def take_back(self) -> int:
        """Delete our collections; one that was saved in Geeqie since is its user's by now."""
        return self.collections.delete()

    def _opening(self, program: Path, collection: Path) -> tuple[str, ...]:
        """The words that open it in the Geeqie that runs, or in a new one.

        Up to 2.4 or so, a switch sends what follows to the one that runs (or starts one), and a
        colon is before the file; later ones have an equals sign and need no switch. ``--File``
        does not raise the main window, which would hide the one of the collection.
        """
        usage = self.surroundings.run((str(program), "--help")).said
        remote = ("--remote",) if re.search(r"--remote\b", usage) else ()
        sign = re.search(r"--File([:=])", usage)
        opened = f"--File{sign[1]}{collection}" if sign else str(collection)
        return (str(program), *remote, opened)
