"""What was written into sidecars, so that all of it can be taken back; kept in the data folder."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from photosearch.atomic import write_atomically
from photosearch.errors import IntegrationError

_LOCK_WAIT_S = 60


@dataclass
class SentSidecar:
    """One sidecar that has tags of ours.

    Attributes:
        is_new: there was none before.
        original: what was there before the first tag, where cutting does not lead back to it.
        written: the hash of what we wrote last.
    """

    photo: Path
    is_new: bool
    tags: list[str] = field(default_factory=list)
    original: bytes | None = None
    written: str = ""


class SentTags:
    """The sidecars by their paths."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.sidecars = _read(path)

    @classmethod
    @contextmanager
    def opened(cls, path: Path) -> Iterator[SentTags]:
        """Read it, keep other processes away from it, and write it again at the end.

        Raises:
            IntegrationError: it cannot be written, or another process keeps it.
        """
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with FileLock(path.with_suffix(".lock"), timeout=_LOCK_WAIT_S):
                sent = cls(path)
                try:
                    yield sent
                finally:
                    sent.save()
        except Timeout as error:
            raise IntegrationError(
                "Another photosearch sends results at this moment.", "Wait until it is done."
            ) from error
        except OSError as error:
            raise IntegrationError(
                f"{path} cannot be written: {error.strerror or error}.",
                "Free some disk space, or change its permissions.",
            ) from error

    def save(self) -> None:
        """Write it; called before sidecars are, so that none is ever forgotten.

        Raises:
            OSError: it cannot be written.
        """
        if self.sidecars:
            encoded = [_encoded(path, one) for path, one in self.sidecars.items()]
            write_atomically(self._path, json.dumps(encoded, indent=1).encode())
        else:
            self._path.unlink(missing_ok=True)


def _encoded(path: Path, one: SentSidecar) -> dict[str, Any]:
    """Names need not be text, so their bytes are kept."""
    return {
        "sidecar": os.fsencode(path).hex(),
        "photo": os.fsencode(one.photo).hex(),
        "is_new": one.is_new,
        "tags": one.tags,
        "original": None if one.original is None else base64.b64encode(one.original).decode(),
        "written": one.written,
    }


def _read(path: Path) -> dict[Path, SentSidecar]:
    try:
        return {_path(one["sidecar"]): _decoded(one) for one in json.loads(path.read_bytes())}
    except FileNotFoundError:
        return {}
    except (ValueError, KeyError, TypeError) as error:
        raise IntegrationError(
            f"{path} is damaged.",
            "Delete it; the tags that it knows of stay in the sidecars then, below “photosearch”.",
        ) from error


def _decoded(one: dict[str, Any]) -> SentSidecar:
    original = one["original"]
    return SentSidecar(
        photo=_path(one["photo"]),
        is_new=bool(one["is_new"]),
        tags=[str(tag) for tag in one["tags"]],
        original=None if original is None else base64.b64decode(original),
        written=str(one["written"]),
    )


def _path(encoded: str) -> Path:
    return Path(os.fsdecode(bytes.fromhex(encoded)))
