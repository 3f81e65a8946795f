"""The way from photo to photo in the preview: along the results, and aside to similar ones."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QPersistentModelIndex, Signal

from photosearch.types import Hit
from ui.models.results import ResultsModel


class Walk(QObject):
    """Where one stands: in the rows of the results, or in a list that was entered from there.

    Signals:
        moved(): another photo, or the same one at another place among others.
    """

    moved = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model: ResultsModel | None = None
        self._index = QPersistentModelIndex()
        self._row = 0
        self._awaited: int | None = None
        self._hit: Hit | None = None
        self._asides: list[_Aside] = []

    # -- where one stands

    @property
    def hit(self) -> Hit | None:
        """The photo here."""
        return self._asides[-1].hit if self._asides else self._hit

    @property
    def row(self) -> int | None:
        """The row of the results that one is at, or came from."""
        return self._row if self._hit is not None else None

    @property
    def position(self) -> int:
        """The photo's place among those that one steps through, from 0."""
        return self._asides[-1].position if self._asides else self._row

    @property
    def count(self) -> int:
        """How many photos one steps through."""
        if self._asides:
            return len(self._asides[-1].hits)
        return self._model.rowCount() if self._model is not None else 0

    @property
    def is_aside(self) -> bool:
        """Whether there is a way back."""
        return bool(self._asides)

    def can_step(self, by: int) -> bool:
        """Whether there is a photo so many steps on."""
        return 0 <= self.position + by < self.count

    def neighbour(self, by: int) -> Hit | None:
        """The photo so many steps on, if it is there and known."""
        if not self.can_step(by):
            return None
        if self._asides:
            return self._asides[-1].hits[self.position + by]
        return self._model.hit(self._row + by) if self._model is not None else None

    # -- moving

    def start(self, model: ResultsModel, row: int) -> None:
        """Stand at a row of the results."""
        self.stop()
        self._model = model
        model.dataChanged.connect(self._on_data)
        model.layoutChanged.connect(self._on_rows)
        model.rowsInserted.connect(self._on_rows)
        model.rowsRemoved.connect(self._on_rows)
        model.modelReset.connect(self._on_rows)
        self._go(row)

    def stop(self) -> None:
        """Stand nowhere."""
        if self._model is not None:
            self._model.dataChanged.disconnect(self._on_data)
            self._model.layoutChanged.disconnect(self._on_rows)
            self._model.rowsInserted.disconnect(self._on_rows)
            self._model.rowsRemoved.disconnect(self._on_rows)
            self._model.modelReset.disconnect(self._on_rows)
        self._model, self._hit, self._awaited = None, None, None
        self._index = QPersistentModelIndex()
        self._asides.clear()

    def step(self, by: int) -> None:
        """Go on, or back; to a row that is not there yet as soon as it comes."""
        if not self.can_step(by):
            return
        if self._asides:
            self._asides[-1].position += by
            self.moved.emit()
        else:
            self._go(self._row + by)

    def enter(self, hits: Sequence[Hit], position: int) -> None:
        """Go aside, to one photo of a list."""
        self._asides.append(_Aside(tuple(hits), position))
        self.moved.emit()

    def leave(self) -> None:
        """Go back to where one went aside."""
        if self._asides:
            self._asides.pop()
            self.moved.emit()

    def _go(self, row: int) -> None:
        assert self._model is not None
        hit = self._model.hit(row)
        self._model.look_at(max(row - 1, 0), row + 1)
        if hit is None:
            self._awaited = row
            return
        self._awaited = None
        self._row, self._hit = row, hit
        self._index = QPersistentModelIndex(self._model.index(row))
        self.moved.emit()

    def _on_data(self) -> None:
        awaited = self._awaited
        if awaited is not None and self._model is not None and self._model.hit(awaited):
            self._go(awaited)

    def _on_rows(self) -> None:
        """The results changed: the photo stays, whatever became of its row."""
        if self._model is None or self._hit is None:
            return
        self._awaited = None
        if self._index.isValid():
            self._row = self._index.row()
        else:
            self._row = max(0, min(self._row, self._model.rowCount() - 1))
        if not self._asides:
            self.moved.emit()


class _Aside:
    def __init__(self, hits: tuple[Hit, ...], position: int) -> None:
        self.hits = hits
        self.position = position

    @property
    def hit(self) -> Hit:
        return self.hits[self.position]
