"""One photo as large as the window allows, with its facts beside and its likes below."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QKeyEvent, QPalette, QPixmap, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from photosearch.errors import shown
from photosearch.types import Photo
from ui.models.facts import facts_of
from ui.models.note_facts import note_facts
from ui.models.preview import Preview
from ui.models.results import ResultsModel
from ui.theme import blend
from ui.views.canvas_overlays import CanvasNote, EdgeButton
from ui.views.facts_panel import FactsPanel
from ui.views.photo_actions import PhotoActions
from ui.views.photo_canvas import GROUND, PhotoCanvas
from ui.views.preview_bar import INK, PreviewBar
from ui.views.similar_strip import SimilarStrip
from ui.workers.pictures import Source
from ui.workers.runner import Runner
from ui.workers.thumbnails import Thumbnails

_MARGIN_PX = 12
_PAN_PX = 80
_FACTS_SHARE = 0.4
_PANEL = QColor(32, 32, 35)


class PreviewPage(QWidget):
    """The viewer.

    Signals:
        closed(): back to the results.
        similar_wanted(list[Hit]): photos like the one shown are to be searched.
    """

    closed = Signal()
    similar_wanted = Signal(object)

    def __init__(
        self,
        runner: Runner,
        thumbnails: Thumbnails,
        actions: PhotoActions,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._actions = actions
        self._preview = Preview(runner, thumbnails, self)
        self._shown: Photo | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Photo, seen large"))
        self.setPalette(_dark(self.palette()))
        self.setAutoFillBackground(True)
        self._build_parts(thumbnails)
        self._build_layout()
        self._connect()
        self._keys = self._build_keys()

    # -- for the window

    def show_row(self, model: ResultsModel, row: int) -> None:
        """Show a photo of the results, and step through their rows."""
        self._preview.walk.start(model, row)
        self.setFocus()

    def clear(self) -> None:
        """Show nothing, and let go of the pictures."""
        self._preview.clear()
        self.canvas.show_photo()
        self.facts.set_facts(())
        self.strip.set_hits(())
        self._shown = None

    @property
    def row(self) -> int | None:
        """The row of the results that is shown, or that one came from."""
        return self._preview.walk.row

    # -- what it is made of

    def _build_parts(self, thumbnails: Thumbnails) -> None:
        self.bar = PreviewBar(self)
        self.canvas = PhotoCanvas(self)
        self.note = CanvasNote(self.canvas)
        self._previous = EdgeButton("previous", self.tr("The photo before (Left)"), self.canvas)
        self._next = EdgeButton("next", self.tr("The next photo (Right)"), self.canvas)
        self.canvas.installEventFilter(self)
        self.strip = SimilarStrip(thumbnails, self)
        self.facts = FactsPanel(self)
        self._strip_label = QLabel(self.tr("Similar"), self)
        self._strip_label.setForegroundRole(QPalette.ColorRole.PlaceholderText)

    def _build_layout(self) -> None:
        below = QHBoxLayout()
        below.setContentsMargins(_MARGIN_PX, 0, _MARGIN_PX, 0)
        below.setSpacing(_MARGIN_PX)
        below.addWidget(self._strip_label)
        below.addWidget(self.strip, 1)
        photo = QVBoxLayout()
        photo.setSpacing(0)
        photo.addWidget(self.canvas, 1)
        photo.addLayout(below)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addLayout(photo, 1)
        middle.addWidget(self.facts)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.bar)
        layout.addLayout(middle, 1)

    def _connect(self) -> None:
        self._preview.photo_changed.connect(self._show_photo)
        self._preview.picture_changed.connect(self._show_picture)
        self._preview.facts_changed.connect(self._show_facts)
        self._preview.similar_changed.connect(self._show_similar)
        self.canvas.box_changed.connect(self._preview.set_box)
        self.canvas.full_wanted.connect(self._preview.want_full)
        self.canvas.zoomed.connect(self._show_zoom)
        self.facts.link_wanted.connect(self._actions.files.open_url)
        self.strip.photo_wanted.connect(self._show_similar_photo)
        self._previous.clicked.connect(self._go_back)
        self._next.clicked.connect(self._go_on)
        self.bar.back_wanted.connect(self.closed)
        self.bar.return_wanted.connect(self._preview.walk.leave)
        self.bar.similar_wanted.connect(self._find_similar)
        self.bar.zoom_in_wanted.connect(self.canvas.zoom_in)
        self.bar.zoom_out_wanted.connect(self.canvas.zoom_out)
        self.bar.zoom_wanted.connect(self.canvas.toggle_zoom)
        self.bar.facts_toggled.connect(self.facts.setVisible)

    def _build_keys(self) -> dict[Qt.Key, Callable[[], None]]:
        key, canvas = Qt.Key, self.canvas
        return {
            key.Key_Escape: self.closed.emit,
            key.Key_Space: self.closed.emit,
            key.Key_Backspace: self._preview.walk.leave,
            key.Key_Left: self._go_back,
            key.Key_PageUp: self._go_back,
            key.Key_Right: self._go_on,
            key.Key_PageDown: self._go_on,
            key.Key_Plus: canvas.zoom_in,
            key.Key_Equal: canvas.zoom_in,
            key.Key_Minus: canvas.zoom_out,
            key.Key_0: canvas.fit,
            key.Key_1: lambda: canvas.zoom_to(1.0),
            key.Key_I: self.bar.toggle_facts,
        }

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # With large letters the facts would leave no room for the photo.
        self.facts.setMaximumWidth(round(self.width() * _FACTS_SHARE))

    # -- what it shows

    def _show_photo(self) -> None:
        hit, walk = self._preview.hit, self._preview.walk
        if hit is None:
            return
        name = shown(hit.photo.path.name)
        self.bar.show_photo(name, walk.position, walk.count, is_aside=walk.is_aside)
        self._previous.setEnabled(walk.can_step(-1))
        self._next.setEnabled(walk.can_step(1))
        if hit.photo == self._shown:
            return
        self._shown = hit.photo
        self._actions.set_hits([hit], is_seen_large=True)
        self.canvas.show_photo()
        self.canvas.setAccessibleDescription(name)
        self._show_picture()

    def _show_picture(self) -> None:
        picture, full = self._preview.picture, self._preview.full_picture
        if picture is not None:
            self.canvas.set_picture(QPixmap.fromImage(picture.image), picture.full_size)
            if full is not None:
                self.canvas.set_full(QPixmap.fromImage(full.image))
        elif (stand_in := self._preview.stand_in) is not None:
            self.canvas.set_picture(stand_in, stand_in.size())
        self.note.set_text(self._note())
        self._place_overlays()

    def _note(self) -> str:
        match self._preview.source:
            case Source.THUMBNAIL:
                return self.tr("A small picture: files of this kind cannot be shown in full here.")
            case Source.FILE_GONE:
                return self.tr("The file is not there any more. This is its last small picture.")
            case Source.ROOT_GONE:
                return self.tr("The drive of this photo is not connected. This is a small picture.")
        if self._preview.error is None:
            return ""
        if not self.canvas.is_empty:
            return self.tr("This photo cannot be read now. This is a small picture.")
        return str(self._preview.error)

    def _show_facts(self) -> None:
        hit, record = self._preview.hit, self._preview.record
        if hit is None or record is None:
            self.facts.set_facts(())
            return
        noted = note_facts(self._preview.notes)
        self.facts.set_facts((*noted, *facts_of(record, hit.photo.path)))

    def _show_similar(self) -> None:
        self.strip.set_hits(self._preview.similar)

    def _show_zoom(self) -> None:
        self.bar.show_zoom(self.canvas.zoom)

    # -- what people do

    def _go_back(self) -> None:
        self._preview.step(-1)

    def _go_on(self) -> None:
        self._preview.step(1)

    def _show_similar_photo(self, position: int) -> None:
        self._preview.walk.enter(self.strip.hits, position)
        self.setFocus()

    def _find_similar(self) -> None:
        if self._preview.hit is not None:
            self.similar_wanted.emit([self._preview.hit])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        pans = {
            Qt.Key.Key_Left: QPoint(-_PAN_PX, 0),
            Qt.Key.Key_Right: QPoint(_PAN_PX, 0),
            Qt.Key.Key_Up: QPoint(0, -_PAN_PX),
            Qt.Key.Key_Down: QPoint(0, _PAN_PX),
        }
        key = Qt.Key(event.key())
        if key in pans and (held == Qt.KeyboardModifier.ShiftModifier or key not in self._keys):
            self.canvas.pan(pans[key])
        elif key in self._keys and held in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.ShiftModifier,  # where + is a shifted key
        ):
            self._keys[key]()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self._actions.menu(self).popup(event.globalPos())

    # -- what lies over the photo

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.canvas and event.type() is QEvent.Type.Resize:
            self._place_overlays()
        return super().eventFilter(watched, event)

    def _place_overlays(self) -> None:
        room = self.canvas.rect()
        for button, x in (
            (self._previous, _MARGIN_PX),
            (self._next, room.width() - self._next.sizeHint().width() - _MARGIN_PX),
        ):
            button.adjustSize()
            button.move(x, (room.height() - button.height()) // 2)
        self.note.place(room.adjusted(_MARGIN_PX, 0, -_MARGIN_PX, -_MARGIN_PX))


def _dark(palette: QPalette) -> QPalette:
    """A dark ground in the light theme as well: it lets the photo's own colours be seen."""
    role = QPalette.ColorRole
    dark = QPalette(palette)
    for ground in (role.Window, role.Base, role.AlternateBase):
        dark.setColor(ground, GROUND)
    for button in (role.Button, role.Midlight, role.Mid):
        dark.setColor(button, blend(GROUND, INK, 0.12))
    dark.setColor(role.Light, blend(GROUND, INK, 0.2))
    dark.setColor(role.Dark, _PANEL.darker())
    for ink in (role.WindowText, role.Text, role.ButtonText, role.BrightText):
        dark.setColor(ink, INK)
    dark.setColor(role.PlaceholderText, blend(INK, GROUND, 0.4))
    return dark
