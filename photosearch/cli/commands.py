"""The everyday commands: folders in, words in, photos out."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from photosearch.cli import exits, output
from photosearch.cli.integrating import hand_over
from photosearch.cli.options import (
    AsJson,
    AsNulPaths,
    AsPaths,
    Choice,
    DataDir,
    Exclude,
    FilesCommand,
    FilesFrom,
    Folders,
    Limit,
    Model,
    ToHost,
    form_of,
    settings_for,
)
from photosearch.cli.streams import say
from photosearch.errors import IndexDamagedError
from photosearch.given_files import given_files
from photosearch.paths import absolute
from photosearch.types import Answer, IndexReport, Query

if TYPE_CHECKING:
    from photosearch.client import Client


def register(app: typer.Typer) -> None:
    """Put the commands into the application."""
    for command in (add, remove, exclude, include, index, search, status, skipped, rebuild):
        app.command()(command)
    app.command(cls=FilesCommand)(similar)


def add(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="A folder with photos.", show_default=False)],
    exclude: Exclude = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    model: Model = None,
) -> None:
    """Add a folder and index its photos."""
    folder = absolute(folder)
    choice = settings_for(context, data_dir, model)
    with choice.open() as client:
        root = client.add_root(folder, exclude)
        if root.path != Path(os.path.realpath(folder)):
            say(f"{output.printable(folder)} is already part of {output.printable(root.path)}.")
        run_index(client, "add", choice.model, as_json=as_json)


def remove(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="An added folder.", show_default=False)],
    data_dir: DataDir = None,
) -> None:
    """Forget a folder. The photos themselves are never touched."""
    with settings_for(context, data_dir, None).open() as client:
        photos = client.remove_root(absolute(folder))
    say(f"Forgot {output.counted(photos, 'photo')}. No file was touched.")


def exclude(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(help="A photo or a folder.", show_default=False)],
    data_dir: DataDir = None,
) -> None:
    """Leave a photo, or a folder, out of the library. No file is touched."""
    with settings_for(context, data_dir, None).open() as client:
        pattern = client.exclude(absolute(path))
    say(f"Left out. The pattern for it, to undo it: {output.printable(pattern)}")


def include(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="An added folder.", show_default=False)],
    pattern: Annotated[str, typer.Argument(help="What `exclude` said.", show_default=False)],
    data_dir: DataDir = None,
) -> None:
    """Take in again what `exclude` left out."""
    with settings_for(context, data_dir, None).open() as client:
        client.include(absolute(folder), pattern)
    say("Its photos are found again in a moment.")


def index(
    context: typer.Context,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    model: Model = None,
) -> None:
    """Bring the index up to date with all added folders."""
    choice = settings_for(context, data_dir, model)
    with choice.open() as client:
        if not client.roots():
            say("No folder was added yet; add one with: photosearch add FOLDER")
        run_index(client, "index", choice.model, as_json=as_json)


def search(
    context: typer.Context,
    text: Annotated[str, typer.Argument(help="What the photo shows.", show_default=False)],
    limit: Limit = 20,
    folders: Folders = None,
    as_json: AsJson = False,
    as_paths: AsPaths = False,
    as_nul_paths: AsNulPaths = False,
    to_host: ToHost = None,
    data_dir: DataDir = None,
    model: Model = None,
) -> None:
    """Find photos by words: the best first, with the cosine between words and photo."""
    form = form_of(as_json=as_json, as_paths=as_paths, as_nul_paths=as_nul_paths)
    text = _as_unicode(text)
    choice = settings_for(context, data_dir, model)
    query = Query(text=text, folders=tuple(folders or ()), limit=limit, model=choice.model)
    answer = _ask(choice, query)
    if to_host is not None:
        hand_over(choice.paths, to_host, text, answer.hits)
    else:
        output.write_answer("search", {"text": text}, answer, form)


def similar(
    context: typer.Context,
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FILE]...",
            help="Photos, indexed or not, as paths or file:// URIs.",
            show_default=False,
        ),
    ] = None,
    files_from: FilesFrom = None,
    limit: Limit = 20,
    folders: Folders = None,
    as_json: AsJson = False,
    as_paths: AsPaths = False,
    as_nul_paths: AsNulPaths = False,
    to_host: ToHost = None,
    data_dir: DataDir = None,
    model: Model = None,
) -> None:
    """Find photos that look like a photo, or like several taken together; these are left out."""
    form = form_of(as_json=as_json, as_paths=as_paths, as_nul_paths=as_nul_paths)
    photos = given_files(files or (), files_from)
    if not photos:
        raise typer.BadParameter("Name a photo, or several: photosearch similar FILE...")
    choice = settings_for(context, data_dir, model)
    query = Query(image_paths=photos, folders=tuple(folders or ()), limit=limit, model=choice.model)
    answer = _ask(choice, query)
    if to_host is not None:
        title = photos[0].name if len(photos) == 1 else output.counted(len(photos), "photo")
        hand_over(choice.paths, to_host, title, answer.hits)
    else:
        output.write_answer("similar", output.photo_query(photos), answer, form)


def status(context: typer.Context, as_json: AsJson = False, data_dir: DataDir = None) -> None:
    """Show the added folders and what is indexed."""
    choice = settings_for(context, data_dir, None)
    with choice.open() as client:
        form = form_of(as_json=as_json, as_paths=False, as_nul_paths=False)
        told = client.status()
    output.write_status(told, choice.paths.data_dir, form)
    for notice in told.notices:
        say(f"{notice.message} {notice.hint}".strip())


def skipped(
    context: typer.Context,
    as_json: AsJson = False,
    as_paths: AsPaths = False,
    as_nul_paths: AsNulPaths = False,
    data_dir: DataDir = None,
) -> None:
    """List the files that could not be indexed, each with its reason."""
    form = form_of(as_json=as_json, as_paths=as_paths, as_nul_paths=as_nul_paths)
    with settings_for(context, data_dir, None).open() as client:
        output.write_skipped(client.skipped(), form)


def rebuild(context: typer.Context, data_dir: DataDir = None) -> None:
    """Make a damaged index anew from what is known; no photo that is known is embedded again."""
    from photosearch.cli.progress import follow, stop_on_signal
    from photosearch.jobs import CancelToken

    choice = settings_for(context, data_dir, None)
    cancel = CancelToken()
    with choice.open() as client, stop_on_signal(cancel):
        try:
            follow(client.rebuild(cancel))
        except IndexDamagedError as error:
            client.stop()
            _salvage(choice, error)
            run_index(client, "rebuild", None, as_json=False)
            follow(client.rebuild(cancel))
    if cancel.is_cancelled:
        say("Stopped. The vector store is as it was.")
        raise typer.Exit(exits.INTERRUPTED)
    say("The vector store is rebuilt.")


def _salvage(choice: Choice, error: IndexDamagedError) -> None:
    """Make a new catalog if that is what is damaged."""
    from photosearch.index.opening import salvage_catalog

    report = salvage_catalog(choice.paths)
    if report is None:
        raise error
    say(
        f"{error.message} {report.photos:,} photos in {report.roots:,} folders could be read, and "
        f"are kept. The damaged file lies in {output.printable(report.kept_at)}; delete it when "
        "all is well."
    )


def run_index(client: Client, command: str, model: str | None, *, as_json: bool) -> None:
    """Run an indexing job behind a progress bar and say what it did."""
    from photosearch.cli.progress import follow, stop_on_signal
    from photosearch.jobs import CancelToken

    cancel = CancelToken()
    if model is None and (switch := client.status().switch) is not None:
        # The other one follows in the background; to embed all with it may take hours.
        model = switch.old
    with stop_on_signal(cancel):
        steps: list[IndexReport] = follow(client.index(cancel, model))
    report = steps[-1]
    if as_json:
        output.write_index_report(command, report)
    say(_summary(report))
    for path in report.offline_roots:
        say(
            f"{output.printable(path)} is away or empty: its photos are kept, and searched again "
            "when it is back. If they are gone for good: photosearch remove FOLDER"
        )
    if report.skipped:
        files = output.counted(report.skipped, "file")
        say(f"{files} could not be indexed; see: photosearch skipped")
    if report.is_cancelled:
        say("Stopped. What was done is kept; go on with: photosearch index")
        raise typer.Exit(exits.INTERRUPTED)


def _as_unicode(text: str) -> str:
    """What was typed, as UTF-8 whatever the locale says; bytes that are none become U+FFFD."""
    return os.fsencode(text).decode("utf-8", "replace")


def _ask(choice: Choice, query: Query) -> Answer:
    with choice.open() as client:
        answer = client.answer(query)
    if answer.away:
        away = ", ".join(output.printable(path) for path in answer.away)
        say(f"Not searched, being away: {away}")
    for one in answer.unread:
        say(f"Not searched by: {output.printable(one.path)}: {one.reason}")
    return answer


def _summary(report: IndexReport) -> str:
    parts = [f"{report.embedded:,} embedded"]
    if report.recognised:
        parts.append(f"{report.recognised:,} recognised without embedding")
    if report.removed:
        parts.append(f"{report.removed:,} gone")
    parts.append(f"{report.unchanged:,} unchanged")
    return ", ".join(parts) + "."
