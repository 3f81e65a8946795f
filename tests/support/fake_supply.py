"""Models for a service in tests: colours only, "downloaded" in pieces without any network.

Of the name ``starter`` it is the plain `FakeEncoder`; every other model takes red for blue, so that
an answer shows whose it is. ``net/...`` can be downloaded, ``bad/...`` fails half way, no other
name is known. What was "downloaded" outlives the process.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from photosearch.errors import ModelError
from photosearch.jobs import CancelToken
from photosearch.model.fake import FakeEncoder
from photosearch.paths import AppPaths
from photosearch.service.supply import Supply
from photosearch.settings import Settings

TOTAL_BYTES = 1_000
_PIECE_BYTES = 100


class SwappedEncoder(FakeEncoder):
    """Knows colours, and takes red for blue."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.spec = replace(FakeEncoder.spec, name=name, architecture=name.replace("/", "-"))

    def encode_texts(self, texts: Sequence[str]) -> Any:
        swapped = {"red": "blue", "blue": "red"}
        return super().encode_texts(
            [re.sub("red|blue", lambda found: swapped[found[0]], text) for text in texts]
        )


def make_fake(_: AppPaths, settings: Settings) -> FakeEncoder:
    """A fake model by its name."""
    return FakeEncoder() if settings.model == "starter" else SwappedEncoder(settings.model)


class _Hub:
    """What was "downloaded" lies in the data folder, as files of so many bytes."""

    def __init__(self, piece_s: float) -> None:
        self._piece_s = piece_s

    def is_installed(self, paths: AppPaths) -> Callable[[str], bool]:
        return lambda name: name == "starter" or _here(name, paths) == TOTAL_BYTES

    def fetch(
        self, name: str, paths: AppPaths, cancel: CancelToken, on_bytes: Callable[[int, int], None]
    ) -> bool:
        _check_name(name)
        while (done := _here(name, paths)) < TOTAL_BYTES:
            if cancel.is_cancelled:
                return False
            if name.startswith("bad/") and done >= TOTAL_BYTES // 2:
                raise ModelError("The connection broke.", "Try again.")
            time.sleep(self._piece_s)
            with _place(name, paths).open("ab") as file:
                file.write(b"x" * _PIECE_BYTES)
            on_bytes(done + _PIECE_BYTES, TOTAL_BYTES)
        return True

    def discard(self, name: str, paths: AppPaths) -> None:
        if _here(name, paths) < TOTAL_BYTES:
            _place(name, paths).unlink(missing_ok=True)


def fake_supply(
    load: Callable[[AppPaths, Settings], Any] = make_fake, piece_s: float = 0.0
) -> Supply:
    """Where a service gets fake models from; a piece of a download takes so many seconds."""
    hub = _Hub(piece_s)
    return Supply(
        load=load,
        is_installed=hub.is_installed,
        check_name=_check_name,
        fetch=hub.fetch,
        prepare=lambda *_: None,
        discard=hub.discard,
        bytes_here=lambda name, paths: (_here(name, paths), TOTAL_BYTES),
        measure=_measure,
    )


def _check_name(name: str) -> None:
    if not name.startswith(("net/", "bad/")):
        raise ModelError(f"There is no published model {name}.", "Look at the list.")


def _measure(
    names: Sequence[str], _: AppPaths, cancel: CancelToken, on_measured: Callable[[str], object]
) -> None:
    for name in names:
        if not cancel.is_cancelled:
            on_measured(name)


def _place(name: str, paths: AppPaths) -> Path:
    folder = paths.data_dir / "fake models"
    folder.mkdir(exist_ok=True, parents=True)
    return folder / name.replace("/", "--")


def _here(name: str, paths: AppPaths) -> int:
    file = _place(name, paths)
    return file.stat().st_size if file.exists() else 0
