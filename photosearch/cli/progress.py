"""Shows a running job on standard error, and stops it cleanly when it is interrupted."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import FrameType
from typing import IO, TYPE_CHECKING, TypeVar, cast

from photosearch.cli.streams import Remarks
from photosearch.jobs import CancelToken
from photosearch.types import Phase, Progress

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import Task, TaskID

R = TypeVar("R")

_WORDS = {
    Phase.SCANNING: "Looking for photos",
    Phase.CHECKING: "Checking the index",
    Phase.EMBEDDING: "Embedding photos",
    Phase.REBUILDING: "Rebuilding the vector store",
}


def follow(job: Iterable[Progress | R]) -> list[R]:
    """Run a job to its end behind a progress bar; returns what it yields besides progress."""
    results: list[R] = []
    with _new_bar() as bar:
        phase: Phase | None = None
        task: TaskID | None = None
        for step in job:
            if not isinstance(step, Progress):
                results.append(step)
                continue
            if task is None or step.phase is not phase:  # a phase may come again, for another model
                if task is not None:
                    bar.stop_task(task)
                phase, task = step.phase, bar.add_task(_WORDS[step.phase], total=None, skipped=0)
            bar.update(task, completed=step.done, total=step.total, skipped=step.skipped)
    return results


@contextmanager
def stop_on_signal(cancel: CancelToken) -> Iterator[None]:
    """The first Ctrl-C or SIGTERM asks the job to stop; a second Ctrl-C stops at once."""

    def ask(number: int, frame: FrameType | None) -> None:
        cancel.cancel()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _new_bar() -> Bar:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, ProgressColumn, TextColumn, TimeElapsedColumn
    from rich.text import Text

    class Figures(ProgressColumn):
        """How many of how many, the rate, the time left, and what was skipped."""

        def render(self, task: Task) -> Text:
            return Text(_figures(task))

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        Figures(),
        console=Console(file=cast("IO[str]", Remarks())),
    )


def _figures(task: Task) -> str:
    if task.total is None:
        return f"{task.completed:,.0f}" if task.completed else ""
    parts = [f"{task.completed:,.0f}/{task.total:,.0f}"]
    if speed := task.finished_speed or task.speed:
        parts.append(f"{speed:,.1f}/s")
    if not task.finished and task.time_remaining is not None:
        parts.append(f"{timedelta(seconds=int(task.time_remaining))} left")
    if skipped := task.fields.get("skipped"):
        parts.append(f"{skipped:,} skipped")
    return "  ".join(parts)
