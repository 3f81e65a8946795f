"""What the service does, in the status line and in the tray."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QSystemTrayIcon

from photosearch.types import ActivityState, Phase, Progress
from ui.views.activity_line import ActivityLine, sign_of
from ui.views.tray import Tray, tray_icon

pytestmark = [
    pytest.mark.usefixtures("british"),
    # Qt looks for the tray of X11 on the platform without a screen too.
    pytest.mark.qt_log_ignore("systemTrayWindowChanged", extend=True),
]


@pytest.fixture
def library(open_library, service):
    return open_library(service)


@pytest.fixture
def line(qtbot, library):
    line = ActivityLine(library)
    qtbot.addWidget(line)
    line.resize(600, line.sizeHint().height())
    line.show()
    return line


@pytest.fixture
def tray(library, monkeypatch):
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", staticmethod(lambda: True))
    tray = Tray(library)
    yield tray
    tray.close()
    tray.deleteLater()


def test_the_line_says_what_is_done_and_how_far_it_is(qtbot, line, service):
    assert line.text == "Up to date"
    assert not line._bar.isVisible()
    service.work(Progress(Phase.EMBEDDING, 350, 1400))
    qtbot.waitUntil(line._bar.isVisible)
    assert line.text == "Looking through your photos: 350 of 1,400"
    assert line._bar.value() == line._bar.maximum() // 4
    service.work(None, ActivityState.IDLE)
    qtbot.waitUntil(lambda: not line._bar.isVisible())


def test_nothing_is_ticked_off_before_the_service_has_answered(open_library, service):
    library = open_library(service, is_waited_for=False)
    assert sign_of(library) == "refresh"


def test_where_there_is_no_room_the_whole_sentence_is_still_told(line):
    line.resize(40, line.height())
    assert line._button.text() != line.text
    assert line._button.accessibleName() == line.text
    assert line._button.toolTip() == line.text


def test_a_click_is_told(qtbot, line):
    with qtbot.waitSignal(line.clicked):
        qtbot.mouseClick(line._button, Qt.MouseButton.LeftButton)


def test_every_state_has_a_sign_of_its_own(qtbot, library, service):
    signs = [sign_of(library)]
    service.work(Progress(Phase.SCANNING, 0))
    qtbot.waitUntil(lambda: library.is_indexing)
    signs.append(sign_of(library))
    service.pause()
    qtbot.waitUntil(lambda: library.is_paused)
    signs.append(sign_of(library))
    service.resume()
    service.set_offline()
    qtbot.waitUntil(lambda: bool(library.offline_roots))
    signs.append(sign_of(library))
    service.die()
    qtbot.waitUntil(lambda: library.is_lost)
    signs.append(sign_of(library))
    assert signs == ["check", "refresh", "pause", "offline", "service-lost"]


def test_a_desktop_without_a_tray_gets_none(library, monkeypatch):
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", staticmethod(lambda: False))
    tray = Tray(library)
    assert not tray.is_there
    tray.close()


def test_the_tray_says_what_is_done(qtbot, tray, service):
    assert tray.is_there
    assert tray._icon.toolTip() == "photosearch\nUp to date"
    service.work(Progress(Phase.EMBEDDING, 350, 1400))
    qtbot.waitUntil(lambda: "350 of 1,400" in tray._icon.toolTip())
    tray.close()
    assert not tray.is_there


def test_the_tray_pauses_and_goes_on(qtbot, tray, service):
    tray._pause.trigger()
    qtbot.waitUntil(lambda: tray._pause.text().startswith("Go on"))
    assert service.is_paused
    tray._pause.trigger()
    qtbot.waitUntil(lambda: tray._pause.text().startswith("Pause"))
    assert not service.is_paused


def test_the_tray_opens_the_window_and_ends_the_app(qtbot, tray):
    open_it, _, _, leave = tray._menu.actions()
    with qtbot.waitSignal(tray.raise_wanted):
        open_it.trigger()
    with qtbot.waitSignal(tray.raise_wanted):
        tray._icon.activated.emit(QSystemTrayIcon.ActivationReason.Trigger)
    with qtbot.waitSignal(tray.quit_wanted):
        leave.trigger()


def test_states_that_matter_are_marked_on_the_icon(qapp):
    def picture(sign: str) -> QImage:
        return tray_icon(sign).pixmap(32, 32).toImage()

    plain = picture("check")
    marked = [picture(sign) for sign in ("refresh", "pause", "warning", "service-lost")]
    assert picture("offline") == plain
    assert all(one != plain for one in marked)
    assert all(one != other for i, one in enumerate(marked) for other in marked[:i])
