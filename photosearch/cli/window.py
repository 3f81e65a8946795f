"""The command that opens the desktop app: a program of its own, since the core knows no window."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Annotated

import typer

from photosearch.cli.options import DataDir, FilesCommand, FilesFrom, settings_for
from photosearch.paths import AppPaths


def app(
    context: typer.Context,
    files: Annotated[
        list[str] | None, typer.Argument(metavar="[FILE]...", help="Find photos like these.")
    ] = None,
    files_from: FilesFrom = None,
    search: Annotated[str | None, typer.Option("--search", help="Search for words.")] = None,
    data_dir: DataDir = None,
) -> None:
    """Open the window; one that is open comes to the front."""
    paths = settings_for(context, data_dir, None).paths
    words = [] if search is None else [f"--search={search}"]
    words += [] if files_from is None else [f"--files-from={files_from}"]
    raise typer.Exit(open_window(paths, *words, "--", *(files or ())))


def open_window(paths: AppPaths, *arguments: str) -> int:
    """Open the window on an index and wait until it is closed; returns its exit code."""
    command = [sys.executable, "-P", "-m", "ui.app", "--data-dir", str(paths.data_dir)]
    return subprocess.run([*command, *arguments], check=False).returncode


def has_screen() -> bool:
    """Whether a window would be seen."""
    if sys.platform in ("win32", "darwin"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def register(application: typer.Typer) -> None:
    """Put the command into the application."""
    application.command(cls=FilesCommand)(app)
