"""The page people search on: the field above, and below it photos, or a page that says why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QModelIndex, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QResizeEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from ui.models.incoming import Incoming, can_come, label_of, pictures_of
from ui.models.library import LibraryState
from ui.models.model_texts import wants_english
from ui.models.search_state import Notice, Shown, notices, shown
from ui.models.session import SearchSession
from ui.views.drop_hint import DropHint
from ui.views.first_run import FirstRun
from ui.views.notifications import Notifications
from ui.views.results_view import ResultsView
from ui.views.scrolled import Scrolled
from ui.views.search_bar import SearchBar
from ui.views.start_page import StartHeader, StartPage
from ui.views.state_page import StatePage
from ui.views.state_texts import Steps, away_line, content, indexing_line, lost_line
from ui.views.strip import Strip
from ui.workers.thumbnails import Thumbnails

_SEARCHING_DELAY_MS = 400
"""Most first answers come sooner: what was shown stays until then."""
_BAR_CHARS = 110
_HEADER_ROOM = 3
"""How often the header would have to fit into the page to be shown."""


class SearchPage(QWidget):
    """Joins field, photos and states. Pictures, files and words may be dropped or pasted anywhere.

    A folder that is dropped is searched in when it is in the library; else adding it is offered.

    Signals:
        folder_wanted(): a folder is to be chosen and added.
        library_wanted(): the library is to be shown.
        models_wanted(): the models are to be shown: another one may be chosen there.
    """

    folder_wanted = Signal()
    library_wanted = Signal()
    models_wanted = Signal()

    def __init__(
        self,
        session: SearchSession,
        library: LibraryState,
        view: ResultsView,
        thumbnails: Thumbnails,
        notifications: Notifications,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._library = library
        self._view = view
        self._notifications = notifications
        self.shown = Shown.START
        self._searching = QTimer(self, singleShot=True, interval=_SEARCHING_DELAY_MS)
        self._steps = Steps(
            self._try_again,
            self.folder_wanted.emit,
            self.library_wanted.emit,
            self._search_everywhere,
            self._clear,
        )
        self._build_parts(thumbnails)
        self._build_layout()
        self._connect()
        self.setAcceptDrops(True)
        self._show()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Goes on to where there is most to do."""
        part = {Shown.RESULTS: self._view, Shown.FIRST_RUN: self.first_run}.get(
            self.shown, self.bar
        )
        part.setFocus(event.reason())

    def minimumSizeHint(self) -> QSize:
        """Without the header: it goes when there is no room for it."""
        least = super().minimumSizeHint()
        header = self.header.minimumSizeHint().height() + self._column.spacing()
        return least - QSize(0, header if self.header.isVisibleTo(self) else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_header()

    # -- what the window asks of it

    def paste(self) -> None:
        """Search by the picture, the files or the words on the clipboard."""
        self._session.take_in(pictures_of(QGuiApplication.clipboard().mimeData()))

    def ask_for_files(self, files: Sequence[Path]) -> None:
        """Search for photos like these files, and for nothing else."""
        self._session.clear()
        self._session.take_in(Incoming(files=tuple(files)))

    # -- what it is made of

    def _build_parts(self, thumbnails: Thumbnails) -> None:
        self.bar = SearchBar(self._session, thumbnails, self)
        self.header = StartHeader(self)
        self.start = StartPage(self._session.history, self)
        self.first_run = FirstRun(self._library, self)
        self.state = StatePage(self)
        self.strips = {
            Notice.LOST: Strip("service-lost", self.tr("Try again"), self),
            Notice.AWAY: Strip("offline", self.tr("Show the library"), self),
            Notice.INDEXING: Strip("image", "", self),
        }
        self._drop_hint = DropHint(self)
        self._stack = QStackedWidget(self)
        self._places: dict[QWidget, QWidget] = {self._view: self._view}
        for part in (self.start, self.first_run, self.state):
            self._places[part] = Scrolled(part, self)
        for place in self._places.values():
            self._stack.addWidget(place)

    def _build_layout(self) -> None:
        line = self.fontMetrics().height()
        self.bar.setMaximumWidth(self.fontMetrics().averageCharWidth() * _BAR_CHARS)
        bar_row = QHBoxLayout()
        bar_row.setContentsMargins(line, 0, line, 0)
        bar_row.addStretch(1)
        bar_row.addWidget(self.bar, 1_000)
        bar_row.addStretch(1)
        strips = QVBoxLayout()
        strips.setContentsMargins(line, 0, line, 0)
        strips.setSpacing(line // 2)
        for strip in self.strips.values():
            strips.addWidget(strip)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, line * 2 // 3, 0, 0)
        self._column.setSpacing(line * 2 // 3)
        self._column.addStretch(0)
        self._column.addWidget(self.header)
        self._column.addLayout(bar_row)
        self._column.addLayout(strips)
        self._column.addWidget(self._stack, 1)

    def _connect(self) -> None:
        self._session.changed.connect(self._show)
        self._session.folders_came.connect(self._take_folders)
        self._session.photos_unknown.connect(self._notifications.show_error)
        self._library.changed.connect(self._show)
        self._library.photos_changed.connect(self._session.refresh)
        self._library.connection_changed.connect(self._on_connection)
        self.bar.left.connect(self._into_results)
        self.start.chosen.connect(self._ask_words)
        self.first_run.folder_chosen.connect(self._library.add_folder)
        self.first_run.models_wanted.connect(self.models_wanted)
        self.strips[Notice.LOST].pressed.connect(self._try_again)
        self.strips[Notice.AWAY].pressed.connect(self.library_wanted)
        self._searching.timeout.connect(self._show_searching)

    # -- what it shows

    def _show(self) -> None:
        page = shown(self._session, self._library)
        self.first_run.show_question(self._session.question)
        if page is Shown.SEARCHING and self.shown is not Shown.SEARCHING:
            if not self._searching.isActive():
                self._searching.start()
        else:
            self._searching.stop()
            self._show_page(page)
        self._show_strips()

    def _show_searching(self) -> None:
        self._show_page(shown(self._session, self._library))

    def _show_page(self, page: Shown) -> None:
        self.shown = page
        focused = self.window().focusWidget()
        words = content(page, self._session, self._library, self._steps)
        is_start = page is Shown.START
        self._show_header()
        self.bar.setVisible(page is not Shown.FIRST_RUN)
        self._column.setStretch(0, 2 if is_start else 0)
        self._column.setStretch(self._column.count() - 1, 5 if is_start else 1)
        if words is not None:
            self.state.show_content(words)
            self._stack.setCurrentWidget(self._places[self.state])
        else:
            self.start.show_photo_count(self._library.searchable)
            pages: dict[Shown, QWidget] = {
                Shown.START: self.start,
                Shown.FIRST_RUN: self.first_run,
            }
            self._stack.setCurrentWidget(self._places[pages.get(page, self._view)])
        if focused is not None and self.isAncestorOf(focused) and not focused.isVisible():
            self.setFocus()

    def _show_header(self) -> None:
        """Where there is room for it: in a low window the field comes first."""
        has_room = self.height() >= _HEADER_ROOM * self.header.sizeHint().height()
        self.header.setVisible(self.shown is Shown.START and has_room)

    def _show_strips(self) -> None:
        said = notices(self._session, self._library)
        for notice, strip in self.strips.items():
            strip.setVisible(notice in said)
        self.strips[Notice.LOST].say(lost_line(self._library))
        self.strips[Notice.AWAY].say(away_line(self._library))
        self.strips[Notice.INDEXING].say(indexing_line(self._library))
        self.bar.set_wants_english(wants_english(self._library))

    # -- what people do

    def _ask_words(self, words: str) -> None:
        self._session.ask(replace(self._session.question, text=words))
        self.bar.setFocus()

    def _into_results(self) -> None:
        if self.shown is Shown.RESULTS:
            self._view.setFocus(Qt.FocusReason.TabFocusReason)
            if not self._view.selectionModel().hasSelection():
                # To be in the grid makes a photo the current one, and does not select it.
                current = self._view.currentIndex()
                first = current if current.isValid() else self._view.model().index(0, 0)
                self._view.setCurrentIndex(QModelIndex())
                self._view.setCurrentIndex(first)
        else:
            self.focusNextChild()

    def _try_again(self) -> None:
        self._library.try_again()
        self._session.retry()

    def _search_everywhere(self) -> None:
        self._session.set_folders(())

    def _clear(self) -> None:
        self._session.clear()
        self.bar.setFocus()

    def _on_connection(self, is_connected: bool) -> None:
        if is_connected:
            self._session.retry()

    def _take_folders(self, folders: tuple[Path, ...]) -> None:
        status = self._library.status
        roots = [one.root.path for one in status.roots] if status is not None else []
        known = [f for f in folders if any(f.is_relative_to(root) for root in roots)]
        if known:
            self._session.set_folders(known)
            self.bar.setFocus()
        for folder in folders:
            if folder not in known:
                self._offer(folder)

    def _offer(self, folder: Path) -> None:
        self._notifications.show_text(
            self.tr("{0} is not in your library.").format(label_of(folder)),
            self.tr("Add this folder"),
            lambda: self._library.add_folder(folder),
        )

    # -- dropping and pasting

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        # What comes out of the grid is in the library already: there is a command for that.
        if can_come(event.mimeData()) and event.source() is not self._view:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self._drop_hint.cover()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._drop_hint.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        self._drop_hint.hide()
        incoming = pictures_of(event.mimeData())
        if incoming:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self._session.take_in(incoming)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste()
        elif event.key() == Qt.Key.Key_Escape:
            self.bar.focus_text()
        else:
            super().keyPressEvent(event)
