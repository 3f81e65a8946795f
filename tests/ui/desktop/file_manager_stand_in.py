"""A file manager on the session's D-Bus that writes down what it is asked to show.

Run inside ``dbus-run-session``: ``file_manager_stand_in.py RECORD`` is the file manager, and
``file_manager_stand_in.py RECORD PATH…`` starts one and has the app ask it to show the paths,
which are percent-encoded.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import unquote_to_bytes

from PySide6.QtCore import ClassInfo, QCoreApplication, QObject, Slot
from PySide6.QtDBus import QDBusConnection

NAME = "org.freedesktop.FileManager1"


@ClassInfo({"D-Bus Interface": NAME})
class FileManager(QObject):
    def __init__(self, record: Path) -> None:
        super().__init__()
        self._record = record

    @Slot("QStringList", str)
    def ShowItems(self, uris: list[str], startup_id: str) -> None:
        self._record.write_text(json.dumps([uris, startup_id]))


def serve(record: Path) -> None:
    application = QCoreApplication([])
    bus = QDBusConnection.sessionBus()
    manager = FileManager(record)
    slots = QDBusConnection.RegisterOption.ExportAllSlots
    assert bus.registerObject("/org/freedesktop/FileManager1", manager, slots)
    assert bus.registerService(NAME)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    application.exec()


def ask(record: Path, paths: list[Path]) -> None:
    from ui.desktop.file_manager import show_items

    application = QCoreApplication([])
    assert not show_items(paths), "there is no file manager yet"
    command = [sys.executable, __file__, str(record)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as manager:
        assert manager.stdout is not None
        assert manager.stdout.readline() == "ready\n"
        with ThreadPoolExecutor() as threads:  # as in the app: not in the GUI thread
            is_shown = threads.submit(show_items, paths).result()
        manager.terminate()
    del application
    sys.exit(0 if is_shown else 1)


if __name__ == "__main__":
    if len(sys.argv) > 2:
        ask(Path(sys.argv[1]), [Path(os.fsdecode(unquote_to_bytes(p))) for p in sys.argv[2:]])
    else:
        serve(Path(sys.argv[1]))
