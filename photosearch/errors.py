"""The errors a person can do something about; every other exception is a bug of ours."""

from __future__ import annotations


class PhotoSearchError(Exception):
    """The world's fault: says what happened, to which file, and what to do about it.

    Attributes:
        message: what happened, in one sentence.
        hint: what to do next, or an empty string.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message


def shown(text: str, keep: str = "") -> str:
    """Text for people: control characters and stray bytes are shown, never sent to a terminal."""
    return "".join(c if c.isprintable() or c in keep else repr(c)[1:-1] for c in text)


class LibraryError(PhotoSearchError):
    """A photo folder cannot be used."""


class ModelError(PhotoSearchError):
    """A model cannot be found, loaded or downloaded."""


class IndexDamagedError(PhotoSearchError):
    """The catalog or the vector store cannot be read."""


class IndexLockedError(PhotoSearchError):
    """Another process owns the index."""


class QueryError(PhotoSearchError):
    """A search asks for something that cannot be answered."""


class DatasetError(PhotoSearchError):
    """A file of captions or labels cannot be used."""


class UnknownPhotoError(PhotoSearchError):
    """The index has no photo of this id or path."""


class ServiceError(PhotoSearchError):
    """The service cannot be started or reached."""


class IntegrationError(PhotoSearchError):
    """Another program cannot be given what is meant for it."""


class SettingsError(PhotoSearchError):
    """A settings file or option cannot be used."""
