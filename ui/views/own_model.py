"""How to add a model that came as a file: the command that does it, to copy."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from ui.theme import icon
from ui.views.labels import MutedWords

COMMAND = "photosearch models add FILE"


class OwnModel(QWidget):
    """A button that opens the few words; the import itself is a command's."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.button = QPushButton(self.tr("Add a model file…"), self)
        self.button.setCheckable(True)
        self._box = QWidget(self)
        self.words = MutedWords(
            self.tr(
                "A model that you have as a file (open_clip’s .safetensors or .pt, or a folder "
                "with open_clip_config.json) is added in a terminal. Put its path in place of "
                "FILE; it is checked, and then stands above."
            ),
            self._box,
        )
        self.command = QLineEdit(COMMAND, self._box)
        self.command.setReadOnly(True)
        self.command.setAccessibleName(self.tr("The command that adds a model"))
        self.copy = QPushButton(icon("copy"), self.tr("Copy"), self._box)
        side_px = self.fontMetrics().height()
        self.copy.setIconSize(QSize(side_px, side_px))
        for button in (self.button, self.copy):
            button.setAutoDefault(True)  # Enter presses it as well
        self._build_layout()
        self._box.hide()
        self.button.toggled.connect(self._box.setVisible)
        self.copy.clicked.connect(self._copy)

    def order_keys(self) -> tuple[QWidget, ...]:
        """Its controls, in the order in which they are read."""
        return self.button, self.command, self.copy

    def _build_layout(self) -> None:
        letters = len(COMMAND) + 6
        self.command.setMinimumWidth(letters * self.command.fontMetrics().averageCharWidth())
        line = QHBoxLayout()
        line.addWidget(self.command)
        line.addWidget(self.copy)
        line.addStretch(1)
        inside = QVBoxLayout(self._box)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.words)
        inside.addLayout(line)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._box)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(COMMAND)
