"""The menu bar: one table of what the window can do, with its words, shortcuts and icons."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QApplication, QMainWindow, QMenu

from ui.models.library import LibraryState
from ui.models.session import SearchSession
from ui.theme import icon
from ui.views.photo_actions import PhotoActions


class Commands(Protocol):
    """What the menus call: the window's own methods."""

    def add_folder(self) -> None: ...
    def search_by_picture(self) -> None: ...
    def show_settings(self) -> None: ...
    def show_library(self) -> None: ...
    def show_models(self) -> None: ...
    def show_programs(self) -> None: ...
    def show_skipped(self) -> None: ...
    def focus_search(self) -> None: ...
    def go_back(self) -> None: ...
    def go_forward(self) -> None: ...
    def clear_search(self) -> None: ...
    def paste(self) -> None: ...
    def enlarge_tiles(self) -> None: ...
    def reduce_tiles(self) -> None: ...
    def set_captions(self, is_on: bool) -> None: ...
    def set_scores(self, is_on: bool) -> None: ...
    def set_full_screen(self, is_on: bool) -> None: ...
    def rescan(self) -> None: ...
    def toggle_pause(self) -> None: ...
    def show_shortcuts(self) -> None: ...
    def show_about(self) -> None: ...


@dataclass(frozen=True)
class _Entry:
    """One line of a menu; ``is_switch``: it is on or off."""

    name: str
    text: object
    shortcut: str = ""
    icon: str = ""
    is_switch: bool = False


_SEPARATOR = None
_PAUSE = QT_TRANSLATE_NOOP("WindowMenus", "&Pause")
_GO_ON = QT_TRANSLATE_NOOP("WindowMenus", "&Go on")
_MENUS: tuple[tuple[object, tuple[_Entry | None, ...]], ...] = (
    (
        QT_TRANSLATE_NOOP("WindowMenus", "&File"),
        (
            _Entry(
                "search_by_picture",
                QT_TRANSLATE_NOOP("WindowMenus", "Find photos like a &picture…"),
                "Ctrl+Shift+O",
                "image",
            ),
            _Entry(
                "add_folder",
                QT_TRANSLATE_NOOP("WindowMenus", "&Add a folder…"),
                "Ctrl+Shift+A",
                "add-folder",
            ),
            _SEPARATOR,
            _Entry(
                "show_settings",
                QT_TRANSLATE_NOOP("WindowMenus", "&Settings…"),
                "Ctrl+,",
                "settings",
            ),
            _SEPARATOR,
            _Entry("quit", QT_TRANSLATE_NOOP("WindowMenus", "&Quit"), "Ctrl+Q"),
        ),
    ),
    (
        QT_TRANSLATE_NOOP("WindowMenus", "&Search"),
        (
            _Entry(
                "focus_search",
                QT_TRANSLATE_NOOP("WindowMenus", "&Find"),
                "Ctrl+F; Ctrl+L",
                "search",
            ),
            _Entry("clear_search", QT_TRANSLATE_NOOP("WindowMenus", "&Clear"), "", "clear"),
            _Entry(
                "paste",
                QT_TRANSLATE_NOOP("WindowMenus", "&Search for what was copied"),
                "Ctrl+Shift+V",
            ),
            _SEPARATOR,
            _Entry(
                "go_back",
                QT_TRANSLATE_NOOP("WindowMenus", "&Back to the search before"),
                "Alt+Left",
                "back",
            ),
            _Entry(
                "go_forward",
                QT_TRANSLATE_NOOP("WindowMenus", "For&ward again"),
                "Alt+Right",
                "forward",
            ),
        ),
    ),
    (QT_TRANSLATE_NOOP("WindowMenus", "&Photo"), ()),
    (
        QT_TRANSLATE_NOOP("WindowMenus", "&View"),
        (
            _Entry(
                "enlarge_tiles",
                QT_TRANSLATE_NOOP("WindowMenus", "&Larger photos"),
                "Ctrl++; Ctrl+=",
                "zoom-in",
            ),
            _Entry(
                "reduce_tiles",
                QT_TRANSLATE_NOOP("WindowMenus", "&Smaller photos"),
                "Ctrl+-",
                "zoom-out",
            ),
            _SEPARATOR,
            _Entry(
                "set_captions",
                QT_TRANSLATE_NOOP("WindowMenus", "&Names below the photos"),
                "Ctrl+Shift+N",
                is_switch=True,
            ),
            _Entry(
                "set_scores",
                QT_TRANSLATE_NOOP("WindowMenus", "&Bar of how well a photo matches"),
                "Ctrl+Shift+B",
                is_switch=True,
            ),
            _SEPARATOR,
            _Entry(
                "set_full_screen",
                QT_TRANSLATE_NOOP("WindowMenus", "&Full screen"),
                "F11",
                is_switch=True,
            ),
        ),
    ),
    (
        QT_TRANSLATE_NOOP("WindowMenus", "&Library"),
        (
            _Entry(
                "show_library",
                QT_TRANSLATE_NOOP("WindowMenus", "&Folders"),
                "Ctrl+Shift+L",
                "library",
            ),
            _Entry(
                "show_models",
                QT_TRANSLATE_NOOP("WindowMenus", "&Models"),
                "Ctrl+Shift+M",
                "model",
            ),
            _Entry(
                "show_programs",
                QT_TRANSLATE_NOOP("WindowMenus", "&Other programs"),
                "Ctrl+Shift+G",
                "open",
            ),
            _Entry(
                "show_skipped",
                QT_TRANSLATE_NOOP("WindowMenus", "Files that could not be &read…"),
                "",
                "warning",
            ),
            _SEPARATOR,
            _Entry(
                "rescan",
                QT_TRANSLATE_NOOP("WindowMenus", "Look through all folders &now"),
                "F5",
                "refresh",
            ),
            _Entry(
                "toggle_pause",
                _PAUSE,
                "Ctrl+Shift+P",
                "pause",
            ),
        ),
    ),
    (
        QT_TRANSLATE_NOOP("WindowMenus", "&Help"),
        (
            _Entry("show_shortcuts", QT_TRANSLATE_NOOP("WindowMenus", "&Keyboard shortcuts"), "F1"),
            _Entry("show_about", QT_TRANSLATE_NOOP("WindowMenus", "&About photosearch")),
        ),
    ),
)
_PHOTO_MENU = 2
_OF_THE_GRID = ("enlarge_tiles", "reduce_tiles", "set_captions", "set_scores")


class WindowMenus(QObject):
    """Builds the menu bar of a window, and keeps its entries true."""

    def __init__(self, window: QMainWindow, commands: Commands, photos: PhotoActions) -> None:
        super().__init__(window)
        self._commands = commands
        self._actions: dict[str, QAction] = {}
        for number, (title, entries) in enumerate(_MENUS):
            menu = window.menuBar().addMenu(_tr(title))
            if number == _PHOTO_MENU:
                photos.fill(menu)
            for entry in entries:
                self._add(menu, entry)

    def follow(self, session: SearchSession, library: LibraryState, *, has_grid: bool) -> None:
        """Offer only what can be done now; without a grid nothing of its look."""
        can_work = library.is_connected and not library.is_first_run
        for name, is_possible in {
            "go_back": session.can_go_back,
            "go_forward": session.can_go_forward,
            "clear_search": not session.question.is_empty,
            "add_folder": library.is_connected,
            "show_skipped": can_work,
            "rescan": can_work,
            "toggle_pause": can_work,
            **dict.fromkeys(_OF_THE_GRID, has_grid),
        }.items():
            self._actions[name].setEnabled(is_possible)
        pause = self._actions["toggle_pause"]
        pause.setText(_tr(_GO_ON if library.is_paused else _PAUSE))
        pause.setIcon(icon("play" if library.is_paused else "pause"))

    def set_switch(self, name: str, is_on: bool) -> None:
        """Show a choice that was made, here or elsewhere."""
        self._actions[name].setChecked(is_on)

    @property
    def actions(self) -> tuple[QAction, ...]:
        """Every entry, in the order of the menus."""
        return tuple(self._actions.values())

    def _add(self, menu: QMenu, entry: _Entry | None) -> None:
        if entry is None:
            menu.addSeparator()
            return
        action = menu.addAction(_tr(entry.text))
        action.setObjectName(entry.name)
        if entry.icon:
            action.setIcon(icon(entry.icon))
        action.setShortcuts([QKeySequence(one) for one in entry.shortcut.split("; ") if one])
        action.setCheckable(entry.is_switch)
        self._act_on(action, entry)
        self._actions[entry.name] = action

    def _act_on(self, action: QAction, entry: _Entry) -> None:
        if entry.name == "quit":
            action.setMenuRole(QAction.MenuRole.QuitRole)
            action.triggered.connect(QApplication.quit)
            return
        command: Callable[..., None] = getattr(self._commands, entry.name)
        if entry.is_switch:
            action.toggled.connect(command)
        else:
            action.triggered.connect(lambda _checked=False: command())


def _tr(text: object) -> str:
    return QCoreApplication.translate("WindowMenus", str(text))
