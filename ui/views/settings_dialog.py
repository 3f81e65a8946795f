"""The settings: the service's, made from their own descriptions, and the app's few own ones."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QPushButton,
    QSystemTrayIcon,
    QVBoxLayout,
    QWidget,
)

from photosearch.errors import PhotoSearchError, SettingsError, shown
from photosearch.interface import PhotoSearchService
from photosearch.paths import AppPaths
from photosearch.settings import SettingDescription, Settings, describe, with_changes
from ui.models.autostart import Autostart, LoginStart
from ui.models.window_state import WindowState
from ui.views.dialog_size import resize_in_letters
from ui.views.labels import Heading, Words
from ui.views.scrolled import Scrolled
from ui.views.setting_row import Row, SettingRow, in_words
from ui.workers.runner import Runner

_SIZE_LETTERS = (96, 44)


class SettingsDialog(QDialog):
    """Asks for the settings when it is shown, and changes those that differ on OK.

    Signals:
        saved(): settings were changed.
        models_wanted(): another model is to be chosen; the dialog is gone then.
    """

    saved = Signal()
    models_wanted = Signal()

    def __init__(
        self,
        runner: Runner,
        paths: AppPaths,
        state: WindowState,
        parent: QWidget | None = None,
        *,
        autostart: Autostart | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Settings"))
        self._runner = runner
        self._state = state
        self._autostart = autostart or LoginStart(paths)
        self._settings: Settings | None = None
        self._was_autostarted: bool | None = None
        self.rows: list[SettingRow] = []
        self._words = Words(self.tr("One moment…"), self)
        self._failure = Words(parent=self)
        self._failure.hide()
        self._build_app_rows()
        self._build_layout()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not event.spontaneous() and self._settings is None:
            self._runner.run(_look, self._show, self._show_failure)
            autostart = self._autostart
            self._runner.run(
                lambda s: autostart.is_enabled(), self._show_autostart, self._on_autostart_failed
            )

    def accept(self) -> None:
        """Change what differs; the dialog closes when that was done."""
        changes = self._changes()
        if changes is None:
            return
        self._state.stays_in_tray = self.in_tray.isChecked()
        self._set_busy(True)
        if changes:
            self._runner.run(
                lambda s: s.change_settings(changes), self._on_saved, self._on_save_failed
            )
        else:
            self._save_autostart()

    def restore_defaults(self) -> None:
        """Show the defaults; they are taken on OK."""
        for row in self.rows:
            row.set_value(row.description.default)
            row.show_error("")

    def row(self, name: str) -> SettingRow:
        """The row of a setting."""
        return next(row for row in self.rows if row.name == name)

    # -- what it is made of

    def _build_app_rows(self) -> None:
        self.models_button = QPushButton(self.tr("Choose a model…"))
        self.models_button.setAutoDefault(False)  # Enter is for OK
        self.models_button.clicked.connect(self._leave_for_models)
        self.model_row = Row(in_words("Model"), "", self.models_button, self)
        self.model_row.hide()
        self.at_login = QCheckBox()
        self.at_login.setEnabled(False)
        self.login_row = Row(
            self.tr("Start at login"),
            self.tr("The search service starts with your session: new photos are found at once."),
            self.at_login,
            self,
        )
        self.in_tray = QCheckBox()
        self.in_tray.setChecked(self._state.stays_in_tray)
        self._tray_row = Row(
            self.tr("Stay in the tray"),
            self.tr("Closing the window leaves the icon there; a click on it opens the window."),
            self.in_tray,
            self,
        )
        self._tray_row.setVisible(QSystemTrayIcon.isSystemTrayAvailable())

    def _build_layout(self) -> None:
        line_px = self.fontMetrics().height()
        content = QWidget(self)
        self._rows_layout = QVBoxLayout()
        self._rows_layout.setSpacing(line_px)
        column = QVBoxLayout(content)
        column.setContentsMargins(line_px, line_px, line_px, line_px)
        column.setSpacing(line_px)
        column.addWidget(Heading(self.tr("Search"), content))
        column.addWidget(self._words)
        column.addWidget(self.model_row)
        column.addLayout(self._rows_layout)
        column.addSpacing(line_px)
        column.addWidget(Heading(self.tr("This computer"), content))
        column.addWidget(self.login_row)
        column.addWidget(self._tray_row)
        column.addStretch(1)
        layout = QVBoxLayout(self)
        layout.addWidget(Scrolled(content, self), 1)
        layout.addWidget(self._failure)
        layout.addWidget(self._build_buttons())
        resize_in_letters(self, *_SIZE_LETTERS)

    def _build_buttons(self) -> QDialogButtonBox:
        kinds = QDialogButtonBox.StandardButton
        self._buttons = QDialogButtonBox(kinds.RestoreDefaults | kinds.Cancel | kinds.Ok, self)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        self._defaults.clicked.connect(self.restore_defaults)
        self._defaults.setAutoDefault(False)  # Enter is for OK
        self.ok_button.setDefault(True)
        self._set_busy(True)
        return self._buttons

    @property
    def _defaults(self) -> QPushButton:
        return self._buttons.button(QDialogButtonBox.StandardButton.RestoreDefaults)

    @property
    def ok_button(self) -> QPushButton:
        """Takes the changes."""
        return self._buttons.button(QDialogButtonBox.StandardButton.Ok)

    # -- what comes

    def _show(self, look: tuple[Settings, str]) -> None:
        settings, model = look
        self._settings = settings
        self._words.hide()
        for description in _shown_here(settings):
            row = SettingRow(description, self)
            self._rows_layout.addWidget(row)
            self.rows.append(row)
        self.model_row.explain(
            self.tr("{0} is chosen. Others find more, or take less time.").format(shown(model))
        )
        self.model_row.show()
        self.rows[0].editor.setFocus()
        self._set_busy(False)

    def _show_failure(self, error: PhotoSearchError) -> None:
        self._words.setText(str(error))
        self._words.show()

    def _show_autostart(self, is_enabled: bool) -> None:
        self._was_autostarted = is_enabled
        self.at_login.setChecked(is_enabled)
        self.at_login.setEnabled(True)

    def _leave_for_models(self) -> None:
        self.reject()
        self.models_wanted.emit()

    def _set_busy(self, is_busy: bool) -> None:
        self.ok_button.setEnabled(not is_busy)
        self._defaults.setEnabled(not is_busy)

    # -- what goes

    def _changes(self) -> dict[str, Any] | None:
        """What differs; None when a value is not allowed, which is shown beside it."""
        assert self._settings is not None
        changes = {r.name: r.value for r in self.rows if r.value != r.description.value}
        wrong: list[SettingRow] = []
        for name, value in changes.items():
            try:
                with_changes(self._settings, {name: value})
            except SettingsError as error:
                wrong.append(self.row(name))
                wrong[-1].show_error(str(error))
        if wrong:
            wrong[0].editor.setFocus()
            return None
        return changes

    def _on_saved(self, settings: Settings) -> None:
        self._settings = settings
        for row, description in zip(self.rows, _shown_here(settings), strict=True):
            row.description = description
        self.saved.emit()
        self._save_autostart()

    def _on_save_failed(self, error: PhotoSearchError) -> None:
        self._set_busy(False)
        changed = [row for row in self.rows if row.value != row.description.value]
        named = [row for row in changed if row.name in error.message]
        about = named or (changed if len(changed) == 1 else [])
        if about:
            about[0].show_error(str(error))
            about[0].editor.setFocus()
        else:
            self._failure.setText(str(error))
            self._failure.show()

    def _save_autostart(self) -> None:
        autostart, is_wanted = self._autostart, self.at_login.isChecked()
        if self._was_autostarted in (None, is_wanted):
            super().accept()
            return
        self._runner.run(
            lambda s: autostart.enable() if is_wanted else autostart.disable(),
            self._on_autostart_saved,
            self._on_autostart_failed,
        )

    def _on_autostart_saved(self, notes: tuple[str, ...]) -> None:
        if not notes:
            super().accept()
            return
        # What the user should know of is read before the dialog closes.
        self._was_autostarted = self.at_login.isChecked()
        self.login_row.show_error("\n".join(notes))
        self._set_busy(False)

    def _on_autostart_failed(self, error: PhotoSearchError) -> None:
        self.at_login.setChecked(bool(self._was_autostarted))
        self.login_row.show_error(str(error))
        self._set_busy(self._settings is None)


def _look(service: PhotoSearchService) -> tuple[Settings, str]:
    """The settings, and what people call the chosen model."""
    settings = service.settings
    titles = {model.name: model.card.title for model in service.models() if model.card is not None}
    return settings, titles.get(settings.model, settings.model)


def _shown_here(settings: Settings) -> tuple[SettingDescription, ...]:
    """All but the model: choosing one has a page of its own."""
    return tuple(one for one in describe(settings) if one.name != "model")
