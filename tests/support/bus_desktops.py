"""GNOME Shell and KRunner, as far as we see them: what they publish, and how they ask."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from dbus_fast import Message, MessageType
from dbus_fast.aio import MessageBus

from photosearch.desktop_search.bus import serve
from photosearch.desktop_search.finding import PhotoFinder
from photosearch.desktop_search.opening import Opener

T = TypeVar("T")
WAIT_S = 120.0
GNOME = ("org.photosearch.SearchProvider", "/org/photosearch/SearchProvider")
KRUNNER = ("org.photosearch.KRunner", "/runner")

GNOME_PUBLISHED = """
<interface name="org.gnome.Shell.SearchProvider2">
  <method name="GetInitialResultSet">
    <arg type="as" name="terms" direction="in"/><arg type="as" name="results" direction="out"/>
  </method>
  <method name="GetSubsearchResultSet">
    <arg type="as" name="previous_results" direction="in"/>
    <arg type="as" name="terms" direction="in"/><arg type="as" name="results" direction="out"/>
  </method>
  <method name="GetResultMetas">
    <arg type="as" name="identifiers" direction="in"/>
    <arg type="aa{sv}" name="metas" direction="out"/>
  </method>
  <method name="ActivateResult">
    <arg type="s" name="identifier" direction="in"/>
    <arg type="as" name="terms" direction="in"/><arg type="u" name="timestamp" direction="in"/>
  </method>
  <method name="LaunchSearch">
    <arg type="as" name="terms" direction="in"/><arg type="u" name="timestamp" direction="in"/>
  </method>
</interface>"""
"""org.gnome.Shell.SearchProvider2.xml of GNOME Shell."""

KRUNNER_PUBLISHED = """
<interface name="org.kde.krunner1">
  <method name="Teardown"/>
  <method name="Config"><arg name="config" type="a{sv}" direction="out"/></method>
  <method name="Actions"><arg name="matches" type="a(sss)" direction="out"/></method>
  <method name="Run">
    <arg name="matchId" type="s" direction="in"/><arg name="actionId" type="s" direction="in"/>
  </method>
  <method name="Match">
    <arg name="query" type="s" direction="in"/>
    <arg name="matches" type="a(sssida{sv})" direction="out"/>
  </method>
</interface>"""
"""kf5_org.kde.krunner1.xml of KRunner, its ``{sv}`` written as the map that its note names."""


class Desktop:
    """GNOME Shell and KRunner, as far as we see them."""

    def __init__(self, bus: MessageBus) -> None:
        self.bus = bus

    async def ask(self, member: str, signature: str = "", *body: Any) -> Any:
        """Call a method of whichever of the two has it; what it answers, with its signature."""
        is_gnome = member in GNOME_PUBLISHED
        name, path = GNOME if is_gnome else KRUNNER
        answer = await asyncio.wait_for(
            self.bus.call(
                Message(
                    destination=name,
                    path=path,
                    interface="org.gnome.Shell.SearchProvider2" if is_gnome else "org.kde.krunner1",
                    member=member,
                    signature=signature,
                    body=list(body),
                )
            ),
            WAIT_S,
        )
        assert answer.message_type is MessageType.METHOD_RETURN, answer.body
        self.signature = answer.signature
        return answer.body[0] if answer.body else None

    async def find(self, *terms: str) -> list[str]:
        return await self.ask("GetInitialResultSet", "as", list(terms))


async def at_desktop(
    scenario: Callable[[Desktop], Awaitable[T]],
    finder: PhotoFinder,
    opener: Opener,
    bus_address: str,
    pause_s: float,
) -> T:
    """Do something at a desktop while its questions are answered."""
    serving = asyncio.ensure_future(serve(finder, opener, WAIT_S, bus_address, pause_s))
    bus = await MessageBus(bus_address=bus_address).connect()
    try:
        await until(lambda: has_owner(bus, KRUNNER[0]))
        return await scenario(Desktop(bus))
    finally:
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
        bus.disconnect()
        await bus.wait_for_disconnect()


async def has_owner(bus: MessageBus, name: str) -> bool:
    daemon = "org.freedesktop.DBus"
    asked = Message(
        destination=daemon,
        path="/org/freedesktop/DBus",
        interface=daemon,
        member="NameHasOwner",
        signature="s",
        body=[name],
    )
    return (await bus.call(asked)).body[0]


async def until(look: Callable[[], Awaitable[bool]]) -> None:
    deadline = time.monotonic() + WAIT_S
    while not await look():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)
