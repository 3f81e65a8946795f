"""All that can be done with the chosen photos: one table for menus, shortcuts and their words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import (
    QT_TRANSLATE_NOOP,
    QCoreApplication,
    QMimeData,
    QObject,
    QStandardPaths,
    Qt,
    Signal,
)
from PySide6.QtGui import QAction, QGuiApplication, QImage, QKeySequence
from PySide6.QtWidgets import QMenu, QProgressDialog, QWidget

from photosearch.errors import PhotoSearchError, shown
from photosearch.types import Hit
from ui.desktop.current import current_desktop
from ui.desktop.interface import Desktop, Program
from ui.models.copying import CopyReport, failure
from ui.models.photo_files import Excluded, PhotoFiles
from ui.models.photo_mime import mime_of_copied, mime_of_files, text_of_paths
from ui.models.program_list import ProgramList
from ui.models.window_title import APP
from ui.theme import icon
from ui.views.folder_dialog import choose_folder
from ui.views.open_with_menu import OpenWithMenu
from ui.views.program_dialog import ProgramDialog
from ui.views.properties_dialog import PropertiesDialog
from ui.views.send_to_menu import SendToMenu
from ui.workers.runner import Runner, Task


class Teller(Protocol):
    """Where people are told how things went: the window's notifications."""

    def show_error(self, error: PhotoSearchError) -> None: ...
    def show_text(
        self, text: str, action_text: str = "", action: Callable[[], object] | None = None
    ) -> None: ...


@dataclass(frozen=True)
class _Entry:
    """One line of the menu; its name is that of the method that does it.

    Attributes:
        key_elsewhere: a key that does the same in the grid, to be shown and no more.
    """

    name: str
    text: object  # what Qt's types make of a text that is to be translated
    icon: str = ""
    shortcut: str = ""
    key_elsewhere: Qt.Key | None = None
    begins_group: bool = False


_TABLE = (
    _Entry(
        "find_similar",
        QT_TRANSLATE_NOOP("PhotoActions", "Find &similar"),
        "similar",
        "Ctrl+Shift+F",
    ),
    # The grid's key, and no shortcut: in the search field it is a letter.
    _Entry(
        "preview",
        QT_TRANSLATE_NOOP("PhotoActions", "Pre&view"),
        "image",
        key_elsewhere=Qt.Key.Key_Space,
    ),
    _Entry("open", QT_TRANSLATE_NOOP("PhotoActions", "&Open"), "open", "Ctrl+O", begins_group=True),
    _Entry("open_with", QT_TRANSLATE_NOOP("PhotoActions", "Open &with")),
    _Entry("send_to", QT_TRANSLATE_NOOP("PhotoActions", "Se&nd to")),
    _Entry(
        "show_in_folder",
        QT_TRANSLATE_NOOP("PhotoActions", "Show in &folder"),
        "library",
        "Ctrl+Shift+E",
    ),
    _Entry("copy", QT_TRANSLATE_NOOP("PhotoActions", "&Copy"), "copy", "Ctrl+C", begins_group=True),
    _Entry("copy_path", QT_TRANSLATE_NOOP("PhotoActions", "Copy pa&th"), "", "Ctrl+Shift+C"),
    _Entry(
        "copy_to_folder",
        QT_TRANSLATE_NOOP("PhotoActions", "Copy to a fol&der…"),
        "add-folder",
        "Ctrl+Shift+S",
    ),
    _Entry(
        "exclude",
        QT_TRANSLATE_NOOP("PhotoActions", "&Exclude from search"),
        "exclude",
        "Ctrl+Del",
        begins_group=True,
    ),
    _Entry(
        "show_properties",
        QT_TRANSLATE_NOOP("PhotoActions", "P&roperties"),
        "info",
        "Alt+Return",
        begins_group=True,
    ),
)


class PhotoActions(QObject):
    """The actions on the photos that `set_hits` was given.

    Signals:
        similar_wanted(list[Hit]): photos like these are to be searched.
        preview_wanted(list[Hit]): these are to be seen large.
    """

    similar_wanted = Signal(object)
    preview_wanted = Signal(object)

    def __init__(
        self,
        runner: Runner,
        notifications: Teller,
        programs: ProgramList,
        parent: QWidget,
        desktop: Desktop | None = None,
    ) -> None:
        super().__init__(parent)
        self.title = ""
        """What the photos were searched by: the name under which they are sent on."""
        self._runner = runner
        self._programs = programs
        self._notifications = notifications
        self._window = parent
        self._hits: list[Hit] = []
        self._picture: Task | None = None
        self.files = PhotoFiles(runner, desktop or current_desktop(), self)
        self.files.failed.connect(notifications.show_error)
        self._open_with = OpenWithMenu(self.files, parent)
        self._open_with.other_wanted.connect(self._choose_program)
        self._send_to = SendToMenu(programs, parent)
        self._send_to.chosen.connect(self.send_to)
        self._submenus: dict[str, QMenu] = {
            "open_with": self._open_with,
            "send_to": self._send_to,
        }
        self._actions = {entry.name: self._action(entry) for entry in _TABLE}
        # A shortcut works in the window that its action belongs to.
        parent.addActions(list(self.all))
        application = QCoreApplication.instance()
        assert application is not None
        application.aboutToQuit.connect(self.close)
        self.set_hits([])

    # -- for the window

    @property
    def all(self) -> tuple[QAction, ...]:
        """Every action, in the order of the menu."""
        return tuple(self._actions.values())

    def action(self, name: str) -> QAction:
        """One action, by the name of its method."""
        return self._actions[name]

    def set_hits(self, hits: list[Hit], *, is_seen_large: bool = False) -> None:
        """The photos to act on; without any, nothing can be done."""
        self._hits = list(hits)
        self._open_with.set_hits(self._hits)
        for entry in _TABLE:
            is_done = is_seen_large and entry.name == "preview"
            self._actions[entry.name].setEnabled(bool(hits) and not is_done)

    def fill(self, menu: QMenu) -> None:
        """Put the actions into a menu."""
        for entry in _TABLE:
            if entry.begins_group:
                menu.addSeparator()
            menu.addAction(self._actions[entry.name])

    def menu(self, parent: QWidget) -> QMenu:
        """A context menu; it is gone once it is closed."""
        menu = QMenu(parent)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.fill(menu)
        return menu

    def mime_of(self, hits: Sequence[Hit]) -> QMimeData:
        """Photos as files, to be dragged into other programs."""
        return mime_of_files([hit.photo.path for hit in hits])

    def close(self) -> None:
        """Stop copying; the app does it before it ends."""
        self.files.close()

    # -- the actions

    def find_similar(self) -> None:
        """Search for photos like these."""
        self.similar_wanted.emit(self._hits)

    def preview(self) -> None:
        """See the first of them large."""
        self.preview_wanted.emit(self._hits)

    def open(self) -> None:
        """Open them in the default program."""
        self.files.open(self._hits)

    def show_in_folder(self) -> None:
        """Show them in the file manager."""
        self.files.show_in_folder(self._hits)

    def send_to(self, program: str) -> None:
        """Hand them to another program, in the order of their ranks."""
        ranked = sorted(self._hits, key=lambda hit: hit.rank)
        self._programs.send(program, self.title or APP, [hit.photo.path for hit in ranked])

    def copy(self) -> None:
        """Put the files on the clipboard; of one photo, the picture as well."""
        paths = [hit.photo.path for hit in self._hits]
        _set_clipboard(mime_of_copied(paths))
        if self._picture is not None:
            self._picture.cancel()
        if len(self._hits) == 1:
            done = partial(self._copy_picture, paths)
            self._picture = self.files.picture(self._hits[0], done)

    def copy_path(self) -> None:
        """Put the paths on the clipboard, as text."""
        text = text_of_paths([hit.photo.path for hit in self._hits])
        QGuiApplication.clipboard().setText(text)

    def copy_to_folder(self) -> None:
        """Ask for a folder, and copy the files into it."""
        start = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
        title = self.tr("Copy %Ln photo(s) to a folder", "", len(self._hits))
        choose_folder(self._window, partial(self.copy_into, list(self._hits)), Path(start), title)

    def copy_into(self, hits: Sequence[Hit], folder: Path) -> None:
        """Copy the files into a folder, and show how far it is."""
        copying = self.files.copy_to(hits, folder)
        progress = QProgressDialog(
            self.tr("Copying %Ln photo(s)…", "", len(copying.paths)),
            self.tr("Cancel"),
            0,
            len(copying.paths),
            self._window,
        )
        progress.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        progress.setWindowTitle(self.tr("Copy to a folder"))
        progress.setAutoClose(False)
        progress.setAutoReset(False)
        progress.canceled.connect(copying.cancel)
        copying.went_on.connect(progress.setValue)
        copying.ended.connect(progress.close)
        copying.ended.connect(self._tell_of_copies)

    def exclude(self) -> None:
        """Have the library pass over them; can be undone."""
        self.files.exclude(self._hits, self._tell_of_excluded)

    def show_properties(self) -> None:
        """Show what is known of them."""
        dialog = PropertiesDialog(self._runner, self._hits, self._window)
        dialog.link_wanted.connect(self.files.open_url)
        dialog.failed.connect(self._notifications.show_error)
        dialog.open()

    # -- what follows

    def _action(self, entry: _Entry) -> QAction:
        text = QCoreApplication.translate("PhotoActions", str(entry.text))
        if entry.name in self._submenus:
            submenu = self._submenus[entry.name]
            submenu.setTitle(text)
            return submenu.menuAction()
        if entry.key_elsewhere is not None:
            key = QKeySequence(entry.key_elsewhere)
            text += "\t" + key.toString(QKeySequence.SequenceFormat.NativeText)
        action = QAction(text, self)
        action.setObjectName(entry.name)
        if entry.icon:
            action.setIcon(icon(entry.icon))
        action.setShortcut(QKeySequence(entry.shortcut))
        method: Callable[[], None] = getattr(self, entry.name)
        action.triggered.connect(lambda _checked=False: method())
        return action

    def _choose_program(self) -> None:
        dialog = ProgramDialog(self.files, self._window)
        dialog.chosen.connect(partial(self._open_in, list(self._hits)))
        dialog.open()

    def _open_in(self, hits: list[Hit], program: Program) -> None:
        self.files.open_with(program, hits)

    def _copy_picture(self, paths: list[Path], image: QImage) -> None:
        copied = mime_of_copied(paths, image)
        # Unless something else was copied meanwhile, here or in another program.
        if QGuiApplication.clipboard().mimeData().urls() == copied.urls():
            _set_clipboard(copied)

    def _tell_of_copies(self, report: CopyReport) -> None:
        error = failure(report)
        if error is not None:
            self._notifications.show_error(error)
        if report.copied:
            text = self.tr("%Ln photo(s) copied to {0}.", "", len(report.copied))
            show = partial(self._show_copies, report)
            name = shown(report.folder.name or str(report.folder))
            self._notifications.show_text(text.format(name), self.tr("Show"), show)

    def _show_copies(self, report: CopyReport) -> None:
        self.files.show_files(report.copied)

    def _tell_of_excluded(self, excluded: Excluded) -> None:
        text = self.tr("%Ln photo(s) excluded from search.", "", len(excluded.photos))
        undo = partial(self.files.include, excluded, self._tell_of_included)
        self._notifications.show_text(text, self.tr("Undo"), undo)

    def _tell_of_included(self, _: None) -> None:
        self._notifications.show_text(self.tr("They can be found again."))


def _set_clipboard(mime: QMimeData) -> None:
    QGuiApplication.clipboard().setMimeData(mime)
