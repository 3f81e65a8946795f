"""A photo fitted, zoomed and moved."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPixmap, QWheelEvent
from PySide6.QtWidgets import QApplication

from ui.views.photo_canvas import GROUND, PhotoCanvas

ROOM = QSize(400, 300)


@pytest.fixture
def canvas(qtbot) -> PhotoCanvas:
    canvas = PhotoCanvas()
    qtbot.addWidget(canvas)
    canvas.resize(ROOM)
    canvas.show()
    return canvas


def filled(width: int, height: int, colour: str = "red") -> QPixmap:
    pixmap = QPixmap(width, height)
    pixmap.fill(QColor(colour))
    return pixmap


def rect(canvas: PhotoCanvas) -> tuple[int, ...]:
    return canvas.target().toRect().getRect()


def photo_point(canvas: PhotoCanvas, at: QPointF) -> QPointF:
    """The photo's pixel that lies at a point of the canvas."""
    return (at - canvas.target().topLeft()) / canvas.zoom


def test_a_photo_is_fitted_and_in_the_middle(canvas):
    canvas.set_picture(filled(400, 200), QSize(4000, 2000))
    assert rect(canvas) == (0, 50, 400, 200)
    assert canvas.zoom == pytest.approx(0.1)


def test_a_small_photo_is_not_blown_up_without_end(canvas):
    canvas.set_picture(filled(20, 10), QSize(20, 10))
    assert rect(canvas) == (160, 130, 80, 40)


def test_the_full_picture_takes_the_place_of_the_thumbnail_without_a_jump(canvas):
    canvas.set_picture(filled(256, 171), QSize(256, 171))
    before = canvas.target()
    canvas.set_picture(filled(400, 267), QSize(6000, 4000))
    after = canvas.target()
    for edge in ("left", "top", "right", "bottom"):
        assert getattr(after, edge)() == pytest.approx(getattr(before, edge)(), abs=1)


def test_a_zoomed_photo_stays_where_it_is_when_it_becomes_sharper(canvas):
    canvas.set_picture(filled(256, 171), QSize(256, 171))
    canvas.zoom_to(4.0, QPointF(10, 10))
    before = canvas.target()
    canvas.set_picture(filled(400, 267), QSize(6000, 4008))
    after = canvas.target()
    assert after.width() == pytest.approx(before.width(), rel=0.01)
    assert after.left() == pytest.approx(before.left(), abs=3)
    assert after.top() == pytest.approx(before.top(), abs=3)


def test_the_wheel_zooms_at_the_pointer(canvas):
    canvas.set_picture(filled(400, 300), QSize(4000, 3000))
    at = QPointF(100, 80)
    before = photo_point(canvas, at)
    event = QWheelEvent(
        at, canvas.mapToGlobal(at), QPoint(), QPoint(0, 240), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(canvas, event)
    assert canvas.zoom == pytest.approx(0.1 * 1.25**2)
    after = photo_point(canvas, at)
    assert (after.x(), after.y()) == pytest.approx((before.x(), before.y()), abs=1)


def test_zoom_has_limits_and_ends_where_the_whole_photo_is_seen(canvas):
    canvas.set_picture(filled(400, 300), QSize(4000, 3000))
    canvas.zoom_to(1000)
    assert canvas.zoom == 8
    canvas.zoom_to(0.0001)
    assert canvas.is_fitted
    assert rect(canvas) == (0, 0, 400, 300)


def test_a_small_photo_can_be_seen_pixel_by_pixel(canvas):
    canvas.set_picture(filled(100, 75), QSize(100, 75))
    canvas.zoom_to(1.0)
    assert rect(canvas) == (150, 112, 100, 75) or rect(canvas) == (150, 113, 100, 75)
    assert not canvas.is_fitted


def test_a_double_click_shows_the_pixels_and_the_whole_again(qtbot, canvas):
    canvas.set_picture(filled(400, 300), QSize(4000, 3000))
    qtbot.mouseDClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(200, 150))
    assert canvas.zoom == 1.0
    qtbot.mouseDClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(200, 150))
    assert canvas.is_fitted


def test_a_zoomed_photo_is_dragged_and_shows_no_ground_beside_it(qtbot, canvas):
    canvas.set_picture(filled(400, 300), QSize(4000, 3000))
    canvas.zoom_to(1.0)
    before = canvas.target().topLeft()
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(200, 150))
    qtbot.mouseMove(canvas, QPoint(170, 140))
    moved = canvas.target().topLeft() - before
    assert (moved.x(), moved.y()) == pytest.approx((-30, -10))
    canvas.pan(QPoint(100_000, 100_000))
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(170, 140))
    assert canvas.target().right() == pytest.approx(400)
    assert canvas.target().bottom() == pytest.approx(300)


def test_a_fitted_photo_cannot_be_moved(canvas):
    canvas.set_picture(filled(400, 200), QSize(4000, 2000))
    canvas.pan(QPoint(50, 50))
    assert rect(canvas) == (0, 50, 400, 200)


def test_all_pixels_are_wanted_only_when_they_can_be_seen(qtbot, canvas):
    with qtbot.assertNotEmitted(canvas.full_wanted):
        canvas.set_picture(filled(400, 300), QSize(4000, 3000))
    with qtbot.waitSignal(canvas.full_wanted):
        canvas.zoom_in()


def test_the_sharper_picture_is_painted_when_zoomed_and_the_fitted_one_else(canvas):
    canvas.set_picture(filled(400, 300, "red"), QSize(4000, 3000))
    canvas.set_full(filled(4000, 3000, "blue"))
    assert canvas.grab().toImage().pixelColor(200, 150) == QColor("red")
    canvas.zoom_to(1.0)
    assert canvas.grab().toImage().pixelColor(200, 150) == QColor("blue")


def test_without_a_picture_there_is_dark_ground(canvas):
    canvas.set_picture(filled(400, 300), QSize(4000, 3000))
    canvas.show_photo()
    assert canvas.is_empty
    assert canvas.grab().toImage().pixelColor(200, 150) == GROUND


def test_a_larger_room_is_told_and_the_photo_fills_it(qtbot, canvas):
    canvas.set_picture(filled(400, 300), QSize(4000, 3000))
    with qtbot.waitSignal(canvas.box_changed) as told:
        canvas.resize(800, 600)
    assert told.args == [QSize(800, 600)]
    assert rect(canvas) == (0, 0, 800, 600)
