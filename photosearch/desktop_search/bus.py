"""The D-Bus side: the objects that GNOME Shell and KRunner call, served until nobody does any more.

Interfaces: ``org.gnome.Shell.SearchProvider2`` as GNOME Shell publishes it, and
``org.kde.krunner1`` as in KRunner's ``org.kde.krunner1.xml``.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

from dbus_fast import Message, MessageType, NameFlag, RequestNameReply, Variant
from dbus_fast.aio import MessageBus
from dbus_fast.annotations import DBusDict, DBusSignature, DBusStr, DBusUInt32
from dbus_fast.service import ServiceInterface, dbus_method

from photosearch.client.content_ids import is_content_id
from photosearch.desktop_search.finding import FoundPhoto, PhotoFinder
from photosearch.desktop_search.latest import LatestQuestion, in_thread
from photosearch.desktop_search.opening import Opener
from photosearch.desktop_search.words import words_of
from photosearch.integrations.gnome import GNOME_NAME, GNOME_PATH
from photosearch.integrations.krunner import KRUNNER_NAME, KRUNNER_PATH

_log = logging.getLogger(__name__)

GNOME_ROWS = 10
"""GNOME Shell shows as many as fit beside its other results: 3 to 8."""
KRUNNER_ROWS = 8
_PAUSE_S = 0.15
"""Between the strokes of somebody who types; GNOME Shell itself waits as long."""
_LAST_CALLS_S = 1.0
_MAX_IDS = 100
_POSSIBLE_MATCH = 30
"""KRunner's ``PossibleMatch``: below programs and files whose name is what was typed."""
_BEHIND_ID = "/"
_GENERIC_ICON = "image-x-generic"
_ACTIONS = [
    ["similar", "Find similar photos", "edit-find"],
    ["folder", "Show in folder", "document-open-folder"],
]
_OWNER = (RequestNameReply.PRIMARY_OWNER, RequestNameReply.ALREADY_OWNER)

Texts = Annotated[list[str], DBusSignature("as")]
Metas = Annotated[list[dict[str, Variant]], DBusSignature("aa{sv}")]
Matches = Annotated[list[list[Any]], DBusSignature("a(sssida{sv})")]
Actions = Annotated[list[list[str]], DBusSignature("a(sss)")]
Nothing = Annotated[None, DBusSignature("")]


class Calls:
    """How many calls are being answered, and since when none is."""

    def __init__(self) -> None:
        self._running = 0
        self._quiet_since = time.monotonic()

    @contextlib.contextmanager
    def one(self) -> Iterator[None]:
        """A call is being answered in this block; what goes wrong there is logged."""
        self._running += 1
        try:
            yield
        except Exception:
            _log.exception("A call could not be answered")
            raise
        finally:
            self._running -= 1
            self._quiet_since = time.monotonic()

    @property
    def quiet_s(self) -> float:
        """For how long nobody has called."""
        return 0.0 if self._running else time.monotonic() - self._quiet_since


class GnomeSearch(ServiceInterface):
    """What GNOME Shell asks; ids of results are content ids."""

    def __init__(self, finder: PhotoFinder, opener: Opener, calls: Calls, pause_s: float) -> None:
        super().__init__("org.gnome.Shell.SearchProvider2")
        self._finder, self._opener, self._calls = finder, opener, calls
        self._question = LatestQuestion[list[str]](self._find, [], pause_s)

    @dbus_method(name="GetInitialResultSet")
    async def initial(self, terms: Texts) -> Texts:
        """The ids of photos for some terms, best first."""
        with self._calls.one():
            return await self._question.answer(words_of(terms))

    @dbus_method(name="GetSubsearchResultSet")
    async def refined(self, previous_results: Texts, terms: Texts) -> Texts:
        """The same: with more words, other photos may be the best."""
        with self._calls.one():
            return await self._question.answer(words_of(terms))

    @dbus_method(name="GetResultMetas")
    async def metas(self, identifiers: Texts) -> Metas:
        """The rows of these ids, in their order."""
        with self._calls.one():
            ids = [one for one in identifiers[:_MAX_IDS] if is_content_id(one)]
            return [_meta(row) for row in await in_thread(lambda: self._finder.recall(ids))]

    @dbus_method(name="ActivateResult")
    async def activate(self, identifier: DBusStr, terms: Texts, timestamp: DBusUInt32) -> Nothing:
        """Open a photo."""
        with self._calls.one():
            if path := await _path(self._finder, identifier):
                await in_thread(lambda: self._opener.photo(path, timestamp))

    @dbus_method(name="LaunchSearch")
    async def launch(self, terms: Texts, timestamp: DBusUInt32) -> Nothing:
        """Show more in the app."""
        with self._calls.one():
            await in_thread(lambda: self._opener.search(" ".join(terms).strip(), timestamp))

    def _find(self, words: str) -> list[str]:
        return [row.content_id for row in self._finder.find(words, GNOME_ROWS)]


class KRunnerSearch(ServiceInterface):
    """What KRunner, and the search of Plasma's menus, ask."""

    def __init__(
        self, finder: PhotoFinder, opener: Opener, calls: Calls, bus: MessageBus, pause_s: float
    ) -> None:
        super().__init__("org.kde.krunner1")
        self._finder, self._opener, self._calls, self._bus = finder, opener, calls, bus
        self._question = LatestQuestion[list[list[Any]]](self._find, [], pause_s)

    @dbus_method(name="Actions")
    async def actions(self) -> Actions:
        """What can be done with a photo besides opening it: id, text, icon."""
        with self._calls.one():
            return _ACTIONS

    @dbus_method(name="Match")
    async def match(self, query: DBusStr) -> Matches:
        """The photos for some words: id, text, icon, type, relevance, more."""
        with self._calls.one():
            return await self._question.answer(words_of([query]))

    @dbus_method(name="Run")
    async def run(self, match_id: DBusStr, action_id: DBusStr) -> Nothing:
        """Open a photo, or do one of the actions with it."""
        with self._calls.one():
            path = await _path(self._finder, match_id.partition(_BEHIND_ID)[0])
            if path is None:
                return
            if action_id == "similar":
                await in_thread(lambda: self._opener.similar(path))
            elif action_id == "folder":
                await self._show_in_folder(path)
            else:
                await in_thread(lambda: self._opener.photo(path))

    @dbus_method(name="Teardown")
    async def teardown(self) -> Nothing:
        """KRunner was closed: nobody waits any more."""
        with self._calls.one():
            self._question.drop()

    @dbus_method(name="Config")
    async def config(self) -> DBusDict:
        """No limits: `words_of` decides what is answered."""
        return {}

    def _find(self, words: str) -> list[list[Any]]:
        rows = self._finder.find(words, KRUNNER_ROWS)
        return [_match(row, rank, words) for rank, row in enumerate(rows)]

    async def _show_in_folder(self, path: Path) -> None:
        """Through the file manager's own interface, which marks the photo, where there is one."""
        answer = await self._bus.call(
            Message(
                destination="org.freedesktop.FileManager1",
                path="/org/freedesktop/FileManager1",
                interface="org.freedesktop.FileManager1",
                member="ShowItems",
                signature="ass",
                body=[[path.as_uri()], ""],
            )
        )
        if answer.message_type is MessageType.ERROR:
            _log.info("No file manager shows single files: %s", answer.error_name)
            await in_thread(lambda: self._opener.photo(path.parent))


async def serve(
    finder: PhotoFinder,
    opener: Opener,
    idle_s: float,
    address: str | None = None,
    pause_s: float = _PAUSE_S,
) -> bool:
    """Answer until nobody has called for ``idle_s``, or the bus is gone; False: others do already.

    Raises:
        Exception: there is no bus to connect to; D-Bus and its library have many words for it.
    """
    bus = await MessageBus(bus_address=address).connect()
    calls = Calls()
    try:
        bus.export(GNOME_PATH, GnomeSearch(finder, opener, calls, pause_s))
        bus.export(KRUNNER_PATH, KRunnerSearch(finder, opener, calls, bus, pause_s))
        names = [name for name in (GNOME_NAME, KRUNNER_NAME) if await _own(bus, name)]
        if not names:
            return False
        await _first_of(_idle(calls, idle_s), _gone(bus), _signalled())
        # Who calls from now on has the next process started; what came before is answered.
        with contextlib.suppress(Exception):  # the bus may be gone
            for name in names:
                await bus.release_name(name)
            await _first_of(_idle(calls, _LAST_CALLS_S), _gone(bus))
        return True
    finally:
        bus.disconnect()


def _meta(row: FoundPhoto) -> dict[str, Variant]:
    meta = {
        "id": Variant("s", row.content_id),
        "name": Variant("s", row.name),
        "description": Variant("s", row.folder),
    }
    if row.icon is None:
        meta["gicon"] = Variant("s", _GENERIC_ICON)
    else:
        meta["icon-data"] = Variant("(iiibiiay)", row.icon.as_image_data)
    return meta


def _match(row: FoundPhoto, rank: int, words: str) -> list[Any]:
    """A row whose id is one for these words alone.

    KRunner moves up what was chosen before, by its id. A photo that somebody opened once would be
    the first among the best for all other words.
    """
    search = hashlib.blake2s(words.encode("utf-8", "replace"), digest_size=4).hexdigest()
    more = {
        "subtext": Variant("s", row.folder),
        "category": Variant("s", "Photos"),
        "urls": Variant("as", [row.path.as_uri()]),
        "actions": Variant("as", [action[0] for action in _ACTIONS]),
    }
    if row.icon is not None:
        more["icon-data"] = Variant("(iiibiiay)", row.icon.as_image_data)
    relevance = 0.5 - rank / 100  # KRunner sorts the photos among themselves by it
    identifier = row.content_id + _BEHIND_ID + search
    return [identifier, row.name, _GENERIC_ICON, _POSSIBLE_MATCH, relevance, more]


async def _path(finder: PhotoFinder, content_id: str) -> Path | None:
    if not is_content_id(content_id):
        return None
    path = await in_thread(lambda: finder.path(content_id))
    if path is None:
        _log.warning("The photo %s is not there any more", content_id)
    return path


async def _own(bus: MessageBus, name: str) -> bool:
    return await bus.request_name(name, NameFlag.DO_NOT_QUEUE) in _OWNER


async def _idle(calls: Calls, idle_s: float) -> None:
    while (left_s := idle_s - calls.quiet_s) > 0:
        await asyncio.sleep(max(0.01, left_s))


async def _gone(bus: MessageBus) -> None:
    with contextlib.suppress(Exception):
        await bus.wait_for_disconnect()  # type: ignore[no-untyped-call]


async def _signalled() -> None:
    """Until the session asks us to end."""
    loop, asked = asyncio.get_running_loop(), asyncio.Event()
    try:
        loop.add_signal_handler(signal.SIGTERM, asked.set)
    except (RuntimeError, ValueError):  # only the main thread hears signals
        await asyncio.Event().wait()
    try:
        await asked.wait()
    finally:
        loop.remove_signal_handler(signal.SIGTERM)


async def _first_of(*waits: Any) -> None:
    tasks = [asyncio.ensure_future(one) for one in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
