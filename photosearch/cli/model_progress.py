"""Shows how a model comes: a bar of bytes while it is downloaded, one of photos for the switch."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import IO, TYPE_CHECKING, TypeVar, cast

from photosearch.cli.streams import Remarks, say
from photosearch.model_info import Download, ModelInfo, Switch

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

    from photosearch.client import Client
    from photosearch.jobs import CancelToken

T = TypeVar("T")

_LOOK_S = 0.5
_FIGURES_AND_BAR = 46
"""So many characters do "999.9/999.9 MB 999.9 MB/s 0:00:00" and a short bar before them take."""
_LONGEST_BAR = 40
_LEAST_WORDS = 10


def info_of(client: Client, name: str) -> ModelInfo:
    """What the service says of a model; nothing but its name, if it knows none of this name."""
    return next((one for one in client.models() if one.name == name), ModelInfo(name))


def follow_download(client: Client, name: str, cancel: CancelToken) -> Download | None:
    """Show a download until it ends, is paused or fails: then it is returned; None is complete.

    Cancelled, it is followed no more, and goes on.
    """
    download = info_of(client, name).download
    if download is not None and _is_under_way(download) and download.total_bytes is None:
        say(f"Waiting for the first bytes of {name}.")
    with bytes_shown(f"Downloading {name}") as show:
        while download is not None and _is_under_way(download) and not cancel.is_cancelled:
            if download.total_bytes is not None:
                show(download.done_bytes, download.total_bytes)
            time.sleep(_LOOK_S)
            download = info_of(client, name).download
    return download


@contextmanager
def bytes_shown(words: str) -> Iterator[Callable[[int, int], None]]:
    """A bar to tell (done, total) in bytes to; it is there from the first time on."""
    with ExitStack() as shown:
        bar: Bar | None = None
        task: TaskID | None = None

        def show(done: int, total: int) -> None:
            nonlocal bar, task
            if bar is None or task is None:
                bar = shown.enter_context(_bar_of_bytes())
                task = bar.add_task(words, total=None)
            bar.update(task, completed=done, total=total)

        yield show


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
    from rich.table import Column

    console = Console(file=cast("IO[str]", Remarks()))
    return Progress(
        TextColumn(
            "{task.description}",
            table_column=Column(
                no_wrap=True,
                overflow="ellipsis",
                max_width=max(_LEAST_WORDS, console.width - _FIGURES_AND_BAR),
            ),
        ),
        BarColumn(bar_width=None, table_column=Column(max_width=_LONGEST_BAR)),
        DownloadColumn(table_column=Column(no_wrap=True)),
        TransferSpeedColumn(table_column=Column(no_wrap=True)),
        TimeRemainingColumn(table_column=Column(no_wrap=True)),
        console=console,
    )
