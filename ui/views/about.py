"""What the app says of itself: its version and promise, and the list of its keyboard shortcuts."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication, Qt, qVersion
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QMessageBox,
    QVBoxLayout,
    QWidget,
)

from photosearch import __version__
from ui.theme import app_icon
from ui.views.dialog_size import resize_in_letters
from ui.views.scrolled import Scrolled

translate = QCoreApplication.translate

_ICON_LINES = 4
_SIZE_LETTERS = (70, 30)
_WIDE_SHARE = 0.85
"""Of the screen: what is wider is put one below the other."""


class ShortcutsDialog(QDialog):
    """Every action that has a shortcut, with it."""

    def __init__(self, actions: Iterable[QAction], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        rows = QWidget()
        form = QFormLayout(rows)
        for action in actions:
            if action.shortcuts():
                keys = ", ".join(_shown(key) for key in action.shortcuts())
                form.addRow(action.text().replace("&", "").rstrip("…"), QLabel(keys))
        for words, keys in self._grid_keys():
            form.addRow(words, QLabel(keys))
        if rows.sizeHint().width() > self.screen().availableGeometry().width() * _WIDE_SHARE:
            form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        area = Scrolled(rows, self, is_stop=True)
        area.setAccessibleName(self.tr("Keyboard shortcuts"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(area)
        layout.addWidget(buttons)
        resize_in_letters(self, *_SIZE_LETTERS)

    def _grid_keys(self) -> tuple[tuple[str, str], ...]:
        space, escape = (_shown(QKeySequence(key)) for key in (Qt.Key.Key_Space, Qt.Key.Key_Escape))
        return (
            (self.tr("Large view of a photo, and back"), space),
            (self.tr("Leave the large view; clear the search"), escape),
            (self.tr("Large view: photo before, photo after"), "←, →"),
            (self.tr("Large view: larger, smaller, fit, full size"), "+, -, 0, 1"),
        )


def show_about(parent: QWidget) -> None:
    """Show the version, and what the app promises."""
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle(translate("About", "About photosearch"))
    side = _ICON_LINES * box.fontMetrics().height()
    box.setIconPixmap(app_icon().pixmap(side, side))
    box.setText(f"<b>photosearch {__version__}</b>")
    box.setInformativeText(
        translate(
            "About", "Search your own photos by what is in them. Nothing leaves your machine."
        )
        + "\n\n"
        + translate("About", "Free software under the Apache License 2.0. Qt {0}.").format(
            qVersion()
        )
    )
    box.addButton(QMessageBox.StandardButton.Close)
    box.open()


def _shown(key: QKeySequence) -> str:
    return key.toString(QKeySequence.SequenceFormat.NativeText)
