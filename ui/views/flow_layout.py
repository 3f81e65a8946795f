"""Lays out widgets in rows, as words in a paragraph, each row in the middle or from the left."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class FlowLayout(QLayout):
    """Rows that wrap where the width ends; what is hidden takes no room."""

    def __init__(
        self,
        parent: QWidget | None = None,
        spacing_px: int = 8,
        row_spacing_px: int = 8,
        *,
        is_centred: bool = True,
    ) -> None:
        super().__init__(parent)
        self._row_spacing_px = row_spacing_px
        self._is_centred = is_centred
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(spacing_px)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        rows = self._rows(width)
        return sum(_height(row) for row in rows) + self._row_spacing_px * max(len(rows) - 1, 0)

    def sizeHint(self) -> QSize:
        width = max(0, self._width(self._seen()))
        return QSize(width, self.heightForWidth(width))

    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._seen():
            size = size.expandedTo(item.minimumSize())
        return size

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        y = rect.y()
        for row in self._rows(rect.width()):
            self._place(row, rect, y)
            y += _height(row) + self._row_spacing_px

    def _place(self, row: list[QLayoutItem], rect: QRect, y: int) -> None:
        x = rect.x()
        if self._is_centred:
            x += max(0, rect.width() - self._width(row)) // 2
        for item in row:
            size = item.sizeHint().boundedTo(QSize(rect.width(), item.sizeHint().height()))
            item.setGeometry(QRect(QPoint(x, y + (_height(row) - size.height()) // 2), size))
            x += size.width() + self.spacing()

    def _seen(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _width(self, row: list[QLayoutItem]) -> int:
        return sum(item.sizeHint().width() for item in row) + self.spacing() * (len(row) - 1)

    def _rows(self, width: int) -> list[list[QLayoutItem]]:
        rows: list[list[QLayoutItem]] = []
        for item in self._seen():
            if rows and self._width([*rows[-1], item]) <= width:
                rows[-1].append(item)
            else:
                rows.append([item])
        return rows


def _height(row: list[QLayoutItem]) -> int:
    return max(item.sizeHint().height() for item in row)


def flowing(parent: QWidget, spacing_px: int, *parts: QWidget) -> QWidget:
    """Widgets beside each other from the left, on as many rows as the width makes them need."""
    box = QWidget(parent)
    flow = FlowLayout(box, spacing_px, spacing_px // 4, is_centred=False)
    for part in parts:
        flow.addWidget(part)
    policy = box.sizePolicy()
    policy.setHeightForWidth(True)
    box.setSizePolicy(policy)
    return box
