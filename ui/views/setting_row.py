"""One setting as a row: what it is, what that means, and the control that fits its kind."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from photosearch.settings import SettingDescription, SettingKind, Value
from ui.views.icon_label import IconLabel
from ui.views.labels import MutedWords, Words

_FARTHEST = 2**31 - 1
_EDITOR_LETTERS = 18

Editor = QCheckBox | QComboBox | QDoubleSpinBox | QLineEdit | QSpinBox


class Row(QWidget):
    """Words on the left, a control on the right; below the words there is room for an error."""

    def __init__(
        self, label: str, doc: str, editor: QWidget, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._error_box = QWidget(self)  # a layout alone, when all in it is hidden, takes no width
        self._error = Words(parent=self._error_box)
        self.doc = MutedWords(doc, self)
        name = Words(label, self)
        name.setBuddy(editor)
        self._editor = editor
        editor.setAccessibleName(label)
        editor.setAccessibleDescription(doc)
        self._build_layout(name, editor)
        self.show_error("")

    def explain(self, doc: str) -> None:
        """Say what it means now."""
        self.doc.setText(doc)
        self._editor.setAccessibleDescription(doc)

    def show_error(self, text: str) -> None:
        """Say what is wrong with the value; an empty text is nothing."""
        self._error.setText(text)
        self._error_box.setVisible(bool(text))

    @property
    def error(self) -> str:
        """What is shown as wrong."""
        return self._error.text()

    def _build_layout(self, name: QWidget, editor: QWidget) -> None:
        sign = IconLabel("warning", parent=self._error_box)
        error = QHBoxLayout(self._error_box)
        error.setContentsMargins(0, 0, 0, 0)
        error.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        error.addWidget(self._error, 1)
        words = QVBoxLayout()
        words.setSpacing(2)
        for widget in (name, self.doc, self._error_box):
            words.addWidget(widget)
        words.addStretch(1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * self.fontMetrics().averageCharWidth())
        layout.addLayout(words, 1)
        layout.addWidget(editor, 0, Qt.AlignmentFlag.AlignTop)


class SettingRow(Row):
    """Made from a setting's own description.

    Signals:
        changed(): the user set another value.
    """

    changed = Signal()

    def __init__(self, description: SettingDescription, parent: QWidget | None = None) -> None:
        self.description = description
        self.editor = _editor_for(description)
        super().__init__(in_words(description.label), in_words(description.doc), self.editor)
        if parent is not None:
            self.setParent(parent)
        self.set_value(description.value)
        self._calm = _CalmWheel(self)
        self.editor.installEventFilter(self._calm)
        self._connect()

    @property
    def name(self) -> str:
        """The setting's name."""
        return self.description.name

    @property
    def value(self) -> Value:
        """What the control holds."""
        editor = self.editor
        if isinstance(editor, QCheckBox):
            return editor.isChecked()
        if isinstance(editor, QComboBox):
            return str(editor.currentData())
        if isinstance(editor, QLineEdit):
            return editor.text().strip()
        return editor.value()

    def set_value(self, value: Value) -> None:
        """Show a value."""
        editor = self.editor
        if isinstance(editor, QCheckBox):
            editor.setChecked(bool(value))
        elif isinstance(editor, QComboBox):
            editor.setCurrentIndex(editor.findData(value))
        elif isinstance(editor, QLineEdit):
            editor.setText(str(value))
        elif isinstance(editor, QSpinBox):
            editor.setValue(int(value))
        else:
            editor.setValue(float(value))

    def _connect(self) -> None:
        editor = self.editor
        if isinstance(editor, QCheckBox):
            editor.toggled.connect(self._on_changed)
        elif isinstance(editor, QComboBox):
            editor.currentTextChanged.connect(self._on_changed)
        elif isinstance(editor, QLineEdit):
            editor.textChanged.connect(self._on_changed)
        else:
            editor.valueChanged.connect(self._on_changed)

    def _on_changed(self, value: object) -> None:
        self.show_error("")
        self.changed.emit()


def in_words(text: str) -> str:
    """A text of the core in the language of the app; `settings_texts` lists them."""
    return QCoreApplication.translate("Settings", text)


def _editor_for(about: SettingDescription) -> Editor:
    if about.kind is SettingKind.BOOLEAN:
        return QCheckBox()
    if about.kind is SettingKind.STRING:
        return _text_editor(about)
    low = -_FARTHEST if about.low is None else about.low
    high = _FARTHEST if about.high is None else about.high
    if about.kind is SettingKind.INTEGER:
        whole = QSpinBox()
        whole.setRange(int(low), int(high))
        whole.setGroupSeparatorShown(True)
        return whole
    number = QDoubleSpinBox()
    number.setRange(low, high)
    return number


def _text_editor(about: SettingDescription) -> Editor:
    if about.choices:
        box = QComboBox()
        for choice in about.choices:
            box.addItem(in_words(choice), choice)
        return box
    line = QLineEdit()
    line.setMinimumWidth(_EDITOR_LETTERS * line.fontMetrics().averageCharWidth())
    line.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
    return line


class _CalmWheel(QObject):
    """Scrolling past a control that nobody clicked on changes nothing in it."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.Wheel
            and isinstance(watched, QWidget)
            and not watched.hasFocus()
        ):
            event.ignore()
            return True
        return False
