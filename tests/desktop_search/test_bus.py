"""The desktops' own calls, made over a real D-Bus."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar
from xml.etree import ElementTree as ET

import pytest
from photo_files import PhotoFiles

pytest.importorskip("dbus_fast", reason="the desktops of Linux")

from dbus_fast import Message, MessageType, Variant
from dbus_fast.aio import MessageBus
from dbus_fast.annotations import DBusStr
from dbus_fast.introspection import Interface
from dbus_fast.service import ServiceInterface, dbus_method

from photosearch.desktop_search.bus import GNOME_ROWS, KRUNNER_ROWS, Nothing, Texts, serve
from photosearch.desktop_search.finding import PhotoFinder
from photosearch.desktop_search.icons import ICON_PX
from photosearch.desktop_search.opening import Opener
from photosearch.errors import ServiceError

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


class Started(list[list[str]]):
    """The programs that were started."""

    def __call__(self, command: Sequence[str], environ: Mapping[str, str]) -> None:
        self.append(list(command))


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


@pytest.fixture
def started() -> Started:
    return Started()


@pytest.fixture
def at_desktop(
    photos: PhotoFiles, bus_address: str, started: Started
) -> Callable[[Callable[[Desktop], Awaitable[T]]], T]:
    """Do something at a desktop while its questions are answered."""

    async def main(scenario: Callable[[Desktop], Awaitable[T]], pause_s: float) -> T:
        finder = PhotoFinder(photos, lambda: True, WAIT_S)
        serving = asyncio.ensure_future(
            serve(finder, Opener(["app"], started), WAIT_S, bus_address, pause_s)
        )
        bus = await MessageBus(bus_address=bus_address).connect()
        try:
            await _until(lambda: _has_owner(bus, KRUNNER[0]))
            return await scenario(Desktop(bus))
        finally:
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)
            bus.disconnect()
            await bus.wait_for_disconnect()

    def run(scenario: Callable[[Desktop], Awaitable[T]], pause_s: float = 0.0) -> T:
        return asyncio.run(main(scenario, pause_s))

    return run


async def _has_owner(bus: MessageBus, name: str) -> bool:
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


async def _until(look: Callable[[], Awaitable[bool]]) -> None:
    until = time.monotonic() + WAIT_S
    while not await look():
        assert time.monotonic() < until
        await asyncio.sleep(0.01)


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


def test_no_more_than_a_screen_holds(at_desktop, photos) -> None:
    photos.put(*(f"boat {number}.png" for number in range(40)))

    async def search(desktop: Desktop) -> tuple[int, int]:
        return len(await desktop.find("boat")), len(await desktop.ask("Match", "s", "boat"))

    assert at_desktop(search) == (GNOME_ROWS, KRUNNER_ROWS)


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


def test_of_fast_keystrokes_the_last_is_asked_and_the_others_are_empty(at_desktop, photos) -> None:
    photos.put("boat.png")

    async def type_fast(desktop: Desktop) -> list[list[str]]:
        return await asyncio.gather(*(desktop.find("boats"[:end]) for end in range(1, 6)))

    *early, last = at_desktop(type_fast, pause_s=0.2)
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

        await _until(is_asked)
        assert len(await desktop.ask("Actions")) == 2  # another desktop is answered meanwhile
        nothing = asyncio.ensure_future(desktop.find("another boat"))
        early = await slow
        threading.Timer(0.05, photos.gate.set).start()
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


def test_nobody_who_asks_ends_it_and_the_names_are_free(photos, bus_address) -> None:
    finder = PhotoFinder(photos, lambda: True)

    async def main() -> tuple[bool, bool]:
        ended = await asyncio.wait_for(serve(finder, Opener([]), 0.2, bus_address, 0.0), WAIT_S)
        bus = await MessageBus(bus_address=bus_address).connect()
        is_owned = await _has_owner(bus, GNOME[0]) or await _has_owner(bus, KRUNNER[0])
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
