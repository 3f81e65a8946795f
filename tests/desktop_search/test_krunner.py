"""KRunner's questions over a real D-Bus, and what it lets people do with the answers."""

from __future__ import annotations

import os
from typing import Any

import pytest

pytest.importorskip("dbus_fast", reason="the desktops of Linux")

from bus_desktops import Desktop
from dbus_fast import Variant
from dbus_fast.annotations import DBusStr
from dbus_fast.service import ServiceInterface, dbus_method

from photosearch.desktop_search.bus import Nothing, Texts


def test_krunner_gets_whole_rows(at_desktop, photos) -> None:
    odd = os.fsdecode(b"boat \xff.png")
    [boat] = photos.put(odd)

    async def search(desktop: Desktop) -> tuple[list[Any], list[Any], Any]:
        actions = await desktop.ask("Actions")
        assert desktop.signature == "a(sss)"
        config = await desktop.ask("Config")
        [row] = await desktop.ask("Match", "s", "a boat")
        assert desktop.signature == "a(sssida{sv})"
        await desktop.ask("Teardown")
        return actions, row, config

    actions, row, config = at_desktop(search)
    assert [one[0] for one in actions] == ["similar", "folder"]
    assert config == {}
    identifier, name, icon, kind, relevance, more = row
    assert identifier.startswith(boat.content_id + "/")
    assert (name, icon) == ("boat \ufffd.png", "image-x-generic")
    assert kind == 30
    assert 0 < relevance <= 1
    assert more["subtext"] == Variant("s", str(photos.folder))
    assert more["urls"] == Variant("as", [(photos.folder / odd).as_uri()])
    assert more["actions"] == Variant("as", ["similar", "folder"])
    assert more["icon-data"].signature == "(iiibiiay)"


def test_what_krunner_learns_of_a_choice_holds_for_the_same_words_alone(at_desktop, photos) -> None:
    photos.put("boat.png")

    async def search(desktop: Desktop) -> list[str]:
        return [(await desktop.ask("Match", "s", words))[0][0] for words in ("boat", "cat", "boat")]

    boat, cat, again = at_desktop(search)
    assert boat == again != cat


def test_krunner_runs_what_was_chosen(at_desktop, photos, started) -> None:
    photos.put("boat.png")

    async def choose(desktop: Desktop) -> None:
        [[identifier, *_]] = await desktop.ask("Match", "s", "boat")
        for action in ("", "similar", "folder"):
            await desktop.ask("Run", "ss", identifier, action)

    at_desktop(choose)
    path = str(photos.folder / "boat.png")
    assert started == [
        ["xdg-open", path],
        ["app", "--similar", path],
        ["xdg-open", str(photos.folder)],  # no file manager is on this bus
    ]


def test_the_file_manager_is_asked_to_mark_the_photo(at_desktop, photos, started) -> None:
    [boat] = photos.put("boat \xe4.png")
    shown: list[list[str]] = []

    class FileManager(ServiceInterface):
        @dbus_method()
        def ShowItems(self, uris: Texts, startup_id: DBusStr) -> Nothing:  # noqa: N802
            shown.append(uris)

    async def choose(desktop: Desktop) -> None:
        name = "org.freedesktop.FileManager1"
        desktop.bus.export("/" + name.replace(".", "/"), FileManager(name))
        await desktop.bus.request_name(name)
        await desktop.ask("Run", "ss", boat.content_id, "folder")

    at_desktop(choose)
    assert shown == [[(photos.folder / "boat \xe4.png").as_uri()]]
    assert started == []
