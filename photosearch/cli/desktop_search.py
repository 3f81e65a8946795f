"""The command that a desktop starts when somebody searches in it."""

from __future__ import annotations

from typing import Annotated

import typer

from photosearch.cli.options import DataDir, settings_for
from photosearch.cli.streams import say


def desktop_search(
    context: typer.Context,
    idle_s: Annotated[
        float | None, typer.Option("--idle", metavar="SECONDS", help="End after so long.", min=0.1)
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Answer the search of the desktop over D-Bus, which starts this by itself."""
    from photosearch.desktop_search import process
    from photosearch.integrations.surroundings import Surroundings

    paths = settings_for(context, data_dir, None).paths
    app_command = Surroundings(paths).app_command
    if not process.run(paths, app_command, process.IDLE_S if idle_s is None else idle_s):
        say("The desktop is being answered already.")


def register(application: typer.Typer) -> None:
    """Put the command into the application, where nobody has to read of it."""
    application.command(hidden=True)(desktop_search)
