"""All that is known of one photo, or of several at once."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from photosearch.errors import PhotoSearchError, UnknownPhotoError, shown
from photosearch.interface import PhotoSearchService
from photosearch.types import Hit, PhotoNotes, PhotoRecord
from ui.models.facts import facts_of, facts_of_many
from ui.models.note_facts import note_facts
from ui.views.dialog_size import resize_in_letters
from ui.views.facts_panel import FactsPanel
from ui.workers.runner import Lane, Runner

_LETTERS = 72
_LINES = 32


class PropertiesDialog(QDialog):
    """Facts, with their label above each.

    Signals:
        link_wanted(str): a web address was asked for.
        failed(PhotoSearchError): nothing could be found out.
    """

    link_wanted = Signal(str)
    failed = Signal(object)

    def __init__(self, runner: Runner, hits: Sequence[Hit], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._hits = tuple(hits)
        self._record: PhotoRecord | None = None
        self._noted: PhotoNotes | None = None
        self._build_ui()
        self.finished.connect(runner.run(self._records, self._show, self._fail).cancel)
        if len(self._hits) == 1:
            task = runner.run(self._notes, self._keep_notes, self._no_notes, lane=Lane.FILES)
            self.finished.connect(task.cancel)

    def _build_ui(self) -> None:
        if len(self._hits) == 1:
            self.setWindowTitle(shown(self._hits[0].photo.path.name))
        else:
            self.setWindowTitle(self.tr("%Ln photo(s)", "", len(self._hits)))
        self.panel = FactsPanel(self)
        self.panel.link_wanted.connect(self.link_wanted)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.panel, 1)
        layout.addWidget(buttons)
        resize_in_letters(self, _LETTERS, _LINES)

    def _records(self, service: PhotoSearchService) -> list[PhotoRecord]:
        """In a worker thread."""
        records = []
        for hit in self._hits:
            try:
                records.append(service.photo(hit.photo.content_id))
            except UnknownPhotoError:
                if len(self._hits) == 1:
                    raise
        return records

    def _notes(self, service: PhotoSearchService) -> PhotoNotes:
        """In a worker thread; a photo on a drive that sleeps may take its time."""
        return service.notes(self._hits[0].photo.content_id)

    def _show(self, records: list[PhotoRecord]) -> None:
        if len(self._hits) == 1:
            self._record = records[0]
            self._show_one()
        else:
            self.panel.set_facts(facts_of_many(records, [hit.photo.path for hit in self._hits]))

    def _show_one(self) -> None:
        if self._record is not None:
            facts = facts_of(self._record, self._hits[0].photo.path)
            self.panel.set_facts((*note_facts(self._noted), *facts))

    def _keep_notes(self, notes: PhotoNotes) -> None:
        self._noted = notes
        self._show_one()

    def _no_notes(self, error: PhotoSearchError) -> None:
        """What the index knows is told all the same, and tells of what went wrong."""

    def _fail(self, error: PhotoSearchError) -> None:
        self.failed.emit(error)
        self.reject()
