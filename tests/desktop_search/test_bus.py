"""The desktops' own calls, made over a real D-Bus."""

from __future__ import annotations

import asyncio
from typing import Any
from xml.etree import ElementTree as ET

import pytest

pytest.importorskip("dbus_fast", reason="the desktops of Linux")

from bus_desktops import (
    GNOME,
    GNOME_PUBLISHED,
    KRUNNER,
    KRUNNER_PUBLISHED,
    Desktop,
    until,
)
from dbus_fast.introspection import Interface

from photosearch.desktop_search.bus import GNOME_ROWS, KRUNNER_ROWS
from photosearch.errors import ServiceError


def _signatures(interface: Interface) -> dict[str, tuple[str, str]]:
    return {one.name: (one.in_signature, one.out_signature) for one in interface.methods}


@pytest.mark.parametrize(
    ("where", "published"), [(GNOME, GNOME_PUBLISHED), (KRUNNER, KRUNNER_PUBLISHED)]
)
def test_the_interface_is_the_published_one(at_desktop, where, published) -> None:
    wanted = Interface.from_xml(ET.fromstring(published))

    async def look(desktop: Desktop) -> dict[str, tuple[str, str]]:
        node = await desktop.bus.introspect(*where)
        [found] = [one for one in node.interfaces if one.name == wanted.name]
        return _signatures(found)

    assert at_desktop(look) == _signatures(wanted)


def test_ids_that_we_never_gave_do_nothing(at_desktop, photos, started) -> None:
    photos.put("boat.png")
    hostile = ["", "../../etc/passwd", "00" * 16, "x" * 100_000, "ä 日本 \N{CAMERA}", "special:all"]

    async def try_them(desktop: Desktop) -> list[Any]:
        for one in hostile:
            await desktop.ask("ActivateResult", "sasu", one, [], 0)
            await desktop.ask("Run", "ss", one, "similar")
        return await desktop.ask("GetResultMetas", "as", hostile)

    assert at_desktop(try_them) == []
    assert started == []


@pytest.mark.parametrize("terms", [[], [""], ["a"], ["/etc/passwd"], ["12*4"]])
def test_what_is_no_words_finds_nothing_and_asks_nobody(at_desktop, photos, terms) -> None:
    photos.put("boat.png")

    async def search(desktop: Desktop) -> tuple[list[str], list[Any]]:
        return await desktop.find(*terms), await desktop.ask("Match", "s", " ".join(terms))

    assert at_desktop(search) == ([], [])
    assert photos.asked == []


@pytest.mark.parametrize("terms", [["ä 日本 \N{CAMERA}"], ["<b>bold</b>"], ["%s%n"], ["x" * 10**6]])
def test_any_words_are_searched_for(at_desktop, photos, terms) -> None:
    photos.put("boat.png")

    async def search(desktop: Desktop) -> list[str]:
        return await desktop.find(*terms)

    assert len(at_desktop(search)) == 1
    assert photos.asked[0].text == terms[0][:300]


def test_no_more_than_a_screen_holds(at_desktop, photos) -> None:
    photos.put(*(f"boat {number}.png" for number in range(40)))

    async def search(desktop: Desktop) -> tuple[int, int]:
        return len(await desktop.find("boat")), len(await desktop.ask("Match", "s", "boat"))

    assert at_desktop(search) == (GNOME_ROWS, KRUNNER_ROWS)


def test_of_fast_keystrokes_the_last_is_asked_and_the_others_are_empty(at_desktop, photos) -> None:
    photos.put("boat.png")

    async def type_fast(desktop: Desktop) -> list[list[str]]:
        return await asyncio.gather(*(desktop.find("boats"[:end]) for end in range(1, 6)))

    *early, last = at_desktop(type_fast, pause_s=1.0)  # some delay on a busy machine
    assert early == [[]] * 4
    assert len(last) == 1
    assert [query.text for query in photos.asked] == ["boats"]


def test_a_slow_search_blocks_no_other_call(at_desktop, photos) -> None:
    photos.put("boat.png")
    photos.gate.clear()

    async def search(desktop: Desktop) -> tuple[list[str], list[str]]:
        slow = asyncio.ensure_future(desktop.find("slow boat"))

        async def is_asked() -> bool:
            return bool(photos.asked)

        await until(is_asked)
        assert len(await desktop.ask("Actions")) == 2  # another desktop is answered meanwhile
        nothing = asyncio.ensure_future(desktop.find("another boat"))
        early = await slow
        photos.gate.set()
        return early, await nothing

    early, late = at_desktop(search)
    assert early == []
    assert len(late) == 1


def test_errors_of_the_service_are_an_empty_answer(at_desktop, photos, caplog) -> None:
    photos.put("boat.png")
    photos.error = ServiceError("The service could not be started.")

    async def search(desktop: Desktop) -> tuple[list[str], list[Any]]:
        return await desktop.find("boat"), await desktop.ask("Match", "s", "boat")

    assert at_desktop(search) == ([], [])
    assert "could not be started" in caplog.text
