"""The MIME types of the files that are photos to us, as shared-mime-info names them."""

from __future__ import annotations

from pathlib import PurePath

_SUFFIXES_OF = {
    "image/jpeg": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "image/png": (".png",),
    "image/webp": (".webp",),
    "image/tiff": (".tif", ".tiff"),
    "image/bmp": (".bmp", ".dib"),
    "image/gif": (".gif",),
    "image/avif": (".avif",),
    "image/heif": (".heic", ".heif", ".hif"),
}
_TYPE_OF = {suffix: name for name, suffixes in _SUFFIXES_OF.items() for suffix in suffixes}

PHOTO_TYPES = tuple(_SUFFIXES_OF)
"""Every type of which we read files."""


def mime_type(path: PurePath) -> str | None:
    """The type of a file, by its name; None where it is not a photo's."""
    return _TYPE_OF.get(path.suffix.lower())
