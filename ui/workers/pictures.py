"""Reads one photo as large as a screen needs it; for worker threads."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QColorSpace, QImage, QImageIOHandler, QImageReader, QTransform

from photosearch.errors import PhotoSearchError
from photosearch.interface import PhotoSearchService
from photosearch.types import Photo

FALLBACK_PX = 1024
"""The largest thumbnail that the service makes."""

MAX_PIXELS = 120_000_000
"""Of one decoded photo: 480 MB. A larger one is decoded smaller, even when it is zoomed into."""

_FILE_MAX_BYTES = 512 * 2**20
"""A file is read whole; larger ones (scans, mostly) are shown by their thumbnail."""
_BYTES_PER_PIXEL = 4
# Qt holds a photo twice while it turns or scales it; each copy may have this size.
_ALLOCATION_MB = MAX_PIXELS * _BYTES_PER_PIXEL // 2**20 + 64
_ROTATED = QImageIOHandler.Transformation.TransformationRotate90
# They may carry an EXIF orientation, which viewers and the index follow and Qt does not.
_NOT_TURNED_BY_QT = (b"png", b"webp")
# For the EXIF orientations 1 to 8.
_TURNS = (
    QImageIOHandler.Transformation.TransformationNone,
    QImageIOHandler.Transformation.TransformationMirror,
    QImageIOHandler.Transformation.TransformationRotate180,
    QImageIOHandler.Transformation.TransformationFlip,
    QImageIOHandler.Transformation.TransformationFlipAndRotate90,
    QImageIOHandler.Transformation.TransformationRotate90,
    QImageIOHandler.Transformation.TransformationMirrorAndRotate90,
    QImageIOHandler.Transformation.TransformationRotate270,
)


class Source(StrEnum):
    """Where a picture comes from."""

    FILE = "file"
    THUMBNAIL = "thumbnail"
    """The file is of a kind, or in a state, that cannot be shown here."""
    FILE_GONE = "file-gone"
    """There is no file any more; the thumbnail is shown."""
    ROOT_GONE = "root-gone"
    """The whole folder of the library is away, with its drive perhaps; the thumbnail is shown."""


@dataclass(frozen=True)
class LoadedPicture:
    """A decoded photo, upright and in sRGB.

    Attributes:
        full_size: of the photo in its file, upright; of the picture where that is not known.
    """

    image: QImage
    full_size: QSize
    source: Source = Source.FILE

    @property
    def is_full(self) -> bool:
        """Whether there is no more to see in the file."""
        return self.image.width() >= self.full_size.width()


def load_picture(service: PhotoSearchService, photo: Photo, box: QSize | None) -> LoadedPicture:
    """A photo, to fit into a box of screen pixels; with None as large as it is.

    Raises:
        PhotoSearchError: neither the file nor a thumbnail can be had.
    """

    def orientation() -> int:
        try:
            return service.photo(photo.content_id).facts.orientation
        except PhotoSearchError:
            return 1

    picture = read_picture(photo.path, box, orientation)
    if picture is not None:
        return picture
    image = _thumbnail(service, photo.content_id)
    return LoadedPicture(image, image.size(), _reason(photo))


def read_picture(
    path: Path, box: QSize | None, orientation: Callable[[], int] = lambda: 1
) -> LoadedPicture | None:
    """A photo's file, decoded by Qt; None if it cannot be.

    ``orientation`` is asked for the EXIF orientation where Qt does not look at it.
    """
    # By Python, and not while it is decoded: Qt would hold the interpreter, and with it the window,
    # for as long as a slow drive takes; and it loses the bytes of a name that are no UTF-8.
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_size > _FILE_MAX_BYTES:
                return None
            data = file.read()
    except OSError:
        return None
    return decode_picture(data, box, orientation)


def decode_picture(
    data: bytes, box: QSize | None, orientation: Callable[[], int] = lambda: 1
) -> LoadedPicture | None:
    """The same of a file's bytes."""
    QImageReader.setAllocationLimit(_ALLOCATION_MB)
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    try:
        return _decoded(reader, box, orientation)
    finally:
        # Before the buffer: Qt's reader of TIFF looks at it once more when it goes.
        del reader


def _decoded(
    reader: QImageReader, box: QSize | None, orientation: Callable[[], int]
) -> LoadedPicture | None:
    reader.setDecideFormatFromContent(True)
    reader.setAutoTransform(True)
    # Before it reads: this keeps the interpreter while Qt looks for the format. `read` does not; it
    # would hold Qt's list of formats and wait for the interpreter to look into a buffer of ours,
    # and for ever where the GUI thread has that and wants the list.
    size = reader.size()
    turn = QImageIOHandler.Transformation.TransformationNone
    if bytes(reader.format().data()) in _NOT_TURNED_BY_QT:
        turn = _TURNS[min(max(orientation(), 1), len(_TURNS)) - 1]
    is_turned = bool((reader.transformation().value | turn.value) & _ROTATED.value)
    if size.isValid():
        reader.setScaledSize(_wanted(size, box.transposed() if box and is_turned else box))
    image = reader.read()
    if image.isNull():
        return None
    image = _for_screen(_turned(image, turn))
    return LoadedPicture(image, _turned_size(size, is_turned) if size.isValid() else image.size())


def _turned(image: QImage, turn: QImageIOHandler.Transformation) -> QImage:
    """A picture mirrored, flipped and turned, in this order, as Qt does it with JPEG."""
    kinds = QImageIOHandler.Transformation
    mirror = -1 if turn.value & kinds.TransformationMirror.value else 1
    flip = -1 if turn.value & kinds.TransformationFlip.value else 1
    degrees = 90 if turn.value & _ROTATED.value else 0
    if (mirror, flip, degrees) == (1, 1, 0):
        return image
    return image.transformed(QTransform().rotate(degrees).scale(mirror, flip))


def _turned_size(size: QSize, is_turned: bool) -> QSize:
    return size.transposed() if is_turned else size


def _wanted(size: QSize, box: QSize | None) -> QSize:
    """How large to decode: into the box, never enlarged, and never more than memory allows."""
    wanted = size
    if box is not None:
        fitted = size.scaled(box, Qt.AspectRatioMode.KeepAspectRatio)
        wanted = fitted if fitted.width() < size.width() else size
    pixels = wanted.width() * wanted.height()
    if pixels > MAX_PIXELS:
        wanted = wanted * (MAX_PIXELS / pixels) ** 0.5
    return wanted.expandedTo(QSize(1, 1))


def _for_screen(image: QImage) -> QImage:
    """In sRGB, and in a format that is painted without being converted each time."""
    has_alpha = image.hasAlphaChannel()
    rgb = QImage.Format.Format_ARGB32_Premultiplied if has_alpha else QImage.Format.Format_RGB32
    srgb = QColorSpace(QColorSpace.NamedColorSpace.SRgb)
    if image.colorSpace().isValid() and image.colorSpace() != srgb:
        converted = image.convertedToColorSpace(srgb, rgb)
        image = converted if not converted.isNull() else image
    return image.convertToFormat(rgb)


def _thumbnail(service: PhotoSearchService, content_id: str) -> QImage:
    data = service.thumbnail(content_id, FALLBACK_PX).data
    image = QImage.fromData(QByteArray(data))
    if image.isNull():
        raise PhotoSearchError("This photo has no thumbnail that can be shown.")
    return _for_screen(image)


def _reason(photo: Photo) -> Source:
    if photo.path.exists():
        return Source.THUMBNAIL
    return Source.FILE_GONE if photo.root.is_dir() else Source.ROOT_GONE
