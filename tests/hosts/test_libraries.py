"""The libraries of the real digiKam, darktable and Shotwell are read, while they run and after."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
from desk import Desk
from PIL import Image

from photosearch.host_libraries import HostLibrary, host_libraries
from photosearch.types import PhotoNotes

_DIGIKAM_SETTINGS = """[General Settings]
Version=7.9.0

[Album Settings]
Album Path={0}

[Database Settings]
Database Type=QSQLITE
Database Name={0}/
Database Name Thumbnails={0}/
Database Name Face={0}/
Database Name Similarity={0}/
"""
_DIGIKAM = {"XDG_CURRENT_DESKTOP": "KDE", "QTWEBENGINE_DISABLE_SANDBOX": "1", "KDE_DEBUG": "1"}


@pytest.fixture
def tagged(desk: Desk) -> list[Path]:
    """Photos under names that hand-overs get wrong, with notes in them that programs take over."""
    paths = desk.add_odd_photos()
    for number, path in enumerate(paths):  # Shotwell passes over what it has already
        Image.new("RGB", (160, 120 + number), (255, 25 * number, 0)).save(path)
    fields = ["-XMP-xmp:Rating=4", "-XMP-digiKam:TagsList=Animals/Cat", "-XMP-dc:Subject=Cat"]
    fields += ["-XMP-lr:HierarchicalSubject=Animals|Cat", "-XMP-dc:Description=Asleep"]
    desk.run("exiftool", "-q", "-overwrite_original", *fields, *map(str, paths), check=True)
    return paths


def library(desk: Desk, name: str) -> HostLibrary:
    environ = {k: v for k, v in desk.environ.items() if k.startswith("XDG_")}
    return next(one for one in host_libraries(desk.home, environ) if one.name == name)


def end(program: subprocess.Popen[bytes]) -> None:
    """At once: darktable takes minutes to go by itself, and a program may die."""
    os.killpg(program.pid, signal.SIGKILL)
    program.wait(60)


def check_notes(desk: Desk, name: str, photos: list[Path], database: Path) -> None:
    """Every photo has its notes, and no file appeared beside the database, nor went."""
    known = library(desk, name)
    files = sorted(database.parent.glob(f"{database.name}*"))
    for photo in photos:
        notes = known.notes(photo)
        assert notes is not None, photo
        assert (notes.rating, notes.keywords[-1:], notes.source) == (4, ("Animals/Cat",), name)
    assert known.folders() == (desk.pictures,)
    assert sorted(database.parent.glob(f"{database.name}*")) == files


@pytest.mark.parametrize("journal", ["delete", "wal"])
def test_digikam(desk: Desk, tagged: list[Path], journal: str) -> None:
    database = desk.pictures / "digikam4.db"
    config = desk.home / ".config"
    config.mkdir()
    (config / "digikamrc").write_text(_DIGIKAM_SETTINGS.format(desk.pictures))
    database.touch()  # or it asks where its library is
    first = desk.start("digikam", environ=_DIGIKAM)
    desk.window("^Configure")
    desk.wait(lambda: b"AlbumRoots" in database.read_bytes())
    end(first)
    with closing(sqlite3.connect(database)) as opened:
        opened.execute(f"PRAGMA journal_mode = {journal}")
        opened.execute(
            "INSERT INTO AlbumRoots (label, status, type, identifier, specificPath)"
            " VALUES ('Pictures', 0, 1, ?, '/')",
            (f"volumeid:?path={desk.pictures}",),
        )
        opened.commit()
    photos = tagged[:-1]  # Qt cannot tell names apart that are no text
    running = desk.start("digikam", environ=_DIGIKAM)
    known = library(desk, "digikam")
    desk.wait(lambda: all((notes := known.notes(one)) and notes.keywords for one in photos))
    check_notes(desk, "digikam", photos, database)
    assert known.notes(photos[0]) == PhotoNotes(4, ("Animals/Cat",), "Asleep", "digikam")
    end(running)
    check_notes(desk, "digikam", photos, database)


def test_darktable(desk: Desk, tagged: list[Path]) -> None:
    running = desk.start("darktable", "--disable-opencl", str(desk.pictures))
    known = library(desk, "darktable")
    desk.wait(lambda: all((notes := known.notes(one)) and notes.keywords for one in tagged))
    database = desk.home / ".config/darktable/library.db"
    check_notes(desk, "darktable", tagged, database)
    assert known.notes(tagged[0]) == PhotoNotes(4, ("Animals/Cat",), "Asleep", "darktable")
    end(running)
    check_notes(desk, "darktable", tagged, database)


def test_shotwell(desk: Desk, tagged: list[Path]) -> None:
    *photos, no_text = tagged
    no_text.unlink()  # Shotwell 0.30 dies of a name that is no UTF-8
    running = desk.start("shotwell", environ={"GSETTINGS_BACKEND": "keyfile"})
    desk.activate(desk.window("^Welcome"), maximised=False)
    desk.key("Return")
    known = library(desk, "shotwell")
    desk.wait(lambda: all((notes := known.notes(one)) and notes.keywords for one in photos))
    database = desk.home / ".local/share/shotwell/data/photo.db"
    check_notes(desk, "shotwell", photos, database)
    end(running)
    check_notes(desk, "shotwell", photos, database)
