"""The search field: words, and the pictures and folders that are searched by, each removable."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import pairwise

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMoveEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QCompleter,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QSpacerItem,
    QToolButton,
    QWidget,
)

from photosearch.errors import shown
from ui.models.history import History
from ui.models.incoming import label_of, pictures_of
from ui.models.picture_icons import PictureIcons
from ui.models.question import TEXT_MAX_CHARS
from ui.models.session import SearchSession
from ui.models.tooltips import tooltip
from ui.theme import blend, icon
from ui.views.busy_sign import BusySign
from ui.views.chips import RemovableChip
from ui.views.icon_label import IconLabel
from ui.workers.thumbnails import Thumbnails

_PICTURES_SHOWN = 3
_WORDS_CHARS, _PICTURE_CHARS = 56, 12
"""Of the width: in a narrow window fewer pictures are shown, and the words have room."""
_LEAST_CHARS = 48
_FONT_SCALE = 1.25
_TEXT_LEAST_CHARS = 9
_EDITING = (QKeySequence.StandardKey.DeleteEndOfWord, QKeySequence.StandardKey.DeleteStartOfWord)
"""What the field understands, and does not keep from being taken as a shortcut of the window."""


class SearchBar(QWidget):
    """What is asked, to read and to change. Enter asks at once; Esc takes out words, then pictures.

    Signals:
        left(): Down was pressed: on to the results.
    """

    left = Signal()

    def __init__(
        self, session: SearchSession, thumbnails: Thumbnails, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._icons = PictureIcons(session.runner, thumbnails, self)
        self._chips: list[RemovableChip] = []
        self._shown: object = ()
        self._pictures_shown = _PICTURES_SHOWN
        self._wants_english = False
        self._build_field()
        self._build_row()
        self._connect()
        self._show_question()

    def focus_text(self) -> None:
        """Go to the words, to type over them."""
        self.text.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.text.selectAll()

    def set_wants_english(self, wants_english: bool) -> None:
        """Say in the empty field that words are to be English, or do not."""
        if wants_english is not self._wants_english:
            self._wants_english = wants_english
            self._show_hint()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.text.setFocus(event.reason())

    def minimumSizeHint(self) -> QSize:
        """Less than what is in it: that is made to fit."""
        width = self.fontMetrics().averageCharWidth() * _LEAST_CHARS
        return QSize(width, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_chips()

    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        if self.text.text():  # else there is no list of former searches to stay where the field was
            self._completer.hide_list()

    # -- what it is made of

    def _build_field(self) -> None:
        self._field = _Field(self)
        self.text = _Words(self._session, self._field)
        self.text.setFrame(False)
        self.text.setAcceptDrops(False)  # the page takes them: a file is no words
        self.text.setMaxLength(TEXT_MAX_CHARS)
        self.text.setAccessibleName(self.tr("Search your photos"))
        self._completer = _Completer(self._session.history, self)
        self.text.setCompleter(self._completer)
        self._busy = BusySign(self._field)
        self._clear = _button("clear", self.tr("Clear the search"), self._field)
        self._scale_text()
        line = self.text.fontMetrics().height()
        self._chip_row = QHBoxLayout()
        self._chip_row.setSpacing(6)
        row = QHBoxLayout(self._field)
        row.setContentsMargins(line * 4 // 5, line * 2 // 5, line // 2, line * 2 // 5)
        row.setSpacing(line // 3)
        glass = IconLabel("search", line, self._field)
        glass.set_muted()
        row.addWidget(glass)
        row.addLayout(self._chip_row)
        row.addWidget(self.text, 1)
        row.addWidget(self._busy)
        row.addWidget(self._clear)

    def _scale_text(self) -> None:
        font = self.font()
        font.setPointSizeF(font.pointSizeF() * _FONT_SCALE)
        self.text.setFont(font)
        self.text.setMinimumWidth(self.text.fontMetrics().averageCharWidth() * _TEXT_LEAST_CHARS)

    def _build_row(self) -> None:
        self._back = _button("back", self.tr("Back to the search before"), self)
        self._forward = _button("forward", self.tr("Forward again"), self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self._back)
        row.addWidget(self._forward)
        row.addSpacing(4)
        row.addWidget(self._field, 1)
        # As wide as the buttons on the other side, so that the field stands in the middle.
        across = 4 + 2 * (4 + self._back.sizeHint().width())
        row.addSpacerItem(QSpacerItem(across, 0, QSizePolicy.Policy.Maximum))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def _connect(self) -> None:
        session = self._session
        self._completer.activated.connect(self._take_completion)
        self.text.resized.connect(self._show_hint)
        self.text.textEdited.connect(session.set_text)
        self.text.returnPressed.connect(session.submit)
        self.text.left.connect(self.left)
        self._clear.clicked.connect(self._clear_all)
        self._back.clicked.connect(session.go_back)
        self._forward.clicked.connect(session.go_forward)
        session.changed.connect(self._show_question)
        self._icons.ready.connect(self._show_pictures)

    def _take_completion(self, text: str) -> None:
        self._session.set_text(text)
        self._session.submit()

    def _clear_all(self) -> None:
        self._session.clear()
        self.text.setFocus()

    # -- what it shows

    def _show_question(self) -> None:
        session, question = self._session, self._session.question
        if self.text.text() != question.text:
            self.text.setText(question.text)
        self._back.setEnabled(session.can_go_back)
        self._forward.setEnabled(session.can_go_forward)
        self._busy.set_busy(session.is_busy)
        self._show_hint()
        self._clear.setVisible(bool(question.text or question.pictures or question.folders))
        self._show_chips()

    def _show_hint(self) -> None:
        """In the empty field, in as many words as there is room for."""
        hints = (self.tr("Describe what is in the photo…"), self.tr("Describe it…"))
        if self._session.question.pictures:
            hints = (self.tr("Add words to the picture…"), self.tr("Add words…"))
        elif self._wants_english:
            hints = (self.tr("Describe the photo in English…"), self.tr("In English…"))
        metrics = self.text.fontMetrics()
        room_px = self.text.width() - metrics.averageCharWidth()
        fitting = (hint for hint in hints if metrics.horizontalAdvance(hint) <= room_px)
        self.text.setPlaceholderText(next(fitting, ""))

    def _show_chips(self) -> None:
        """Pictures first, then folders; made anew only when there are others."""
        question = self._session.question
        width_chars = self.width() // self.fontMetrics().averageCharWidth()
        room = (width_chars - _WORDS_CHARS) // _PICTURE_CHARS
        count = min(max(room, 1), _PICTURES_SHOWN)
        if self._shown == (question.pictures, question.folders, count):
            return
        self._shown = (question.pictures, question.folders, count)
        self._pictures_shown = count
        if any(chip.isAncestorOf(self.window().focusWidget()) for chip in self._chips):
            self.text.setFocus()
        for chip in self._chips:
            self._chip_row.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._chips = [*self._picture_chips(), *self._folder_chips()]
        for chip in self._chips:
            self._chip_row.addWidget(chip)
            chip.show()
        self._order_keys()
        self._show_pictures()

    def _order_keys(self) -> None:
        """Tab goes from left to right."""
        order = (self._back, self._forward, *(chip.button for chip in self._chips))
        for one, following in pairwise((*order, self.text, self._clear)):
            QWidget.setTabOrder(one, following)

    def _picture_chips(self) -> list[RemovableChip]:
        pictures = self._session.question.pictures
        chips = []
        for index, picture in enumerate(pictures[: self._pictures_shown]):
            chip = RemovableChip(picture.label, self.tr("Search without this picture"), self._field)
            chip.set_label_visible(len(pictures) == 1 < self._pictures_shown)
            chip.removed.connect(partial(self._session.remove_picture, index))
            chips.append(chip)
        more = len(pictures) - self._pictures_shown
        if more > 0:
            chip = RemovableChip(f"+{more}", self.tr("Search without these pictures"), self._field)
            chip.setToolTip(self.tr("%n more picture(s)", "", more))
            chip.removed.connect(self._remove_further_pictures)
            chips.append(chip)
        return chips

    def _folder_chips(self) -> list[RemovableChip]:
        folders = self._session.question.folders
        if not folders:
            return []
        text = label_of(folders[0])
        if len(folders) > 1:
            text = self.tr("%n folder(s)", "", len(folders))
        chip = RemovableChip(text, self.tr("Search everywhere"), self._field)
        chip.setToolTip(tooltip("\n".join(shown(str(folder)) for folder in folders)))
        chip.set_icon(icon("library"))
        chip.set_label_visible(self._pictures_shown > 1)
        chip.removed.connect(self._search_everywhere)
        return [chip]

    def _show_pictures(self) -> None:
        pictures = self._session.question.pictures
        for chip, picture in zip(self._chips[: self._pictures_shown], pictures, strict=False):
            chip.set_picture(self._icons.pixmap(picture))

    def _remove_further_pictures(self) -> None:
        question = self._session.question
        self._session.ask(replace(question, pictures=question.pictures[: self._pictures_shown]))

    def _search_everywhere(self) -> None:
        self._session.set_folders(())


class _Completer(QCompleter):
    """Offers what was searched for; a list of nothing but the words that stand there is no help."""

    def __init__(self, history: History, parent: QWidget) -> None:
        super().__init__(history.completions, parent)
        self._history = history
        self.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)

    def hide_list(self) -> None:
        """Until more is typed."""
        popup = self.popup()
        if popup is not None:
            popup.hide()

    def splitPath(self, path: str) -> list[str]:
        typed = path.casefold()
        offered = (text.casefold() for text in self._history.texts)
        has_more = any(text.startswith(typed) and text != typed for text in offered)
        return [path if has_more else path + "\n"]  # no text in the history has more than a line


class _Words(QLineEdit):
    """The words; knows the keys that mean more than letters.

    Signals:
        left(): Down was pressed.
        resized(): there is more or less room.
    """

    left = Signal()
    resized = Signal()

    def __init__(self, session: SearchSession, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._field = parent

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()

    def event(self, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and any(event.matches(keys) for keys in _EDITING)
        ):
            event.accept()  # as long as somebody edits words, it is not about photos
            return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._field.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._field.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste) and self._paste_picture():
            return
        if event.key() == Qt.Key.Key_Escape:
            self._take_out()
        elif event.key() == Qt.Key.Key_Down:
            self.left.emit()
        elif event.key() == Qt.Key.Key_Backspace and not self.text() and self._has_picture():
            self._session.remove_picture(len(self._session.question.pictures) - 1)
        else:
            super().keyPressEvent(event)

    def _has_picture(self) -> bool:
        return bool(self._session.question.pictures)

    def _paste_picture(self) -> bool:
        """Words are left to the field itself: they go to where the cursor is."""
        incoming = pictures_of(QGuiApplication.clipboard().mimeData())
        if incoming.is_picture:
            self._session.take_in(incoming)
        return incoming.is_picture

    def _take_out(self) -> None:
        question = self._session.question
        if question.text:
            self._session.ask(replace(question, text=""))
        elif question.pictures:
            self._session.ask(replace(question, pictures=()))
        else:
            self._session.clear()


class _Field(QFrame):
    """The rounded field around it all, with a rim in the accent colour while somebody is in it."""

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = self.palette()
        focus = QApplication.focusWidget()
        has_focus = focus is not None and self.isAncestorOf(focus)
        base, text = palette.color(palette.ColorRole.Base), palette.color(palette.ColorRole.Text)
        rim = palette.color(palette.ColorRole.Highlight) if has_focus else blend(base, text, 0.22)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(rim, 2 if has_focus else 1))
        painter.setBrush(base)
        inside = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        radius = min(inside.height() / 2, 28)
        painter.drawRoundedRect(inside, radius, radius)


def _button(icon_name: str, words: str, parent: QWidget) -> QToolButton:
    button = QToolButton(parent)
    button.setIcon(icon(icon_name))
    button.setAutoRaise(True)
    side = button.fontMetrics().height() * 5 // 4
    button.setIconSize(QSize(side, side))
    button.setToolTip(words)
    button.setAccessibleName(words)
    return button
