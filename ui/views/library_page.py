"""The library: its folders and how they stand, what is being done, and what was passed over."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QLocale, QSize, QStringListModel, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QListView,
    QMessageBox,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from photosearch.errors import shown
from photosearch.types import RootStatus
from ui.models.activity_text import activity_text, progress_share
from ui.models.library import LibraryState
from ui.models.roots import FOLDER, PHOTOS, STATE, RootsModel
from ui.theme import icon
from ui.views.activity_line import ProgressLine
from ui.views.folder_delegate import FolderDelegate
from ui.views.folder_dialog import choose_folder
from ui.views.icon_label import IconLabel
from ui.views.labels import Heading, MutedWords, Title, Words
from ui.views.scrolled import Scrolled
from ui.views.skipped_dialog import SkippedDialog
from ui.views.starter_note import StarterNote
from ui.workers.runner import Runner

_PATTERN_LINES = 4


class LibraryPage(QWidget):
    """Shows the library, and changes it.

    Signals:
        closed(): the user wants to go back to the search.
        models_wanted(): the user wants to choose a model.
    """

    closed = Signal()
    models_wanted = Signal()

    def __init__(
        self, library: LibraryState, runner: Runner, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._library = library
        self._runner = runner
        self._model = RootsModel(library, self)
        self._build_buttons()
        self._build_table()
        self._build_patterns()
        self._build_words()
        self._build_layout()
        self._connect()
        self._select_first()
        self._update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        (self._table if self._model.rowCount() else self._add).setFocus(event.reason())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._library.refresh()  # folders may have been added on the command line

    def selected(self) -> RootStatus | None:
        """The folder that buttons are about."""
        index = self._table.currentIndex()
        return self._model.root(index.row()) if index.isValid() else None

    # -- what it is made of

    def _build_buttons(self) -> None:
        self._back = QToolButton(self)
        self._back.setIcon(icon("back"))
        self._back.setAutoRaise(True)
        self._back.setAccessibleName(self.tr("Back to the search"))
        self._back.setToolTip(self.tr("Back to the search"))
        self._add = QPushButton(icon("add-folder"), self.tr("Add a folder…"), self)
        self._remove = QPushButton(icon("remove"), self.tr("Remove…"), self)
        self._rescan = QPushButton(icon("refresh"), self.tr("Look again"), self)
        self._rescan.setToolTip(self.tr("Look through all folders now"))
        self._pause = QPushButton(self)
        self._include = QPushButton(self.tr("Take in again"), self)
        self._skipped = QPushButton(self.tr("Show them…"), self)
        self._try_again = QPushButton(self.tr("Try again"), self)
        for pressed in self.findChildren(QPushButton):
            pressed.setAutoDefault(True)  # Enter presses it as well
        icon_px = self.fontMetrics().height()
        for button in (self._back, self._add, self._remove, self._rescan, self._pause):
            button.setIconSize(QSize(icon_px, icon_px))

    def _build_table(self) -> None:
        table = QTreeView(self)
        table.setModel(self._model)
        table.setItemDelegate(FolderDelegate(table))
        table.setAccessibleName(self.tr("Folders of the library"))
        table.setRootIsDecorated(False)
        table.setUniformRowHeights(True)
        table.setAllColumnsShowFocus(True)
        header = table.header()
        header.hide()  # the cells say themselves what they are
        header.setStretchLastSection(False)
        header.setSectionResizeMode(FOLDER, QHeaderView.ResizeMode.Stretch)
        for column in (PHOTOS, STATE):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self._table = table

    def _build_patterns(self) -> None:
        self._patterns_box = QWidget(self)
        self._patterns_head = Heading(parent=self._patterns_box)
        self._patterns = QStringListModel(self)
        view = QListView(self._patterns_box)
        view.setModel(self._patterns)
        view.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        view.setAccessibleName(self.tr("What is left out of the folder"))
        view.setMaximumHeight((_PATTERN_LINES + 1) * self.fontMetrics().lineSpacing())
        self._pattern_view = view
        row = QHBoxLayout()
        row.addWidget(view, 1)
        row.addWidget(self._include, 0, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self._patterns_box)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._patterns_head)
        layout.addLayout(row)

    def _build_words(self) -> None:
        self._title = Title(self.tr("Library"), self)
        self._summary = MutedWords(parent=self)
        self._activity = Words(parent=self)
        self._bar = ProgressLine(self)
        self._notices_box = QWidget(self)
        self._notices = Words(parent=self._notices_box)
        self._skipped_words = Words(parent=self)
        self._note = StarterNote(self._library, self)

    def _build_layout(self) -> None:
        line_px = self.fontMetrics().height()
        content = QWidget(self)
        layout = QVBoxLayout(content)
        layout.setContentsMargins(2 * line_px, line_px, 2 * line_px, line_px)
        layout.setSpacing(line_px // 2)
        layout.addLayout(_row(self._back, (self._title, 1)))
        layout.addWidget(self._summary)
        layout.addLayout(
            _row((self._activity, 1), self._bar, self._try_again, self._rescan, self._pause)
        )
        layout.addWidget(self._build_notices())
        layout.addSpacing(line_px // 2)
        layout.addWidget(self._table, 1)
        layout.addLayout(_row(self._add, self._remove, None))
        layout.addWidget(self._patterns_box)
        layout.addSpacing(line_px // 2)
        layout.addLayout(_row((self._skipped_words, 1), self._skipped))
        layout.addWidget(self._note)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(Scrolled(content, self))
        self._order_keys()

    def _order_keys(self) -> None:
        """Tab goes from top to bottom."""
        order: tuple[QWidget, ...] = (
            *(self._back, self._try_again, self._rescan, self._pause, self._table),
            *(self._add, self._remove, self._pattern_view, self._include, self._skipped),
        )
        for one, following in pairwise((*order, self._note.button)):
            QWidget.setTabOrder(one, following)

    def _build_notices(self) -> QWidget:
        sign = IconLabel("warning", parent=self._notices_box)
        self._notices.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(self._notices_box)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._notices, 1)
        return self._notices_box

    def _connect(self) -> None:
        self._back.clicked.connect(self.closed)
        self._add.clicked.connect(self.add_folder)
        self._remove.clicked.connect(self.remove_selected)
        self._rescan.clicked.connect(self._library.rescan)
        self._pause.clicked.connect(self._library.toggle_pause)
        self._include.clicked.connect(self._include_selected)
        self._skipped.clicked.connect(self.show_skipped)
        self._try_again.clicked.connect(self._library.try_again)
        self._note.models_wanted.connect(self.models_wanted)
        self._table.selectionModel().currentRowChanged.connect(self._follow_selection)
        self._pattern_view.selectionModel().selectionChanged.connect(self._follow_pattern)
        self._model.modelReset.connect(self._select_first)
        self._library.changed.connect(self._update)
        for key, does, where in (
            (QKeySequence(QKeySequence.StandardKey.Delete), self.remove_selected, self._table),
            (QKeySequence(Qt.Key.Key_Escape), self.closed.emit, self),
        ):
            shortcut = QShortcut(key, where)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(does)

    # -- what the user does

    def add_folder(self) -> None:
        """Ask for a folder, and add it."""
        choose_folder(self, self._library.add_folder, self._library.pictures_folder)

    def remove_selected(self) -> None:
        """Ask whether the selected folder is to be forgotten, and forget it."""
        one = self.selected()
        if one is None:
            return
        box = QMessageBox(self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(self.tr("Remove a folder"))
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(self.tr("Remove {0} from the library?").format(shown(str(one.root.path))))
        box.setInformativeText(
            self.tr(
                "The photos stay on your disk as they are; only searches do not find them any "
                "more. To find them again, add the folder again: it is then looked through anew."
            )
        )
        remove = box.addButton(self.tr("Remove"), QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
        folder = one.root.path
        remove.clicked.connect(lambda: self._library.remove_folder(folder))
        box.open()

    def show_skipped(self) -> None:
        """List the files that could not be read."""
        SkippedDialog(self._runner, self).open()

    def _include_selected(self) -> None:
        one, index = self.selected(), self._pattern_view.currentIndex()
        if one is not None and index.isValid():
            self._library.include(one.root.path, one.root.exclude[index.row()])

    # -- what is shown

    def _update(self) -> None:
        library = self._library
        self._summary.setText(self._summary_text())
        self._activity.setText(activity_text(library))
        self._bar.show_share(progress_share(library))
        self._pause.setText(self.tr("Go on") if library.is_paused else self.tr("Pause"))
        self._pause.setIcon(icon("play" if library.is_paused else "pause"))
        self._try_again.setVisible(library.is_lost)
        notices = [f"{one.message} {one.hint}".strip() for one in library.notices]
        if library.trouble is not None:
            notices.append(str(library.trouble).replace("\n", " "))
        self._notices_box.setVisible(bool(notices))
        self._notices.setText("\n".join(map(shown, notices)))
        self._skipped_words.setText(self._skipped_text())
        self._skipped.setVisible(library.skipped > 0)
        for button in (self._add, self._pause):
            button.setEnabled(library.is_connected)
        self._rescan.setEnabled(library.is_connected and not library.is_first_run)
        self._follow_selection()

    def _summary_text(self) -> str:
        library, locale = self._library, QLocale()
        if library.status is None or library.is_first_run:
            return self.tr("Add the folders with your photos; what is in them can be searched.")
        searchable = locale.toString(library.searchable)
        if library.remaining:
            return self.tr("{0} of {1} photos can be searched so far.").format(
                searchable, locale.toString(library.expected)
            )
        if library.photos > library.searchable > 0:
            return self.tr("{0} photos; {1} different ones can be searched.").format(
                locale.toString(library.photos), searchable
            )
        return self.tr("%Ln photo(s) can be searched.", "", library.searchable)

    def _skipped_text(self) -> str:
        if self._library.skipped:
            return self.tr("%Ln file(s) could not be read.", "", self._library.skipped)
        if self._library.photos and not self._library.remaining:
            return self.tr("Every file that was found could be read.")
        return ""

    def _select_first(self) -> None:
        if not self._table.currentIndex().isValid() and self._model.rowCount():
            self._table.setCurrentIndex(self._model.index(0, FOLDER))

    def _follow_selection(self) -> None:
        one = self.selected()
        self._remove.setEnabled(one is not None and self._library.is_connected)
        patterns = list(one.root.exclude) if one is not None else []
        self._patterns_box.setVisible(bool(patterns))
        if one is not None and patterns:
            name = shown(one.root.path.name or str(one.root.path))
            self._patterns_head.setText(self.tr("Left out of {0}").format(name))
        if [shown(pattern) for pattern in patterns] != self._patterns.stringList():
            self._patterns.setStringList([shown(pattern) for pattern in patterns])
        self._follow_pattern()

    def _follow_pattern(self) -> None:
        has_one = self._pattern_view.selectionModel().hasSelection()
        self._include.setEnabled(has_one and self._library.is_connected)


def _row(*parts: QWidget | tuple[QWidget, int] | None) -> QHBoxLayout:
    """Widgets beside each other; with a number they take the room there is, None is empty room."""
    row = QHBoxLayout()
    for part in parts:
        if part is None:
            row.addStretch(1)
        elif isinstance(part, tuple):
            row.addWidget(part[0], part[1])
        else:
            row.addWidget(part)
    return row
