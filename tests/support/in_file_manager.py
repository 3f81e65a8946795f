"""What is true of our entries in every real file manager; tests/hosts has a file for each."""

from __future__ import annotations

import os
import re
import shutil
import sys
import time
from pathlib import Path

from desk import ODD_NAMES, SAMPLES, Desk
from recording_app import RecordingApp

# A place of the screen that no photo is drawn at where there are few.
_EMPTY = (900, 800)


def wait_until_still(desk: Desk) -> None:
    """Until nothing on the screen has changed for a second: thumbnails are drawn, menus open."""
    path, seen = desk.home / "still.ppm", b""

    def is_still() -> bool:
        nonlocal seen
        before = seen
        time.sleep(1)
        desk.run("import", "-window", "root", str(path), check=True)
        seen = path.read_bytes()
        return seen == before

    desk.wait(is_still)


class InFileManager:
    """Tests of one file manager.

    Attributes:
        name: of the host, and of its program.
        title: a pattern of the window that shows a folder, with ``{}`` for the folder's name.
        menu: the key that opens the menu of what is selected.
        to_similar: the keys from there to "Find similar photos", for many photos and for one.
        to_words: those to "Search photos by words…" in the menu of a folder.
        lost: the odd names that this file manager cannot hand over.
    """

    name: str
    title: str
    menu = "shift+F10"
    to_similar: tuple[str, ...]
    to_similar_of_many: tuple[str, ...] = ()
    to_words: tuple[str, ...]
    lost: tuple[bytes, ...] = ()

    def open(self, desk: Desk, folder: Path) -> str:
        """Open a folder; returns its window, once its photos are there."""
        desk.start(self.name, str(folder))
        window = desk.window(self.title.format(re.escape(folder.name)))
        desk.activate(window)
        desk.click(*_EMPTY)
        wait_until_still(desk)
        return window

    def open_menu(self, desk: Desk, *keys: str) -> None:
        """Select photos with these keys, and open their menu."""
        desk.key(*keys)
        wait_until_still(desk)
        desk.key(self.menu)
        wait_until_still(desk)

    def choose(self, desk: Desk, *keys: str, picture: str = "") -> None:
        """Go to an entry of the menu that is open, and choose it.

        At once: when Nautilus renews a menu that waits, no key is heard any more.
        """
        if picture:
            desk.screenshot(picture)
        desk.key(*keys, "Return")

    def test_a_photo_opens_the_app_with_its_likenesses_though_nothing_runs(self, desk: Desk):
        desk.index()
        desk.stop_service()
        desk.photosearch("integrate", self.name)
        self.open(desk, desk.pictures)
        self.open_menu(desk, "Home", "Right", "Right")
        self.choose(desk, *self.to_similar, picture=f"host-{self.name}")
        began_s = time.monotonic()
        assert desk.app_title(r"chelsea\.png")
        print(f"{self.name}: the window was there after {time.monotonic() - began_s:.1f} s")  # noqa: T201

    def test_200_photos_are_one_window(self, desk: Desk):
        folder = desk.pictures / "many"
        folder.mkdir()
        for at in range(200):
            shutil.copy(SAMPLES / "rocket.jpg", folder / f"photo {at:03}.jpg")
        desk.index()
        desk.photosearch("integrate", self.name)
        self.open(desk, folder)
        self.open_menu(desk, "ctrl+a")
        self.choose(desk, *(self.to_similar_of_many or self.to_similar))
        assert desk.app_title("200 photos")
        assert len(desk.windows()) == 2

    def test_odd_names_arrive_whole_and_nothing_in_them_runs(self, desk: Desk):
        folder = desk.pictures / "odd"
        folder.mkdir()
        for name in ODD_NAMES:
            shutil.copy(SAMPLES / "rocket.jpg", os.fsencode(folder) + b"/" + name)
        app = self.integrate_a_recorder(desk)
        self.open(desk, folder)
        self.open_menu(desk, "ctrl+a")
        self.choose(desk, *(self.to_similar_of_many or self.to_similar))
        wanted = {os.fsencode(folder) + b"/" + name for name in ODD_NAMES if name not in self.lost}
        photos = set(app.photos())
        assert photos >= wanted
        assert len(photos) == len(ODD_NAMES)
        assert not list(desk.home.rglob("pwned*"))

    def test_a_folder_opens_the_app_for_words(self, desk: Desk):
        folder = desk.pictures / "empty"
        folder.mkdir()
        app = self.integrate_a_recorder(desk)
        self.open(desk, folder)
        desk.click(*_EMPTY, button=3)
        wait_until_still(desk)
        self.choose(desk, *self.to_words, picture=f"host-{self.name}-words")
        assert app.call() == []

    def integrate_a_recorder(self, desk: Desk) -> RecordingApp:
        """Install, and have what was written start a recorder in the place of the app."""
        app = RecordingApp(desk.home / "recorder" / "photosearch-app")
        places = desk.photosearch("integrate", self.name, "--dry-run")
        desk.photosearch("integrate", self.name)
        ours = os.fsencode(Path(sys.executable).parent / "photosearch-app")
        found = 0
        for place in map(Path, re.findall(r"/\S.*$", places, re.MULTILINE)):
            if place.is_file():
                found += place.read_bytes().count(ours)
                place.write_bytes(place.read_bytes().replace(ours, os.fsencode(app.path)))
        assert found, places
        return app
