"""Shows what the service does as it does it: a bar while it indexes, a line for all other news."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict

from photosearch.cli import output
from photosearch.cli.progress import follow
from photosearch.cli.streams import say
from photosearch.types import (
    Activity,
    ActivityState,
    Event,
    EventKind,
    IndexReport,
    Notice,
    Progress,
)


def write_events(events: Iterable[Event]) -> None:
    """Every event as one line of JSON on standard output, sent off at once."""
    for event in events:
        line = {"schema_version": output.SCHEMA_VERSION, "command": "watch", **asdict(event)}
        output.write_line(json.dumps(line, default=str))
        output.flush()


def show_events(events: Iterator[Event]) -> None:
    """Tell a person on standard error until the events end."""
    is_paused: bool | None = None
    for event in events:
        told = _show_indexing(event.activity, events) if event.activity else event.activity
        if told is None:
            tell(event)
        elif (told.state is ActivityState.PAUSED) is not is_paused:
            is_paused = told.state is ActivityState.PAUSED
            _say("Paused; go on with: photosearch service resume" if is_paused else "Idle.")


def tell(event: Event) -> None:
    """A line for news that is worth one."""
    if event.kind is EventKind.REPORT and event.report is not None:
        _say(report_words(event.report))
    elif event.kind is EventKind.NOTICE and event.notice is not None:
        _say(notice_words(event.notice))


def report_words(report: IndexReport) -> str:
    """What a job did; what it did not do is left out."""
    counts = {
        "embedded": report.embedded,
        "recognised without embedding": report.recognised,
        "gone": report.removed,
        "files that cannot be indexed": report.skipped,
    }
    parts = [f"{count:,} {what}" for what, count in counts.items() if count]
    words = ", ".join(parts) or "Nothing new"
    return f"{words}{', stopped before the end' if report.is_cancelled else ''}."


def notice_words(notice: Notice) -> str:
    """What a person should know of, and what to do."""
    return f"{notice.message} {notice.hint}".strip()


def _show_indexing(activity: Activity, events: Iterator[Event]) -> Activity:
    """Show a job behind a bar until another activity begins, which is returned."""
    last = activity

    def steps() -> Iterator[Progress]:
        nonlocal last
        if activity.progress is not None:
            yield activity.progress
        for event in events:
            if event.activity is None:
                tell(event)
                continue
            last = event.activity
            if last.state is not ActivityState.INDEXING:
                return
            if last.progress is not None:
                yield last.progress

    if activity.state is ActivityState.INDEXING:
        follow(steps())
    return last


def _say(words: str) -> None:
    say(f"{time.strftime('%H:%M:%S')}  {words}")
