"""Small pictures of what is searched by: of indexed photos, of other files, and of mere bytes."""

from __future__ import annotations

from PySide6.QtCore import QObject, QSize, Signal
from PySide6.QtGui import QImage, QPixmap

from photosearch.interface import PhotoSearchService
from ui.models.question import Picture
from ui.workers.pictures import decode_picture, read_picture
from ui.workers.runner import Lane, Runner
from ui.workers.thumbnails import SIZES_PX, Thumbnails

_SIDE_PX = SIZES_PX[0]
_BOX = QSize(2 * _SIDE_PX, 2 * _SIDE_PX)
"""Larger, since a square is cut out of it."""
_KEPT = 32
"""More than are shown beside the words."""


class PictureIcons(QObject):
    """A pixmap for each picture of a question; those asked for last are kept.

    Signals:
        ready(): one that was asked for is there.
    """

    ready = Signal()

    def __init__(
        self, runner: Runner, thumbnails: Thumbnails, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._thumbnails = thumbnails
        self._made: dict[Picture, QPixmap | None] = {}  # None: on its way, or it cannot be shown
        thumbnails.ready.connect(self._on_thumbnail)

    def pixmap(self, picture: Picture) -> QPixmap | None:
        """The small picture; None: `ready` follows, or it cannot be shown."""
        if picture.content_id is not None:
            return self._thumbnails.pixmap(picture.content_id, _SIDE_PX)
        if picture not in self._made:
            while len(self._made) >= _KEPT:
                del self._made[next(iter(self._made))]
            self._made[picture] = None
            self._make(picture)
        return self._made[picture]

    def _make(self, picture: Picture) -> None:
        def work(_: PhotoSearchService) -> QImage:
            return _small_image(picture)

        def done(image: QImage) -> None:
            if not image.isNull() and picture in self._made:
                self._made[picture] = QPixmap.fromImage(image)
                self.ready.emit()

        self._runner.run(work, done, lane=Lane.FILES)

    def _on_thumbnail(self, content_id: str, size_px: int) -> None:
        if size_px == _SIDE_PX:
            self.ready.emit()


def _small_image(picture: Picture) -> QImage:
    """Decoded small, upright; a null image of what Qt cannot read. In a worker thread."""
    if picture.data is not None:
        decoded = decode_picture(picture.data, _BOX)
    else:
        assert picture.path is not None  # what is indexed has a thumbnail
        decoded = read_picture(picture.path, _BOX)
    return decoded.image if decoded is not None else QImage()
