"""The words that were searched for: the newest first, kept in a file."""

from __future__ import annotations

import json
import logging
from pathlib import Path

from PySide6.QtCore import QIODevice, QObject, QSaveFile, QStringListModel, QTimer, Signal

from photosearch.errors import PhotoSearchError
from photosearch.interface import PhotoSearchService
from ui.workers.runner import Lane, Runner

TEXTS_MAX = 50
_TEXT_MAX_CHARS = 500
_FILE_MAX_BYTES = 1 << 20
"""No history is as long; a file that is was put there by mistake."""

_log = logging.getLogger(__name__)


class History(QObject):
    """The last texts, each once; read when the event loop first runs, and written off its thread.

    A file that cannot be read or written is no trouble to anybody: the log has it.

    Attributes:
        completions: the texts as a model for a completer.

    Signals:
        changed(): a text came, or all went.
    """

    changed = Signal()

    def __init__(self, file: Path, runner: Runner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._file = file
        self._texts: tuple[str, ...] = ()
        self._is_read = False
        self._is_writing = False
        self.completions = QStringListModel(self)
        # Not at once: to open the service for the first work would hold up the first picture.
        QTimer.singleShot(0, self._read)

    @property
    def texts(self) -> tuple[str, ...]:
        """What was searched for, the newest first."""
        return self._texts

    def add(self, text: str) -> None:
        """A text was searched for."""
        text = " ".join(text.split())
        if text and len(text) <= _TEXT_MAX_CHARS:
            self._set((text, *self._texts))
            self._write()

    def clear(self) -> None:
        """Forget all of it."""
        self._set(())
        self._write()

    def _set(self, texts: tuple[str, ...]) -> None:
        once: dict[str, str] = {}
        for text in texts:
            once.setdefault(text.casefold(), text)
        self._texts = tuple(once.values())[:TEXTS_MAX]
        self.completions.setStringList(list(self._texts))
        self.changed.emit()

    def _read(self) -> None:
        file = self._file
        self._runner.run(lambda _: _texts_in(file), self._take_up, self._log, lane=Lane.FILES)

    def _take_up(self, texts: tuple[str, ...]) -> None:
        """What the file had is older than what came before it was read."""
        self._is_read = True
        self._set((*self._texts, *texts))
        if self._texts != texts:
            self._write()

    def _write(self) -> None:
        """One after the other, so that the newest is the last; not over what was not read yet."""
        if self._is_writing or not self._is_read:
            return
        self._is_writing = True
        texts, file = self._texts, self._file

        def write(_: PhotoSearchService) -> tuple[str, ...]:
            _put(file, texts)
            return texts

        self._runner.run(write, self._wrote, self._log, lane=Lane.FILES)

    def _wrote(self, texts: tuple[str, ...]) -> None:
        self._is_writing = False
        if texts != self._texts:
            self._write()

    def _log(self, error: PhotoSearchError) -> None:
        self._is_writing = False
        _log.warning("The history of searches is not kept: %s", error)


def _texts_in(file: Path) -> tuple[str, ...]:
    """The texts of a file; none where it is not there, or is not ours."""
    try:
        with file.open("rb") as opened:
            texts = json.loads(opened.read(_FILE_MAX_BYTES))
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, RecursionError) as error:
        _log.warning("%s cannot be read: %s", file, error)
        return ()
    if not isinstance(texts, list):
        return ()
    return tuple(t for t in texts if isinstance(t, str) and 0 < len(t) <= _TEXT_MAX_CHARS)


def _put(file: Path, texts: tuple[str, ...]) -> None:
    """Put a file in place of the old one, whole; readable by its owner alone."""
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        _log.warning("%s cannot be made: %s", file.parent, error)
        return
    saved = QSaveFile(str(file))
    saved.open(QIODevice.OpenModeFlag.WriteOnly)
    saved.setPermissions(saved.Permission.ReadOwner | saved.Permission.WriteOwner)
    # A command line may hold bytes that are no text.
    saved.write(json.dumps(texts, ensure_ascii=False, indent=1).encode(errors="replace"))
    if not saved.commit():
        _log.warning("%s cannot be written: %s", file, saved.errorString())
