"""The service's log: a file that rotates, in words that no terminal obeys, without secrets."""

from __future__ import annotations

import contextlib
import logging
import sys
import time
from collections.abc import Iterable, Iterator
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import IO, TYPE_CHECKING

from photosearch.errors import shown

if TYPE_CHECKING:
    from photosearch.paths import AppPaths

# A few weeks of an ordinary service, and nothing to worry about on any disk.
_MAX_SIZE_BYTES = 1_000_000
_OLD_FILES = 3
_CRASHES = "crashes.txt"


@contextlib.contextmanager
def logging_to_file(paths: AppPaths, secrets: Iterable[str] = ()) -> Iterator[IO[str]]:
    """Send what is logged, uvicorn's part too, to the log; yields a file beside it for crashes.

    Where that cannot be written, both are standard error, and that says why.
    """
    handler, crashes, refusal = _open(paths)
    handler.setFormatter(_Plain(tuple(secrets)))
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    told = [logging.getLogger(name) for name in ("photosearch", "uvicorn")]
    levels = [logger.level for logger in told]
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for logger in told:
        logger.setLevel(logging.INFO)
    logging.captureWarnings(True)
    if refusal:
        logging.getLogger(__name__).warning("%s cannot be written: %s", paths.log, refusal)
    try:
        yield crashes
    finally:
        logging.captureWarnings(False)
        root.handlers[:], root.level = before
        for logger, level in zip(told, levels, strict=True):
            logger.setLevel(level)
        handler.close()
        if crashes is not sys.stderr:
            crashes.close()


def tail(path: Path, lines: int) -> list[str]:
    """The last lines of a text file that are not empty; none where it cannot be read."""
    try:
        with path.open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - lines * 1_000))
            text = file.read().decode("utf-8", "backslashreplace")
    except OSError:
        return []
    return [shown(line.rstrip()) for line in text.splitlines() if line.strip()][-lines:]


def _open(paths: AppPaths) -> tuple[logging.Handler, IO[str], str]:
    try:
        paths.log_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        crashes = (paths.log_dir / _CRASHES).open("a", encoding="utf-8")
        try:
            return _File(paths.log), crashes, ""
        except OSError:
            crashes.close()
            raise
    except OSError as error:
        return logging.StreamHandler(sys.stderr), sys.stderr, error.strerror or str(error)


class _File(RotatingFileHandler):
    """A file of bounded size; a full disk loses lines and stops nobody."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            path,
            maxBytes=_MAX_SIZE_BYTES,
            backupCount=_OLD_FILES,
            encoding="utf-8",
            errors="backslashreplace",
        )

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """Drop the line."""

    def close(self) -> None:
        """Close it; what a full disk did not take is lost."""
        with contextlib.suppress(OSError):
            super().close()


class _Plain(logging.Formatter):
    """Local ISO times with their zone; control characters shown; secrets left out."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._secrets = secrets

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802
        """ISO 8601 with milliseconds."""
        when = time.localtime(record.created)
        return time.strftime(f"%Y-%m-%dT%H:%M:%S.{int(record.msecs):03d}%z", when)

    def format(self, record: logging.LogRecord) -> str:
        """One record; lines after the first are those of a traceback."""
        text = super().format(record)
        for secret in self._secrets:
            text = text.replace(secret, "(secret)")
        return shown(text, keep="\n")
