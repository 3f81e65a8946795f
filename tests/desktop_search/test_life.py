"""When the process that answers the desktops ends, and that there is one of it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

pytest.importorskip("dbus_fast", reason="the desktops of Linux")

from bus_desktops import GNOME, KRUNNER, WAIT_S, Desktop, has_owner
from dbus_fast.aio import MessageBus

from photosearch.desktop_search.bus import serve
from photosearch.desktop_search.finding import PhotoFinder
from photosearch.desktop_search.opening import Opener


def test_nobody_who_asks_ends_it_and_the_names_are_free(photos, bus_address) -> None:
    finder = PhotoFinder(photos, lambda: True)

    async def main() -> tuple[bool, bool]:
        ended = await asyncio.wait_for(serve(finder, Opener([]), 0.2, bus_address, 0.0), WAIT_S)
        bus = await MessageBus(bus_address=bus_address).connect()
        is_owned = await has_owner(bus, GNOME[0]) or await has_owner(bus, KRUNNER[0])
        bus.disconnect()
        await bus.wait_for_disconnect()
        return ended, is_owned

    assert asyncio.run(main()) == (True, False)


def test_a_second_process_leaves_the_first_alone(at_desktop, photos, bus_address) -> None:
    photos.put("boat.png")

    async def start_another(desktop: Desktop) -> tuple[bool, list[str]]:
        other = PhotoFinder(photos, lambda: True)
        second = await asyncio.wait_for(serve(other, Opener([]), WAIT_S, bus_address, 0.0), WAIT_S)
        return second, await desktop.find("boat")

    second, found = at_desktop(start_another)
    assert second is False
    assert len(found) == 1


def test_it_ends_with_the_bus(photos, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        asyncio.run(
            serve(PhotoFinder(photos, lambda: True), Opener([]), 1.0, f"unix:path={tmp_path}/no")
        )
