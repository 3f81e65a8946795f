"""Where the cells of a grid lie: plain arithmetic, as quick for a million rows as for ten."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QSize


@dataclass(frozen=True, slots=True)
class Grid:
    """Equal cells, row after row from left to right, spread over the width.

    All places are those of the whole grid, which begins at 0, 0 above what is scrolled away.

    Attributes:
        count: how many cells.
        width_px: of the window that it is looked at through.
        item: the size of what lies in each cell.
        gap_px: between two items at least, and around all of them.
    """

    count: int
    width_px: int
    item: QSize
    gap_px: int

    @property
    def columns(self) -> int:
        """How many items lie side by side."""
        return max(1, (self.width_px - self.gap_px) // (self.item.width() + self.gap_px))

    @property
    def lines(self) -> int:
        """How many lines of items there are."""
        return -(-self.count // self.columns)

    @property
    def line_px(self) -> int:
        """From one line to the next."""
        return self.item.height() + self.gap_px

    @property
    def height_px(self) -> int:
        """Of all lines together."""
        return self.lines * self.line_px + self.gap_px if self.count else 0

    def rect(self, row: int) -> QRect:
        """Where an item lies."""
        line, column = divmod(row, self.columns)
        return QRect(QPoint(self._left(column), self.gap_px + line * self.line_px), self.item)

    def row_at(self, place: QPoint) -> int | None:
        """The item at a place; None between the items."""
        line = (place.y() - self.gap_px) // self.line_px
        row = line * self.columns + self._column_near(place.x())
        if 0 <= row < self.count and self.rect(row).contains(place):
            return row
        return None

    def between(self, top: int, bottom: int) -> range:
        """The rows of the lines that touch a strip, from ``top`` to ``bottom``."""
        first = max(0, (top - self.gap_px) // self.line_px)
        last = max(-1, (bottom - self.gap_px) // self.line_px)
        return range(
            min(first * self.columns, self.count), min((last + 1) * self.columns, self.count)
        )

    def inside(self, band: QRect) -> Iterator[range]:
        """The rows of the items that a rectangle touches, as few ranges as there can be."""
        touched = [
            column
            for column in range(self.columns)
            if self._left(column) <= band.right()
            and band.left() < self._left(column) + self.item.width()
        ]
        lines = [
            line
            for line in (self.between(band.top(), band.bottom())[:: self.columns])
            if self.rect(line).bottom() >= band.top()
        ]
        if not touched or not lines:
            return
        if len(touched) == self.columns:
            yield range(lines[0], min(lines[-1] + self.columns, self.count))
            return
        for line in lines:
            rows = range(line + touched[0], min(line + touched[-1] + 1, self.count))
            if rows:
                yield rows

    def moved(self, row: int, step: int) -> int:
        """Where a step leads; whole lines stay in their column, as far as there are lines."""
        columns, last = self.columns, self.count - 1
        if abs(step) < columns or columns == 1:
            return min(max(row + step, 0), last)
        if step < 0:
            return max(row + step, row % columns)
        lines = min(step // columns, last // columns - row // columns)
        return min(row + lines * columns, last)

    def _left(self, column: int) -> int:
        """What is left of the width goes evenly between the items."""
        room_px = self.width_px - self.columns * self.item.width()
        return column * self.item.width() + (column + 1) * room_px // (self.columns + 1)

    def _column_near(self, x: int) -> int:
        column = x * self.columns // max(self.width_px, 1)
        return min(max(column, 0), self.columns - 1)
