"""Facts, one below the other."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from ui.models.facts import Fact, FactKind
from ui.views.facts_panel import FactsPanel


@pytest.fixture
def panel(qtbot) -> FactsPanel:
    panel = FactsPanel()
    qtbot.addWidget(panel)
    panel.show()
    return panel


def test_a_long_name_does_not_make_the_column_wider_than_the_panel(qtbot, panel):
    long = "/photos/" + "a_long_name-" * 9 + "x" * 120 + ".jpg"
    panel.resize(panel.sizeHint())
    panel.set_facts([Fact(FactKind.FILE, "File", (long,))])
    qtbot.waitUntil(lambda: 0 < panel.widget().width() <= panel.viewport().width())
    (line,) = [label for label in panel.findChildren(QLabel) if "long" in label.text()]
    assert line.accessibleName() == f"File: {long}"


def test_what_is_copied_from_a_line_is_what_is_known(panel):
    panel.set_facts([Fact(FactKind.CAMERA, "Camera", ("Canon EOS 40D", "/a/very/long/path/" * 3))])
    for label in panel.findChildren(QLabel):
        flags = label.textInteractionFlags()
        is_selectable = bool(flags & Qt.TextInteractionFlag.TextSelectableByMouse)
        assert is_selectable is (label.text() == "Canon EOS 40D")


def test_a_link_is_a_button(qtbot, panel):
    panel.set_facts([Fact(FactKind.PLACE, "Place", ("48° N",), "https://example.org")])
    (button,) = panel.findChildren(QPushButton)
    with qtbot.waitSignal(panel.link_wanted) as wanted:
        button.click()
    assert wanted.args == ["https://example.org"]
