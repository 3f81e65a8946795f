"""The very first page: which folder to look through, and what to expect of the search."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from photosearch.errors import PhotoSearchError, shown
from ui.models.first_folder import folder_to_offer
from ui.models.library import LibraryState
from ui.models.model_texts import wants_english
from ui.models.question import Question
from ui.theme import app_icon
from ui.views.folder_dialog import choose_folder
from ui.views.labels import MutedWords, Title, Words
from ui.views.starter_note import StarterNote

_WIDTH_LETTERS = 84
_ICON_LINES = 5


class FirstRun(QWidget):
    """Shown while the library has no folder.

    Signals:
        folder_chosen(Path): the user wants this folder to be looked through.
        models_wanted(): the user wants to choose a model.
    """

    folder_chosen = Signal(Path)
    models_wanted = Signal()

    def __init__(self, library: LibraryState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._question = Question()
        self._title = Title(self.tr("Find your photos by what is in them"), self)
        self._words = Words(parent=self)
        self._state = MutedWords(parent=self)
        self._pictures = QPushButton(self)
        self._pictures.clicked.connect(self._take_pictures)
        self._choose = QPushButton(self.tr("Choose another folder…"), self)
        self._choose.clicked.connect(self._ask_for_folder)
        self._note = StarterNote(library, self)
        self._note.models_wanted.connect(self.models_wanted)
        for button in (self._pictures, self._choose):
            button.setAutoDefault(True)  # Enter presses it as well
        self._build_layout()
        library.changed.connect(self._update)
        library.failed.connect(self._show_failure)
        self._update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        has_offer = self._offered is not None
        (self._pictures if has_offer else self._choose).setFocus(event.reason())

    def show_question(self, question: Question) -> None:
        """Offer the folder of a photo that is searched by already; it is searched for then."""
        if question != self._question:
            self._question = question
            self._update()

    @property
    def _offered(self) -> Path | None:
        return folder_to_offer(self._question, self._library.pictures_folder)

    def _welcome(self) -> str:
        if self._question.pictures:
            return self.tr(
                "To find photos like {0}, a folder with photos has to be looked through first. All "
                "folders within are looked through as well, nothing leaves this computer, and your "
                "photos are never changed."
            ).format(self._question.pictures[0].label)
        example = (
            self.tr("Type in English “a dog on the beach”, and see the photos that show it.")
            if wants_english(self._library)
            else self.tr("Type “a dog on the beach”, and see the photos that show it.")
        )
        return f"{example} " + self.tr(
            "Nothing leaves this computer, and your photos are never changed.\n\n"
            "Where are your photos? All folders within are looked through as well, and you can "
            "search from the first photos on, while the rest is still being looked through."
        )

    def _build_layout(self) -> None:
        line_px = self.fontMetrics().height()
        sign = QLabel(self)
        sign.setPixmap(app_icon().pixmap(_ICON_LINES * line_px))
        buttons = QHBoxLayout()
        buttons.setSpacing(line_px // 2)
        buttons.addWidget(self._pictures)
        buttons.addWidget(self._choose)
        buttons.addStretch(1)
        column = QVBoxLayout()
        column.setSpacing(line_px)
        column.addStretch(2)
        column.addWidget(sign)
        column.addWidget(self._title)
        column.addWidget(self._words)
        column.addLayout(buttons)
        column.addWidget(self._state)
        column.addSpacing(line_px)
        column.addWidget(self._note)
        column.addStretch(3)
        middle = QWidget(self)
        middle.setLayout(column)
        middle.setMaximumWidth(_WIDTH_LETTERS * self.fontMetrics().averageCharWidth())
        layout = QHBoxLayout(self)
        layout.addStretch(1)
        layout.addWidget(middle, 100)
        layout.addStretch(1)

    def _update(self) -> None:
        self._words.setText(self._welcome())
        folder = self._offered
        self._pictures.setVisible(folder is not None)
        if folder is not None:
            self._pictures.setText(self.tr("Use {0}").format(shown(str(folder)).replace("&", "&&")))
            self._pictures.setDefault(True)
            self._choose.setText(self.tr("Choose another folder…"))
        else:
            self._choose.setText(self.tr("Choose a folder…"))
        self._set_waiting(False)

    def _set_waiting(self, is_waiting: bool) -> None:
        is_ready = self._library.is_connected and not is_waiting
        self._pictures.setEnabled(is_ready)
        self._choose.setEnabled(is_ready)
        if self._library.is_lost and self._library.error is not None:
            self._state.setText(str(self._library.error))
        elif not self._library.is_connected:
            self._state.setText(self.tr("One moment: the search service is starting…"))
        elif is_waiting:
            self._state.setText(self.tr("Adding the folder…"))
        else:
            self._state.clear()

    def _take_pictures(self) -> None:
        if self._offered is not None:
            self._take(self._offered)

    def _ask_for_folder(self) -> None:
        choose_folder(self, self._take, self._offered)

    def _take(self, folder: Path) -> None:
        self._set_waiting(True)
        self.folder_chosen.emit(folder)

    def _show_failure(self, error: PhotoSearchError) -> None:
        self._set_waiting(False)
        self._state.setText(str(error))
