"""What a model that does not answer keeps on the disk, and the buttons that delete it."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from photosearch.model_info import ModelInfo
from ui.models.model_choice import ModelChoice
from ui.models.model_texts import files_text, title_of, vectors_text
from ui.views.confirm import confirm
from ui.views.labels import MutedWords


class ModelDisk(QWidget):
    """Is there while something can be deleted, and gone otherwise."""

    def __init__(self, choice: ModelChoice, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choice = choice
        self._info: ModelInfo | None = None
        self.files, self.vectors = MutedWords(parent=self), MutedWords(parent=self)
        self.delete_files = QPushButton(self.tr("Delete…"), self)
        self.delete_vectors = QPushButton(self.tr("Delete…"), self)
        self.delete_files.clicked.connect(self._ask_about_files)
        self.delete_vectors.clicked.connect(self._ask_about_vectors)
        self._build_layout()

    def show_info(self, info: ModelInfo) -> None:
        """Show what a model keeps now."""
        self._info = info
        is_idle = not info.is_searching and not info.is_chosen
        has_files = is_idle and info.is_installed and info.weights_bytes > 0
        has_vectors = is_idle and info.embedded > 0
        self.files.setText(files_text(info))
        self.vectors.setText(vectors_text(info))
        for words, button, is_there, told in (
            (self.files, self.delete_files, has_files, self.tr("Delete the files of {0}")),
            (
                self.vectors,
                self.delete_vectors,
                has_vectors,
                self.tr("Delete what {0} knows of your photos"),
            ),
        ):
            words.setVisible(is_there)
            button.setVisible(is_there)
            button.setEnabled(not self._choice.is_busy(info.name))
            button.setAccessibleName(told.format(title_of(info)))
        self.setVisible(has_files or has_vectors)

    def _build_layout(self) -> None:
        line_px = self.fontMetrics().height()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(line_px // 4)
        for words, button in (
            (self.files, self.delete_files),
            (self.vectors, self.delete_vectors),
        ):
            button.setAutoDefault(True)  # Enter presses it as well
            row = QHBoxLayout()
            row.setSpacing(line_px // 2)
            row.addWidget(words, 1)
            row.addWidget(button)
            column.addLayout(row)

    def _ask_about_files(self) -> None:
        info = self._info
        assert info is not None
        has_download = info.card is not None
        confirm(
            self,
            self.tr("Delete a model"),
            self.tr("Delete the files of {0}?").format(title_of(info)),
            self.tr("To use it again, it has to be downloaded again.")
            if has_download
            else self.tr("To use it again, you have to add its file again."),
            self.tr("Delete"),
            lambda: self._choice.delete_files(info.name),
        )

    def _ask_about_vectors(self) -> None:
        info = self._info
        assert info is not None
        confirm(
            self,
            self.tr("Delete what a model knows"),
            self.tr("Delete what {0} knows of your photos?").format(title_of(info)),
            self.tr(
                "The photos stay as they are. To search with this model again, it has to look "
                "through all of them again."
            ),
            self.tr("Delete"),
            lambda: self._choice.delete_vectors(info.name),
        )
