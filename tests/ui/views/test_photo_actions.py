"""The actions on photos: where they are offered, and what they ask of desktop and library."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QMenu

from photosearch.client.fake import FakePhoto
from photosearch.errors import PhotoSearchError
from photosearch.types import PhotoNotes
from ui.models import photo_files
from ui.views.photo_actions import PhotoActions
from ui.views.program_dialog import ProgramDialog
from ui.views.properties_dialog import PropertiesDialog


@pytest.fixture
def service(photos_on_disk):
    return photos_on_disk


def paths_of(hits):
    return [hit.photo.path for hit in hits]


# -- the table


def test_without_photos_nothing_can_be_done(actions, hits):
    assert not any(action.isEnabled() for action in actions.all)
    actions.set_hits(hits[:1])
    assert all(action.isEnabled() for action in actions.all)
    actions.set_hits([])
    assert not any(action.isEnabled() for action in actions.all)


def test_menu_bar_and_context_menu_have_the_same_actions(actions, window):
    menu = QMenu(window)
    actions.fill(menu)
    context = actions.menu(window)
    assert menu.actions()[0] is context.actions()[0]
    shown = [action for action in context.actions() if not action.isSeparator()]
    assert shown == list(actions.all)
    assert [action.text().replace("&", "") for action in shown] == [
        "Find similar", "Preview\tSpace", "Open", "Open with", "Send to", "Show in folder", "Copy",
        "Copy path", "Copy to a folder…", "Exclude from search", "Properties",
    ]  # fmt: skip


def test_no_two_actions_have_one_shortcut(actions):
    shortcuts = [action.shortcut().toString() for action in actions.all]
    given = [one for one in shortcuts if one]
    assert len(given) == len(set(given)) == 8


def test_a_context_menu_is_gone_once_it_is_closed(qtbot, actions, window, hits):
    actions.set_hits(hits[:1])
    window.show()
    menu = actions.menu(window)
    menu.popup(QPoint(0, 0))
    with qtbot.waitSignal(menu.destroyed):
        menu.close()


def test_a_shortcut_acts_in_the_window(qtbot, actions, window, hits):
    actions.set_hits(hits[:2])
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    with qtbot.waitSignal(actions.similar_wanted) as wanted:
        qtbot.keyClick(
            window,
            Qt.Key.Key_F,
            Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
        )
    assert wanted.args == [hits[:2]]


# -- searching and looking


def test_find_similar_and_preview_hand_on_all_photos(qtbot, actions, hits):
    actions.set_hits(hits)
    with qtbot.waitSignal(actions.similar_wanted) as wanted:
        actions.action("find_similar").trigger()
    assert wanted.args == [hits]
    with qtbot.waitSignal(actions.preview_wanted) as wanted:
        actions.action("preview").trigger()
    assert wanted.args == [hits]


# -- other programs


def test_open_asks_the_desktop_in_a_worker(qtbot, actions, desktop, hits):
    actions.set_hits(hits)
    actions.action("open").trigger()
    qtbot.waitUntil(lambda: desktop.asked == [("open", paths_of(hits))])
    assert threading.main_thread() not in desktop.threads


def test_too_many_photos_are_not_opened(actions, desktop, told, hits):
    actions.set_hits(hits * 7)
    actions.action("open").trigger()
    assert "21" in told.errors[0].message
    assert "20" in told.errors[0].hint
    assert desktop.asked == []


def test_photos_that_are_gone_are_passed_over_and_told_when_all_are(
    qtbot, actions, desktop, told, hits, service
):
    hits[0].photo.path.unlink()
    actions.set_hits(hits[:2])
    actions.action("open").trigger()
    qtbot.waitUntil(lambda: desktop.asked == [("open", paths_of(hits[1:2]))])
    actions.set_hits(hits[:1])
    actions.action("open").trigger()
    qtbot.waitUntil(lambda: bool(told.errors))
    assert "red boat.jpg is not there" in told.errors[0].message
    assert "moved or deleted" in told.errors[0].hint


def test_a_drive_that_is_away_is_told(qtbot, actions, told, hits, service):
    service.folder.rename(service.folder.with_name("unplugged"))
    actions.set_hits(hits[:1])
    actions.action("show_in_folder").trigger()
    qtbot.waitUntil(lambda: bool(told.errors))
    assert "Connect the drive" in told.errors[0].hint


def test_what_the_desktop_cannot_do_is_told(qtbot, actions, desktop, told, hits):
    desktop.error = PhotoSearchError("eog could not be started.")
    actions.set_hits(hits[:1])
    actions.action("open").trigger()
    qtbot.waitUntil(lambda: told.errors == [desktop.error])


def test_show_in_folder_shows_all_photos_of_the_first_folders(
    qtbot, actions, desktop, hits, monkeypatch
):
    monkeypatch.setattr(photo_files, "FOLDERS_MAX", 1)
    actions.set_hits(hits)
    actions.action("show_in_folder").trigger()
    qtbot.waitUntil(lambda: desktop.asked == [("show", paths_of(hits[:2]))])


def open_with_menu(actions: PhotoActions) -> QMenu:
    menu = actions.action("open_with").menu()
    assert isinstance(menu, QMenu)
    return menu


def test_open_with_lists_the_programs_and_opens_in_one(qtbot, actions, desktop, hits):
    desktop.gate.clear()
    actions.set_hits(hits[:2])
    menu = open_with_menu(actions)
    menu.aboutToShow.emit()
    assert menu.actions()[0].text() == "Looking for programs…"
    desktop.gate.set()
    qtbot.waitUntil(lambda: menu.actions()[0].text() == "Image && Viewer")
    assert [action.text() for action in menu.actions() if not action.isSeparator()] == [
        "Image && Viewer", "GIMP", "&Other program…",
    ]  # fmt: skip
    menu.actions()[1].trigger()
    qtbot.waitUntil(lambda: desktop.asked[-1] == ("GIMP", paths_of(hits[:2])))


def test_another_program_is_chosen_from_a_list(qtbot, actions, desktop, window, hits):
    window.show()
    actions.set_hits(hits[:1])
    menu = open_with_menu(actions)
    menu.aboutToShow.emit()
    menu.actions()[-1].trigger()
    (dialog,) = window.findChildren(ProgramDialog)
    qtbot.waitUntil(lambda: dialog._found.rowCount() == 2)
    qtbot.keyClicks(dialog._filter, "gi")
    assert dialog._found.rowCount() == 1
    qtbot.keyClick(dialog._filter, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: desktop.asked[-1] == ("GIMP", paths_of(hits[:1])))


def test_a_program_must_be_chosen(qtbot, actions, window, hits):
    window.show()
    actions.set_hits(hits[:1])
    actions._choose_program()
    (dialog,) = window.findChildren(ProgramDialog)
    qtbot.waitUntil(lambda: dialog._found.rowCount() == 2)
    qtbot.keyClicks(dialog._filter, "no such program")
    assert not dialog._buttons.buttons()[0].isEnabled()
    dialog.reject()


def test_a_system_with_a_dialog_of_its_own_is_asked(qtbot, actions, desktop, hits):
    desktop.own_chooser = lambda path: desktop.asked.append(("choose", path))
    actions.set_hits(hits[:2])
    menu = open_with_menu(actions)
    menu.aboutToShow.emit()
    menu.actions()[-1].trigger()
    qtbot.waitUntil(lambda: ("choose", hits[0].photo.path) in desktop.asked)


# -- the library


def test_exclude_can_be_undone(qtbot, actions, told, hits, service):
    actions.set_hits(hits[:2])
    actions.action("exclude").trigger()
    qtbot.waitUntil(lambda: bool(told.texts))
    assert service.excluded == paths_of(hits[:2])
    assert "2" in told.texts[0]
    told.action()
    qtbot.waitUntil(lambda: len(told.texts) == 2)
    assert service.excluded == []


def test_what_the_library_refuses_is_told(qtbot, actions, told, hits, service):
    service.error = PhotoSearchError("The service has ended.")
    actions.set_hits(hits[:1])
    actions.action("exclude").trigger()
    qtbot.waitUntil(lambda: told.errors == [service.error])


def lines_of(dialog: PropertiesDialog) -> str:
    return " ".join(label.text() for label in dialog.panel.findChildren(QLabel))


def test_properties_tell_of_one_photo(qtbot, actions, window, hits):
    window.show()
    actions.set_hits(hits[:1])
    actions.action("show_properties").trigger()
    (dialog,) = window.findChildren(PropertiesDialog)
    qtbot.waitUntil(lambda: "4000 × 3000" in lines_of(dialog))
    assert dialog.windowTitle() == "red boat.jpg"
    dialog.close()


def test_properties_tell_what_people_noted_of_the_photo(qtbot, actions, window, hits, service):
    noted = PhotoNotes(2, ("boats",), "At sea", "darktable")
    service.add_photo(FakePhoto("beach/red boat.jpg", notes=noted))
    window.show()
    actions.set_hits(hits[:1])
    actions.action("show_properties").trigger()
    (dialog,) = window.findChildren(PropertiesDialog)
    qtbot.waitUntil(lambda: "At sea" in lines_of(dialog) and "4000 × 3000" in lines_of(dialog))
    assert "★★☆☆☆" in lines_of(dialog)
    dialog.close()


def test_properties_of_several_photos_are_summed_up(qtbot, actions, window, hits):
    window.show()
    actions.set_hits(hits)
    actions.action("show_properties").trigger()
    (dialog,) = window.findChildren(PropertiesDialog)
    qtbot.waitUntil(lambda: "3.7 MB" in lines_of(dialog))
    dialog.close()


def test_properties_of_a_photo_that_is_not_indexed_any_more_are_told(
    qtbot, actions, window, told, hits, service
):
    window.show()
    service.remove_photo(FakePhoto("beach/red boat.jpg"))
    actions.set_hits(hits[:1])
    actions.action("show_properties").trigger()
    qtbot.waitUntil(lambda: bool(told.errors))
    assert not any(dialog.isVisible() for dialog in window.findChildren(PropertiesDialog))


# -- sending photos on


def test_photos_are_sent_to_a_program_in_the_order_of_their_ranks(qtbot, actions, hits, programs):
    actions.set_hits(list(reversed(hits)))
    actions.title = "red bicycle"
    menu = actions.action("send_to").menu()
    menu.aboutToShow.emit()
    qtbot.waitUntil(lambda: len(menu.actions()) == 3)
    assert [one.text() for one in menu.actions()] == ["digiKam", "Geeqie", "Folder of links"]
    menu.actions()[1].trigger()
    ranked = [hit.photo.path for hit in sorted(hits, key=lambda hit: hit.rank)]
    qtbot.waitUntil(lambda: programs.asked == [("send", "geeqie", "red bicycle", ranked)])
