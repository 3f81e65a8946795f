"""Shows how a model comes: a bar of bytes while it is downloaded, one of photos for the switch."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, TypeVar, cast

from photosearch.cli.streams import Remarks
from photosearch.model_info import Download, ModelInfo, Switch

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

    from photosearch.client import Client
    from photosearch.jobs import CancelToken

T = TypeVar("T")

_LOOK_S = 0.5


def info_of(client: Client, name: str) -> ModelInfo:
    """What the service says of a model; nothing but its name, if it knows none of this name."""
    return next((one for one in client.models() if one.name == name), ModelInfo(name))


def follow_download(client: Client, name: str, cancel: CancelToken) -> Download | None:
    """Show a download until it ends, is paused or fails: then it is returned; None is complete.

    Cancelled, it is followed no more, and goes on.
    """
    download: Download | None = None
    with _bar_of_bytes() as bar:
        task = bar.add_task(f"Downloading {name}", total=None)
        for download in _looks(lambda: info_of(client, name).download, cancel):
            if download is None or not _is_under_way(download):
                return download
            bar.update(task, completed=download.done_bytes, total=download.total_bytes)
    return download


@contextmanager
def bytes_shown(words: str) -> Iterator[Callable[[int, int], None]]:
    """A bar to tell (done, total) in bytes to."""
    with _bar_of_bytes() as bar:
        task = bar.add_task(words, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def follow_switch(client: Client, name: str, cancel: CancelToken) -> bool:
    """Show how the library is embedded with a model until that answers; False if it will not."""
    from photosearch.cli.progress import follow
    from photosearch.types import Phase, Progress

    def steps() -> Iterator[Progress | bool]:
        for told in _looks(lambda: _state(client, name), cancel):
            if not isinstance(told, Switch):
                yield told
                return
            yield Progress(Phase.EMBEDDING, told.embedded, told.total)

    return bool([False, *follow(steps())][-1])


def _state(client: Client, name: str) -> Switch | bool:
    """How far the switch to a model is; True when it answers, False when nothing leads there."""
    switch = client.status().switch
    if switch is not None and switch.new == name:
        return switch
    return info_of(client, name).is_searching


def _looks(look: Callable[[], T], cancel: CancelToken) -> Iterator[T]:
    while not cancel.is_cancelled:
        yield look()
        time.sleep(_LOOK_S)


def _is_under_way(download: Download) -> bool:
    return download.state in ("running", "checking")


def _bar_of_bytes() -> Bar:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        console=Console(file=cast("IO[str]", Remarks())),
    )
