"""What a start of the app asks of the window, and how that travels to a window that is open.

Imports no Qt: a start that only hands its request over is done before Qt would be loaded.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from photosearch.given_files import given_files
from photosearch.paths import absolute


@dataclass(frozen=True)
class Request:
    """What a start asks of the window: to be shown, with a search by words or by photos.

    Attributes:
        similar_to: absolute paths.
        started_at_s: when the start began, in seconds since 1970, if others that began in the same
            moment mean the same search; None for one that stands alone.
    """

    search: str = ""
    similar_to: tuple[Path, ...] = ()
    started_at_s: float | None = None

    def __bool__(self) -> bool:
        """Whether it asks for more than to be shown."""
        return bool(self.search or self.similar_to)

    def joined(self, other: Request) -> Request:
        """Both as one, which stands alone: the photos of both, each once, and the later words."""
        photos = dict.fromkeys((*self.similar_to, *other.similar_to))
        return Request(other.search or self.search, tuple(photos))

    def encoded(self) -> bytes:
        """One line; names of files go as bytes, since they need not be text."""
        names = [base64.b64encode(os.fsencode(path)).decode() for path in self.similar_to]
        fields = {"search": self.search, "similar_to": names, "started_at_s": self.started_at_s}
        return json.dumps(fields).encode() + b"\n"

    @classmethod
    def decoded(cls, line: bytes) -> Request:
        """The request that was encoded.

        Raises:
            ValueError: it is none.
        """
        try:
            fields = json.loads(line)
            names = [base64.b64decode(name, validate=True) for name in fields["similar_to"]]
            started = fields.get("started_at_s")
            return cls(
                str(fields["search"]),
                tuple(Path(os.fsdecode(name)) for name in names),
                None if started is None else float(started),
            )
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise ValueError(f"not a request: {error}") from error


def requested(
    words: str,
    photos: Sequence[str],
    list_name: str | None = None,
    *,
    started_at_s: float | None = None,
) -> Request:
    """The request of a command line; relative names are this process's own.

    Raises:
        QueryError: a URI names no file of this machine, or the list cannot be read.
        SettingsError: a relative name, or one with ``~``, leads nowhere.
    """
    files = tuple(map(absolute, given_files(photos, list_name)))
    return Request(words, files, started_at_s)
