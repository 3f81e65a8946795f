"""What is shown when the app has a bug: what happened, and all that a report needs."""

from __future__ import annotations

import platform
import traceback
from types import TracebackType

from PySide6.QtCore import QCoreApplication, Qt, qVersion
from PySide6.QtWidgets import QApplication, QMessageBox

from photosearch import __version__

translate = QCoreApplication.translate


def show_crash(
    kind: type[BaseException], error: BaseException, at: TracebackType | None
) -> QMessageBox:
    """Show it beside the window, which goes on; one at a time."""
    for other in QApplication.topLevelWidgets():
        if isinstance(other, QMessageBox) and other.objectName() == "crash" and other.isVisible():
            return other
    box = QMessageBox()
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setObjectName("crash")
    box.setIcon(QMessageBox.Icon.Warning)
    box.setWindowTitle(translate("CrashDialog", "Something went wrong"))
    box.setText(
        translate(
            "CrashDialog", "photosearch ran into a fault of its own. It goes on as well as it can."
        )
    )
    box.setInformativeText(translate("CrashDialog", "Please report it, with the details below."))
    box.setDetailedText(details(kind, error, at))
    copy = box.addButton(
        translate("CrashDialog", "Copy details"), QMessageBox.ButtonRole.ActionRole
    )
    copy.clicked.connect(lambda: QApplication.clipboard().setText(box.detailedText()))
    box.addButton(QMessageBox.StandardButton.Close)
    box.open()
    return box


def details(kind: type[BaseException], error: BaseException, at: TracebackType | None) -> str:
    """Versions and the way to the error, as text."""
    about = f"photosearch {__version__}, Qt {qVersion()}, Python {platform.python_version()}, "
    return (
        about + platform.platform() + "\n\n" + "".join(traceback.format_exception(kind, error, at))
    )
