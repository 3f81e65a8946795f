"""The bar above a photo that is seen large: the way back, its name, and what can be done."""

from __future__ import annotations

from PySide6.QtCore import QLocale, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from ui.models.tooltips import tooltip
from ui.theme import icon

INK = QColor(232, 232, 234)
"""Words and icons on the dark ground."""

_GAP_PX = 6


class PreviewBar(QWidget):
    """Buttons and words; decides nothing.

    Signals:
        back_wanted(), return_wanted(): to the results; to the photo one came from.
        similar_wanted(), zoom_in_wanted(), zoom_out_wanted(), zoom_wanted(): buttons.
        facts_toggled(bool): whether the facts are to be seen.
    """

    back_wanted = Signal()
    return_wanted = Signal()
    similar_wanted = Signal()
    zoom_in_wanted = Signal()
    zoom_out_wanted = Signal()
    zoom_wanted = Signal()
    facts_toggled = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = ElidedLabel(self)
        self._place = QLabel(self)
        self._place.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._build_buttons()
        self._build_layout()

    def show_photo(self, name: str, position: int, count: int, *, is_aside: bool) -> None:
        """Say which photo it is, and where among how many."""
        self._name.set_text(name)
        locale = QLocale()
        place = self.tr("{0} of {1}")
        self._place.setText(place.format(locale.toString(position + 1), locale.toString(count)))
        self._return.setVisible(is_aside)

    def show_zoom(self, zoom: float) -> None:
        """Say how large it is; 1 is a pixel on a pixel."""
        self._zoom.setText(self.tr("{0} %").format(QLocale().toString(round(100 * zoom))))

    def toggle_facts(self) -> None:
        """Show the facts, or hide them."""
        self._facts.toggle()

    @property
    def has_facts(self) -> bool:
        """Whether the facts are to be seen."""
        return self._facts.isChecked()

    def _build_buttons(self) -> None:
        self._back = bar_button("back", self.tr("Back to the results (Esc)"), self)
        self._back.clicked.connect(self.back_wanted)
        self._return = bar_button("return", self.tr("Back to the photo before (Backspace)"), self)
        self._return.clicked.connect(self.return_wanted)
        self._out = bar_button("zoom-out", self.tr("Smaller (-)"), self)
        self._out.clicked.connect(self.zoom_out_wanted)
        self._zoom = bar_button("", self.tr("The whole photo (0), or its pixels (1)"), self)
        self._zoom.setText(self.tr("{0} %").format(100))
        self._zoom.clicked.connect(self.zoom_wanted)
        # As wide as it will ever be, so that nothing moves beside it.
        self._zoom.setMinimumWidth(self.fontMetrics().horizontalAdvance("8000 %") + 4 * _GAP_PX)
        self._in = bar_button("zoom-in", self.tr("Larger (+)"), self)
        self._in.clicked.connect(self.zoom_in_wanted)
        self._similar = bar_button("similar", self.tr("Find similar photos"), self)
        self._similar.clicked.connect(self.similar_wanted)
        self._facts = bar_button("info", self.tr("Facts (I)"), self)
        self._facts.setCheckable(True)
        self._facts.setChecked(True)
        self._facts.toggled.connect(self.facts_toggled)

    def _build_layout(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(_GAP_PX, _GAP_PX, _GAP_PX, _GAP_PX)
        layout.setSpacing(_GAP_PX)
        for widget in (self._back, self._return):
            layout.addWidget(widget)
        layout.addSpacing(_GAP_PX)
        layout.addWidget(self._name, 1)
        layout.addWidget(self._place)
        layout.addSpacing(2 * _GAP_PX)
        for widget in (self._out, self._zoom, self._in, self._similar, self._facts):
            layout.addWidget(widget)


class ElidedLabel(QWidget):
    """One line of text, cut in its middle where there is no room for it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def set_text(self, text: str) -> None:
        """Show another text."""
        self._text = text
        self.setToolTip(tooltip(text))
        self.setAccessibleName(text)
        self.update()

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self._text), metrics.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        mode = Qt.TextElideMode.ElideMiddle
        text = self.fontMetrics().elidedText(self._text, mode, self.width())
        side = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(self.rect(), side, text)


def bar_button(name: str, tip: str, parent: QWidget) -> QToolButton:
    """A flat button with an icon; reached with Tab, and a click leaves the focus where it is."""
    button = QToolButton(parent)
    if name:
        button.setIcon(icon(name, INK))
    side_px = round(1.4 * button.fontMetrics().height())
    button.setIconSize(QSize(side_px, side_px))
    button.setAutoRaise(True)
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
