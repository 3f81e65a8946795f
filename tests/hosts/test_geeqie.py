"""The real Geeqie: its menu calls us, and what was found comes back as a collection."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from desk import SAMPLES, Desk

from photosearch.integrations.geeqie import host
from photosearch.integrations.installing import install
from photosearch.integrations.surroundings import Surroundings
from photosearch.paths import AppPaths

# Where Geeqie 2.0.1 has them when the menu File is open in a maximised window (Debian's fonts).
SIMILAR = (90, 198)
WORDS = (90, 223)


def open_geeqie(desk: Desk, what: Path, title: str) -> None:
    desk.start("geeqie", str(what))
    window = desk.window(title)
    for other, name in desk.windows().items():
        if "mismatch" in name:  # it complains once about a name that is no UTF-8
            desk.run("wmctrl", "-i", "-c", other)
    desk.activate(window)
    time.sleep(1)  # the list of files is filled meanwhile


def choose(desk: Desk, entry: tuple[int, int]) -> None:
    desk.key("alt+f")
    time.sleep(0.7)
    desk.click(*entry)


def record_calls(desk: Desk) -> Callable[[], list[list[bytes]]]:
    """Install entries that call a program of an odd name, which only notes its words."""
    script, calls = desk.record_calls()
    odd = desk.home / 'it\'s "100%F" $(touch pwned) `touch pwned` \\'
    odd.symlink_to(script.parent)
    surroundings = Surroundings(
        paths=AppPaths(desk.home / ".local/share/photosearch"),
        environ=desk.environ,
        home=desk.home,
        scripts=odd,
    )
    install(surroundings.paths, host(surroundings))
    return calls


def words_behind(call: list[bytes], option: bytes) -> list[bytes]:
    return call[call.index(option) + 1 :]


def test_the_menu_opens_the_app_with_the_photo_and_the_results_come_back(desk: Desk) -> None:
    desk.photosearch("integrate", "geeqie")
    desk.index()
    desk.stop_service()
    open_geeqie(desk, desk.pictures / "chelsea.png", "chelsea.png - Geeqie")
    desk.key("alt+f")
    time.sleep(0.7)
    desk.screenshot("host-geeqie")
    began = time.monotonic()
    desk.click(*SIMILAR)
    assert desk.app_title("chelsea.png") == "chelsea.png – photosearch"
    print(f"first choice, without the service: {time.monotonic() - began:.1f} s")  # noqa: T201

    desk.photosearch("similar", str(desk.pictures / "chelsea.png"), "-n", "4", "--to", "geeqie")
    window = desk.window("chelsea.png – photosearch - Collection - Geeqie")
    found = desk.photosearch("similar", str(desk.pictures / "chelsea.png"), "-n", "4", "--paths")
    shown = desk.run("geeqie", "--remote", "--get-collection:chelsea.png – photosearch")
    assert shown.split() == found.split()
    assert len(found.split()) == 4
    desk.activate(window, maximised=False)
    desk.screenshot("host-geeqie-results")
    desk.photosearch("integrate", "geeqie", "--clear-results")
    assert list((desk.home / ".local/share/geeqie/collections").iterdir()) == []


def test_words_open_the_app_to_search(desk: Desk) -> None:
    desk.photosearch("integrate", "geeqie")
    desk.index()
    open_geeqie(desk, desk.pictures / "chelsea.png", "chelsea.png - Geeqie")
    choose(desk, WORDS)
    desk.window("^photosearch$")


def test_names_arrive_whole(desk: Desk) -> None:
    odd = desk.add_odd_photos()
    calls = record_calls(desk)
    open_geeqie(desk, desk.pictures / "chelsea.png", "chelsea.png - Geeqie")
    desk.key("ctrl+a")
    choose(desk, SIMILAR)
    (call,) = desk.wait(calls)
    # Geeqie lists no file whose name is not UTF-8, so that it cannot be selected.
    expected = {os.fsencode(path) for path in desk.pictures.iterdir()} - {os.fsencode(odd[-1])}
    assert set(words_behind(call, b"--similar")) == expected
    assert not list(desk.home.rglob("pwned"))


def test_a_photo_whose_name_is_no_text_arrives_whole_when_it_is_shown(desk: Desk) -> None:
    odd = desk.add_odd_photos()
    calls = record_calls(desk)
    open_geeqie(desk, odd[-1], "^latin")
    desk.click(900, 400, button=3)
    time.sleep(0.7)
    desk.key("p", "Down", "Down", "Return")  # Plugins, and in it behind two of Geeqie's own
    (call,) = desk.wait(calls)
    assert words_behind(call, b"--similar") == [os.fsencode(odd[-1])]


def test_200_selected_photos_are_one_search_in_one_window(desk: Desk) -> None:
    many = desk.home / "many"
    many.mkdir()
    for number in range(200):
        shutil.copy(SAMPLES / "rocket.jpg", many / f"{number:03}.jpg")
    desk.photosearch("integrate", "geeqie")
    desk.index()
    open_geeqie(desk, many / "000.jpg", "000.jpg - Geeqie")
    desk.key("ctrl+a")
    choose(desk, SIMILAR)
    assert desk.app_title("200 photos") == "200 photos – photosearch"
    ours = [title for title in desk.windows().values() if title.endswith("photosearch")]
    assert ours == ["200 photos – photosearch"]
