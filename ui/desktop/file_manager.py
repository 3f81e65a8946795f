"""Asks the file manager to show files, over D-Bus (org.freedesktop.FileManager1)."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from itertools import count
from pathlib import Path

from PySide6.QtDBus import QDBus, QDBusConnection, QDBusMessage

_NAME = "org.freedesktop.FileManager1"
_PATH = "/org/freedesktop/FileManager1"
# The bus starts a file manager that does not run, which takes a while on a slow disk.
_TIMEOUT_MS = 20_000

_connections = count(1)


def show_items(paths: Sequence[Path]) -> bool:
    """Show files, selected, in the file manager; False if there is none that can."""
    # A connection of its own: Qt's shared one belongs to the thread that asked for it first.
    name = f"photosearch file manager {threading.get_ident()} {next(_connections)}"
    bus = QDBusConnection.connectToBus(QDBusConnection.BusType.SessionBus, name)
    try:
        if not bus.isConnected():
            return False
        call = QDBusMessage.createMethodCall(_NAME, _PATH, _NAME, "ShowItems")
        # `Path.as_uri` percent-encodes the bytes of the name, whatever they are.
        call.setArguments([[path.as_uri() for path in paths], ""])
        answer = bus.call(call, QDBus.CallMode.Block, _TIMEOUT_MS)
        return bool(answer.type() is QDBusMessage.MessageType.ReplyMessage)
    finally:
        QDBusConnection.disconnectFromBus(name)
