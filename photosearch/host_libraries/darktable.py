"""The library of darktable: ``library.db`` with the photos, and ``data.db`` with the tags' names.

Their tables, as of darktable 4.2: ``film_rolls(folder)`` > ``images(film_id, filename, flags)`` >
``tagged_images(imgid, tagid)`` > ``tags(name)`` (``Animals|Cat``), and
``meta_data(id, key, value)``, of which key 2 is the title and 3 the description.
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

_OWNER = "darktable"
_LIBRARY, _TAG_NAMES, _SETTINGS = "library.db", "data.db", "darktablerc"
_OWN_TAGS = "darktable|"
# Of `flags`: the three lowest bits are the stars, the fourth rejects.
_STARS, _REJECTED = 7, 8

# Types are asked for, since SQLite lets anything stand in any column. Copies for other
# developments have the same file; the first is the one that was imported.
_PHOTO = """SELECT images.id, IFNULL(CAST(images.flags AS INTEGER), 0) FROM images
    JOIN film_rolls ON film_rolls.id = images.film_id
    WHERE film_rolls.folder = CAST(? AS TEXT) AND images.filename = CAST(? AS TEXT)
    ORDER BY images.version, images.id LIMIT 1"""
_ROLLS = "SELECT CAST(folder AS TEXT) FROM film_rolls WHERE folder IS NOT NULL"
_TAGS = "SELECT tagid FROM tagged_images WHERE imgid = ? ORDER BY position, tagid"
_TAG = "SELECT IFNULL(CAST(name AS TEXT), '') FROM tags WHERE id = ?"
_TEXTS = """SELECT CAST(value AS TEXT) FROM meta_data WHERE id = ? AND key IN (2, 3)
    ORDER BY key DESC"""


@dataclass(frozen=True)
class DarktableLibrary:
    """darktable's own two databases."""

    user: UserFolders
    volumes: MountedVolumes = field(default_factory=MountedVolumes)
    name: str = "darktable"

    def folders(self) -> tuple[Path, ...]:
        """The folders around its film rolls.

        Raises:
            IntegrationError: the database cannot be read.
        """
        path = self._database()
        if path is None:
            return ()
        rows = read(path, _OWNER, lambda database: database.rows(_ROLLS))
        rolls = (Path(folder) for (folder,) in rows)
        return common_folders(rolls, self.user.home, self.volumes.points())

    def notes(self, path: Path) -> PhotoNotes | None:
        """Stars, tags with their parents, and the description (else the title) of a photo.

        Raises:
            IntegrationError: a database cannot be read.
        """
        file = self._database()
        if file is None:
            return None
        found = read(file, _OWNER, lambda database: _photo(database, path))
        if found is None:
            return None
        flags, texts, tags = found
        return PhotoNotes(
            rating=_rating(flags),
            keywords=_names(file.with_name(_TAG_NAMES), tags),
            caption=next((text.strip() for text in texts if text and text.strip()), None),
            source="darktable",
        )

    def _database(self) -> Path | None:
        for folder in self.user.config_of("org.darktable.Darktable", "darktable"):
            if (found := first_file([folder / _chosen_name(folder / _SETTINGS)])) is not None:
                return found
        return None


def _photo(database: Database, path: Path) -> tuple[int, list[str], list[int]] | None:
    """Flags, texts, and the numbers of the tags."""
    for place in dict.fromkeys((path, Path(os.path.realpath(path)))):
        row = database.row(_PHOTO, os.fsencode(place.parent), os.fsencode(place.name))
        if row is not None:
            number, flags = row
            texts = [text for (text,) in database.rows(_TEXTS, number)]
            return flags, texts, [tag for (tag,) in database.rows(_TAGS, number)]
    return None


def _names(path: Path, tags: list[int]) -> tuple[str, ...]:
    if not tags:
        return ()
    rows = read(path, _OWNER, lambda database: [database.row(_TAG, tag) for tag in tags])
    names = [row[0] for row in rows if row is not None]
    return tuple(one.replace("|", "/") for one in names if not one.startswith(_OWN_TAGS))


def _rating(flags: int) -> int | None:
    stars = flags & _STARS
    if flags & _REJECTED or stars == 6:  # six stars were the rejection of older versions
        return -1
    return stars if stars <= 5 else None


def _chosen_name(settings: Path) -> str:
    """``database=`` in the settings may name another file, also elsewhere."""
    try:
        lines = os.fsdecode(settings.read_bytes()).splitlines()
    except OSError:
        return _LIBRARY
    named = (line.partition("=")[2].strip() for line in lines if line.startswith("database="))
    return next((name for name in named if name and name != ":memory:"), _LIBRARY)
