"""digiKam: "Find similar photos" in its context menu, and results as tags in its database."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest
from desk import ODD_NAMES, Desk
from PIL import Image

from photosearch.integrations.digikam import host
from photosearch.integrations.installing import install
from photosearch.integrations.surroundings import Surroundings
from photosearch.paths import AppPaths

# Those of a new installation, but for what reading results needs; the first two groups tell it
# that its first-run wizard was answered.
_SETTINGS = """[General Settings]
Version=7.9.0

[Album Settings]
Album Path={1}

[Database Settings]
Database Type=QSQLITE
Database Name={0}/
Database Name Thumbnails={0}/
Database Name Face={0}/
Database Name Similarity={0}/

[Metadata Settings]
Use XMP Sidecar For Reading=true
Rescan File If Modified=true
"""
_ENVIRON = {
    "XDG_CURRENT_DESKTOP": "KDE",
    "QTWEBENGINE_DISABLE_SANDBOX": "1",  # its welcome page does not start for root otherwise
    "KDE_DEBUG": "1",  # no crash handler
}
# Where things are on this screen of 1400 x 900.
_ALBUM = (115, 170)
_FIRST = (605, 270)
_CHELSEA = (940, 270)
_ITEM_MENU = (205, 33)
_WRITE_METADATA = (320, 345)
_NOTHING = ("720", "820")
_OPEN_WITH_ROW = 7


class Digikam:
    """digiKam with the pictures of the desk as its only collection."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.folder = desk.home / "digikam"
        self.process: subprocess.Popen[bytes] | None = None
        self._prepare()

    def _prepare(self) -> None:
        """Have it make its database, and put the collection there, which its wizard asks for."""
        self.folder.mkdir()
        (self.folder / "digikam4.db").touch()
        config = self.desk.home / ".config"
        config.mkdir()
        (config / "digikamrc").write_text(_SETTINGS.format(self.folder, self.desk.pictures))
        (config / "kdeglobals").write_text("[KDE]\nSingleClick=false\n")
        self.process = self.desk.start("digikam", environ=_ENVIRON)
        self.desk.window("^Configure")
        self.desk.wait(lambda: self.rows("SELECT 1 FROM Settings WHERE keyword = 'DBVersion'"))
        self.end()
        with closing(sqlite3.connect(self.folder / "digikam4.db")) as database:
            database.execute(
                "INSERT INTO AlbumRoots (label, status, type, identifier, specificPath)"
                " VALUES ('Pictures', 0, 1, ?, '/')",
                (f"volumeid:?path={self.desk.pictures}",),
            )
            database.commit()

    def start(self, count: int = 8) -> None:
        """Start it, and wait until it has read its collection, which has so many photos."""
        self.process = self.desk.start("digikam", environ=_ENVIRON)
        asking = self.desk.window("Download required files")  # for faces; not here
        self.desk.run("wmctrl", "-i", "-c", asking)
        self.desk.wait(lambda: asking not in self.desk.windows())
        self.desk.activate(self.desk.window("digiKam$"))
        self.desk.wait(
            lambda: len(self.rows("SELECT 1 FROM Images WHERE status = 1")) >= count or None
        )

    def open_album(self) -> None:
        """Show the photos of the collection."""
        self.desk.click(*_ALBUM)
        self.desk.window("Pictures.*digiKam|digiKam")
        time.sleep(4)

    def end(self) -> None:
        assert self.process is not None
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(60)

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        """What its database answers; nothing as long as it is locked or not made yet."""
        place = f"file:{self.folder / 'digikam4.db'}?mode=ro"
        try:
            with closing(sqlite3.connect(place, uri=True, timeout=10)) as database:
                return database.execute(query, values).fetchall()
        except sqlite3.OperationalError:
            return []

    def tags(self) -> dict[str, set[str]]:
        """The tags of each photo, with their parents."""
        names = {one: (pid, name) for one, pid, name in self.rows("SELECT id, pid, name FROM Tags")}

        def path(one: object) -> str:
            pid, name = names[one]
            return f"{path(pid)}/{name}" if pid in names else str(name)

        found: dict[str, set[str]] = {}
        for name, tag in self.rows(
            "SELECT Images.name, tagid FROM ImageTags JOIN Images ON Images.id = imageid"
        ):
            if tag in names:
                found.setdefault(str(name), set()).add(path(tag))
        return found

    def choose_similar(self, x: int, y: int, *, count: int = 1) -> None:
        """Open the context menu there, and choose our entry."""
        desk = self.desk
        self._opening_a_menu(lambda: desk.click(x, y, 3))
        desk.run("xdotool", "mousemove", *_NOTHING)
        rows = _OPEN_WITH_ROW if count == 1 else _OPEN_WITH_ROW - 1  # no preview of several
        self._opening_a_menu(lambda: desk.key(*["Down"] * rows, "Right"))
        self.picture("host-digikam", "1000x560+400+0")
        desk.key("f")  # the only name in there that starts with it

    def picture(self, name: str, area: str) -> None:
        """A part of the screen, for the documentation where that is asked for."""
        picture = self.desk.screenshot(name)
        if chosen := os.environ.get("HOSTS_PICTURES"):
            documented = Path(chosen) / picture.name
            self.desk.run("convert", str(picture), "-crop", area, "+repage", str(documented))

    def _opening_a_menu(self, act: Callable[[], None]) -> None:
        find = ("xdotool", "search", "--onlyvisible", "--class", "digikam")
        before = set(self.desk.run(*find).split())
        act()
        self.desk.wait(lambda: set(self.desk.run(*find).split()) - before)
        time.sleep(2)  # to be drawn


@pytest.fixture
def digikam(desk: Desk) -> Digikam:
    return Digikam(desk)


def test_find_similar_photos_in_its_menu_opens_the_app_with_the_photo(
    desk: Desk, digikam: Digikam
) -> None:
    desk.photosearch("integrate", "digikam")
    desk.index()
    desk.stop_service()
    digikam.start()
    digikam.open_album()
    desk.click(*_CHELSEA)
    digikam.choose_similar(*_CHELSEA)
    began = time.monotonic()
    desk.app_title("chelsea.png")
    took_s = time.monotonic() - began
    sys.stderr.write(f"digiKam: the app was there {took_s:.1f} s after the choice\n")


def test_many_photos_of_any_name_arrive_at_one_app(desk: Desk, digikam: Digikam) -> None:
    photos = {os.fsencode(path) for path in desk.add_odd_photos()}
    for number in range(200):
        photo = desk.pictures / f"many {number:03}.jpg"
        Image.new("RGB", (16, 16), (number, 255 - number, number * 7 % 256)).save(photo)
        photos.add(os.fsencode(photo))
    photos |= {os.fsencode(path) for path in desk.pictures.glob("*.png")}
    photos.add(os.fsencode(desk.pictures / "rocket.jpg"))
    script, calls = desk.record_calls()
    surroundings = Surroundings(
        AppPaths(desk.home / ".local/share/photosearch"),
        home=desk.home,
        environ=desk.environ,
        scripts=script.parent,
    )
    install(surroundings.paths, host(surroundings))
    # Qt makes text of names, and digiKam does not show what is none.
    hidden = {os.fsencode(desk.pictures / os.fsdecode(ODD_NAMES[-1]))}
    digikam.start(len(photos - hidden))
    digikam.open_album()
    desk.click(*_FIRST)
    time.sleep(2)
    desk.key("ctrl+a")
    time.sleep(2)
    digikam.choose_similar(*_FIRST, count=len(photos))
    desk.wait(calls)
    (call,) = calls()
    files = call[call.index(b"--similar") + 1 :]
    assert len(files) == len(set(files))
    assert set(files) == photos - hidden
    assert not list(desk.home.rglob("pwned*"))


def test_results_come_as_a_tag_and_go_again(desk: Desk, digikam: Digikam) -> None:
    digikam.start()
    digikam.open_album()
    desk.click(*_CHELSEA)
    desk.key("ctrl+4")  # stars, which only digiKam's database knows
    stars = "SELECT rating FROM ImageInformation JOIN Images ON id = imageid WHERE name = ?"
    desk.wait(lambda: digikam.rows(stars, "chelsea.png") == [(4,)] or None)
    before = {path.name: path.read_bytes() for path in desk.pictures.iterdir()}
    desk.index()
    desk.photosearch("similar", desk.pictures / "coffee.png", "-n", "3", "--to", "digikam")
    found = [one.name.removesuffix(".xmp") for one in desk.pictures.glob("*.xmp")]
    assert len(found) == 3
    desk.activate(desk.window("digiKam$"))
    desk.key("F5")
    tagged = {one: {"photosearch/coffee.png"} for one in found}
    desk.wait(lambda: digikam.tags() == tagged or None, lambda: str(digikam.tags()))
    assert digikam.rows(stars, "chelsea.png") == [(4,)]
    time.sleep(3)  # for it to show what it has read
    digikam.picture("host-digikam-results", "1000x560+400+0")

    desk.photosearch("integrate", "digikam", "--clear-results")
    assert {path.name: path.read_bytes() for path in desk.pictures.iterdir()} == before
    desk.key("F5")
    time.sleep(5)
    assert digikam.rows(stars, "chelsea.png") == [(4,)]


def test_tags_that_digikam_wrote_itself_into_sidecars_go_too(desk: Desk, digikam: Digikam) -> None:
    config = desk.home / ".config/digikamrc"
    config.write_text(config.read_text() + "Metadata Writing Mode=1\nSave Tags=true\n")
    desk.index()
    photo = desk.pictures / "chelsea.png"
    sidecar = desk.pictures / "chelsea.png.xmp"
    desk.photosearch("similar", photo, "-n", "7", "--to", "digikam")
    desk.photosearch("similar", desk.pictures / "coffee.png", "-n", "7", "--to", "digikam")
    digikam.start()
    digikam.open_album()
    desk.wait(lambda: digikam.tags().get("chelsea.png"))
    desk.click(*_CHELSEA)
    desk.click(*_ITEM_MENU)
    time.sleep(1)
    desk.click(*_WRITE_METADATA)
    desk.wait(lambda: b"mediapro" in sidecar.read_bytes() or None)
    assert b"categories" in sidecar.read_bytes()
    desk.photosearch("integrate", "digikam", "--clear-results")
    assert not [one for one in desk.pictures.glob("*.xmp") if b"photosearch" in one.read_bytes()]
    assert not [one for one in desk.pictures.glob("*.xmp") if b"coffee" in one.read_bytes()]
