"""One model of the menu as a card: what it is, what it costs here, and where it is on its way."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from photosearch.model_info import ModelInfo
from ui.models.library import LibraryState
from ui.models.model_choice import ON_THE_WAY, ModelChoice, Standing, standing
from ui.models.model_texts import (
    cost_text,
    details,
    figures,
    languages_text,
    licence_text,
    size_of,
    speed_text,
    summary_of,
    time_text,
    title_of,
)
from ui.views.badge import Badge
from ui.views.card import Card
from ui.views.fact import Fact
from ui.views.flow_layout import flowing
from ui.views.icon_label import IconLabel
from ui.views.labels import Heading, MutedWords, Words
from ui.views.model_disk import ModelDisk
from ui.views.model_progress import ModelProgress
from ui.views.quality_bar import QualityBar
from ui.views.selectable_words import SelectableWords

_COLUMNS = 3
"""Languages, size, speed."""


class ModelCardView(Card):
    """Shows a `ModelInfo`, and asks a `ModelChoice`."""

    def __init__(
        self,
        info: ModelInfo,
        choice: ModelChoice,
        library: LibraryState,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.info = info
        self._choice = choice
        self._library = library
        self._is_asking = False
        self._build_parts()
        self._build_layout()
        self._connect()

    @property
    def name(self) -> str:
        """The model's."""
        return self.info.name

    def show_info(self, info: ModelInfo) -> None:
        """Show how things are now."""
        self.info = info
        self.setAccessibleName(title_of(info))
        self._show_head()
        self._show_facts()
        self._show_asking()
        self.progress.show_info(info)
        self.disk.show_info(info)
        self._show_problem()
        self.details.say("\n".join(details(info)))
        self.update()

    def column_widths_px(self) -> tuple[int, ...]:
        """How wide the facts are that every model has."""
        facts = self.facts[:_COLUMNS]
        return self.quality.natural_px(), *(fact.natural_px() for fact in facts)

    def set_column_widths(self, widths_px: tuple[int, ...]) -> None:
        """Have these facts stand below those of other cards."""
        self.quality.set_column_px(widths_px[0])
        for fact, width_px in zip(self.facts, widths_px[1:], strict=False):
            fact.set_column_px(width_px)

    def order_keys(self) -> tuple[QWidget, ...]:
        """Its controls, in the order in which they are read."""
        progress, disk = self.progress, self.disk
        return (
            *(self.use, self.begin, self.not_now, progress.hold, progress.cancel),
            *(self.problem, self.again, disk.delete_files, disk.delete_vectors),
            *(self.more, self.details),
        )

    # -- what it is made of

    def _build_parts(self) -> None:
        self.title = Heading(parent=self)
        self.summary = MutedWords(parent=self)
        self.recommended = Badge(self.tr("Recommended"), self)
        self._answers_box = QWidget(self)
        self.answers = QLabel(self.tr("Answers now"), self._answers_box)
        self.use = _button(self.tr("Use this model"), self)
        self.quality = QualityBar(self)
        self.facts = [Fact(self) for _ in range(5)]
        self.more = QToolButton(self)
        self.more.setText(self.tr("Details"))
        self.more.setAutoRaise(True)
        self.more.setArrowType(Qt.ArrowType.RightArrow)
        self.more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._asking = QWidget(self)
        self.cost = Words(parent=self._asking)
        self.begin = _button("", self._asking)
        self.not_now = _button(self.tr("Not now"), self._asking)
        self.progress = ModelProgress(self._choice, self._library, self)
        self._problem_box = QWidget(self)
        self.problem = SelectableWords(self.tr("What went wrong"), self._problem_box)
        self.again = _button(self.tr("Try again"), self._problem_box)
        self.disk = ModelDisk(self._choice, self)
        self.details = SelectableWords(self.tr("Details"), self)
        self.details.hide()

    def _build_layout(self) -> None:
        line_px = self.fontMetrics().height()
        head = QHBoxLayout()
        head.setSpacing(line_px * 3 // 4)
        head.addWidget(self.title, 1)
        answers = QHBoxLayout(self._answers_box)
        answers.setContentsMargins(0, 0, 0, 0)
        answers.setSpacing(line_px // 4)
        for part in (IconLabel("check", parent=self._answers_box), self.answers):
            answers.addWidget(part)
        head.addWidget(
            flowing(self, line_px * 3 // 4, self.recommended, self._answers_box, self.use)
        )
        facts = flowing(self, line_px * 3 // 2, self.quality, *self.facts, self.more)
        column = QVBoxLayout(self)
        column.setContentsMargins(line_px, line_px * 3 // 4, line_px, line_px * 3 // 4)
        column.setSpacing(line_px * 2 // 5)
        column.addLayout(head)
        column.addWidget(self.summary)
        column.addWidget(facts)
        answer = flowing(self._asking, line_px // 2, self.begin, self.not_now)
        column.addWidget(_in_row(self._asking, (self.cost, 1), answer))
        column.addWidget(self.progress)
        sign = IconLabel("warning", parent=self._problem_box)
        column.addWidget(_in_row(self._problem_box, sign, (self.problem, 1), self.again))
        column.addWidget(self.disk)
        column.addWidget(self.details)

    def _connect(self) -> None:
        self.use.clicked.connect(self._on_use)
        self.begin.clicked.connect(self._on_begin)
        self.not_now.clicked.connect(self._on_not_now)
        self.again.clicked.connect(self._on_again)
        self.more.clicked.connect(self._toggle_details)

    # -- what the user does

    def _on_use(self) -> None:
        """What costs nothing is done at once."""
        if cost_text(self.info, self._library):
            self._is_asking = True
            self._show_asking()
            self.begin.setFocus()
        else:
            self._choice.use(self.name)

    def _on_begin(self) -> None:
        self._is_asking = False
        self._choice.use(self.name)

    def _on_not_now(self) -> None:
        self._is_asking = False
        self._show_asking()
        self.use.setFocus()

    def _on_again(self) -> None:
        if standing(self.info) is Standing.FAILED:
            self._choice.resume(self.name)
        else:
            self._choice.use(self.name)

    def _toggle_details(self) -> None:
        is_shown = self.details.isHidden()
        arrow = Qt.ArrowType.DownArrow if is_shown else Qt.ArrowType.RightArrow
        self.more.setArrowType(arrow)
        self.details.setVisible(is_shown)

    # -- what is shown

    def _show_head(self) -> None:
        info = self.info
        _say(self.title, title_of(info))
        _say(self.summary, summary_of(info))
        is_default = info.card is not None and info.card.is_default
        self.recommended.setVisible(is_default)
        self._answers_box.setVisible(standing(info) is Standing.ANSWERS)
        self.use.setEnabled(self._can_ask)
        self.use.setAccessibleName(self.tr("Use {0}").format(title_of(info)))
        self.more.setAccessibleName(self.tr("Details of {0}").format(title_of(info)))

    def _show_facts(self) -> None:
        info, card = self.info, self.info.card
        self.quality.setVisible(card is not None)
        if card is not None:
            self.quality.show_share(card.coco_recall_at_1, "\n".join(figures(card)))
        texts = (
            languages_text(card) if card is not None else "",
            size_of(info),
            speed_text(info) if card is not None or info.photos_per_s else "",
            time_text(info),
            licence_text(card) if card is not None else "",
        )
        for label, text in zip(self.facts, texts, strict=True):
            _say(label, text)
            label.setVisible(bool(text))

    def _show_asking(self) -> None:
        self._is_asking &= self._can_be_used
        self._asking.setVisible(self._is_asking)
        _say(self.cost, cost_text(self.info, self._library))
        is_here = self.info.is_installed
        self.begin.setText(self.tr("Begin") if is_here else self.tr("Download and use"))
        self.begin.setEnabled(self._can_ask)
        self.use.setVisible(self._can_be_used and not self._is_asking)

    def _show_problem(self) -> None:
        problem = self._choice.problem(self.name)
        download = self.info.download
        lines = [] if problem is None else [problem.message, problem.hint]
        if problem is None and download is not None and download.problem is not None:
            lines = [download.problem.message, download.problem.hint]
        self._problem_box.setVisible(bool(lines))
        self.problem.say("\n".join(filter(None, lines)))
        is_failed = standing(self.info) is Standing.FAILED
        self.again.setVisible(is_failed)
        self.again.setEnabled(self._can_ask)

    @property
    def _can_be_used(self) -> bool:
        info = self.info
        is_to_be_had = info.is_installed or info.card is not None
        return is_to_be_had and not info.is_searching and not info.is_chosen

    @property
    def _can_ask(self) -> bool:
        return self._library.is_connected and not self._choice.is_busy(self.name)

    @property
    def is_lit(self) -> bool:
        """It answers, or is on its way to."""
        return self.info.is_searching or standing(self.info) in ON_THE_WAY


def _button(text: str, parent: QWidget) -> QPushButton:
    button = QPushButton(text, parent)
    button.setAutoDefault(True)  # Enter presses it as well
    return button


def _say(label: QLabel, text: str) -> None:
    if text != label.text():
        label.setText(text)


def _in_row(box: QWidget, *parts: QWidget | tuple[QWidget, int]) -> QWidget:
    """Widgets beside each other, at the top of their row; with a number they take the room."""
    row = QHBoxLayout(box)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(box.fontMetrics().height() // 2)
    for part in parts:
        if isinstance(part, tuple):
            row.addWidget(part[0], part[1])
        else:
            row.addWidget(part, 0, Qt.AlignmentFlag.AlignTop)
    return box
