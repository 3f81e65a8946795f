"""The real gThumb: its Tools menu calls us."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

from desk import SAMPLES, Desk

from photosearch.integrations.gthumb import host
from photosearch.integrations.installing import install, remove
from photosearch.integrations.surroundings import Surroundings
from photosearch.paths import AppPaths

# Where gThumb 3.12.2 has them in a window of 1400 x 900 (Debian's fonts).
TOOLS = (1190, 20)
SIMILAR = (1167, 374)
WORDS = (1167, 399)
PERSONALIZE = (1147, 437)
FIRST_SHOWN = (874, 251)


def open_gthumb(desk: Desk, folder: Path) -> None:
    desk.start("gthumb", str(folder))
    window = desk.window(f"^{folder.name}$")
    desk.activate(window)
    time.sleep(3)  # the files come one after the other


def choose(desk: Desk, entry: tuple[int, int]) -> None:
    desk.click(*TOOLS)
    time.sleep(1.5)  # the menu unrolls
    desk.click(*entry)


def surroundings_of(desk: Desk, scripts: Path) -> Surroundings:
    return Surroundings(
        paths=AppPaths(desk.home / ".local/share/photosearch"),
        environ=desk.environ,
        home=desk.home,
        scripts=scripts,
    )


def on_the_screen_of(desk: Desk) -> Callable[[Sequence[str]], None]:
    """And not on that of whoever runs the tests."""
    return lambda command: desk.start(*command) and None


def test_the_menu_opens_the_app_with_all_selected_photos(desk: Desk) -> None:
    many = desk.home / "many"
    many.mkdir()
    for number in range(200):
        shutil.copy(SAMPLES / "rocket.jpg", many / f"{number:03}.jpg")
    desk.photosearch("integrate", "gthumb")
    desk.index()
    open_gthumb(desk, many)
    desk.key("ctrl+a")
    choose(desk, SIMILAR)
    assert desk.app_title("200 photos") == "200 photos – photosearch"
    ours = [title for title in desk.windows().values() if title.endswith("photosearch")]
    assert ours == ["200 photos – photosearch"]


def test_names_arrive_whole(desk: Desk) -> None:
    desk.add_odd_photos()
    script, calls = desk.record_calls()
    odd = desk.home / 'it\'s "100%F %?{x}" $(touch pwned) `touch pwned` \\'
    odd.symlink_to(script.parent)
    surroundings = surroundings_of(desk, odd)
    install(surroundings.paths, host(surroundings))
    open_gthumb(desk, desk.pictures)
    desk.key("ctrl+a")
    desk.click(*TOOLS)
    time.sleep(1.5)
    desk.screenshot("host-gthumb")
    desk.click(*SIMILAR)
    (call,) = desk.wait(calls)
    expected = {os.fsencode(path) for path in desk.pictures.iterdir()}
    assert set(call[call.index(b"--similar") + 1 :]) == expected
    assert not list(desk.home.rglob("pwned"))
    choose(desk, WORDS)
    desk.wait(lambda: len(calls()) == 2)
    assert calls()[1] == [word.encode() for word in surroundings.app_command[1:]]


def test_what_gthumb_writes_itself_can_be_unmerged(desk: Desk) -> None:
    scripts = desk.home / ".config/gthumb/scripts.xml"
    scripts.parent.mkdir(parents=True)
    scripts.write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n<scripts version="1.0">\n'
        '<script id="mine" display-name="Mine" command="echo %F" shortcut="KP_1"/>\n</scripts>\n'
    )
    surroundings = surroundings_of(desk, desk.record_calls()[0].parent)
    install(surroundings.paths, host(surroundings))
    merged = scripts.read_text()
    open_gthumb(desk, desk.pictures)
    desk.key("ctrl+a")
    desk.click(*TOOLS)
    time.sleep(1.5)
    desk.click(PERSONALIZE[0], PERSONALIZE[1] + 25)  # below one more script
    desk.window("^Commands$")
    time.sleep(1)
    desk.click(*FIRST_SHOWN)
    desk.wait(lambda: scripts.read_text() != merged)
    remove(surroundings.paths, host(surroundings))
    (left,) = ET.fromstring(scripts.read_bytes())
    assert left.get("id") == "mine"
    assert left.get("display") == "none"  # what was clicked on


def test_results_come_back_as_a_catalog_in_rank_order(desk: Desk) -> None:
    script, calls = desk.record_calls()
    surroundings = surroundings_of(desk, script.parent)
    install(surroundings.paths, host(surroundings))
    photos = [*desk.add_odd_photos(), *sorted(desk.pictures.glob("*.png"), reverse=True)]
    desk.index()
    desk.photosearch("similar", str(desk.pictures / "chelsea.png"), "-n", "4", "--to", "gthumb")
    window = desk.window("^chelsea.png – photosearch$")
    desk.activate(window)
    time.sleep(3)  # the photos come one after the other
    desk.screenshot("host-gthumb-results")
    desk.key("ctrl+a")
    choose(desk, SIMILAR)
    found = desk.photosearch("similar", str(desk.pictures / "chelsea.png"), "-n", "4", "-0")
    shown = desk.wait(calls)[0]
    assert shown[shown.index(b"--similar") + 1 :] == os.fsencode(found).split(b"\0")[:4]
    desk.run("wmctrl", "-i", "-c", window)

    here = replace(surroundings, start=on_the_screen_of(desk))
    host(here).results.send("odd", photos)
    desk.activate(desk.window("^odd – photosearch$"))
    time.sleep(3)
    desk.key("ctrl+a")
    choose(desk, SIMILAR)
    desk.wait(lambda: len(calls()) == 2)
    shown = calls()[1]
    assert shown[shown.index(b"--similar") + 1 :] == [os.fsencode(photo) for photo in photos]
    desk.photosearch("integrate", "gthumb", "--clear-results")
    assert list((desk.home / ".local/share/gthumb/catalogs").iterdir()) == []
