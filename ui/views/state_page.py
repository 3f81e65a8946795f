"""A page in place of photos: an icon, what is so, and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ui.views.announce import announce
from ui.views.icon_label import IconLabel
from ui.views.labels import MutedWords, Title, Words

_LINE_CHARS = 84
"""Longer lines are hard to read."""
_MIDDLE_STRETCH = 1_000
"""The sides take only what the middle does not want."""


@dataclass(frozen=True)
class Choice:
    """A button: what it says, and what it does."""

    text: str
    act: Callable[[], object]


@dataclass(frozen=True)
class Content:
    """What a page says; ``hint`` is said more quietly than ``words``."""

    icon: str
    title: str
    words: str = ""
    hint: str = ""
    choices: tuple[Choice, ...] = ()


class StatePage(QWidget):
    """Shows one `Content` after the other; it is laid out anew only for another one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._content: Content | None = None
        self._icon = IconLabel("search", self.fontMetrics().height() * 3, self)
        self._icon.set_muted()
        self.title = Title(parent=self)
        self.words = Words(parent=self)
        self.hint = MutedWords(parent=self)
        self._buttons: list[QPushButton] = []
        self._build()

    def show_content(self, content: Content) -> None:
        """Say this now."""
        if content == self._content:
            return
        self._content = content
        self._icon.set_icon_name(content.icon)
        for label, text in (
            (self.title, content.title),
            (self.words, content.words),
            (self.hint, content.hint),
        ):
            label.setText(text)
            label.setVisible(bool(text))
        self.setAccessibleName(content.title)
        self.setAccessibleDescription(f"{content.words} {content.hint}".strip())
        self._show_choices(content.choices)
        announce(self, f"{content.title}. {content.words} {content.hint}".strip())

    @property
    def buttons(self) -> tuple[QPushButton, ...]:
        """The buttons of what is shown."""
        return tuple(self._buttons)

    def _build(self) -> None:
        line = self.fontMetrics().height()
        self._row = QHBoxLayout()
        self._row.setSpacing(line // 2)
        middle = QWidget(self)
        middle.setMaximumWidth(self.fontMetrics().averageCharWidth() * _LINE_CHARS)
        column = QVBoxLayout(middle)
        column.setContentsMargins(line, line, line, line)
        column.setSpacing(line // 2)
        column.addStretch(2)
        column.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(line // 2)
        for label in (self.title, self.words, self.hint):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            column.addWidget(label)
        column.addSpacing(line // 2)
        column.addLayout(self._row)
        column.addStretch(3)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addStretch(1)
        row.addWidget(middle, _MIDDLE_STRETCH)
        row.addStretch(1)
        self._row.setAlignment(Qt.AlignmentFlag.AlignHCenter)

    def _show_choices(self, choices: tuple[Choice, ...]) -> None:
        for old in self._buttons:
            self._row.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._buttons = []
        for choice in choices:
            button = QPushButton(choice.text, self)
            button.setAutoDefault(True)
            button.clicked.connect(choice.act)
            self._row.addWidget(button)
            self._buttons.append(button)
