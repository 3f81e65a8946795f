"""GNOME Shell's questions over a real D-Bus, and what it lets people do with the answers."""

from __future__ import annotations

import os

import pytest

pytest.importorskip("dbus_fast", reason="the desktops of Linux")

from bus_desktops import Desktop
from dbus_fast import Variant

from photosearch.desktop_search.icons import ICON_PX


def test_gnome_gets_ids_and_then_rows_with_name_folder_and_picture(at_desktop, photos) -> None:
    boat, _ = photos.put("sea/boat.png", "tree.png")

    async def search(desktop: Desktop) -> list[dict[str, Variant]]:
        ids = await desktop.find("a", "boat")
        assert desktop.signature == "as"
        assert ids[0] == boat.content_id
        metas = await desktop.ask("GetResultMetas", "as", ids)
        assert desktop.signature == "aa{sv}"
        return metas

    first, second = at_desktop(search)
    assert first["id"] == Variant("s", boat.content_id)
    assert first["name"] == Variant("s", "boat.png")
    assert first["description"].value.endswith("/photos/sea")
    assert first["icon-data"].signature == "(iiibiiay)"
    assert first["icon-data"].value[:6] == (ICON_PX, ICON_PX, 4 * ICON_PX, True, 8, 4)
    assert len(first["icon-data"].value[6]) == 4 * ICON_PX**2
    assert second["name"].value == "tree.png"


def test_more_words_are_a_new_search(at_desktop, photos) -> None:
    photos.put("red boat.png", "red bike.png")

    async def search(desktop: Desktop) -> tuple[list[str], list[str]]:
        before = await desktop.find("red", "boat")
        return before, await desktop.ask("GetSubsearchResultSet", "asas", before, ["red", "bike"])

    before, after = at_desktop(search)
    assert before[0] == photos.put("red boat.png")[0].content_id
    assert after[0] == photos.put("red bike.png")[0].content_id


def test_choosing_a_photo_opens_it_and_more_opens_the_app(at_desktop, photos, started) -> None:
    [odd] = photos.put(os.fsdecode(b"boat $(x) ' \xff.png"))

    async def choose(desktop: Desktop) -> None:
        await desktop.find("boat")
        await desktop.ask("ActivateResult", "sasu", odd.content_id, ["boat"], 7)
        await desktop.ask("LaunchSearch", "asu", ["red", "boat"], 7)

    at_desktop(choose)
    assert started == [
        ["xdg-open", str(photos.folder / odd.relative_path)],
        ["app", "--search=red boat"],
    ]
