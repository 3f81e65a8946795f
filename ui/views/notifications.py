"""Messages over the lower edge of the window: what went wrong, what was done and can be undone."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QEnterEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from photosearch.errors import PhotoSearchError
from ui.theme import blend, icon
from ui.views.announce import announce
from ui.views.icon_label import IconLabel
from ui.views.labels import MutedWords, Words

TEXT_MS = 6_000
ACTION_MS = 12_000
"""Who wants to undo something first has to see that they can."""
_SHOWN_MAX = 3
_WIDTH_CHARS = 76


class Notifications(QWidget):
    """Lies over its parent and takes no room. Texts go by themselves, errors when they are closed.

    Esc closes the message that has the focus. Each is announced to screen readers.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._around = parent
        self.setAccessibleName(self.tr("Messages"))
        self._messages: list[_Message] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(self.fontMetrics().height() // 2)
        parent.installEventFilter(self)
        if isinstance(parent, QStackedWidget):
            parent.currentChanged.connect(self.raise_)
        self.hide()

    def show_error(self, error: PhotoSearchError) -> None:
        """Say what went wrong and what to do; it stays until it is closed."""
        self._show(_Message("warning", error.message, error.hint, self))

    def show_text(
        self, text: str, action_text: str = "", action: Callable[[], object] | None = None
    ) -> None:
        """Say something that was done; ``action`` is a button, to undo it for instance."""
        message = _Message("info", text, "", self)
        if action is not None:
            message.add_action(action_text, action)
        message.leave_after(TEXT_MS if action is None else ACTION_MS)
        self._show(message)

    @property
    def texts(self) -> tuple[str, ...]:
        """What is said now, the oldest first."""
        return tuple(message.text for message in self._messages)

    def _show(self, message: _Message) -> None:
        for old in self._messages[:]:
            if old.text == message.text:
                self._drop(old)
        while len(self._messages) >= _SHOWN_MAX:
            self._drop(self._messages[0])
        self._messages.append(message)
        message.closed.connect(self._close_sender)
        self._column.addWidget(message)
        message.show()
        self.show()
        self._place()
        announce(self, message.text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._around and event.type() is QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        is_handled = super().event(event)
        if event.type() is QEvent.Type.LayoutRequest:
            self._place()
        return is_handled

    def _close_sender(self) -> None:
        message = self.sender()
        if isinstance(message, _Message):
            self._drop(message)
            self._place()

    def _drop(self, message: _Message) -> None:
        if message not in self._messages:
            return
        had_focus = message.isAncestorOf(self.window().focusWidget() or self)
        self._messages.remove(message)
        self._column.removeWidget(message)
        message.hide()
        message.deleteLater()
        self.setVisible(bool(self._messages))
        if had_focus:
            self._give_focus_back()

    def _give_focus_back(self) -> None:
        around = self._around
        page = around.currentWidget() if isinstance(around, QStackedWidget) else None
        (page or around).setFocus()

    def _place(self) -> None:
        """In the middle of the lower edge, as high as the messages are."""
        around, margin = self._around.rect(), self.fontMetrics().height()
        letters = self.fontMetrics().averageCharWidth() * _WIDTH_CHARS
        width = max(min(letters, around.width() - 2 * margin), 0)
        height = self._column.heightForWidth(width) if self._column.hasHeightForWidth() else 0
        height = max(height, self._column.minimumSize().height())
        at = QPoint((around.width() - width) // 2, around.height() - height - margin)
        self.setGeometry(at.x(), at.y(), width, height)
        self.raise_()


class _Message(QWidget):
    """One message on a card.

    Signals:
        closed(): it is to go.
    """

    closed = Signal()

    def __init__(self, icon_name: str, text: str, hint: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.text = f"{text} {hint}".strip()
        self.setAccessibleName(self.text)
        self._leaving = QTimer(self, singleShot=True)
        self._leaving.timeout.connect(self.closed)
        self._is_leaving = False
        self._action: Callable[[], object] | None = None
        self._build(icon_name, text, hint)

    def add_action(self, text: str, action: Callable[[], object]) -> None:
        """A button that does something, and closes the message."""
        self._action = action
        button = QPushButton(text, self)
        button.setAutoDefault(True)
        button.clicked.connect(self._act)
        self._row.insertWidget(self._row.count() - 1, button)

    def leave_after(self, time_ms: int) -> None:
        """Go by itself; not while the pointer is on it."""
        self._leaving.start(time_ms)

    def _build(self, icon_name: str, text: str, hint: str) -> None:
        line = self.fontMetrics().height()
        close = QToolButton(self)
        close.setIcon(icon("clear"))
        close.setIconSize(QSize(line, line))
        close.setAutoRaise(True)
        close.setToolTip(self.tr("Close this message"))
        close.setAccessibleName(close.toolTip())
        close.clicked.connect(self.closed)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(Words(text, self))
        if hint:
            words.addWidget(MutedWords(hint, self))
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(line, line * 2 // 3, line * 2 // 3, line * 2 // 3)
        self._row.setSpacing(line * 2 // 3)
        self._row.addWidget(IconLabel(icon_name, line * 5 // 4, self))
        self._row.addLayout(words, 1)
        self._row.addWidget(close)

    def _act(self) -> None:
        action, self._action = self._action, None
        self.closed.emit()
        if action is not None:
            action()

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._is_leaving = self._leaving.isActive()
        self._leaving.stop()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        if self._is_leaving:
            self._leaving.start()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = self.palette()
        base, text = palette.color(palette.ColorRole.Base), palette.color(palette.ColorRole.Text)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(blend(base, text, 0.25))
        painter.setBrush(blend(base, text, 0.03))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 10, 10)
