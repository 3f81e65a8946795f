"""One window an index: a second start hands what it was asked to the first, and ends."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QDir, QElapsedTimer, QLockFile, QObject, QThread, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from photosearch.paths import AppPaths
from ui.desktop.handing_over import DONE, name_of_place
from ui.desktop.request import Request

_ANSWER_MS = 5_000
_PAUSE_MS = 50
_LONGEST_BYTES = 64 * 2**20
"""What a start can hand over: 10,000 selected photos with the longest names."""
_WAITING_MAX = 200
"""So many starts may wait for the window to answer."""


class Instance(QObject):
    """The window's place in this user's session, for one index.

    Signals:
        asked(Request): another start wants something of this window.
    """

    asked = Signal(object)

    def __init__(self, paths: AppPaths, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = name_of_place(paths)
        self._lock = QLockFile(str(Path(QDir.tempPath(), self._name)) + ".lock")
        self._lock.setStaleLockTime(0)  # only that of a process that is gone
        self._server: QLocalServer | None = None
        self._received: dict[QLocalSocket, bytearray] = {}

    def become_first(self) -> bool:
        """Take the place, and listen from then on; False when another window has it."""
        if not self._lock.tryLock(0):
            return False
        # The lock is ours: a socket of this name was left by a window that was killed.
        QLocalServer.removeServer(self._name)
        server = QLocalServer(self)
        server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        server.setListenBacklogSize(_WAITING_MAX)
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
            if answer == DONE:
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
            self._received[socket] = bytearray()
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
        received, came = self._received[socket], socket.readAll().data()
        received += came
        if len(received) > _LONGEST_BYTES:
            socket.abort()
        elif b"\n" in came:
            self._received[socket] = bytearray()
            self._act(socket, bytes(received.partition(b"\n")[0]))

    def _act(self, socket: QLocalSocket, line: bytes) -> None:
        try:
            request = Request.decoded(line)
        except ValueError:
            socket.abort()
            return
        socket.write(DONE)
        socket.flush()
        self.asked.emit(request)

    def _forget(self) -> None:
        socket = self.sender()
        if isinstance(socket, QLocalSocket):
            self._received.pop(socket, None)
            socket.deleteLater()
