"""The settings dialog."""

from __future__ import annotations

from dataclasses import fields

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDialogButtonBox,
    QDoubleSpinBox,
    QLineEdit,
    QSpinBox,
    QSystemTrayIcon,
)

from photosearch.errors import ServiceError, SettingsError
from photosearch.paths import AppPaths
from photosearch.settings import SettingDescription, SettingKind, Settings, describe
from ui.models.window_state import WindowState
from ui.views.setting_row import SettingRow
from ui.views.settings_dialog import SettingsDialog
from ui.views.settings_texts import TEXTS


class Switch:
    """Starting at login, without a system."""

    def __init__(self):
        self.is_on = False
        self.notes: tuple[str, ...] = ()
        self.error: ServiceError | None = None

    def is_enabled(self):
        return self.is_on

    def enable(self):
        return self._set(True)

    def disable(self):
        return self._set(False)

    def _set(self, is_on):
        if self.error is not None:
            raise self.error
        self.is_on = is_on
        return self.notes


@pytest.fixture
def switch():
    return Switch()


@pytest.fixture
def state(tmp_path):
    return WindowState(tmp_path / "window.ini")


@pytest.fixture
def new_dialog(window, runner, switch, state, tmp_path):
    def make():
        dialog = SettingsDialog(runner, AppPaths(tmp_path), state, window, autostart=switch)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        dialog.open()
        return dialog

    return make


@pytest.fixture
def dialog(qtbot, new_dialog):
    dialog = new_dialog()
    qtbot.waitUntil(lambda: dialog.ok_button.isEnabled() and dialog.at_login.isEnabled())
    return dialog


def description(**changes):
    values = {
        "name": "some",
        "kind": SettingKind.STRING,
        "value": "a",
        "default": "b",
        "label": "Some",
        "doc": "What it is.",
        "low": None,
        "high": None,
        "choices": (),
    }
    return SettingDescription(**{**values, **changes})


def test_every_setting_has_a_row_with_its_label_and_meaning(dialog):
    wanted = [field.name for field in fields(Settings) if field.name != "model"]
    assert [row.name for row in dialog.rows] == wanted
    for row, about in zip(dialog.rows, describe(Settings())[1:], strict=True):
        assert row.editor.accessibleName() == about.label
        assert row.editor.accessibleDescription() == about.doc
        assert about.doc in row.doc.text()
        assert row.value == about.value


@pytest.mark.parametrize(
    ("about", "kind", "other"),
    [
        (description(kind=SettingKind.BOOLEAN, value=True, default=True), QCheckBox, False),
        (description(choices=("a", "b")), QComboBox, "b"),
        (description(), QLineEdit, "x"),
        (description(kind=SettingKind.INTEGER, value=5, default=1, low=1, high=9), QSpinBox, 7),
        (
            description(kind=SettingKind.NUMBER, value=0.5, default=0.0, low=0, high=1),
            QDoubleSpinBox,
            0.25,
        ),
    ],
)
def test_every_kind_of_setting_has_its_control(qtbot, about, kind, other):
    row = SettingRow(about)
    qtbot.addWidget(row)
    assert isinstance(row.editor, kind)
    assert row.value == about.value
    with qtbot.waitSignal(row.changed):
        row.set_value(other)
    assert row.value == other


def test_numbers_keep_within_their_bounds(dialog):
    editor = dialog.row("batch_size").editor
    assert (editor.minimum(), editor.maximum()) == (1, 4096)


def test_a_number_without_bounds_can_be_large(qtbot):
    row = SettingRow(description(kind=SettingKind.INTEGER, value=2_000_000, default=1))
    qtbot.addWidget(row)
    assert row.value == 2_000_000


def test_only_what_differs_is_changed(qtbot, dialog, service):
    dialog.row("poll_minutes").set_value(7)
    with qtbot.waitSignals([dialog.saved, dialog.accepted]):
        dialog.ok_button.click()
    assert service.settings_changed == [{"poll_minutes": 7}]


def test_nothing_is_changed_without_need_or_on_cancel(qtbot, dialog, new_dialog, service):
    with qtbot.waitSignal(dialog.accepted):
        dialog.ok_button.click()
    other = new_dialog()
    qtbot.waitUntil(other.ok_button.isEnabled)
    other.row("poll_minutes").set_value(7)
    with qtbot.waitSignal(other.rejected):
        other.reject()
    assert service.settings_changed == []


def test_defaults_are_shown_and_taken_on_ok(qtbot, new_dialog, service):
    service.change_settings({"poll_minutes": 7})
    dialog = new_dialog()
    qtbot.waitUntil(dialog.ok_button.isEnabled)
    assert dialog.row("poll_minutes").value == 7
    defaults = dialog.findChild(QDialogButtonBox).button(
        QDialogButtonBox.StandardButton.RestoreDefaults
    )
    defaults.click()
    assert dialog.row("poll_minutes").value == 1
    with qtbot.waitSignal(dialog.accepted):
        dialog.ok_button.click()
    assert service.settings_changed[-1] == {"poll_minutes": 1}


def test_the_model_is_chosen_on_a_page_of_its_own(qtbot, dialog, service):
    assert "Starter is chosen." in dialog.model_row.doc.text()
    assert dialog.models_button.accessibleName() == "Model"
    with qtbot.waitSignals([dialog.rejected, dialog.models_wanted]):
        dialog.models_button.click()
    assert service.settings_changed == []


def test_the_defaults_leave_the_model_as_it_is(qtbot, new_dialog, service):
    service.shelf.install("ViT-B-32/laion2b_s34b_b79k")
    service.change_settings({"model": "ViT-B-32/laion2b_s34b_b79k"})
    dialog = new_dialog()
    qtbot.waitUntil(dialog.ok_button.isEnabled)
    assert "CLIP B/32 is chosen." in dialog.model_row.doc.text()
    dialog.restore_defaults()
    with qtbot.waitSignal(dialog.accepted):
        dialog.ok_button.click()
    assert service.settings.model == "ViT-B-32/laion2b_s34b_b79k"


def test_a_value_that_the_service_refuses_is_explained_beside_its_field(qtbot, dialog, service):
    def refuse(changes):
        raise SettingsError("There is no poll_minutes of 7.", "Take another one.")

    service.change_settings = refuse
    dialog.row("poll_minutes").set_value(7)
    dialog.row("batch_size").set_value(8)
    dialog.ok_button.click()
    qtbot.waitUntil(lambda: "Take another one." in dialog.row("poll_minutes").error)
    assert dialog.row("batch_size").error == ""
    assert dialog.isVisible()
    assert dialog.ok_button.isEnabled()
    dialog.row("poll_minutes").set_value(8)
    assert dialog.row("poll_minutes").error == ""


def test_a_value_that_is_not_allowed_is_not_even_sent(qtbot, dialog, service):
    editor = dialog.row("batch_size").editor
    editor.setMaximum(10_000)
    editor.setValue(5000)
    dialog.ok_button.click()
    assert "at most 4096" in dialog.row("batch_size").error
    assert service.settings_changed == []


def test_an_error_of_no_field_is_shown_below(qtbot, dialog, service):
    dialog.row("poll_minutes").set_value(7)
    dialog.row("batch_size").set_value(8)
    service.error = ServiceError("The disk is full.", "Make room.")
    dialog.ok_button.click()
    qtbot.waitUntil(dialog._failure.isVisible)
    assert dialog._failure.text() == "The disk is full.\nMake room."


def test_settings_that_cannot_be_read_are_explained(qtbot, new_dialog, service):
    service.error = ServiceError("The service has ended.", "Start it.")
    dialog = new_dialog()
    qtbot.waitUntil(lambda: "Start it." in dialog._words.text())
    assert not dialog.ok_button.isEnabled()


def test_starting_at_login_is_switched_on_and_off(qtbot, dialog, new_dialog, switch):
    dialog.at_login.setChecked(True)
    with qtbot.waitSignal(dialog.accepted):
        dialog.ok_button.click()
    assert switch.is_on
    other = new_dialog()
    qtbot.waitUntil(lambda: other.ok_button.isEnabled() and other.at_login.isChecked())
    other.at_login.setChecked(False)
    with qtbot.waitSignal(other.accepted):
        other.ok_button.click()
    assert not switch.is_on


def test_a_system_that_refuses_to_start_it_is_explained(qtbot, dialog, switch):
    switch.error = ServiceError("systemd refuses.", "Ask it why.")
    dialog.at_login.setChecked(True)
    dialog.ok_button.click()
    qtbot.waitUntil(lambda: dialog.login_row.error == "systemd refuses.\nAsk it why.")
    assert not dialog.at_login.isChecked()
    assert dialog.isVisible()


def test_what_the_user_should_know_is_read_before_the_dialog_closes(qtbot, dialog, switch):
    switch.notes = ("It starts with the next login.",)
    dialog.at_login.setChecked(True)
    dialog.ok_button.click()
    qtbot.waitUntil(lambda: dialog.login_row.error == "It starts with the next login.")
    assert dialog.isVisible()
    with qtbot.waitSignal(dialog.accepted):
        dialog.ok_button.click()


def test_staying_in_the_tray_is_offered_where_there_is_one(qtbot, new_dialog, state, monkeypatch):
    for is_there in (False, True):
        monkeypatch.setattr(
            QSystemTrayIcon,
            "isSystemTrayAvailable",
            staticmethod(lambda is_there=is_there: is_there),
        )
        dialog = new_dialog()
        qtbot.waitUntil(lambda dialog=dialog: dialog.ok_button.isEnabled())
        assert dialog.in_tray.isVisible() is is_there
        assert not dialog.in_tray.isChecked()
        if is_there:
            dialog.in_tray.setChecked(True)
            with qtbot.waitSignal(dialog.accepted):
                dialog.ok_button.click()
        else:
            dialog.reject()
    assert state.stays_in_tray


def test_scrolling_past_a_control_changes_nothing(qtbot, dialog):
    row = dialog.row("batch_size")
    dialog.row("device").editor.setFocus()
    at = QPointF(row.editor.rect().center())
    no_buttons = Qt.MouseButton.NoButton
    event = QWheelEvent(
        at,
        row.editor.mapToGlobal(at),
        QPoint(),
        QPoint(0, 120),
        no_buttons,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(row.editor, event)
    assert row.value == row.description.value


def test_every_text_of_the_core_can_be_translated():
    wanted = set()
    for about in describe(Settings()):
        wanted |= {about.label, about.doc, *about.choices}
    assert wanted == set(TEXTS)
