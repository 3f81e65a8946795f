"""What people noted of the photo stands above its facts, and is never another photo's."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from photosearch.client.fake import FakeClient, FakePhoto
from photosearch.errors import LibraryError
from photosearch.types import PhotoNotes
from ui.models.results import ResultsModel
from ui.views.preview_page import PreviewPage

CAT = PhotoNotes(4, ("Animals/Cat",), "Chelsea", "digikam")


def facts(page: PreviewPage) -> str:
    return " ".join(label.text() for label in page.facts.findChildren(QLabel))


@pytest.fixture
def noted(service: FakeClient) -> FakeClient:
    """The first photo has notes, the others have none."""
    known: FakePhoto = service._known(FakePhoto("a red.jpg").content_id)
    service.add_photo(replace(known, notes=CAT))
    return service


def test_notes_come_with_the_facts_and_go_with_the_photo(
    qtbot, page: PreviewPage, model: ResultsModel, noted: FakeClient
):
    page.show_row(model, 0)
    qtbot.waitUntil(lambda: "Chelsea" in facts(page))
    for words in ("★★★★☆", "Animals › Cat", "digiKam", "Canon EOS 40D"):
        assert words in facts(page)
    [stars] = [one for one in page.facts.findChildren(QLabel) if "★" in one.text()]
    assert stars.accessibleName() == "Rating: 4 of 5 stars"
    qtbot.keyClick(page, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: "b green.jpg" in facts(page))
    assert "★" not in facts(page)


def test_notes_that_come_late_do_not_hold_up_facts_nor_reach_another_photo(
    qtbot, page: PreviewPage, model: ResultsModel, noted: FakeClient, monkeypatch
):
    gate, answered, plain = threading.Event(), threading.Event(), noted.notes

    def slow(content_id: str) -> PhotoNotes:
        notes = plain(content_id)
        if notes == CAT:
            assert gate.wait(120)
            answered.set()
        return notes

    monkeypatch.setattr(noted, "notes", slow)
    try:
        page.show_row(model, 0)
        qtbot.waitUntil(lambda: "a red.jpg" in facts(page), timeout=60_000)
        assert "★" not in facts(page)
        qtbot.keyClick(page, Qt.Key.Key_Right)
        qtbot.waitUntil(lambda: "b green.jpg" in facts(page), timeout=60_000)
    finally:
        gate.set()
    qtbot.waitUntil(answered.is_set, timeout=60_000)
    qtbot.waitUntil(lambda: page._preview.picture is not None, timeout=60_000)
    qtbot.wait(20)
    assert "★" not in facts(page)
    assert "b green.jpg" in facts(page)


def test_facts_are_shown_where_notes_cannot_be_had(
    qtbot, page: PreviewPage, model: ResultsModel, service: FakeClient, monkeypatch
):
    def fail(content_id: str) -> PhotoNotes:
        raise LibraryError("Not now.")

    monkeypatch.setattr(service, "notes", fail)
    page.show_row(model, 0)
    qtbot.waitUntil(lambda: "Canon EOS 40D" in facts(page))
