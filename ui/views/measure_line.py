"""Offers to measure how fast models are on this machine, and says how far that is."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from ui.models.library import LibraryState
from ui.models.model_choice import ModelChoice
from ui.views.activity_line import ProgressLine
from ui.views.labels import Words


class MeasureLine(QWidget):
    """Is there while something is to be measured, and gone otherwise."""

    def __init__(
        self, choice: ModelChoice, library: LibraryState, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._choice = choice
        self._library = library
        self.words = Words(parent=self)
        self.bar = ProgressLine(self)
        self.button = QPushButton(self.tr("Measure this machine"), self)
        self.button.setAutoDefault(True)  # Enter presses it as well
        self.button.clicked.connect(choice.measure)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(self.fontMetrics().height() // 2)
        row.addWidget(self.words, 1)
        row.addWidget(self.bar)
        row.addWidget(self.button)
        self.follow()

    def follow(self) -> None:
        """Show how things are now."""
        choice = self._choice
        count = len(choice.to_measure)
        self.setVisible(count > 0)
        self.button.setVisible(not choice.is_measuring)
        self.button.setEnabled(self._library.is_connected)
        total = choice.measured + count
        self.bar.show_share(choice.measured / total if choice.is_measuring and total else None)
        self.words.setText(self._text(choice.measured, total))

    def _text(self, measured: int, total: int) -> str:
        choice = self._choice
        if choice.is_measuring:
            text = self.tr("Measuring how fast each model is on this machine: {0} of {1}")
            return text.format(measured, total)
        if choice.measure_problem is not None:
            return str(choice.measure_problem).replace("\n", " ")
        return self.tr(
            "How long a model takes for your photos depends on this machine: a short measurement "
            "tells."
        )
