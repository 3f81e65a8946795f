"""The service as a process: opens the index, answers until it is told to stop, and cleans up."""

from __future__ import annotations

import asyncio
import contextlib
import faulthandler
import logging
import os
import secrets
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from types import FrameType
from typing import IO, TYPE_CHECKING, cast

import uvicorn

from photosearch import __version__, runtime
from photosearch.engine import Engine
from photosearch.errors import (
    IndexDamagedError,
    IndexLockedError,
    PhotoSearchError,
    SettingsError,
)
from photosearch.log import logging_to_file
from photosearch.runtime import ERROR_MARK, ExitCode, RuntimeFile, ServiceAddress
from photosearch.service.app import create_app
from photosearch.service.backend import Backend
from photosearch.service.connections import BACKLOG, Door
from photosearch.service.downloads import Downloads
from photosearch.service.events import EventHub
from photosearch.service.measuring import Measuring
from photosearch.service.priority import at_low_priority
from photosearch.service.supply import Supply
from photosearch.service.worker import IndexWorker
from photosearch.watching import Timing, Watching

if TYPE_CHECKING:
    from photosearch.model.encoder import ImageTextEncoder
    from photosearch.paths import AppPaths
    from photosearch.settings import Settings

_log = logging.getLogger(__name__)

# systemd's patience is longer, a person's is not: the whole stop takes less than 5 s.
_STOP_S = 4.5
_WORKER_STOP_S = 3.0
_REQUESTS_STOP_S = 2
_CHILDREN_STOP_S = 0.5
# How long a service lives on whose data folder was deleted, or in whose place another one runs.
_LOOK_S = 2.0
_TICK_S = 0.1
# A library that hangs with Python's lock in its hand stops every thread, this guard as well.
# Chroma did so after a full disk. It also holds the lock while it writes, which takes seconds.
_FROZEN_S = 180.0
# Who clears old files away does so after six hours at the earliest (XDG Base Directory).
_TOUCH_S = 3600.0
# Longer than clients keep an idle connection, so that none of them sends into a closing one.
_KEEP_ALIVE_S = 30

_EXIT_CODES: dict[type[PhotoSearchError], ExitCode] = {
    IndexLockedError: ExitCode.LOCKED,
    IndexDamagedError: ExitCode.DAMAGED,
    SettingsError: ExitCode.SETTINGS,
}


def run(
    paths: AppPaths,
    settings: Settings,
    supply: Supply | None = None,
) -> int:
    """Run the service of an index until it is told to stop; returns the exit code.

    SIGTERM, SIGINT and ``/v1/stop`` end it within 5 s, whatever it is doing. What it cannot start
    for goes to standard error, as a message and what to do.
    """
    token = secrets.token_urlsafe(32)
    try:
        paths.create_data_dir()
        with logging_to_file(paths, [token]) as crashes:
            with contextlib.suppress(OSError, RuntimeError):  # there may be no standard error
                faulthandler.enable(crashes)
            try:
                _Service(paths, settings, supply or Supply(), token, crashes).run()
            except PhotoSearchError as error:
                _log.error("The service cannot run: %s", error)
                raise
            except Exception:
                _log.exception("The service made a mistake and ends.")
                raise
    except PhotoSearchError as error:
        say(f"{ERROR_MARK}{error}")
        return exit_code(error)
    return ExitCode.DONE


def exit_code(error: PhotoSearchError) -> int:
    """The code that tells a client what kept the service from running."""
    return next((code for kind, code in _EXIT_CODES.items() if isinstance(error, kind)), 1)


def say(text: str) -> None:
    """Tell whoever started us, if they listen."""
    with contextlib.suppress(OSError, AttributeError):
        sys.stderr.write(text + "\n")
        sys.stderr.flush()


def _in_background(
    load: Callable[[AppPaths, Settings], ImageTextEncoder],
) -> Callable[[AppPaths, Settings], ImageTextEncoder]:
    """Load models such that what embeds photos lets other programs go first, if that is wanted."""

    def load_low(paths: AppPaths, settings: Settings) -> ImageTextEncoder:
        if not settings.background_priority:
            return load(paths, settings)
        return at_low_priority(lambda: load(paths, settings))

    return load_low


class _Server(uvicorn.Server):
    """uvicorn, with signals left to us, and a word when it is ready."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        await super().startup(sockets=sockets)
        self._on_ready()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave them alone: uvicorn would raise them again when it ends, before we have."""
        yield


class _Service:
    """One run of the service.

    Two threads beside the worker's: the main one has the server's event loop; a guard looks whether
    the index is still there, and when the stop begins sees that it ends in time.
    """

    def __init__(
        self,
        paths: AppPaths,
        settings: Settings,
        supply: Supply,
        token: str,
        crashes: IO[str],
    ) -> None:
        self._paths = paths
        self._crashes = crashes
        self._token = token
        self._file = RuntimeFile.create(paths)
        self._socket = _listening_socket()
        self._port = self._socket.getsockname()[1]
        self._hub = EventHub()
        self._downloads = Downloads(paths, self._hub, supply, lambda: self._engine.settings)
        # Noted from the first moment: a client that finds the lock taken waits for our address.
        self._engine = Engine(
            paths,
            settings,
            _in_background(supply.load),
            is_installed=self._downloads.is_ready,
            runtime=os.fspath(self._file.path),
            command="photosearch service",
        )
        self._data_dir_id = runtime.data_dir_id(paths)
        self._engine.let_models_come(self._downloads.is_coming)
        timing = Timing(poll_s=60.0 * settings.poll_minutes)
        self._worker = IndexWorker(self._engine, Watching(timing), self._hub)
        self._downloads.on_ready = self._model_came
        self._measuring = Measuring(paths, self._hub, supply, self._measurable)
        self._server = _Server(self._config(), self._on_ready)
        self._is_worker_done = False
        self._worker_told = threading.Event()
        self._closed = threading.Event()

    def run(self) -> None:
        """Answer until told to stop, then close everything; does not return if that hangs."""
        guard = threading.Thread(target=self._guard, name="photosearch-guard", daemon=True)
        guard.start()
        with self._signals():
            try:
                self._server.run(sockets=[self._socket])
            finally:
                self._server.should_exit = True
                self._worker_told.wait()
                if not self._is_worker_done:
                    self._give_up("the work in the background did not end")
                self._engine.close()
                self._file.remove(self._token)
                self._closed.set()
                guard.join()
        _log.info("The service has ended.")
        if _has_threads_left():
            self._exit()  # a request that nobody waits for any more would keep the process

    def _config(self) -> uvicorn.Config:
        backend = Backend(
            self._engine,
            self._worker,
            self._hub,
            self._downloads,
            self._measuring,
            self._paths.data_dir,
            self._stop,
        )
        return uvicorn.Config(
            create_app(backend, self._token, self._port),
            loop="asyncio",
            http=cast("type[asyncio.Protocol]", Door()),  # a class is only called, too
            backlog=BACKLOG,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=_KEEP_ALIVE_S,
            timeout_graceful_shutdown=_REQUESTS_STOP_S,
        )

    def _on_ready(self) -> None:
        address = ServiceAddress(
            pid=os.getpid(),
            url=f"http://127.0.0.1:{self._port}",
            token=self._token,
            version=__version__,
            data_dir=runtime.data_dir_uri(self._paths),
            data_dir_id=self._data_dir_id or "",
            started_at=datetime.now(UTC).isoformat(timespec="seconds"),
        )
        self._file.write(address)
        self._worker.start()
        self._downloads.want(self._engine.settings.model, is_asked=False)
        self._downloads.start()
        _log.info("photosearch %s answers at %s", __version__, address.url)

    def _model_came(self, name: str) -> None:
        self._engine.model_came(name)
        self._worker.models_changed()

    def _measurable(self) -> list[str]:
        """The models of the menu, and those that are here."""
        return [one.name for one in self._engine.models() if one.card or one.is_installed]

    # -- the end

    def _stop(self) -> None:
        """End soon. Only sets a flag: a signal may come in the middle of anything."""
        self._server.should_exit = True

    @contextlib.contextmanager
    def _signals(self) -> Iterator[None]:
        def ask(number: int, frame: FrameType | None) -> None:
            self._stop()

        names = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
        known = [getattr(signal, name) for name in names if hasattr(signal, name)]
        # What the caller ignores stays so: `nohup photosearch service run`.
        heard = [number for number in known if signal.getsignal(number) is not signal.SIG_IGN]
        before = {number: signal.signal(number, ask) for number in heard}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _guard(self) -> None:
        try:
            self._look_after_files()
        finally:
            self._server.should_exit = True
            self._see_it_end()

    def _look_after_files(self) -> None:
        looked_at = touched_at = time.monotonic()
        while not self._server.should_exit:
            time.sleep(_TICK_S)
            now = time.monotonic()
            if self._server.started and now - looked_at >= _LOOK_S:
                looked_at = now
                self._show_life()
                self._stop_if_replaced()
            if now - touched_at >= _TOUCH_S:
                touched_at = now
                self._file.touch()

    def _show_life(self) -> None:
        """Put off the end that comes to a process in which no thread of Python can run any more.

        The next client starts another one; the stores are made to survive that.
        """
        with contextlib.suppress(OSError, ValueError, AttributeError):  # crashes may go nowhere
            faulthandler.dump_traceback_later(_FROZEN_S, exit=True, file=self._crashes)

    def _see_it_end(self) -> None:
        ends_at = time.monotonic() + _STOP_S
        _log.info("The service is stopping.")
        self._hub.close()
        self._measuring.stop(0.0)
        self._downloads.stop(0.0)
        try:
            self._is_worker_done = self._worker.stop(_WORKER_STOP_S)
        finally:
            self._worker_told.set()
        # Their threads end with the process; the processes that they started are to end before.
        self._downloads.stop(_CHILDREN_STOP_S)
        self._measuring.stop(_CHILDREN_STOP_S)
        if not self._closed.wait(ends_at - time.monotonic()):
            self._give_up("requests or the stores did not end")

    def _stop_if_replaced(self) -> None:
        if runtime.data_dir_id(self._paths) != self._data_dir_id:
            _log.warning("The data folder is gone, or another one is in its place.")
        elif not self._file.holds(self._token):
            _log.warning("%s is gone, or names another service.", self._file.path)
        else:
            return
        self._stop()

    def _give_up(self, why: str) -> None:
        """End the process at once; the stores are made to survive that."""
        _log.error("The service ends without waiting any longer: %s.", why)
        with contextlib.suppress(Exception):
            faulthandler.dump_traceback(self._crashes)
        self._file.remove(self._token)
        self._exit()

    @staticmethod
    def _exit() -> None:
        logging.shutdown()
        os._exit(ExitCode.DONE)


def _listening_socket() -> socket.socket:
    """A socket on a free port of this machine alone."""
    # asyncio switches Nagle's algorithm off only where TCP is named; else an answer takes 40 ms.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    return listening


def _has_threads_left() -> bool:
    """Whether threads remain that Python would wait for; those that are idle end by themselves."""
    left = [one for one in threading.enumerate() if not one.daemon]
    left.remove(threading.main_thread())
    for one in left:
        one.join(_TICK_S)
    return any(one.is_alive() for one in left)
