"""How large a dialog opens: so many letters and lines of its font, but not beyond the screen."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog

_FRAME_SHARE = 0.94
"""Of the screen: a window has a frame and a title as well."""


def resize_in_letters(dialog: QDialog, letters: int, lines: int) -> None:
    """Give a dialog the room for its text; what does not fit scrolls in it."""
    metrics, room = dialog.fontMetrics(), dialog.screen().availableGeometry()
    dialog.resize(
        min(letters * metrics.averageCharWidth(), round(room.width() * _FRAME_SHARE)),
        min(lines * metrics.height(), round(room.height() * _FRAME_SHARE)),
    )
