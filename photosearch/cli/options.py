"""The options that commands share, declared once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from photosearch.cli.output import Form
from photosearch.given_files import with_files_told_apart
from photosearch.paths import AppPaths
from photosearch.settings import Settings, load_settings

if TYPE_CHECKING:
    from photosearch.client import Client

DataDir = Annotated[
    Path | None,
    typer.Option("--data-dir", help="Keep the index in this folder.", show_default=False),
]
Model = Annotated[
    str | None,
    typer.Option(
        "--model", help="starter, ARCHITECTURE/TAG or ARCHITECTURE@FILE.", show_default=False
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object (docs/json.md).")]
AsPaths = Annotated[bool, typer.Option("--paths", help="Print bare paths, one a line.")]
AsNulPaths = Annotated[bool, typer.Option("-0", help="Print bare paths ended by NUL.")]
LIMIT_MAX = 10_000
"""That of `photosearch.wire`, which takes 0.2 s to import."""
Limit = Annotated[
    int, typer.Option("-n", "--limit", min=1, max=LIMIT_MAX, help="How many photos to show.")
]
Folders = Annotated[
    list[Path] | None,
    typer.Option(
        "--in", metavar="FOLDER", help="Only photos below this folder; may be given again."
    ),
]
FilesFrom = Annotated[
    str | None,
    typer.Option(
        "--files-from",
        metavar="LIST",
        help="Take the files from a list (- is standard input): names each ended by NUL, or lines.",
        show_default=False,
    ),
]
ToHost = Annotated[
    str | None,
    typer.Option(
        "--to",
        metavar="HOST",
        help="Hand the photos to another program; photosearch integrate lists them.",
    ),
]
Exclude = Annotated[
    list[str] | None,
    typer.Option(
        "--exclude", metavar="PATTERN", help="Leave out names or paths like this; repeatable."
    ),
]


class FilesCommand(TyperCommand):
    """A command to which a file may be named whose name begins with ``-``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the words of the command line."""
        options = {name for param in self.params for name in param.opts}
        return super().parse_args(ctx, with_files_told_apart(args, options))


def form_of(*, as_json: bool, as_paths: bool, as_nul_paths: bool) -> Form:
    """The one form that was asked for.

    Raises:
        typer.BadParameter: more than one was.
    """
    asked = [
        form
        for form, is_asked in (
            (Form.JSON, as_json),
            (Form.PATHS, as_paths),
            (Form.NUL_PATHS, as_nul_paths),
        )
        if is_asked
    ]
    if len(asked) > 1:
        raise typer.BadParameter("--json, --paths and -0 exclude each other: give one of them.")
    return asked[0] if asked else Form.TABLE


def settings_for(context: typer.Context, data_dir: Path | None, model: str | None) -> Choice:
    """The folders and settings of a command: its own options, else those before its name."""
    before = context.obj or Before()
    paths = AppPaths.choose(data_dir or before.data_dir)
    chosen = before.model if model is None else model
    return Choice(paths, load_settings(paths.settings, model=chosen), chosen)


@dataclass(frozen=True, slots=True)
class Before:
    """The options given before the command's name."""

    data_dir: Path | None = None
    model: str | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """The folders and settings a command works with.

    Attributes:
        model: the model that this command asks for; None is the one that the settings choose.
    """

    paths: AppPaths
    settings: Settings
    model: str | None = None

    def open(self) -> Client:
        """The index, owned by its service; heavy parts are imported here, not at start."""
        from photosearch.client import Client

        return Client(self.paths)
