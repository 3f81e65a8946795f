"""The desktop app's command line; an open window is asked before anything heavy is loaded."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from photosearch import __version__
from photosearch.errors import PhotoSearchError
from photosearch.given_files import with_files_told_apart
from photosearch.paths import AppPaths
from ui.desktop.handing_over import Turn, handed_over
from ui.desktop.request import requested

_NO_SCREEN = """\
There is no screen to open the window on: DISPLAY and WAYLAND_DISPLAY are not set.
Search from the command line instead: photosearch search "red bicycle against a wall"
"""
_WITH_A_WORD = ("--search", "--files-from", "--data-dir")


def main() -> None:
    """Open the window, or bring the one that is open to the front; then exit."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run the app until its window is closed; returns the exit code."""
    parser = _parser()
    chosen = parser.parse_args(_told_apart(arguments, parser))
    if not _has_screen():
        sys.stderr.write(_NO_SCREEN)
        return 1
    try:
        paths = AppPaths.choose(chosen.data_dir)
        request = requested(
            chosen.search or "",
            [*chosen.similar, *chosen.files],
            chosen.files_from,
            started_at_s=_start_of_process_s() if chosen.gather else None,
        )
    except PhotoSearchError as error:
        from ui.running import refuse

        return refuse(error)
    turn = Turn(paths)
    turn.take()
    try:
        if handed_over(paths, request):
            return 0
        from ui.running import run_window

        return run_window(paths, request, turn)
    finally:
        turn.leave()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="photosearch-app",
        description="Search your own photos by what is in them. A second start acts in the window "
        "that is open. FILE is a path or a file:// URI.",
        allow_abbrev=False,
    )
    parser.add_argument("--search", metavar="TEXT", help="search for words")
    parser.add_argument(
        "--similar", metavar="FILE", nargs="+", default=[], help="find photos like these"
    )
    parser.add_argument("files", metavar="FILE", nargs="*", help="the same as --similar")
    parser.add_argument(
        "--files-from",
        metavar="LIST",
        help="the same with the files of a list (- is standard input): names each ended by NUL; "
        "without any NUL, lines",
    )
    parser.add_argument(
        "--gather",
        action="store_true",
        help="starts within 0.4 s of each other mean one search, by all their files",
    )
    parser.add_argument("--data-dir", metavar="FOLDER", type=Path, help="an index kept apart")
    parser.add_argument("--version", action="version", version=__version__)
    return parser


def _told_apart(arguments: Sequence[str], parser: argparse.ArgumentParser) -> list[str]:
    """The arguments, in a form in which nothing that begins with ``-`` is taken for an option.

    Neither the words after ``--search`` nor files that are there.
    """
    joined: list[str] = []
    rest = list(arguments)
    while rest:
        word = rest.pop(0)
        if word == "--":
            joined += [word, *rest]
            break
        joined.append(f"{word}={rest.pop(0)}" if word in _WITH_A_WORD and rest else word)
    options = {name for action in parser._actions for name in action.option_strings}
    return with_files_told_apart(joined, options)


def _start_of_process_s() -> float:
    """When another program started us: on a busy machine, long before we come to run."""
    import psutil

    return psutil.Process().create_time()


def _has_screen() -> bool:
    """Without one, Qt would end the process with an abort."""
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return sys.platform != "linux" or any(os.environ.get(name) for name in names)


if __name__ == "__main__":
    main()
