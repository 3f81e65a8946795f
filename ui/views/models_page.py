"""The models: which one answers, which others there are, and what each costs on this machine."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from photosearch.errors import shown
from ui.models.activity_text import activity_text
from ui.models.library import LibraryState
from ui.models.model_choice import ON_THE_WAY, ModelChoice, Standing, standing
from ui.models.model_texts import title_of
from ui.theme import icon
from ui.views.labels import MutedWords, Title, Words
from ui.views.measure_line import MeasureLine
from ui.views.model_card import ModelCardView
from ui.views.own_model import OwnModel
from ui.views.scrolled import Scrolled
from ui.views.selectable_words import SelectableWords


class ModelsPage(QWidget):
    """Shows the menu of models, and has the service use another one.

    Signals:
        closed(): the user wants to go back to the search.
    """

    closed = Signal()

    def __init__(
        self, library: LibraryState, choice: ModelChoice, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._library = library
        self._choice = choice
        self._cards: list[ModelCardView] = []
        self._build_parts()
        self._build_layout()
        self._connect()
        self._update()

    @property
    def cards(self) -> tuple[ModelCardView, ...]:
        """A card each model, in the order of the menu."""
        return tuple(self._cards)

    def card(self, name: str) -> ModelCardView:
        """The card of a model."""
        return next(card for card in self._cards if card.name == name)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._first_stop().setFocus(event.reason())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._library.refresh()  # a model may have been added on the command line

    # -- what it is made of

    def _build_parts(self) -> None:
        self._back = QToolButton(self)
        self._back.setIcon(icon("back"))
        self._back.setAutoRaise(True)
        self._back.setAccessibleName(self.tr("Back to the search"))
        self._back.setToolTip(self.tr("Back to the search"))
        icon_px = self.fontMetrics().height()
        self._back.setIconSize(QSize(icon_px, icon_px))
        self._title = Title(self.tr("Models"), self)
        self._summary = Words(parent=self)
        self._about = MutedWords(
            self.tr(
                "A model looks at every photo once, and from then on finds them by your words. "
                "Larger ones find more, and take longer to look. Your photos never leave this "
                "computer; only the model itself is downloaded."
            ),
            self,
        )
        self._lost_box = QWidget(self)
        self._lost_words = Words(parent=self._lost_box)
        self._try_again = QPushButton(self.tr("Try again"), self._lost_box)
        self._try_again.setAutoDefault(True)
        self.notices = SelectableWords(self.tr("What you should know"), self)
        self.measure = MeasureLine(self._choice, self._library, self)
        self.own = OwnModel(self)

    def _build_layout(self) -> None:
        line_px = self.fontMetrics().height()
        content = QWidget(self)
        layout = QVBoxLayout(content)
        layout.setContentsMargins(2 * line_px, line_px, 2 * line_px, line_px)
        layout.setSpacing(line_px // 2)
        head = QHBoxLayout()
        head.addWidget(self._back)
        head.addWidget(self._title, 1)
        lost = QHBoxLayout(self._lost_box)
        lost.setContentsMargins(0, 0, 0, 0)
        lost.addWidget(self._lost_words, 1)
        lost.addWidget(self._try_again, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(head)
        for part in (self._summary, self._about, self._lost_box, self.notices, self.measure):
            layout.addWidget(part)
        self._column = QVBoxLayout()
        self._column.setSpacing(line_px * 2 // 3)
        layout.addLayout(self._column)
        layout.addSpacing(line_px // 2)
        layout.addWidget(self.own)
        layout.addStretch(1)
        self._area = Scrolled(content, self)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._area)

    def _connect(self) -> None:
        self._back.clicked.connect(self.closed)
        self._try_again.clicked.connect(self._library.try_again)
        self._library.changed.connect(self._update)
        self._choice.changed.connect(self._update)
        shortcut = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self.closed)

    def _order_keys(self) -> None:
        """Tab goes from top to bottom."""
        order: list[QWidget] = [self._back, self._try_again, self.notices, self.measure.button]
        for card in self._cards:
            order.extend(card.order_keys())
        for one, following in pairwise((*order, *self.own.order_keys())):
            QWidget.setTabOrder(one, following)

    # -- what is shown

    def _update(self) -> None:
        library = self._library
        focused = self.window().focusWidget()
        self._show_summary()
        self._lost_box.setVisible(library.is_lost)
        trouble = library.trouble
        self._lost_words.setText(
            shown(str(trouble), keep="\n") if trouble is not None else activity_text(library)
        )
        self._show_notices()
        self.measure.follow()
        self._show_cards()
        if focused is not None and self.isAncestorOf(focused) and not focused.isVisible():
            self._next_stop(focused).setFocus()

    def _show_summary(self) -> None:
        library = self._library
        if not library.models:
            text = "" if library.is_lost else self.tr("One moment…")
        else:
            answering = library.title_of(library.answering)
            text = self.tr("Searching with {0}.").format(answering)
            ahead = next((one for one in library.models if one.is_chosen), None)
            if ahead is not None and not ahead.is_searching:
                text = self.tr(
                    "Searching with {0}, until {1} has looked at all of your photos."
                ).format(answering, title_of(ahead))
        self._summary.setText(text)

    def _show_notices(self) -> None:
        """Why a chosen model that is here does not come to answer; of others the card says it."""
        is_due = any(standing(one) is Standing.PREPARING for one in self._library.models)
        notices = [f"{one.message} {one.hint}".strip() for one in self._library.notices]
        self.notices.setVisible(is_due and bool(notices))
        self.notices.say("\n".join(map(shown, notices)))

    def _show_cards(self) -> None:
        models = self._library.models
        if [info.name for info in models] != [card.name for card in self._cards]:
            self._make_cards()
        for card, info in zip(self._cards, models, strict=True):
            card.show_info(info)
        columns = zip(*(card.column_widths_px() for card in self._cards), strict=True)
        widths_px = tuple(map(max, columns))
        for card in self._cards:
            card.set_column_widths(widths_px)

    def _make_cards(self) -> None:
        kept = {card.name: card for card in self._cards}
        for card in self._cards:
            self._column.removeWidget(card)
        self._cards = [
            kept[info.name]
            if info.name in kept
            else ModelCardView(info, self._choice, self._library, self._area.widget())
            for info in self._library.models
        ]
        for card in self._cards:
            self._column.addWidget(card)
            card.show()
        for gone in set(kept.values()) - set(self._cards):
            gone.hide()
            gone.deleteLater()
        self._order_keys()

    # -- where the focus goes

    def _first_stop(self) -> QWidget:
        """The card where something is going on; else the first that can be used."""
        ahead = [card for card in self._cards if standing(card.info) in ON_THE_WAY]
        for card in (*ahead, *self._cards):
            stop = _stop_in(card)
            if stop is not None:
                return stop
        return self._back

    def _next_stop(self, gone: QWidget) -> QWidget:
        """What can be done instead of a control that has done its work, near to it."""
        for card in self._cards:
            if card.isAncestorOf(gone):
                return _stop_in(card) or card.more
        return self._back


def _stop_in(card: ModelCardView) -> QWidget | None:
    usable = (one for one in card.order_keys() if one.isVisibleTo(card) and one.isEnabled())
    return next((one for one in usable if isinstance(one, QPushButton)), None)
