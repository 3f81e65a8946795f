"""The main window: joins what the app knows to what it shows, page by page."""

from __future__ import annotations

import time
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QMainWindow, QStackedWidget, QWidget

from photosearch.paths import AppPaths
from photosearch.types import Hit
from ui.desktop.request import Request
from ui.models.history import History
from ui.models.library import LibraryState
from ui.models.model_choice import ModelChoice
from ui.models.program_list import ProgramList
from ui.models.programs import LocalPrograms
from ui.models.question import Question
from ui.models.results import ResultsModel
from ui.models.session import Phase, SearchSession
from ui.models.window_state import TILE_STEP_PX, WindowState
from ui.models.window_title import APP, asked_for, window_title
from ui.views.activity_line import ActivityLine
from ui.views.folder_dialog import choose_folder
from ui.views.notifications import Notifications
from ui.views.photo_actions import PhotoActions
from ui.views.results_view import ResultsView
from ui.views.search_page import SearchPage
from ui.views.status_line import StatusLine
from ui.views.tray import Tray
from ui.views.window_menus import WindowMenus
from ui.workers.news import News
from ui.workers.runner import CLOSE_S, OpenService, Runner
from ui.workers.thumbnails import Thumbnails

if TYPE_CHECKING:
    from ui.views.library_page import LibraryPage
    from ui.views.models_page import ModelsPage
    from ui.views.preview_page import PreviewPage
    from ui.views.programs_page import ProgramsPage

_FIRST_SIZE_LETTERS = (200, 54)
"""How wide and high a new window is, in letters and lines of its font."""


class MainWindow(QMainWindow):
    """The one window of the app. `begin` after it is shown, `finish` at the end."""

    def __init__(self, paths: AppPaths, open_service: OpenService) -> None:
        super().__init__()
        self._paths = paths
        self._state = WindowState(paths.data_dir / "app.ini")
        self._build_models(open_service)
        self._build_pages()
        self._connect()
        self._restore()

    # -- what the process asks of it

    def begin(self) -> None:
        """Start to talk to the service; not before the window is there."""
        self._news.start()
        self._search_page.setFocus()

    def ask(self, request: Request) -> None:
        """Search as another start of the app, or its command line, asks."""
        self._show_page(self._search_page)
        if request.similar_to:
            self._search_page.ask_for_files(request.similar_to)
        elif request.search:
            self._session.ask(Question(text=request.search))
            self._session.submit()

    def come_forward(self) -> None:
        """Show the window before all others."""
        if self.isMinimized():
            self.showNormal()
        self.show()
        self.raise_()
        self.activateWindow()

    def finish(self) -> None:
        """Keep how the window was left, and let go of every thread and connection."""
        self._state.geometry = self.saveGeometry()
        self._state.save()
        self.hide()
        if self._has_preview:
            self._preview.close()
        self._tray.close()
        self._actions.close()
        until = time.monotonic() + CLOSE_S
        for part in (self._news, self._thumbnails, self._runner):
            part.close(max(0.0, until - time.monotonic()))

    # -- what it is made of

    def _build_models(self, open_service: OpenService) -> None:
        self._runner = Runner(open_service, self)
        self._news = News(self._runner, self)
        self._library = LibraryState(self._runner, self._news, self)
        self._choice = ModelChoice(self._runner, self._library, self)
        self._programs = ProgramList(self._runner, LocalPrograms(self._paths), self)
        self._results = ResultsModel(self)
        self._thumbnails = Thumbnails(self._runner, self)
        history = History(self._paths.data_dir / "searches.json", self._runner, self)
        self._session = SearchSession(self._runner, self._results, history, self)

    def _build_pages(self) -> None:
        self._stack = QStackedWidget(self)
        self._notifications = Notifications(self._stack)
        self._actions = PhotoActions(self._runner, self._notifications, self._programs, self)
        self._grid = ResultsView(self._results, self._thumbnails)
        self._grid.mime_of = self._actions.mime_of
        self._search_page = SearchPage(
            self._session, self._library, self._grid, self._thumbnails, self._notifications
        )
        self._stack.addWidget(self._search_page)
        self.setCentralWidget(self._stack)
        self._activity = ActivityLine(self._library, self)
        self._status_line = StatusLine(self._activity, self)
        self.statusBar().addWidget(self._status_line, 1)
        self.statusBar().setSizeGripEnabled(False)
        self._tray = Tray(self._library, self)
        self._menus = WindowMenus(self, self, self._actions)

    @cached_property
    def _preview(self) -> PreviewPage:
        """Made when it is first shown: the window is to be there soon."""
        from ui.views.preview_page import PreviewPage

        page = PreviewPage(self._runner, self._thumbnails, self._actions)
        page.similar_wanted.connect(self._find_similar)
        page.closed.connect(self._leave_preview)
        self._stack.addWidget(page)
        return page

    @cached_property
    def _library_page(self) -> LibraryPage:
        from ui.views.library_page import LibraryPage

        page = LibraryPage(self._library, self._runner)
        page.closed.connect(self.show_search)
        page.models_wanted.connect(self.show_models)
        self._stack.addWidget(page)
        return page

    @cached_property
    def _models_page(self) -> ModelsPage:
        from ui.views.models_page import ModelsPage

        page = ModelsPage(self._library, self._choice)
        page.closed.connect(self.show_search)
        self._stack.addWidget(page)
        return page

    @cached_property
    def _programs_page(self) -> ProgramsPage:
        from ui.views.programs_page import ProgramsPage

        page = ProgramsPage(self._programs)
        page.closed.connect(self.show_search)
        self._stack.addWidget(page)
        return page

    @property
    def _has_preview(self) -> bool:
        return "_preview" in self.__dict__

    def _connect(self) -> None:
        self._session.changed.connect(self._follow)
        self._library.changed.connect(self._follow)
        for teller in (self._library, self._choice, self._programs):
            teller.told.connect(self._notifications.show_text)
        for source in (self._runner, self._library, self._programs):
            source.failed.connect(self._notifications.show_error)
        self._grid.preview_wanted.connect(self._preview_row)
        self._grid.menu_wanted.connect(self._show_photo_menu)
        self._grid.selection_changed.connect(self._selection_changed)
        self._actions.similar_wanted.connect(self._find_similar)
        self._actions.preview_wanted.connect(self._preview_hits)
        self._search_page.library_wanted.connect(self.show_library)
        self._search_page.folder_wanted.connect(self.add_folder)
        self._search_page.models_wanted.connect(self.show_models)
        self._activity.clicked.connect(self._show_activity)
        self._grid.tile_px_changed.connect(self.set_tile_px)
        self._status_line.tile_px_chosen.connect(self.set_tile_px)
        self._status_line.captions_chosen.connect(self.set_captions)
        self._tray.raise_wanted.connect(self.come_forward)
        self._tray.quit_wanted.connect(QApplication.quit)

    def _restore(self) -> None:
        self.setWindowTitle(APP)
        if not self.restoreGeometry(self._state.geometry):
            letters, lines = _FIRST_SIZE_LETTERS
            metrics = self.fontMetrics()
            wanted = metrics.averageCharWidth() * letters, metrics.height() * lines
            room = self.screen().availableGeometry()
            self.resize(min(wanted[0], room.width()), min(wanted[1], room.height()))
        self.set_tile_px(self._state.tile_px)
        self.set_captions(self._state.has_captions)
        self.set_scores(self._state.has_scores)
        self._show_page(self._search_page)

    # -- pages

    def show_search(self) -> None:
        """Show the search field and what it found."""
        self._show_page(self._search_page)

    def focus_search(self) -> None:
        """Go to the search field, to type over what stands there."""
        self.show_search()
        self._search_page.bar.focus_text()

    def show_library(self) -> None:
        """Show the folders of the library."""
        self._show_page(self._library_page)

    def show_models(self) -> None:
        """Show the models that can be searched with."""
        self._show_page(self._models_page)

    def show_programs(self) -> None:
        """Show which other programs have photosearch in their menus."""
        self._show_page(self._programs_page)

    def _show_activity(self) -> None:
        """Show the page that says more of what is done at the moment."""
        if self._library.switch is not None:
            self.show_models()
        else:
            self.show_library()

    def _show_page(self, page: QWidget) -> None:
        if self._has_preview and page is not self._preview:
            self._preview.clear()
        self._stack.setCurrentWidget(page)
        self._follow()
        page.setFocus()
        self._selection_changed()

    def _follow(self) -> None:
        """Offer and say what fits the search, the library and the page."""
        is_full = self._session.phase is Phase.RESULTS
        has_grid = is_full and self._stack.currentWidget() is self._search_page
        self._status_line.show_grid_controls(has_grid)
        self._status_line.show_count(self._session.total if is_full else None)
        self._menus.follow(self._session, self._library, has_grid=has_grid)
        self.setWindowTitle(window_title(self._session.question))
        self._actions.title = asked_for(self._session.question)

    # -- photos

    def _selection_changed(self) -> None:
        if self._stack.currentWidget() is self._search_page:
            self._actions.set_hits(self._grid.selected_hits())
        elif not self._has_preview or self._stack.currentWidget() is not self._preview:
            self._actions.set_hits([])

    def _show_photo_menu(self, at: QPoint) -> None:
        self._actions.menu(self._grid).popup(at)

    def _preview_row(self, row: int) -> None:
        if self._results.hit(row) is None:
            return
        self._show_page(self._preview)
        self._preview.show_row(self._results, row)

    def _preview_hits(self, hits: list[Hit]) -> None:
        if hits:
            self._preview_row(hits[0].rank - 1)

    def _leave_preview(self) -> None:
        row = self._preview.row
        self._show_page(self._search_page)
        if row is not None:
            self._grid.setCurrentIndex(self._results.index(row, 0))

    def _find_similar(self, hits: list[Hit]) -> None:
        self._show_page(self._search_page)
        self._session.find_similar(hits)

    # -- what menus and switches do

    def add_folder(self) -> None:
        """Let the user choose a folder, and add it."""
        choose_folder(self, self._library.add_folder, self._library.pictures_folder)

    def search_by_picture(self) -> None:
        """Let the user choose picture files, and search for photos like them."""
        dialog = QFileDialog(self, self.tr("Find photos like these"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(self._search_by_files)
        dialog.open()

    def _search_by_files(self, names: list[str]) -> None:
        self.ask(Request(similar_to=tuple(map(Path, names))))

    def set_tile_px(self, size_px: int) -> None:
        """Make the photos of the grid larger or smaller."""
        self._state.tile_px = size_px
        self._grid.set_tile_px(self._state.tile_px)
        self._status_line.set_tile_px(self._state.tile_px)

    def set_captions(self, is_on: bool) -> None:
        """Show the photos' names below them, or not."""
        self._state.has_captions = is_on
        self._grid.set_captions(is_on)
        self._status_line.set_captions(is_on)
        self._menus.set_switch("set_captions", is_on)

    def set_scores(self, is_on: bool) -> None:
        """Show how well each photo answers, or not."""
        self._state.has_scores = is_on
        self._grid.set_scores(is_on)
        self._menus.set_switch("set_scores", is_on)

    def enlarge_tiles(self) -> None:
        """One step larger."""
        self.set_tile_px(self._state.tile_px + TILE_STEP_PX)

    def reduce_tiles(self) -> None:
        """One step smaller."""
        self.set_tile_px(self._state.tile_px - TILE_STEP_PX)

    def set_full_screen(self, is_on: bool) -> None:
        """Use the whole screen, or a window again."""
        if is_on != self.isFullScreen():
            (self.showFullScreen if is_on else self.showNormal)()

    def go_back(self) -> None:
        """Show the search before this one."""
        self.show_search()
        self._session.go_back()

    def go_forward(self) -> None:
        """Show the search that was gone back from."""
        self.show_search()
        self._session.go_forward()

    def clear_search(self) -> None:
        """Start anew."""
        self._session.clear()
        self.focus_search()

    def paste(self) -> None:
        """Search for the picture, files or words on the clipboard."""
        self.show_search()
        self._search_page.paste()

    def rescan(self) -> None:
        """Look through all folders now."""
        self._library.rescan()

    def toggle_pause(self) -> None:
        """Hold the work in the background, or go on with it."""
        self._library.toggle_pause()

    def show_settings(self) -> None:
        """Let the user change the settings."""
        from ui.views.settings_dialog import SettingsDialog

        dialog = SettingsDialog(self._runner, self._paths, self._state, self)
        dialog.saved.connect(self._library.refresh)
        dialog.models_wanted.connect(self.show_models)
        dialog.open()

    def show_skipped(self) -> None:
        """List the files that could not be read."""
        from ui.views.skipped_dialog import SkippedDialog

        SkippedDialog(self._runner, self).open()

    def show_shortcuts(self) -> None:
        """List every shortcut."""
        from ui.views.about import ShortcutsDialog

        ShortcutsDialog((*self._menus.actions, *self._actions.all), self).open()

    def show_about(self) -> None:
        """Say what this is."""
        from ui.views.about import show_about

        show_about(self)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._state.stays_in_tray and self._tray.is_there:
            self.hide()
            event.ignore()
            return
        event.accept()
        QApplication.quit()
