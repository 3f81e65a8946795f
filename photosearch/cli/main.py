"""The command line: takes the arguments apart, and turns errors into words and exit codes."""

from __future__ import annotations

import logging
import os
import sys
from typing import Annotated

import typer

from photosearch import __version__
from photosearch.cli import commands, measuring, output
from photosearch.cli.demo import demo
from photosearch.cli.options import Before, DataDir, Model
from photosearch.errors import IndexLockedError, PhotoSearchError

EXIT_FAILED = 1
EXIT_LOCKED = 3
EXIT_INTERRUPTED = 130

_EXIT_CODES = """
Exit codes: 0 done · 1 failed, with the reason on standard error · 2 wrong usage ·
3 the index is in use by another process · 130 interrupted, with all that was done kept.
"""

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
measuring.register(app)
app.command()(demo)


def main() -> None:
    """Run the command line and exit."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)
    # What Pillow thinks of a broken file stands, in our words, in `photosearch skipped`.
    logging.getLogger("PIL").setLevel(logging.CRITICAL)
    try:
        app()
    except PhotoSearchError as error:
        _say(f"Error: {error}")
        sys.exit(EXIT_LOCKED if isinstance(error, IndexLockedError) else EXIT_FAILED)
    except KeyboardInterrupt:
        _say("Interrupted.")
        sys.exit(EXIT_INTERRUPTED)
    except BrokenPipeError:
        # The reader has seen enough (`| head`); Python must not flush into the closed pipe.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")


if __name__ == "__main__":
    main()
