"""What somebody drops or pastes: files, a picture without a file, or words; and what it means."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote_to_bytes

from PySide6.QtCore import QBuffer, QByteArray, QCoreApplication, QIODevice, QMimeData, QUrl
from PySide6.QtGui import QImage, QImageWriter

from photosearch.errors import QueryError, UnknownPhotoError, shown
from photosearch.interface import PhotoSearchService
from ui.models.question import TEXT_MAX_CHARS, Picture

LOOKED_UP_MAX = 16
"""More than are shown beside the words with their pictures."""
# As the bytes of a file they need not be drawn and packed again. What else there is
# (image/bmp, an image of Qt's own) is made a PNG.
_PACKED = ("image/png", "image/jpeg", "image/webp", "image/gif", "image/tiff", "image/heic")


@dataclass(frozen=True)
class Incoming:
    """What came, as it was taken from the event: cheap to make, in the GUI thread.

    Attributes:
        files: files and folders of this machine, in the order given.
        data: a picture from the web or the clipboard, as the bytes of a file.
        image: such a picture that is not packed yet.
        text: words, where there is no picture.
        is_far: only the address of something on another machine came.
    """

    files: tuple[Path, ...] = ()
    data: bytes | None = None
    image: QImage | None = None
    text: str = ""
    is_far: bool = False

    @property
    def is_picture(self) -> bool:
        """Whether it is more than words."""
        return bool(self.files) or self.data is not None or self.image is not None

    def __bool__(self) -> bool:
        return self.is_picture or bool(self.text) or self.is_far


@dataclass(frozen=True)
class Resolved:
    """What came, as the service knows it: pictures to search by, and folders."""

    pictures: tuple[Picture, ...] = ()
    folders: tuple[Path, ...] = ()


def pictures_of(mime: QMimeData) -> Incoming:
    """What a drop or the clipboard holds; of several forms of one thing, the most exact one."""
    files = tuple(path for url in mime.urls() if (path := _path_of(url)) is not None)
    if files:
        return Incoming(files=files)
    for kind in _PACKED:
        data = mime.data(kind)
        if data.size():
            return Incoming(data=bytes(data.data()))
    if mime.hasImage():
        image = mime.imageData()
        if isinstance(image, QImage) and not image.isNull():
            return Incoming(image=image)
    if mime.urls():
        return Incoming(is_far=True)
    return Incoming(text=" ".join(mime.text().split())[:TEXT_MAX_CHARS])


def can_come(mime: QMimeData) -> bool:
    """Whether `pictures_of` would find something; takes nothing from the other program."""
    return mime.hasUrls() or mime.hasImage() or mime.hasText()


def resolved(service: PhotoSearchService, incoming: Incoming) -> Resolved:
    """Find out what files are, and which are indexed; in a worker thread.

    Raises:
        PhotoSearchError: the service cannot be asked; or nothing that came can be searched by.
    """
    if incoming.is_far:
        raise _far_away()
    if incoming.image is not None:
        return Resolved((Picture(_pasted_label(), data=_packed(incoming.image)),))
    if incoming.data is not None:
        return Resolved((Picture(_pasted_label(), data=incoming.data),))
    folders = tuple(path for path in incoming.files if path.is_dir())
    files = [path for path in incoming.files if path not in folders]
    return Resolved(pictures_at(service, files), folders)


def pictures_at(service: PhotoSearchService, files: Sequence[Path]) -> tuple[Picture, ...]:
    """Files as pictures to search by: the first of those that are indexed by what they hold.

    The search knows indexed files by their places as well; to ask for each of a thousand would
    take seconds.
    """
    looked_up = [_picture_at(service, path) for path in files[:LOOKED_UP_MAX]]
    return (*looked_up, *(Picture(label_of(path), path=path) for path in files[LOOKED_UP_MAX:]))


def _picture_at(service: PhotoSearchService, path: Path) -> Picture:
    try:
        return Picture(label_of(path), service.photo_at(path).content_id, path)
    except UnknownPhotoError:
        return Picture(label_of(path), path=path)


def label_of(path: Path) -> str:
    """What to call a file or folder: its name on one line, with stray bytes made visible."""
    return shown(os.fsencode(path.name or path).decode(errors="replace"))


def _path_of(url: QUrl) -> Path | None:
    """The file of this machine that a URL names, whatever bytes its name is made of."""
    if not url.isLocalFile():
        return None
    if sys.platform == "win32":
        return Path(url.toLocalFile())
    if url.host() not in ("", "localhost"):
        return None
    path = url.path(QUrl.ComponentFormattingOption.FullyEncoded)
    return Path(os.fsdecode(unquote_to_bytes(path)))


def _packed(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    # Packed little: it travels to a service on this machine, and a person waits.
    writer = QImageWriter(buffer, QByteArray(b"png"))
    writer.setQuality(80)
    writer.write(image)
    return bytes(buffer.data().data())


def _pasted_label() -> str:
    return QCoreApplication.translate("Incoming", "Pasted picture")


def _far_away() -> QueryError:
    return QueryError(
        QCoreApplication.translate("Incoming", "Only the address of the picture came, not itself."),
        QCoreApplication.translate("Incoming", "Copy the picture, or save it and drop the file."),
    )
