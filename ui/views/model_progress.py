"""How far a model is on its way: words, a bar, and what can be done about it."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from photosearch.model_info import ModelInfo
from ui.models.library import LibraryState
from ui.models.model_choice import ON_THE_WAY, ModelChoice, Standing, standing
from ui.models.model_texts import standing_share, standing_text, title_of
from ui.theme import icon
from ui.views.activity_line import ProgressLine
from ui.views.flow_layout import flowing
from ui.views.labels import Words

_CAN_BE_HELD = (
    Standing.DOWNLOADING,
    Standing.HELD,
    Standing.PREPARING,
    Standing.WAITING,
)


class ModelProgress(QWidget):
    """Is there while a model is on its way, and gone otherwise."""

    def __init__(
        self, choice: ModelChoice, library: LibraryState, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._choice = choice
        self._library = library
        self._info: ModelInfo | None = None
        self.words = Words(parent=self)
        self.bar = ProgressLine(self)
        self.bar.setMinimumWidth(0)
        self.bar.setMaximumWidth(16_777_215)
        self.bar.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.hold, self.cancel = (QPushButton(self) for _ in range(2))
        self._build_layout()
        self.hold.clicked.connect(self._on_hold)
        self.cancel.clicked.connect(self._on_cancel)

    def show_info(self, info: ModelInfo) -> None:
        """Show how far a model is now."""
        self._info = info
        here = standing(info)
        self.setVisible(here in ON_THE_WAY)
        text = standing_text(info, self._library)
        if text != self.words.text():
            self.words.setText(text)
        if here is Standing.CHECKING:  # for a minute or two; a full bar would look stuck
            self.bar.show_busy()
        else:
            self.bar.show_share(standing_share(info, self._library))
        self._show_buttons(info, here)

    def _show_buttons(self, info: ModelInfo, here: Standing) -> None:
        is_held = self._is_held(here)
        self.hold.setVisible(here in _CAN_BE_HELD)
        is_missing = here is Standing.WAITING
        goes_on = self.tr("Download") if is_missing else self.tr("Resume")
        self.hold.setText(goes_on if is_held else self.tr("Pause"))
        self.hold.setIcon(icon("play" if is_held else "pause"))
        self.cancel.setText(self.tr("Cancel"))
        can_ask = self._library.is_connected and not self._choice.is_busy(info.name)
        for button, told in (
            (self.hold, self.tr("Resume {0}") if is_held else self.tr("Pause {0}")),
            (self.cancel, self.tr("Cancel {0}")),
        ):
            button.setEnabled(can_ask)
            button.setAccessibleName(told.format(title_of(info)))

    def _is_held(self, here: Standing) -> bool:
        if here is Standing.PREPARING:
            return self._library.is_paused
        return here in (Standing.HELD, Standing.WAITING)

    def _build_layout(self) -> None:
        line_px = self.fontMetrics().height()
        for button in (self.hold, self.cancel):
            button.setAutoDefault(True)  # Enter presses it as well
        self.hold.setIconSize(QSize(line_px, line_px))
        said = QVBoxLayout()
        said.setSpacing(line_px // 3)
        said.addWidget(self.words)
        said.addWidget(self.bar)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(line_px // 2)
        row.addLayout(said, 1)
        row.addWidget(flowing(self, line_px // 2, self.hold, self.cancel))

    def _on_hold(self) -> None:
        assert self._info is not None
        here = standing(self._info)
        if here is Standing.PREPARING:
            self._library.toggle_pause()
        elif here in (Standing.HELD, Standing.WAITING):
            self._choice.resume(self._info.name)
        elif here is Standing.DOWNLOADING:
            self._choice.hold(self._info.name)

    def _on_cancel(self) -> None:
        assert self._info is not None
        self._choice.cancel(self._info.name)
