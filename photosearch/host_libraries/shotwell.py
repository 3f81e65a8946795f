"""The library of Shotwell: ``photo.db``.

Its tables, as of schema 20 (Shotwell 0.30): ``PhotoTable(filename, rating, title, comment)``, and
``TagTable(name, photo_id_list)``, where ``/Animals/Cat`` is a tag below another and the list is
``thumb0000000000000001,…``, photos by their number in 16 hexadecimal digits.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from photosearch.host_libraries.common_folders import common_folders
from photosearch.host_libraries.database_file import Database, read
from photosearch.host_libraries.mounted_volumes import MountedVolumes
from photosearch.host_libraries.user_folders import UserFolders, first_file
from photosearch.types import PhotoNotes

_OWNER = "Shotwell"
_REJECTED = -1

# Types are asked for, since SQLite lets anything stand in any column.
_NAMES = "SELECT CAST(filename AS TEXT) FROM PhotoTable WHERE filename IS NOT NULL"
_PHOTO = """SELECT IFNULL(CAST(id AS INTEGER), 0), CAST(rating AS INTEGER), CAST(title AS TEXT),
    CAST(comment AS TEXT) FROM PhotoTable WHERE filename = CAST(? AS TEXT)"""
_TAGS = """SELECT IFNULL(CAST(name AS TEXT), '') FROM TagTable
    WHERE instr(photo_id_list, CAST(? AS TEXT)) > 0 ORDER BY id"""


@dataclass(frozen=True)
class ShotwellLibrary:
    """Shotwell's own database."""

    user: UserFolders
    volumes: MountedVolumes = field(default_factory=MountedVolumes)
    name: str = "shotwell"

    def folders(self) -> tuple[Path, ...]:
        """The pictures folder if photos of the library lie below it, and those around the others.

        Raises:
            IntegrationError: the database cannot be read.
        """
        path = self._database()
        if path is None:
            return ()
        names = read(path, _OWNER, lambda database: database.rows(_NAMES))
        # As text: ten times as fast as paths, for a hundred thousand photos.
        folders = {os.path.dirname(name) for (name,) in names}  # noqa: PTH120
        parents = set(map(Path, folders))
        pictures = self.user.pictures
        if any(parent.is_relative_to(pictures) for parent in parents):
            parents.add(pictures)
        return common_folders(parents, self.user.home, self.volumes.points())

    def notes(self, path: Path) -> PhotoNotes | None:
        """Rating, tags with their parents, and the comment (else the title) of a photo.

        Raises:
            IntegrationError: the database cannot be read.
        """
        file = self._database()
        if file is None:
            return None
        return read(file, _OWNER, lambda database: _notes(database, path))

    def _database(self) -> Path | None:
        places = self.user.data_of("org.gnome.Shotwell", "shotwell", "data", "photo.db")
        return first_file(places)


def _notes(database: Database, path: Path) -> PhotoNotes | None:
    for place in dict.fromkeys((path, Path(os.path.realpath(path)))):
        row = database.row(_PHOTO, os.fsencode(place))
        if row is not None:
            number, rating, title, comment = row
            return PhotoNotes(
                rating=rating if rating in (_REJECTED, 1, 2, 3, 4, 5) else None,
                keywords=_tags(database, number),
                caption=(comment or title or "").strip() or None,
                source="shotwell",
            )
    return None


def _tags(database: Database, photo: int) -> tuple[str, ...]:
    key = f"thumb{photo:016x}".encode()
    return tuple(name.strip("/") for (name,) in database.rows(_TAGS, key))
