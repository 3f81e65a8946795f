"""The process that D-Bus starts when somebody searches, and that ends by itself."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from photosearch.errors import ServiceError, shown

if TYPE_CHECKING:
    from photosearch.paths import AppPaths

IDLE_S = 300.0
"""How long after the last call it stays; the next one takes about half a second to start."""


def run(paths: AppPaths, app_command: Sequence[str], idle_s: float = IDLE_S) -> bool:
    """Answer the desktop until it has not asked for a while; False: another process does already.

    Raises:
        ServiceError: there is no session of a desktop here.
    """
    if not sys.platform.startswith("linux"):
        raise ServiceError("Only the desktops of Linux can be searched with.")
    from photosearch.client import Client
    from photosearch.desktop_search.bus import serve
    from photosearch.desktop_search.finding import PhotoFinder
    from photosearch.desktop_search.opening import Opener

    if not os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
        raise ServiceError(
            "There is no D-Bus session to answer.", "The desktop starts this command by itself."
        )
    _log_to_journal()
    with Client(paths) as client:
        finder = PhotoFinder(client, paths.catalog.exists)
        try:
            return asyncio.run(serve(finder, Opener(app_command), idle_s))
        except (OSError, EOFError) as error:
            raise ServiceError(f"The D-Bus session cannot be reached: {error}.") from error


class _Plain(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return shown(super().format(record), keep="\n")


def _log_to_journal() -> None:
    """Desktops keep what their helpers say on standard error; the service has a log of its own."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Plain("photosearch: %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
