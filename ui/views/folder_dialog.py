"""Asks for a folder, without holding up the window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QFileDialog, QWidget


def choose_folder(
    parent: QWidget, chosen: Callable[[Path], None], start: Path | None = None, title: str = ""
) -> QFileDialog:
    """Open the system's own dialog; ``chosen`` hears of the folder, if one is chosen."""
    title = title or QCoreApplication.translate("FolderDialog", "Choose a folder with photos")
    dialog = QFileDialog(parent, title, str(start) if start else "")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.fileSelected.connect(lambda name: chosen(Path(name)))
    dialog.open()
    return dialog
