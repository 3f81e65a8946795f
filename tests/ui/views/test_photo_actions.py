"""Every action on photos, with a made-up library and a desktop that only notes what it is asked."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QLabel, QMainWindow, QMenu, QProgressDialog

from photosearch.client.fake import FakeClient, FakePhoto
from photosearch.errors import PhotoSearchError
from photosearch.types import Hit, Query
from ui.desktop.interface import Program
from ui.models import photo_files
from ui.models.photo_mime import GNOME_COPIED
from ui.views.photo_actions import PhotoActions
from ui.views.program_dialog import ProgramDialog
from ui.views.properties_dialog import PropertiesDialog
from ui.workers.runner import Lane

NAMES = ("beach/red boat.jpg", "beach/blue sea.jpg", "city/grey street.jpg")
GIMP, EOG = Program("/apps/gimp.desktop", "GIMP"), Program("/apps/eog.desktop", "Image & Viewer")


class Desktop:
    """Notes what it is asked, and in which thread."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, object]] = []
        self.threads: set[threading.Thread] = set()
        self.error: PhotoSearchError | None = None
        self.has_own_chooser = False
        self.gate = threading.Event()
        self.gate.set()

    def _note(self, name: str, what: object) -> None:
        self.gate.wait()
        self.threads.add(threading.current_thread())
        if self.error is not None:
            raise self.error
        self.asked.append((name, what))

    def open_files(self, paths):
        self._note("open", list(paths))

    def open_url(self, url):
        self._note("url", url)

    def show_in_folder(self, paths):
        self._note("show", list(paths))

    def open_with(self, program, paths):
        self._note(program.name, list(paths))

    def choose_program(self, path):
        self._note("choose", path)

    def programs_for(self, paths):
        self._note("programs", list(paths))
        return (EOG, GIMP)

    def all_programs(self):
        return (EOG, GIMP)


class Told:
    """Stands in for the notifications."""

    def __init__(self) -> None:
        self.errors: list[PhotoSearchError] = []
        self.texts: list[str] = []
        self.action = None

    def show_error(self, error):
        self.errors.append(error)

    def show_text(self, text, action_text="", action=None):
        self.texts.append(text)
        self.action = action


@pytest.fixture
def service(tmp_path: Path) -> FakeClient:
    """Photos that are on the disk."""
    root = tmp_path / "photos"
    for name in NAMES:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (40, 30), (200, 30, 40)).save(root / name)
    return FakeClient([FakePhoto(name) for name in NAMES], root)


@pytest.fixture
def hits(service: FakeClient) -> list[Hit]:
    found = service.search(Query(text="x"))
    return sorted(found, key=lambda hit: NAMES.index(str(hit.photo.relative_path)))


@pytest.fixture
def desktop() -> Desktop:
    return Desktop()


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def window(qtbot) -> QMainWindow:
    window = QMainWindow()
    qtbot.addWidget(window)
    return window


@pytest.fixture
def actions(window, runner, told, desktop) -> PhotoActions:
    return PhotoActions(runner, told, window, desktop)


def paths_of(hits: list[Hit]) -> list[Path]:
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
        "Find similar", "Preview\tSpace", "Open", "Open with", "Show in folder", "Copy",
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
    desktop.has_own_chooser = True
    actions.set_hits(hits[:2])
    menu = open_with_menu(actions)
    menu.aboutToShow.emit()
    menu.actions()[-1].trigger()
    qtbot.waitUntil(lambda: ("choose", hits[0].photo.path) in desktop.asked)


# -- copies


def test_copy_puts_one_photo_on_the_clipboard_as_file_and_picture(qtbot, actions, hits):
    actions.set_hits(hits[:1])
    actions.action("copy").trigger()
    clipboard = QGuiApplication.clipboard()
    assert clipboard.mimeData().urls()[0].toLocalFile() == str(hits[0].photo.path)
    qtbot.waitUntil(lambda: clipboard.mimeData().hasImage())
    assert clipboard.image().width() == 40
    assert clipboard.mimeData().hasFormat(GNOME_COPIED)


def test_copy_puts_several_photos_on_the_clipboard_as_files(actions, hits):
    actions.set_hits(hits)
    actions.action("copy").trigger()
    mime = QGuiApplication.clipboard().mimeData()
    assert [url.toLocalFile() for url in mime.urls()] == [str(path) for path in paths_of(hits)]


def test_a_picture_that_comes_late_does_not_replace_a_newer_copy(qtbot, actions, hits, service):
    actions.set_hits(hits[:1])
    actions.action("copy").trigger()
    actions.set_hits(hits[1:])
    actions.action("copy").trigger()
    actions.action("open").trigger()  # goes the same way, and ends after it
    qtbot.wait(200)
    mime = QGuiApplication.clipboard().mimeData()
    assert len(mime.urls()) == 2
    assert not mime.hasImage()


@pytest.mark.parametrize("is_here", [True, False])
def test_a_picture_that_comes_late_does_not_replace_what_was_copied_since(
    qtbot, actions, hits, monkeypatch, is_here
):
    gate = threading.Event()
    load = photo_files.load_picture

    def slow(*arguments):
        gate.wait()
        return load(*arguments)

    monkeypatch.setattr(photo_files, "load_picture", slow)
    actions.set_hits(hits[:1])
    actions.action("copy").trigger()
    if is_here:
        actions.action("copy_path").trigger()
    else:
        QGuiApplication.clipboard().setText("from another program")
    text = QGuiApplication.clipboard().text()
    ends = []
    actions._runner.run(lambda _: gate.set(), lane=Lane.FILES)
    actions._runner.run(lambda _: None, ends.append, lane=Lane.FILES)
    qtbot.waitUntil(lambda: bool(ends))
    qtbot.wait(100)
    assert QGuiApplication.clipboard().text() == text


def test_copy_path_puts_text_on_the_clipboard(actions, hits):
    actions.set_hits(hits[:2])
    actions.action("copy_path").trigger()
    expected = "\n".join(str(path) for path in paths_of(hits[:2]))
    assert QGuiApplication.clipboard().text() == expected


def test_a_drag_carries_the_files(actions, hits):
    urls = actions.mime_of(hits).urls()
    assert [url.toLocalFile() for url in urls] == [str(path) for path in paths_of(hits)]


def test_copy_to_a_folder_copies_and_says_so(qtbot, actions, desktop, told, hits, tmp_path, window):
    folder = tmp_path / "target"
    folder.mkdir()
    (folder / "red boat.jpg").write_bytes(b"mine")
    actions.set_hits(hits[:2])
    actions.action("copy_to_folder").trigger()
    (dialog,) = window.findChildren(QFileDialog)
    actions.set_hits(hits[2:])  # the results changed while it was open
    dialog.fileSelected.emit(str(folder))
    dialog.close()
    qtbot.waitUntil(lambda: bool(told.texts))
    assert "target" in told.texts[0]
    assert (folder / "red boat.jpg").read_bytes() == b"mine"
    assert (folder / "red boat (2).jpg").read_bytes() == hits[0].photo.path.read_bytes()
    told.action()
    copies = [folder / "red boat (2).jpg", folder / "blue sea.jpg"]
    qtbot.waitUntil(lambda: desktop.asked == [("show", copies)])


def test_photos_that_could_not_be_copied_are_counted_and_told(qtbot, actions, told, hits, tmp_path):
    hits[0].photo.path.unlink()
    actions.set_hits(hits)
    actions.copy_into(hits, tmp_path)
    qtbot.waitUntil(lambda: bool(told.texts))
    (error,) = told.errors
    assert "1" in error.message
    assert "red boat.jpg" in error.hint
    assert (tmp_path / "blue sea.jpg").exists()


def test_copying_can_be_cancelled_from_its_dialog(
    qtbot, actions, told, hits, tmp_path, monkeypatch, window
):
    gate = threading.Event()
    monkeypatch.setattr(
        "ui.models.copying._copy_bytes",
        lambda source, target, cancel: gate.wait() and not cancel.is_cancelled,
    )
    window.show()
    target = tmp_path / "target"
    target.mkdir()
    actions.set_hits(hits)
    actions.copy_into(hits, target)
    (dialog,) = window.findChildren(QProgressDialog)
    dialog.canceled.emit()
    gate.set()
    with qtbot.waitSignal(dialog.destroyed):
        pass
    assert list(target.iterdir()) == []
    assert told.texts == []


def test_a_second_copy_waits_for_the_first(qtbot, actions, told, hits, tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        folder.mkdir()
        actions.set_hits(hits)
        actions.copy_into(hits, folder)
    qtbot.waitUntil(lambda: len(told.texts) == 2)
    assert len(list(one.iterdir())) == len(list(two.iterdir())) == 3


def test_closing_stops_a_copy(qtbot, actions, hits, tmp_path, monkeypatch):
    gate = threading.Event()
    monkeypatch.setattr(
        "ui.models.copying._copy_bytes",
        lambda source, target, cancel: gate.wait() and not cancel.is_cancelled,
    )
    target = tmp_path / "target"
    target.mkdir()
    actions.set_hits(hits)
    copying = actions.files.copy_to(hits, target)
    with qtbot.waitSignal(copying.ended) as ended:
        actions.close()
        gate.set()
    assert ended.args[0].is_cancelled
    assert list(target.iterdir()) == []


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
    service.remove_photo(FakePhoto(NAMES[0]))
    actions.set_hits(hits[:1])
    actions.action("show_properties").trigger()
    qtbot.waitUntil(lambda: bool(told.errors))
    assert not any(dialog.isVisible() for dialog in window.findChildren(PropertiesDialog))
