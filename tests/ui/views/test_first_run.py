"""The very first page."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from photosearch.errors import ServiceError
from ui.models.question import Picture, Question
from ui.views.first_run import FirstRun


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    (tmp_path / "Pictures").mkdir()
    return tmp_path


@pytest.fixture
def page(qtbot, home, open_library, empty_service):
    page = FirstRun(open_library(empty_service))
    page.folder_chosen.connect(page._library.add_folder)
    qtbot.addWidget(page)
    page.show()
    return page


def test_the_pictures_folder_is_offered_by_its_path(qtbot, page, home, empty_service):
    assert page._pictures.text() == f"Use {home / 'Pictures'}"
    qtbot.mouseClick(page._pictures, Qt.MouseButton.LeftButton)
    assert not page._pictures.isEnabled()  # once is enough
    qtbot.waitUntil(lambda: empty_service.added == [home / "Pictures"])


def test_the_folder_of_a_photo_that_is_searched_by_is_offered(qtbot, page, home, empty_service):
    photo = home / "camera" / "cat.jpg"
    page.show_question(Question(pictures=(Picture("cat.jpg", path=photo),)))
    assert page._pictures.text() == f"Use {home / 'camera'}"
    assert "photos like cat.jpg" in page._words.text()
    qtbot.mouseClick(page._pictures, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: empty_service.added == [home / "camera"])


@pytest.mark.parametrize("place", ["Pictures/2024/cat.jpg", "cat.jpg"])
def test_of_a_photo_in_the_pictures_or_the_home_folder_the_pictures_folder_is(page, home, place):
    page.show_question(Question(pictures=(Picture("cat.jpg", path=home / place),)))
    assert page._pictures.text() == f"Use {home / 'Pictures'}"


def test_without_a_pictures_folder_another_one_is_chosen(qtbot, page, home, empty_service):
    (home / "Pictures").rmdir()
    page._library.refresh()
    qtbot.waitUntil(lambda: not page._pictures.isVisible())
    assert page._choose.text() == "Choose a folder…"
    qtbot.mouseClick(page._choose, Qt.MouseButton.LeftButton)
    dialog = page.findChild(QFileDialog)
    dialog.fileSelected.emit(str(home))
    dialog.close()
    qtbot.waitUntil(lambda: empty_service.added == [home])


def test_the_page_says_which_model_is_at_work_and_what_another_brings(qtbot, page):
    assert "built-in starter model is at work" in page._note._lead.text()
    words = page._note._more.text()
    assert "everyday things" in words
    assert "finds more and knows more words" in words
    assert "longer to look through your photos" in words
    assert "search with this one until it is ready" in words
    with qtbot.waitSignal(page.models_wanted):
        page._note.button.click()


def test_a_folder_that_cannot_be_added_is_explained_and_another_can_be_chosen(qtbot, page, home):
    page._take(home / "missing")
    assert page._state.text() == "Adding the folder…"
    qtbot.waitUntil(lambda: "does not exist" in page._state.text())
    assert "Name a folder that holds photos." in page._state.text()
    assert page._choose.isEnabled()


def test_nothing_can_be_chosen_before_the_service_is_there(
    qtbot, home, open_library, empty_service
):
    empty_service.error = ServiceError("It cannot be started.", "See its log.")
    page = FirstRun(open_library(empty_service, is_waited_for=False))
    qtbot.addWidget(page)
    page.show()
    assert not page._choose.isEnabled()
    qtbot.waitUntil(lambda: "See its log." in page._state.text())
    empty_service.error = None
    qtbot.waitUntil(page._choose.isEnabled)
    assert page._state.text() == ""


def test_another_model_is_named_when_it_is_at_work(qtbot, page, empty_service):
    empty_service.shelf.install("ViT-B-32/laion2b_s34b_b79k")
    empty_service.change_settings({"model": "ViT-B-32/laion2b_s34b_b79k"})
    page._library.refresh()
    qtbot.waitUntil(lambda: page._note._lead.text() == "The model CLIP B/32 is at work.")
