"""What service and client agree on beside HTTP: the command, the exit codes, and the runtime file.

That file holds the address and token of a running service, for its user alone. Its name has a hash
of the data folder, so that each index has a service of its own.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import secrets
import stat
import sys
import warnings
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING

from photosearch.errors import ServiceError

if TYPE_CHECKING:
    from photosearch.paths import AppPaths

ERROR_MARK = "Error: "
"""Begins the line on standard error that says why a service could not start; its hint follows."""

_APP = "photosearch"
_ELSEWHERE = "Name a private folder with PHOTOSEARCH_RUNTIME_DIR."
# A link, a folder, a socket or somebody else's file is in its place. Windows says EACCES (13) of
# ours, too, while a virus scanner has it open.
_NOT_OURS = {errno.ELOOP, errno.EISDIR, errno.ENXIO, errno.EPERM} | (
    set() if sys.platform == "win32" else {errno.EACCES}
)


class ExitCode(IntEnum):
    """How a service's process ends."""

    DONE = 0
    FAILED = 1
    LOCKED = 3
    DAMAGED = 4
    SETTINGS = 5


def service_command(paths: AppPaths) -> list[str]:
    """What runs the service of an index; ``-P`` keeps modules of the current folder out."""
    command = [sys.executable, "-P", "-m", "photosearch.service", "--data-dir", str(paths.data_dir)]
    if paths.chosen_cache_dir is not None:
        command += ["--cache-dir", str(paths.chosen_cache_dir)]
    return command


@dataclass(frozen=True, slots=True)
class ServiceAddress:
    """A running service: where it listens, and the word that opens it.

    Attributes:
        version: of the photosearch that runs, to be compared with the client's.
        data_dir: its index, as a ``file://`` URI with all links resolved.
        data_dir_id: device and inode of that folder: another one of the same name is another index.
        started_at: UTC as ISO 8601.
    """

    pid: int
    url: str
    token: str
    version: str
    data_dir: str
    data_dir_id: str
    started_at: str

    def __repr__(self) -> str:
        return f"ServiceAddress(pid={self.pid}, url={self.url!r})"  # logs never hold the token


class RuntimeFile:
    """The file with the address of one index's service; nothing is created before `write`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def create(cls, paths: AppPaths) -> RuntimeFile:
        """The place where a service notes its address; makes the folder.

        Raises:
            ServiceError: no folder is ours and closed to others.
        """
        chosen = os.environ.get("PHOTOSEARCH_RUNTIME_DIR")
        platform = _platform_dir()
        if chosen:
            folder = Path(chosen).absolute()
        elif platform and _refusal(platform) is None:
            folder = platform
        else:
            folder = paths.runtime
        if refusal := _refusal(folder):
            raise ServiceError(
                f"The service's address cannot be kept in {folder}: {refusal}.", _ELSEWHERE
            )
        return cls(folder / _name(paths))

    def write(self, address: ServiceAddress) -> None:
        """Note the address; others never see half of it, nor for a moment more than we allow.

        Raises:
            ServiceError: the file cannot be written.
        """
        fresh = self.path.with_suffix(f".{secrets.token_hex(4)}")
        try:
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(asdict(address), file)
            fresh.replace(self.path)
        except OSError as error:
            with contextlib.suppress(OSError):
                fresh.unlink(missing_ok=True)
            raise ServiceError(
                f"The service's address cannot be written to {self.path}: {error.strerror}.",
                "Free some space there. " + _ELSEWHERE,
            ) from error

    def read(self) -> ServiceAddress | None:
        """The address; None where there is no file, or one that is broken, foreign or too open."""
        try:
            return _parse(self._document())
        except (OSError, ValueError):
            return None

    def _document(self) -> object:
        # Not to wait at a pipe that somebody put there, nor to follow a link.
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        with os.fdopen(os.open(self.path, flags), encoding="utf-8") as file:
            status = os.fstat(file.fileno())
            return json.load(file) if stat.S_ISREG(status.st_mode) and _is_private(status) else None

    def remove(self, token: str) -> None:
        """Take the file away, if it is still that of the service with this token."""
        if self.holds(token):
            with contextlib.suppress(OSError):
                self.path.unlink(missing_ok=True)

    def holds(self, token: str) -> bool:
        """Whether the file is that of the service with this token; also while it cannot be read."""
        try:
            address = _parse(self._document())
        except (FileNotFoundError, NotADirectoryError, ValueError):
            return False
        except OSError as error:  # too many open files, a disk that is slow to wake: no other's yet
            return error.errno not in _NOT_OURS
        return address is not None and secrets.compare_digest(
            address.token.encode(), token.encode()
        )

    def touch(self) -> None:
        """Keep the file from those who clear old files away."""
        with contextlib.suppress(OSError):
            os.utime(self.path)


def addresses(paths: AppPaths) -> Iterator[ServiceAddress]:
    """Every address that somebody noted for this index; whether it answers is not known yet.

    Looks where the index's owner says it noted its own, too: a client with another environment
    (a cron job has no ``XDG_RUNTIME_DIR``) would not look there by itself.
    """
    wanted, wanted_id = data_dir_uri(paths), data_dir_id(paths)
    if wanted_id is None:
        return
    seen: set[str] = set()
    for path in _places(paths):
        address = RuntimeFile(path).read()
        if address is None or (address.data_dir, address.data_dir_id) != (wanted, wanted_id):
            continue
        if address.token not in seen:
            seen.add(address.token)
            yield address


def place_of(paths: AppPaths, address: ServiceAddress) -> Path | None:
    """The file in which a service's address stands; None where it is not noted any more."""
    return next((p for p in _places(paths) if RuntimeFile(p).holds(address.token)), None)


def is_noted(paths: AppPaths, address: ServiceAddress) -> bool:
    """Whether a service's address still stands where it was noted: one that crashed leaves it."""
    return any(noted.token == address.token for noted in addresses(paths))


def starting(paths: AppPaths) -> bool:
    """Whether the index's owner is a service, which may not have noted its address yet."""
    return _place_noted_by_owner(paths) is not None


def data_dir_uri(paths: AppPaths) -> str:
    """The data folder with all links resolved, in a form that holds every name."""
    return Path(os.path.realpath(paths.data_dir)).as_uri()


def data_dir_id(paths: AppPaths) -> str | None:
    """What tells the data folder from a later one of the same name; None where there is none."""
    try:
        status = paths.data_dir.stat()
    except OSError:
        return None
    return f"{status.st_dev}:{status.st_ino}"


def index_name(paths: AppPaths) -> str:
    """A short name for the index, the same on every call and different for other folders."""
    return hashlib.sha256(data_dir_uri(paths).encode()).hexdigest()[:16]


def is_alive(pid: int) -> bool:
    """Whether a process of ours has this number; it may be another one by now.

    Somebody else's is none of ours: it would get the questions that are meant for the service, if
    it had taken the port of one that crashed as well.
    """
    if sys.platform == "win32":
        import ctypes

        # SYNCHRONIZE; WaitForSingleObject says 0x102 (WAIT_TIMEOUT) of what has not ended.
        handle = ctypes.windll.kernel32.OpenProcess(0x00100000, False, pid)
        is_running = bool(handle) and ctypes.windll.kernel32.WaitForSingleObject(handle, 0) == 0x102
        ctypes.windll.kernel32.CloseHandle(handle)
        return is_running
    try:
        os.kill(pid, 0)
    except (OSError, OverflowError):
        return False
    return not _is_zombie(pid) and not _is_seen_by_root_alone(pid)


def kill_command(pid: int) -> str:
    """What a person types to end a process that listens to nothing else; the stores survive it."""
    return f"taskkill /F /PID {pid}" if sys.platform == "win32" else f"kill -9 {pid}"


def _is_seen_by_root_alone(pid: int) -> bool:
    """Whether it is another user's; only root may signal those."""
    try:
        return os.geteuid() == 0 and Path(f"/proc/{pid}").stat().st_uid != 0
    except OSError:
        return False


def _is_zombie(pid: int) -> bool:
    """Whether it has ended, and only its parent has not asked how (in a container, say)."""
    try:
        status = Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return False
    return status.rpartition(b")")[2].split()[:1] == [b"Z"]


def _name(paths: AppPaths) -> str:
    return f"service-{index_name(paths)}.json"


def _places(paths: AppPaths) -> Iterator[Path]:
    if noted := _place_noted_by_owner(paths):
        yield noted
    if chosen := os.environ.get("PHOTOSEARCH_RUNTIME_DIR"):
        yield Path(chosen).absolute() / _name(paths)
    if platform := _platform_dir():
        yield platform / _name(paths)
    yield paths.runtime / _name(paths)


def _place_noted_by_owner(paths: AppPaths) -> Path | None:
    try:
        owner = json.loads(paths.owner.read_text(encoding="utf-8"))
        pid, noted = owner["pid"], owner["runtime"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    is_there = isinstance(pid, int) and isinstance(noted, str) and is_alive(pid)
    return Path(os.fsdecode(noted.encode("utf-8", "surrogateescape"))) if is_there else None


def _platform_dir() -> Path | None:
    """The system's folder for such files; None where it has none that lasts and is private."""
    import platformdirs

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns when it falls back to a folder below /tmp
        try:
            folder = platformdirs.user_runtime_path(_APP)
        except (OSError, RuntimeError):  # the latter where nobody has a home
            return None
    try:
        return folder if _is_private(folder.parent.lstat()) else None
    except OSError:
        return None


def _refusal(folder: Path) -> str | None:
    """Why a folder is not fit for secrets; makes it if it is not there."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.lstat()
    except OSError as error:
        return error.strerror or "it cannot be made"
    if not stat.S_ISDIR(status.st_mode):
        return "it is a link"
    if not _is_private(status):
        return "it belongs to somebody else, or others may look into it"
    return None if os.access(folder, os.W_OK | os.X_OK) else "it cannot be written"


def _is_private(status: os.stat_result) -> bool:
    """Whether it is ours alone; where there are no such modes, the user's own folders are."""
    if sys.platform == "win32":
        return True
    return status.st_uid == os.geteuid() and not stat.S_IMODE(status.st_mode) & 0o077


def _parse(document: object) -> ServiceAddress | None:
    if not isinstance(document, dict):
        return None
    known = {field.name for field in fields(ServiceAddress)}
    try:
        # What a newer version notes besides must not hide its service from us.
        address = ServiceAddress(**{name: document[name] for name in known & document.keys()})
    except TypeError:
        return None
    texts = [value for name, value in asdict(address).items() if name != "pid"]
    is_sound = type(address.pid) is int and all(type(text) is str for text in texts)
    return address if is_sound else None
