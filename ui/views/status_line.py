"""The line at the bottom: what the service does, how many photos answer, and how large they are."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QToolButton, QWidget

from ui.models.window_state import TILE_PX_HIGH, TILE_PX_LOW
from ui.theme import icon

_STEP_PX = 16
_SLIDER_LETTERS = 14


class StatusLine(QWidget):
    """Holds the line of the service's activity, and the few switches of the grid.

    Signals:
        tile_px_chosen(int), captions_chosen(bool): what the user set.
    """

    tile_px_chosen = Signal(int)
    captions_chosen = Signal(bool)

    def __init__(self, activity: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._count = QLabel(self)
        self._captions = self._build_captions()
        self._slider = self._build_slider()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 4, 12, 4)
        layout.setSpacing(12)
        layout.addWidget(activity, 1)
        for widget in (self._count, self._captions, self._slider):
            layout.addWidget(widget)

    def show_count(self, photos: int | None) -> None:
        """Say how many photos are ranked; None says nothing."""
        if photos is None:
            self._count.clear()
        else:
            self._count.setText(self.tr("%Ln photo(s), best first", "", photos))

    def set_tile_px(self, size_px: int) -> None:
        """Show a size that was chosen elsewhere."""
        self._slider.blockSignals(True)
        self._slider.setValue(size_px)
        self._slider.blockSignals(False)

    def set_captions(self, is_on: bool) -> None:
        """Show a choice that was made elsewhere."""
        self._captions.setChecked(is_on)

    def show_grid_controls(self, is_shown: bool) -> None:
        """Only a page with a grid has a use for the switches."""
        for widget in (self._count, self._captions, self._slider):
            widget.setVisible(is_shown)

    def _build_captions(self) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icon("captions"))
        side_px = self.fontMetrics().height()
        button.setIconSize(QSize(side_px, side_px))
        button.setCheckable(True)
        button.setAutoRaise(True)
        button.setAccessibleName(self.tr("Names below the photos"))
        button.setToolTip(self.tr("Names below the photos"))
        button.clicked.connect(self.captions_chosen)
        return button

    def _build_slider(self) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal, self)
        slider.setRange(TILE_PX_LOW, TILE_PX_HIGH)
        slider.setSingleStep(_STEP_PX)
        slider.setPageStep(4 * _STEP_PX)
        slider.setFixedWidth(_SLIDER_LETTERS * self.fontMetrics().averageCharWidth())
        slider.setAccessibleName(self.tr("Size of the photos"))
        slider.setToolTip(self.tr("Size of the photos"))
        slider.valueChanged.connect(self.tile_px_chosen)
        return slider
