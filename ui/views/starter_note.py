"""Says which model is at work, and what a better one would bring."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ui.models.library import LibraryState
from ui.views.icon_label import IconLabel
from ui.views.labels import MutedWords, Words


class StarterNote(QWidget):
    """A few honest words about the model, with a way to choose another one.

    Signals:
        models_wanted(): the user wants to choose.
    """

    models_wanted = Signal()

    def __init__(self, library: LibraryState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._lead = Words(parent=self)
        self._more = MutedWords(parent=self)
        self.button = QPushButton(self.tr("Choose a model…"), self)
        self.button.setAutoDefault(True)
        self.button.clicked.connect(self.models_wanted)
        self._build_layout()
        library.changed.connect(self._update)
        self._update()

    def _build_layout(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(self.fontMetrics().height() // 3)
        words.addWidget(self._lead)
        words.addWidget(self._more)
        words.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(self.fontMetrics().height() // 2)
        layout.addWidget(IconLabel("info", parent=self), 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(words, 1)

    def _update(self) -> None:
        library = self._library
        if library.uses_starter:
            self._lead.setText(
                self.tr("The built-in starter model is at work: small, quick, and no download.")
            )
            self._more.setText(
                self.tr(
                    "It finds everyday things: people, animals, vehicles, things around the house. "
                    "A larger CLIP model finds more and knows more words; it is downloaded once, "
                    "and takes longer to look through your photos. You can choose one at any time, "
                    "and search with this one until it is ready."
                )
            )
            return
        self._lead.setText(
            self.tr("The model {0} is at work.").format(library.title_of(library.answering))
        )
        self._more.setText(
            self.tr("Others find more or take less time; each can be tried beside this one.")
        )
