"""What a download of a model tells on its way, and what is of it in the shared cache."""

from __future__ import annotations

from photosearch.jobs import CancelToken
from photosearch.model.hub_client import HubClient


class Progress:
    """What a download tells; cancels it when so much is here."""

    def __init__(self, cancel: CancelToken | None = None, at_bytes: int = 0) -> None:
        self.told: list[tuple[int, int]] = []
        self._cancel = cancel
        self._at_bytes = at_bytes

    def __call__(self, done: int, total: int) -> None:
        self.told.append((done, total))
        if self._cancel is not None and done >= self._at_bytes:
            self._cancel.cancel()


def blobs(client: HubClient) -> list[int]:
    """The sizes of all files that the shared cache has, whole or in part."""
    return sorted(
        p.stat().st_size
        for p in client.cache_dir.glob("models--*/**/*")
        if p.is_file() and not p.is_symlink() and p.parent.name != "refs"
    )
