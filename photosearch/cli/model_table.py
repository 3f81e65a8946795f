"""Models as text: a table for people, rows for programs, and words for amounts and states."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from photosearch.cli import output
from photosearch.cli.amounts import duration_words, size_words
from photosearch.model_info import Download, DownloadState, ModelInfo

_HEADER = (
    "MODEL",
    "SIZE",
    "FLICKR30K",
    "COCO",
    "IMAGENET",
    "PHOTOS/S",
    "THIS LIBRARY",
    "STATE",
)
_INDENT = "    "
_LEAST_WIDTH = 40
_LANGUAGES = {"en": "English", "mul": "many languages"}
_DOWNLOADS = {
    DownloadState.RUNNING: "downloading",
    DownloadState.PAUSED: "paused",
    DownloadState.CHECKING: "being made ready",
    DownloadState.FAILED: "download failed",
}


def write_models(models: Sequence[ModelInfo], width: int | None = None) -> None:
    """Every model in a line of figures and a line of words; what is measured here is marked so.

    Args:
        width: of the terminal, in characters: where the lines do not fit, a name gets a line of
            its own, above its figures. None is a file or a pipe, which takes any line.
    """
    rows = [_HEADER, *(_row(one) for one in models)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(_HEADER))]
    needed = 2 + sum(widths) + 2 * (len(widths) - 1)
    write_row = _write_row if width is None or needed <= width else _write_two_rows
    for row, one in zip(rows, (None, *models), strict=True):
        mark = "*" if one is not None and one.is_searching else " "
        write_row(mark, row, widths)
        for words in () if one is None else _words(one):
            for line in _fitting(words, width):
                output.write_line(line)


def _write_row(mark: str, row: Sequence[str], widths: Sequence[int]) -> None:
    first = row[0].ljust(widths[0])
    output.write_line(f"{mark} {first}  {_aligned(row, widths)}  {row[-1]}".rstrip())


def _write_two_rows(mark: str, row: Sequence[str], widths: Sequence[int]) -> None:
    output.write_line(f"{mark} {row[0]}  {row[-1]}".rstrip())
    output.write_line(_INDENT + _aligned(row, widths))


def _aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    """The figures: all but the name in front and the state at the end."""
    return "  ".join(c.rjust(w) for c, w in zip(row[1:-1], widths[1:-1], strict=True))


def _fitting(words: str, width: int | None) -> list[str]:
    if width is None:
        return [_INDENT + words]
    return textwrap.wrap(
        words,
        max(width, _LEAST_WIDTH),
        initial_indent=_INDENT,
        subsequent_indent=_INDENT,
        break_long_words=False,
        break_on_hyphens=False,
    )


def model_rows(models: Sequence[ModelInfo], keys: Mapping[str, str]) -> list[dict[str, Any]]:
    """Every model as it stands in JSON; ``keys`` are those of the vectors, by name."""
    return [
        {
            **asdict(one),
            "key": keys.get(one.name),
            "seconds_for_library": one.seconds_for_library,
            "state": state_of(one),
        }
        for one in models
    ]


def state_of(one: ModelInfo) -> str:
    """What there is to say of a model, in a word or a few."""
    if one.is_searching:
        return "answers" if one.is_chosen else "answers until the chosen one is ready"
    if one.download is not None:
        share = share_of(one.download)
        words = _DOWNLOADS[one.download.state] + (f" {share:.0%}" if share else "")
        return f"chosen, {words}" if one.is_chosen else words
    if one.is_chosen:
        return "chosen" if one.is_installed else "chosen, not here"
    return "installed" if one.is_installed else ""


def share_of(download: Download) -> float | None:
    """How much of a download is here, 0 to 1; None if that is not known, or it is all here."""
    if download.state is DownloadState.CHECKING or not download.total_bytes:
        return None
    return download.done_bytes / download.total_bytes


def _row(one: ModelInfo) -> tuple[str, ...]:
    card = one.card
    size = one.weights_bytes or (card.download_bytes if card else 0)
    wait_s = one.seconds_for_library if one.remaining else None
    return (
        one.name,
        size_words(size) if size else "-",
        *(
            _figure(getattr(card, name, None))
            for name in ("flickr30k_recall_at_1", "coco_recall_at_1", "imagenet_top_1")
        ),
        "-" if one.photos_per_s is None else f"{one.photos_per_s:.1f}",
        "done" if not one.remaining and one.embedded else _time(wait_s),
        state_of(one),
    )


def _words(one: ModelInfo) -> list[str]:
    lines = []
    if one.card is not None:
        card = one.card
        licence = f"{card.licence} (research only)" if card.is_research_only else card.licence
        languages = ", ".join(_LANGUAGES.get(code, code) for code in card.languages)
        default = " · recommended" if card.is_default else ""
        lines.append(f"{card.title} · {licence} · {languages}{default}")
    if one.embedded and not one.is_searching:
        size = size_words(one.index_bytes)
        lines.append(f"has {one.embedded:,} photos embedded here ({size})")
    if one.download is not None and one.download.problem is not None:
        lines.append(f"{one.download.problem.message} {one.download.problem.hint}".strip())
    return lines


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _time(seconds: float | None) -> str:
    return "-" if seconds is None else duration_words(seconds)
