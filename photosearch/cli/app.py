"""The application: all commands and the options that may stand before them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Annotated, cast

import typer

from photosearch import __version__
from photosearch.cli import (
    commands,
    desktop_search,
    evaluating,
    exits,
    integrating,
    models,
    output,
    service,
    window,
)
from photosearch.cli.demo import demo
from photosearch.cli.options import Before, DataDir, Model
from photosearch.cli.streams import say

_EXIT_CODES = """
Exit codes: 0 done · 1 failed, with the reason on standard error · 2 wrong usage ·
3 the index is in use by another process · 130 interrupted, with all that was done kept.
"""

# typer has a click of its own, and exports no more of its errors than this one.
_UsageError = cast("type[typer.BadParameter]", typer.BadParameter.__mro__[1])

app = typer.Typer(
    name="photosearch",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=_EXIT_CODES,
)


def _print_version(is_asked: bool) -> None:
    if is_asked:
        output.write_line(__version__)
        raise typer.Exit


@app.callback()
def before_command(
    context: typer.Context,
    data_dir: DataDir = None,
    model: Model = None,
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version.", is_eager=True, callback=_print_version
        ),
    ] = False,
) -> None:
    """Search your own photos by what is in them. Offline: nothing leaves this machine."""
    context.obj = Before(data_dir, model)


commands.register(app)
models.register(app)
evaluating.register(app)
service.register(app)
window.register(app)
desktop_search.register(app)
integrating.register(app)
app.command()(demo)


def run(arguments: Sequence[str]) -> int:
    """Run one command; returns its exit code.

    Calling ``app`` would keep interrupts and broken pipes from us, and exit by itself.
    """
    command = typer.main.get_command(app)
    try:
        with command.make_context("photosearch", list(arguments)) as context:
            command.invoke(context)
    except typer.Exit as done:
        return done.exit_code
    except typer.Abort:
        raise KeyboardInterrupt from None
    except _UsageError as error:
        words = io.StringIO()
        error.show(file=words)
        say(words.getvalue().strip())
        return exits.USAGE
    return exits.DONE
