"""Large fonts and dense screens: nothing is cut off, the window fits, and pictures are sharp."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QStyle,
    QStyleOptionComboBox,
    QToolButton,
    QWidget,
)

SIZES = ((1280, 800), (1024, 700))


@pytest.fixture(params=[2.0, 3.0], ids=["200 %", "300 %"])
def scale(request, qapp):
    """How much larger the font of the app is than that of the system."""
    before = qapp.font()
    large = qapp.font()
    large.setPointSizeF(before.pointSizeF() * request.param)
    qapp.setFont(large)
    yield request.param
    qapp.setFont(before)


@pytest.mark.parametrize("size", SIZES, ids=["1280 x 800", "1024 x 700"])
def test_no_words_are_cut_off_anywhere(scale, everywhere, size):
    cut = []
    for stage, place, top in everywhere(width_px=size[0], height_px=size[1]):
        if top is not stage.window:  # the screen of this platform is smaller still
            top.resize(top.size().expandedTo(QSize(*size) * 0.94))
        QApplication.processEvents()
        cut += [f"{place}: {told}" for told in _cut_off(top)]
    assert "\n".join(cut) == ""


@pytest.mark.parametrize("size", SIZES, ids=["1280 x 800", "1024 x 700"])
def test_nothing_lies_over_anything_else(scale, everywhere, size):
    over = []
    for _, place, top in everywhere(width_px=size[0], height_px=size[1]):
        if place != "messages":  # they do, for a while
            over += [f"{place}: {told}" for told in _overlaps(top)]
    assert "\n".join(over) == ""


def test_window_and_dialogs_fit_on_a_small_screen(scale, everywhere):
    large = []
    for _, place, top in everywhere(width_px=1024, height_px=700):
        least = top.minimumSizeHint().expandedTo(top.minimumSize())
        if least.width() > 1024 or least.height() > 700:
            large.append(f"{place}: {least.toTuple()}")
    assert "\n".join(large) == ""


def test_a_dialog_is_no_larger_than_the_screen(scale, everywhere):
    for _, place, top in everywhere(("settings", "skipped", "shortcuts", "about", "properties")):
        room = top.screen().availableGeometry()
        assert top.width() <= room.width(), place
        assert top.height() <= room.height(), place


def _told(widget):
    words = widget.text() if hasattr(widget, "text") else widget.accessibleName()
    return f"{type(widget).__name__} “{words}” {widget.size().toTuple()}"


def _seen(top, kind):
    return [w for w in top.findChildren(kind) if w.isVisible() and w.window() is top]


def _cut_off(top):
    cut = []
    for label in _seen(top, QLabel):
        if label.text() and _needs(label).width() > label.width() + 1:
            cut.append(f"{_told(label)} needs {_needs(label).width()} of width")
        elif label.text() and _needs(label).height() > label.height() + 1:
            cut.append(f"{_told(label)} needs {_needs(label).height()} of height")
    for button in (*_seen(top, QPushButton), *_seen(top, QToolButton)):
        is_path = "…" in button.text() and button.toolTip() not in ("", button.text())
        needs = button.sizeHint()
        if not is_path and (needs.width() > button.width() or needs.height() > button.height()):
            cut.append(f"{_told(button)} needs {needs.toTuple()}")
        if "…" in button.text() and button.text() != button.text().rstrip("…") + "…":
            cut.append(f"{_told(button)} is shortened")
    for line in _seen(top, QLineEdit):
        if line.fontMetrics().height() > line.height():
            cut.append(f"{_told(line)} is too low")
        needs = line.fontMetrics().horizontalAdvance(line.placeholderText())
        if not line.text() and needs > line.width():
            cut.append(f"{line.placeholderText()} needs {needs} of {line.width()}")
    cut += [f"{box.currentText()} in a box" for box in _seen(top, QComboBox) if _is_cut(box)]
    cut += [f"{view} scrolls sideways" for view in _scrolling(top)]
    return cut


def _needs(label):
    if not label.wordWrap():
        return label.sizeHint()
    room = label.fontMetrics().boundingRect(
        QRect(0, 0, label.contentsRect().width(), 100_000),
        Qt.TextFlag.TextWordWrap.value,
        label.text(),
    )
    return room.size()


def _is_cut(box):
    option = QStyleOptionComboBox()
    box.initStyleOption(option)
    part = QStyle.SubControl.SC_ComboBoxEditField
    room = box.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, part, box)
    return box.fontMetrics().horizontalAdvance(box.currentText()) > room.width()


def _scrolling(top):
    areas = [*_seen(top, QScrollArea)]
    for area in areas:
        if area.widget().minimumSizeHint().width() > area.viewport().width():
            yield area.accessibleName() or area.parentWidget().__class__.__name__


def _overlaps(top):
    """Controls and words that share room, each within what is seen of it."""
    parts = [
        one
        for kind in (QLabel, QPushButton, QToolButton, QLineEdit, QComboBox)
        for one in _seen(top, kind)
        if not one.visibleRegion().isEmpty()
    ]
    parts = [one for one in parts if one.parentWidget().accessibleName() != "Photo"]
    for at, one in enumerate(parts):
        for other in parts[at + 1 :]:
            if one.isAncestorOf(other) or other.isAncestorOf(one):
                continue
            shared = _place(one, top) & _place(other, top)
            if shared.width() > 1 and shared.height() > 1:
                yield f"{_told(one)} and {_told(other)} share {shared.size().toTuple()}"


def _place(widget, top):
    """Where it is seen: what scrolls away is not."""
    place = QRect(widget.mapTo(top, widget.rect().topLeft()), widget.size())
    above = widget.parentWidget()
    while above is not None and above is not top:
        if isinstance(above.parentWidget(), QAbstractScrollArea):
            place &= QRect(above.mapTo(top, above.rect().topLeft()), above.size())
        above = above.parentWidget()
    return place


# -- dense screens

DENSE = """
import json, sys, time
from pathlib import Path
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QToolButton
from photosearch.client.fake import FakeClient, FakePhoto
from photosearch.paths import AppPaths
from ui.main_window import MainWindow
import shiboken6

class Client(FakeClient):
    sizes = set()
    def thumbnails(self, content_ids, size_px):
        self.sizes.add(size_px)
        return super().thumbnails(content_ids, size_px)

application = QApplication([])
client = Client([FakePhoto(f"red {number}.jpg") for number in range(5)])
window = MainWindow(AppPaths(Path(sys.argv[1])), lambda: client)
window.show()
window.begin()
window._session.set_text("red")
window._session.submit()
until = time.monotonic() + 20
while not client.sizes and time.monotonic() < until:
    application.processEvents()
icons = []
for button in window._search_page.bar.findChildren(QToolButton):
    pixmap = button.icon().pixmap(button.iconSize(), button.devicePixelRatio())
    icons.append((pixmap.width() / button.iconSize().width(), pixmap.devicePixelRatio()))
print(json.dumps({"sizes": sorted(client.sizes), "tile": window._grid.tile_px,
    "ratio": window.devicePixelRatio(), "icons": sorted(set(icons))}))
window.finish()
shiboken6.delete(window)
"""


def test_on_a_dense_screen_thumbnails_and_icons_have_all_its_pixels(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", DENSE, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={**os.environ, "QT_SCALE_FACTOR": "2", "QT_QPA_PLATFORM": "offscreen"},
    )
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout.splitlines()[-1])
    assert seen["ratio"] == 2
    assert seen["tile"] == 192
    assert seen["sizes"] == [512]
    assert seen["icons"] == [[2, 2]]


def test_size_of_a_widget_is_what_the_font_asks_for(scale, open_window, service):
    window = open_window(service)
    assert isinstance(window, QWidget)
    line = window.fontMetrics().height()
    for button in window._search_page.bar.findChildren(QToolButton):
        assert button.iconSize().height() >= line
    assert window._status_line._captions.iconSize().height() >= line * 2 // 3
