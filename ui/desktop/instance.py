"""One window an index: a second start hands what it was asked to the first, and ends."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QDir, QElapsedTimer, QLockFile, QObject, QThread, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from photosearch.paths import AppPaths

_ANSWER_MS = 5_000
_PAUSE_MS = 50
_LONGEST_BYTES = 8 * 2**20
"""What a start can hand over: thousands of selected photos, and no more than a start sends."""
_LONGEST_PATH_BYTES = 100
"""Of a socket: systems allow 104 or 108."""
_DONE = b"shown\n"


@dataclass(frozen=True)
class Request:
    """What a start asks of the window: to be shown, with a search by words or by photos."""

    search: str = ""
    similar_to: tuple[Path, ...] = ()

    def encoded(self) -> bytes:
        """One line; names of files go as bytes, since they need not be text."""
        names = [base64.b64encode(os.fsencode(path)).decode() for path in self.similar_to]
        return json.dumps({"search": self.search, "similar_to": names}).encode() + b"\n"

    @classmethod
    def decoded(cls, line: bytes) -> Request:
        """The request that was encoded.

        Raises:
            ValueError: it is none.
        """
        try:
            fields = json.loads(line)
            names = [base64.b64decode(name, validate=True) for name in fields["similar_to"]]
            return cls(str(fields["search"]), tuple(Path(os.fsdecode(name)) for name in names))
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"not a request: {error}") from error


class Instance(QObject):
    """The window's place in this user's session, for one index.

    Signals:
        asked(Request): another start wants something of this window.
    """

    asked = Signal(object)

    def __init__(self, paths: AppPaths, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = _name(paths)
        self._lock = QLockFile(str(Path(QDir.tempPath(), self._name)) + ".lock")
        self._lock.setStaleLockTime(0)  # only that of a process that is gone
        self._server: QLocalServer | None = None
        self._received: dict[QLocalSocket, bytes] = {}

    def become_first(self) -> bool:
        """Take the place, and listen from then on; False when another window has it."""
        if not self._lock.tryLock(0):
            return False
        # The lock is ours: a socket of this name was left by a window that was killed.
        QLocalServer.removeServer(self._name)
        server = QLocalServer(self)
        server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        server.listen(self._name)
        server.newConnection.connect(self._accept)
        self._server = server
        return True

    @property
    def is_first(self) -> bool:
        """Whether the place is ours."""
        return self._server is not None

    def hand_over(self, request: Request, wait_ms: int = _ANSWER_MS) -> bool:
        """Ask the window that is there already; False when it does not answer in time.

        Also when it was just closing: the place is ours then (`is_first`).
        """
        waited = QElapsedTimer()
        waited.start()
        while not waited.hasExpired(wait_ms) and not self.become_first():
            socket = QLocalSocket()
            socket.connectToServer(self._name)
            if not socket.waitForConnected(wait_ms):
                QThread.msleep(_PAUSE_MS)  # it has only just started, or is closing
                continue
            socket.write(request.encoded())
            answer = b""
            while not answer.endswith(b"\n") and socket.waitForReadyRead(wait_ms):
                answer += socket.readAll().data()
            socket.disconnectFromServer()
            if answer == _DONE:
                return True
        return False

    def stop_listening(self) -> None:
        """Answer no start any more; those that come wait until the place is left."""
        if self._server is not None:
            self._server.close()
        for socket in list(self._received):
            socket.abort()
        self._received.clear()

    def close(self) -> None:
        """Leave the place."""
        self.stop_listening()
        if self._server is not None:
            self._server = None
            self._lock.unlock()

    def _accept(self) -> None:
        assert self._server is not None
        while (socket := self._server.nextPendingConnection()) is not None:
            self._received[socket] = b""
            socket.readyRead.connect(self._read)
            socket.disconnected.connect(self._forget)
            self._take(socket)

    def _read(self) -> None:
        socket = self.sender()
        if isinstance(socket, QLocalSocket):
            self._take(socket)

    def _take(self, socket: QLocalSocket) -> None:
        if socket not in self._received:
            return
        self._received[socket] += socket.readAll().data()
        line, end, _ = self._received[socket].partition(b"\n")
        if len(line) > _LONGEST_BYTES:
            socket.abort()
        elif end:
            self._received[socket] = b""
            self._act(socket, line)

    def _act(self, socket: QLocalSocket, line: bytes) -> None:
        try:
            request = Request.decoded(line)
        except ValueError:
            socket.abort()
            return
        socket.write(_DONE)
        socket.flush()
        self.asked.emit(request)

    def _forget(self) -> None:
        socket = self.sender()
        if isinstance(socket, QLocalSocket):
            self._received.pop(socket, None)
            socket.deleteLater()


def requested(words: str, photos: Sequence[str]) -> Request:
    """The request of a command line; relative names are this process's own."""
    return Request(words, tuple(Path(os.path.abspath(photo)) for photo in photos))  # noqa: PTH100


def _name(paths: AppPaths) -> str:
    """The name or path of the socket, of this user and this index."""
    index = hashlib.sha256(os.fsencode(paths.data_dir)).hexdigest()[:12]
    name = f"photosearch-app-{index}"
    if sys.platform == "win32":  # a pipe that all users could name
        return f"{name}-{hashlib.sha256(os.fsencode(Path.home())).hexdigest()[:8]}"
    chosen = os.environ.get("PHOTOSEARCH_RUNTIME_DIR") or os.environ.get("XDG_RUNTIME_DIR")
    path = Path(chosen or "", name)
    if not chosen or len(os.fsencode(path)) > _LONGEST_PATH_BYTES:
        return name  # in the folder for temporary files
    # It may be made any moment by the service: a later start must come to the same name.
    with contextlib.suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return str(path)
