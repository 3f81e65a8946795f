"""The library of digiKam: ``digikam4.db``, wherever its settings say that it lies.

Its tables, as of schema 15 (digiKam 7.9): ``AlbumRoots(identifier, specificPath)`` >
``Albums(albumRoot, relativePath)`` > ``Images(album, name)`` > ``ImageInformation(rating)``,
``ImageTags`` > ``Tags(pid, name)``, ``ImageComments(type, language, comment)``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote_to_bytes

from photosearch.errors import IntegrationError
from photosearch.host_libraries.common_folders import without_inner
from photosearch.host_libraries.database_file import Database, read
from photosearch.host_libraries.kde_settings import read_group
from photosearch.host_libraries.mounted_volumes import MountedVolumes
from photosearch.host_libraries.user_folders import UserFolders, first_file
from photosearch.types import PhotoNotes

_OWNER = "digiKam"
_FILE = "digikam4.db"
_INTERNAL = "_Digikam_Internal_Tags_"
_RESULTS = "photosearch"  # what we handed over ourselves
_COMMENT, _TITLE = 1, 3
_TAG_LEVELS = 64
"""More than people make; a circle in a damaged table ends here."""

# Types are asked for, since SQLite lets anything stand in any column.
_ROOTS = """SELECT id, CAST(identifier AS TEXT), CAST(specificPath AS TEXT) FROM AlbumRoots"""
_PHOTO = """SELECT IFNULL(CAST(Images.id AS INTEGER), 0)
    FROM Images JOIN Albums ON Albums.id = Images.album
    WHERE Albums.albumRoot = ? AND Albums.relativePath = CAST(? AS TEXT)
    AND Images.name = CAST(? AS TEXT)"""
_RATING = "SELECT CAST(rating AS INTEGER) FROM ImageInformation WHERE imageid = ?"
_TAGS = "SELECT tagid FROM ImageTags WHERE imageid = ? ORDER BY tagid"
_TAG = "SELECT CAST(pid AS INTEGER), IFNULL(CAST(name AS TEXT), '') FROM Tags WHERE id = ?"
_COMMENTS = """SELECT CAST(comment AS TEXT) FROM ImageComments WHERE imageid = ? AND type IN (1, 3)
    ORDER BY type, language <> 'x-default', id"""


@dataclass(frozen=True)
class DigikamLibrary:
    """digiKam's own database; where it uses a MySQL server, nothing is read."""

    user: UserFolders
    volumes: MountedVolumes = field(default_factory=MountedVolumes)
    name: str = "digikam"

    def folders(self) -> tuple[Path, ...]:
        """The collections that are there: local ones, on drives, and on the network.

        Raises:
            IntegrationError: the database is away, cannot be read, or is one of MySQL.
        """
        path = self._database()
        if path is None:
            return ()
        roots = read(path, _OWNER, lambda database: list(self._roots(database)))
        return without_inner(folder for _, folder in roots)

    def notes(self, path: Path) -> PhotoNotes | None:
        """Rating, tags with their parents, and the caption (else the title) of a photo.

        Raises:
            IntegrationError: the database is away, cannot be read, or is one of MySQL.
        """
        file = self._database()
        if file is None:
            return None

        def notes(database: Database) -> PhotoNotes | None:
            photo = self._photo(database, path)
            return None if photo is None else _notes(database, photo)

        return read(file, _OWNER, notes)

    def _database(self) -> Path | None:
        settings = first_file(self.user.config_of("org.kde.digikam", "digikamrc"))
        if settings is None:
            return None
        group = read_group(settings, "Database Settings")
        kind = group.get("Database Type", "QSQLITE")
        if kind != "QSQLITE":
            raise IntegrationError(
                f"digiKam keeps its library in a database of another kind ({kind}), "
                "and photosearch reads SQLite alone.",
                "Add the folders by hand: photosearch add FOLDER. Ratings and tags are read from "
                "XMP, when digiKam is set to write them there.",
            )
        name = group.get("Database Name")
        if not name:
            return None
        place = self.user.expanded(name)
        return place if place.suffix == ".db" else place / _FILE

    def _roots(self, database: Database) -> Iterator[tuple[int, Path]]:
        for number, identifier, below in database.rows(_ROOTS):
            for base in self._bases(identifier or ""):
                folder = base / (below or "").lstrip("/")
                if folder.is_absolute() and folder.is_dir():
                    yield number, folder
                    break

    def _bases(self, identifier: str) -> Iterator[Path]:
        """``volumeid:?path=/a``, ``volumeid:?uuid=1``, ``networkshareid:?mountpath=/a&mount…``."""
        for key, value in _parts(identifier):
            if key in ("path", "mountpath"):
                yield Path(value)
            elif key == "uuid":
                yield from self.volumes.points_of(value)

    def _photo(self, database: Database, path: Path) -> int | None:
        """The number of the photo; a collection may be known by a path with links in it."""
        places = dict.fromkeys((path, Path(os.path.realpath(path))))
        for number, root in self._roots(database):
            for base in dict.fromkeys((root, Path(os.path.realpath(root)))):
                for place in places:
                    if not place.is_relative_to(base):
                        continue
                    album = "/" + "/".join(place.parent.relative_to(base).parts)
                    row = database.row(_PHOTO, number, os.fsencode(album), os.fsencode(place.name))
                    if row is not None:
                        return int(row[0])
        return None


def _parts(identifier: str) -> Iterator[tuple[str, str]]:
    """Keys and values; signs may be quoted in them as in a URL, where ``+`` is a plus."""
    query = identifier.partition("?")[2]
    for part in query.split("&"):
        key, _, value = part.partition("=")
        plain = os.fsdecode(unquote_to_bytes(os.fsencode(value)))
        if plain and "\0" not in plain:
            yield key, plain


def _notes(database: Database, photo: int) -> PhotoNotes:
    rating = database.row(_RATING, photo)
    comments = [text for (text,) in database.rows(_COMMENTS, photo) if text and text.strip()]
    tags = (_tag(database, number) for (number,) in database.rows(_TAGS, photo))
    return PhotoNotes(
        rating=rating[0] if rating and rating[0] in range(6) else None,
        keywords=tuple(tag for tag in tags if tag),
        caption=comments[0].strip() if comments else None,
        source="digikam",
    )


def _tag(database: Database, number: int) -> str:
    """A tag with its parents; empty for those that are digiKam's own: labels, versions."""
    names: list[str] = []
    for _ in range(_TAG_LEVELS):
        row = database.row(_TAG, number)
        if row is None:
            break
        names.append(row[1])
        number = row[0] or 0
    names.reverse()
    return "" if names[:1] in ([_INTERNAL], [_RESULTS]) else "/".join(names)
