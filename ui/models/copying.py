"""Copies photos into a folder: never over a file that is there, and never half of one."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from PySide6.QtCore import QCoreApplication, QObject, Signal

from photosearch.errors import PhotoSearchError, shown
from photosearch.interface import PhotoSearchService
from photosearch.jobs import CancelToken
from ui.languages import plural
from ui.workers.runner import Lane, Runner

_CHUNK_BYTES = 1 << 20
# After one of these the next photo fails as well.
_HOPELESS = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.ENOTDIR, errno.EIO)


@dataclass(frozen=True)
class CopyReport:
    """What came of it.

    Attributes:
        failed: photos that could not be copied, each with the reason.
    """

    folder: Path
    total: int
    copied: tuple[Path, ...] = ()
    failed: tuple[tuple[Path, str], ...] = ()
    is_cancelled: bool = False


class Copying(QObject):
    """One copy of photos into a folder, in the lane of the disk.

    Signals:
        went_on(int): so many photos were dealt with.
        ended(CopyReport): it is over.
    """

    went_on = Signal(int)
    ended = Signal(object)

    def __init__(
        self, runner: Runner, paths: Sequence[Path], folder: Path, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.paths = tuple(paths)
        self.folder = folder
        self._runner = runner
        self._cancel = CancelToken()

    def start(self) -> None:
        """Begin."""

        def work(_: PhotoSearchService) -> CopyReport:
            return copy_photos(self.paths, self.folder, self._cancel, self.went_on.emit)

        self._runner.run(work, self.ended.emit, lane=Lane.FILES)

    def cancel(self) -> None:
        """Stop; the photos that were copied stay, and `ended` tells of them."""
        self._cancel.cancel()


def copy_photos(
    paths: Sequence[Path], folder: Path, cancel: CancelToken, told: Callable[[int], None]
) -> CopyReport:
    """Copy photos into a folder; a name that is taken there gets a number."""
    copied: list[Path] = []
    failed: list[tuple[Path, str]] = []
    for number, path in enumerate(paths, start=1):
        if cancel.is_cancelled:
            break
        try:
            copy = _copied(path, folder, cancel)
        except OSError as error:
            failed.append((path, error.strerror or str(error)))
            if error.errno in _HOPELESS and _is_about(error, folder):
                failed += [(left, failed[-1][1]) for left in paths[number:]]
                break
        else:
            copied += [copy] if copy is not None else []
        told(number)
    return CopyReport(folder, len(paths), tuple(copied), tuple(failed), cancel.is_cancelled)


def failure(report: CopyReport) -> PhotoSearchError | None:
    """What to tell people of the photos that could not be copied."""
    if not report.failed:
        return None
    message = plural("%Ln photo(s) could not be copied.", "", len(report.failed))
    path, reason = report.failed[0]
    hint = QCoreApplication.translate("Copying", "{0}: {1}.")
    return PhotoSearchError(message, hint.format(shown(path.name), reason))


def _copied(path: Path, folder: Path, cancel: CancelToken) -> Path | None:
    """The copy; None if it was cancelled on the way, and then nothing is left of it."""
    with path.open("rb") as source:
        place, target = _created(path, folder)
        is_whole = False
        try:
            with target:
                is_whole = _copy_bytes(source, target, cancel)
            if is_whole:
                # Some file systems keep no dates: the copy is good without.
                with suppress(OSError):
                    shutil.copystat(path, place)
        finally:
            if not is_whole:
                place.unlink(missing_ok=True)
    return place if is_whole else None


def _copy_bytes(source: BinaryIO, target: BinaryIO, cancel: CancelToken) -> bool:
    while chunk := source.read(_CHUNK_BYTES):
        if cancel.is_cancelled:
            return False
        target.write(chunk)
    target.flush()
    os.fsync(target.fileno())
    return True


def _created(path: Path, folder: Path) -> tuple[Path, BinaryIO]:
    """A new file, under the photo's name or the next that is free."""
    for name in _names(path):
        place = folder / name
        with suppress(FileExistsError):
            # "x": of two programs that choose a name at once, one gets it.
            return place, place.open("xb")
    raise AssertionError("there is always one more name")


def _names(path: Path) -> Iterator[str]:
    yield path.name
    number = 2
    while True:
        yield f"{path.stem} ({number}){path.suffix}"
        number += 1


def _is_about(error: OSError, folder: Path) -> bool:
    """Whether it was the folder that failed, and not the photo."""
    name = error.filename
    return name is None or Path(os.fsdecode(name)).is_relative_to(folder)
