"""Everything written to standard output: results, for people, for pipes and for programs."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from photosearch.cli.amounts import duration_words
from photosearch.errors import PhotoSearchError, shown

if TYPE_CHECKING:
    from photosearch.model_info import Switch
    from photosearch.types import Answer, Hit, IndexReport, Skipped, Status

SCHEMA_VERSION = 1
"""Raised when a field of the JSON changes its meaning; docs/json.md describes them all."""


class Form(StrEnum):
    """How results are written."""

    TABLE = "table"
    JSON = "json"
    PATHS = "paths"
    NUL_PATHS = "nul-paths"


def write_answer(command: str, query: dict[str, Any], answer: Answer, form: Form) -> None:
    """Ranked photos: ``rank  score  path``, or one of the other forms."""
    if form is Form.JSON:
        unread = skipped_rows(answer.unread)
        write_json(command, {"query": query, "hits": hit_rows(answer.hits), "unread": unread})
    elif form is Form.TABLE:
        for hit in answer.hits:
            write_hit(hit, hit.photo.path)
    else:
        write_paths((hit.photo.path for hit in answer.hits), form)


def photo_query(photos: Sequence[Path]) -> dict[str, Any]:
    """What was searched by, as it stands in JSON: ``image`` of one photo, ``images`` of several."""
    if len(photos) == 1:
        return {"image": str(photos[0])}
    return {"images": [str(photo) for photo in photos]}


def write_hit(hit: Hit, shown_path: Path) -> None:
    """One ranked photo as a line for people."""
    write_line(f"{hit.rank:>4}  {hit.score:.3f}  {printable(shown_path)}")


def hit_rows(hits: Iterable[Hit]) -> list[dict[str, Any]]:
    """Ranked photos as they stand in JSON."""
    return [
        {
            "rank": hit.rank,
            "score": round(hit.score, 6),
            "path": str(hit.photo.path),
            "root": str(hit.photo.root),
            "content_id": hit.photo.content_id,
        }
        for hit in hits
    ]


def write_skipped(skipped: list[Skipped], form: Form) -> None:
    """Files that could not be indexed, each with its reason."""
    if form is Form.JSON:
        write_json("skipped", {"skipped": skipped_rows(skipped)})
    elif form is Form.TABLE:
        for one in skipped:
            write_line(f"{printable(one.path)}\t{one.reason}")
    else:
        write_paths((one.path for one in skipped), form)


def write_status(status: Status, data_dir: Path, form: Form) -> None:
    """What the index holds."""
    if form is Form.JSON:
        roots = [
            {
                "path": str(one.root.path),
                "photos": one.photos,
                "is_offline": one.root.is_offline,
                "exclude": list(one.root.exclude),
            }
            for one in status.roots
        ]
        models = [
            {"name": one.spec.name, "key": one.spec.key, "embedded": one.embedded}
            for one in status.models
        ]
        fields = {"data_dir": str(data_dir), "roots": roots, "models": models}
        switch = None if status.switch is None else asdict(status.switch)
        write_json("status", {**fields, "skipped": status.skipped, "switch": switch})
        return
    for one in status.roots:
        away = "  (offline: kept, and searched again when it is back)" * one.root.is_offline
        write_line(f"{one.photos:>9,} photos  {printable(one.root.path)}{away}")
    for model in status.models:
        write_line(f"{model.embedded:>9,} embedded by {model.spec.name}")
    if status.switch is not None:
        write_line(f"          {_switch_words(status.switch)}")
    write_line(f"{status.skipped:>9,} skipped")
    write_line(f"          index: {printable(data_dir)}")


def _switch_words(switch: Switch) -> str:
    left = ""
    if switch.seconds_left is not None:
        left = f", {duration_words(switch.seconds_left)} left"
    return (
        f"{switch.new} has embedded {switch.embedded:,} of {switch.total:,}{left}; "
        f"{switch.old} answers until then"
    )


def write_index_report(command: str, report: IndexReport) -> None:
    """What an indexing job did, as JSON."""
    fields = {
        name: getattr(report, name)
        for name in ("embedded", "recognised", "removed", "unchanged", "skipped", "is_cancelled")
    }
    write_json(command, {**fields, "offline_roots": [str(path) for path in report.offline_roots]})


def write_json(command: str, fields: dict[str, Any]) -> None:
    """One JSON object; bytes of a path that are no UTF-8 become lone surrogates (U+DC80…)."""
    document = {"schema_version": SCHEMA_VERSION, "command": command, **fields}
    write_line(json.dumps(document, indent=2))


def write_paths(paths: Iterable[Path], form: Form) -> None:
    """Bare paths in the disk's own bytes, each ended by a newline or, for ``xargs -0``, a NUL."""
    end = b"\0" if form is Form.NUL_PATHS else b"\n"
    with _writing():
        sys.stdout.flush()
        sys.stdout.buffer.write(b"".join(os.fsencode(path) + end for path in paths))
        sys.stdout.buffer.flush()


def write_line(text: str) -> None:
    """One line of text."""
    with _writing():
        sys.stdout.write(shown(text, keep="\n\t") + "\n")


def terminal_width() -> int | None:
    """How many characters a line of the terminal has; None where the results go elsewhere."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def flush() -> None:
    """Send off what was written.

    Raises:
        PhotoSearchError: it cannot be, the disk being full, say.
    """
    with _writing():
        sys.stdout.flush()


def counted(count: int, what: str) -> str:
    """So many of something: ``1 photo``, ``2 photos``."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def printable(path: Path | str) -> str:
    """A path for people: control characters and stray bytes are shown, never sent to a terminal."""
    return shown(os.fsencode(path).decode("utf-8", errors="backslashreplace"))


@contextmanager
def _writing() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise PhotoSearchError(
            f"The results cannot be written: {error.strerror or error}.",
            "Free some disk space, or send them elsewhere.",
        ) from error


def skipped_rows(skipped: Iterable[Skipped]) -> list[dict[str, str]]:
    """Files that were passed over, as they stand in JSON."""
    return [
        {"path": str(one.path), "kind": one.kind.value, "reason": one.reason} for one in skipped
    ]
