"""Finds the service of an index and starts it when there is none: one, however many want it."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from photosearch import __version__, runtime
from photosearch.client.connection import Connection, GoneError
from photosearch.errors import (
    IndexDamagedError,
    IndexLockedError,
    PhotoSearchError,
    ServiceError,
    SettingsError,
)
from photosearch.log import tail
from photosearch.runtime import ERROR_MARK, ExitCode

if TYPE_CHECKING:
    from photosearch.paths import AppPaths

START_S = 60.0
"""How long a start may take: a cold disk, a virus scanner and a slow machine together."""
STOP_S = 15.0
"""How long a stop may take; the service itself allows 5 s."""
_ABOUT_S = 30.0
_POLL_S = 0.02
# Between the end of a service and the start of the next one, when somebody restarts it.
_RESTART_S = 0.5
_TRIES = 5
_OUTPUT = "start.txt"
_SHOWN_LINES = 12
_ROOM_BYTES = 4_096

_ERRORS: dict[int, type[PhotoSearchError]] = {
    ExitCode.LOCKED: IndexLockedError,
    ExitCode.DAMAGED: IndexDamagedError,
    ExitCode.SETTINGS: SettingsError,
}


def find(paths: AppPaths) -> Connection | None:
    """A connection to the service of an index, if one runs.

    Raises:
        ServiceError: one runs and does not answer.
    """
    for address in runtime.addresses(paths):
        if not runtime.is_alive(address.pid):
            continue
        connection = Connection(address)
        try:
            connection.about(_ABOUT_S)
        except GoneError:
            connection.close()
        except BaseException:
            connection.close()
            raise
        else:
            return connection
    return None


def find_or_start(paths: AppPaths, command: Sequence[str]) -> Connection:
    """A connection to the service of this version; starts it, in place of one of another version.

    Raises:
        SettingsError, IndexLockedError, IndexDamagedError, ServiceError: it cannot be started.
    """
    found = find(paths)
    if found is not None and found.address.version == __version__:
        return found
    if found is not None:
        found.close()
    paths.create_data_dir()
    with _start_lock(paths):
        found = find(paths)
        if found is not None and found.address.version == __version__:
            return found  # another client was faster
        if found is not None:
            with contextlib.closing(found):
                stop(found, STOP_S)
        return _Start(paths, command).run()


def stop(connection: Connection, wait_s: float) -> bool:
    """Ask a service to end, and wait until it has; False when it has not by then."""
    with contextlib.suppress(GoneError):
        connection.request("POST", "/v1/stop")
    return wait_for_end(connection.address.pid, wait_s)


def find_after(paths: AppPaths, lost: Connection) -> bool:
    """Whether work goes on with another service, now that one is gone.

    One that crashed is to be replaced. One that was stopped is so only by a service that somebody
    else starts: after an upgrade, say.
    """
    wait_for_end(lost.address.pid, STOP_S)
    if runtime.is_noted(paths, lost.address):
        return True
    time.sleep(_RESTART_S)
    if not paths.data_dir.is_dir():
        return False
    with _start_lock(paths):
        found = find(paths)
    if found is not None:
        found.close()
    return found is not None


def wait_for_end(pid: int, wait_s: float) -> bool:
    """Wait until a process has ended; False when it has not by then."""
    deadline = time.monotonic() + wait_s
    while runtime.is_alive(pid):
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL_S)
    return True


class _Start:
    """The start of a service, by the one client that holds the start lock."""

    def __init__(self, paths: AppPaths, command: Sequence[str]) -> None:
        self._paths = paths
        self._command = list(command)
        self._deadline = time.monotonic() + START_S

    def run(self) -> Connection:
        """Start it, and wait until it answers or has ended."""
        with _open_output(self._paths) as output:
            for _ in range(_TRIES):
                process = self._spawn(output)
                found = self._wait(process)
                if found is not None:
                    return found
                if process.returncode != ExitCode.LOCKED or not self._is_worth_another_try():
                    break
            raise self._refusal(process.returncode, Path(output.name))

    def _spawn(self, output: BinaryIO) -> subprocess.Popen[bytes]:
        """A process of its own session: it lives on when the terminal and we are gone."""
        output.truncate(0)
        flags = 0
        if sys.platform == "win32":
            flags = subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP
        try:
            process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self._paths.data_dir.anchor,
                start_new_session=True,
                creationflags=flags,
            )
        except OSError as error:
            raise ServiceError(
                f"The service cannot be started: {self._command[0]}: {error.strerror}."
            ) from error
        # Somebody must ask how it ended, or it stays in the system's list as long as we live.
        threading.Thread(target=process.wait, name="photosearch-child", daemon=True).start()
        return process

    def _wait(self, process: subprocess.Popen[bytes]) -> Connection | None:
        """The service, ours or one that was faster; None when ours has ended and none is there."""
        while time.monotonic() < self._deadline:
            has_ended = process.poll() is not None
            found = find(self._paths)
            if found is not None:
                return found
            is_another_one_starting = process.returncode == ExitCode.LOCKED and runtime.starting(
                self._paths
            )
            if has_ended and not is_another_one_starting:
                return None
            time.sleep(_POLL_S)
        raise ServiceError(
            f"The service (process {process.pid}) has not answered for {START_S:.0f} s.",
            f"It may still come: try again. Its log: {self._paths.log}",
        )

    def _is_worth_another_try(self) -> bool:
        """Whether the index is free by now, or is a service's that had not said so yet.

        Its last owner may have been on its way out, the new one on its way in.
        """
        time.sleep(0.2)
        return not self._paths.owner.exists() or runtime.starting(self._paths)

    def _refusal(self, code: int, output: Path) -> PhotoSearchError:
        """What the process said, as the error that it stands for."""
        said = tail(output, _SHOWN_LINES)
        log = f"Its log: {self._paths.log}"
        starts = [number for number, line in enumerate(said) if line.startswith(ERROR_MARK)]
        if code in _ERRORS and starts:
            message, *hints = said[starts[-1] :]
            return _ERRORS[code](message.removeprefix(ERROR_MARK), "\n".join([*hints, log]))
        how = f"by signal {-code} ({_signal_name(-code)})" if code < 0 else f"with code {code}"
        message = f"The service could not be started: it ended {how}."
        if starts:
            message = said[starts[-1]].removeprefix(ERROR_MARK)
            said = said[starts[-1] + 1 :]
        return ServiceError(message, "\n".join([*said, log]))


@contextlib.contextmanager
def _start_lock(paths: AppPaths) -> Iterator[None]:
    """Keep other clients from starting one as well."""
    from filelock import FileLock, Timeout  # 0.1 s, which most commands need not spend

    lock = FileLock(paths.data_dir / "start.lock", thread_local=False)
    try:
        lock.acquire(timeout=2 * START_S)
    except Timeout:
        raise ServiceError(
            "Another program has been starting the service for too long.", "Try again."
        ) from None
    except (OSError, NotImplementedError) as error:
        raise SettingsError(
            f"The lock {lock.lock_file} cannot be opened: "
            f"{getattr(error, 'strerror', None) or error}.",
            "Free some space, change its permissions, or name another folder with --data-dir.",
        ) from error
    try:
        yield
    finally:
        lock.release()


def _open_output(paths: AppPaths) -> BinaryIO:
    """A file for what the process says before it has its log, if it can be had with some room."""
    try:
        paths.log_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = (paths.log_dir / _OUTPUT).open("ab", buffering=0)
        try:
            file.write(bytes(_ROOM_BYTES))
            file.truncate(0)
        except OSError:
            file.close()
            raise
    except OSError:
        return cast("BinaryIO", tempfile.NamedTemporaryFile("ab", prefix="photosearch-start-"))
    return cast("BinaryIO", file)


def _signal_name(number: int) -> str:
    with contextlib.suppress(ValueError):
        return signal.Signals(number).name
    return "unknown"
