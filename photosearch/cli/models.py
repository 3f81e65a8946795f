"""The commands about models: which there are, and getting, choosing, adding and deleting them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from photosearch.cli import exits, output
from photosearch.cli.amounts import duration_words, size_words
from photosearch.cli.model_table import model_rows, write_models
from photosearch.cli.options import AsJson, Before, Choice, DataDir, settings_for
from photosearch.cli.streams import say
from photosearch.errors import ModelError
from photosearch.model.registry import parse_model_name
from photosearch.model_info import Download, DownloadState, ModelInfo

if TYPE_CHECKING:
    from photosearch.client import Client
    from photosearch.jobs import CancelToken

Name = Annotated[str, typer.Argument(help="As `photosearch models` lists it.", show_default=False)]

group = typer.Typer(
    name="models",
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def register(app: typer.Typer) -> None:
    """Put the group into the application."""
    app.add_typer(group)


@group.callback()
def models(
    context: typer.Context,
    every: Annotated[
        bool, typer.Option("--all", help="Also list every model that open_clip can download.")
    ] = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """List the models: what is published of them, and what they do here."""
    before = context.obj or Before()
    context.obj = Before(data_dir or before.data_dir, before.model)
    if context.invoked_subcommand is not None:
        return
    choice = settings_for(context, None, None)
    told, keys = _told(choice)
    if every:
        from photosearch.model.openclip import published_models

        known = {one.name for one in told}
        names = (f"{architecture}/{tag}" for architecture, tag in published_models())
        told += [ModelInfo(name) for name in names if name not in known]
    if as_json:
        output.write_json("models", {"models": model_rows(told, keys)})
        return
    write_models(told, output.terminal_width())
    say("* answers searches. Flickr30k, COCO: share of captions whose photo comes first.")
    say("ImageNet: share of photos named right. All as published.")
    say("Use one: photosearch models use MODEL")
    if all(one.photos_per_s is None for one in told):
        say("Their speed on this machine was not measured; run: photosearch models measure")


@group.command()
def get(context: typer.Context, name: Name, data_dir: DataDir = None) -> None:
    """Download a model, or go on with a download. It is chosen with `models use`."""
    from photosearch.cli.progress import stop_on_signal
    from photosearch.jobs import CancelToken

    cancel = CancelToken()
    # Ctrl-C pauses from the first moment on: the service may have begun before it answers.
    with settings_for(context, data_dir, None).open() as client, stop_on_signal(cancel):
        client.download_model(name)
        _follow_download(client, name, cancel)
    say(f"{name} is here. Use it: photosearch models use {name}")


@group.command()
def use(
    context: typer.Context,
    name: Name,
    wait: Annotated[bool, typer.Option("--wait", help="Stay until it answers.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Choose the model that answers, as soon as it has embedded the library."""
    from photosearch.cli.progress import stop_on_signal
    from photosearch.jobs import CancelToken

    cancel = CancelToken()
    with settings_for(context, data_dir, None).open() as client, stop_on_signal(cancel):
        _use(client, _absolute(name), cancel, is_awaited=wait)


@group.command()
def add(
    context: typer.Context,
    source: Annotated[
        Path, typer.Argument(help="Weights, or a folder with open_clip_config.json.")
    ],
    architecture: Annotated[
        str | None,
        typer.Option("--architecture", help="open_clip's name of the network, if it is not told."),
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", metavar="TAG", help="The second part of its name.")
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Take in a model that was carried here by hand: it is checked, and copied."""
    from photosearch.cli.model_progress import bytes_shown
    from photosearch.cli.progress import stop_on_signal
    from photosearch.jobs import CancelToken
    from photosearch.model.importing import import_model

    paths = settings_for(context, data_dir, None).paths
    cancel = CancelToken()
    with stop_on_signal(cancel), bytes_shown("Checking and copying") as on_progress:
        report = import_model(
            source,
            paths,
            architecture=architecture,
            tag=name,
            cancel=cancel,
            on_progress=on_progress,
        )
    if report is None:
        say("Stopped. Nothing was added.")
        raise typer.Exit(exits.INTERRUPTED)
    for remark in report.remarks:
        say(remark)
    if report.is_new:
        say(f"{report.model.name} is added. Use it: photosearch models use {report.model.name}")


@group.command()
def delete(
    context: typer.Context,
    name: Name,
    vectors: Annotated[
        bool, typer.Option("--vectors", help="What it has embedded of this library.")
    ] = False,
    files: Annotated[bool, typer.Option("--files", help="Its files on this disk.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Delete what a model takes on this disk; the one that answers keeps all."""
    from photosearch.cli.model_progress import info_of

    if not vectors and not files:
        raise typer.BadParameter("Say what to delete: --vectors, --files or both.")
    name = _absolute(name)
    with settings_for(context, data_dir, None).open() as client:
        info = info_of(client, name)
        if vectors:
            photos = client.delete_vectors(name)
            freed = size_words(info.index_bytes)
            say(f"Forgot what {name} had embedded of {output.counted(photos, 'photo')}: {freed}.")
        if files and info.download is not None:
            client.cancel_download(name)
            say(f"Deleted what was here of {name}: {size_words(info.download.done_bytes)}.")
        elif files:
            client.delete_model(name)
            say(f"Deleted the files of {name}: {size_words(info.weights_bytes)}.")


@group.command()
def measure(
    context: typer.Context,
    names: Annotated[
        list[str] | None, typer.Argument(help="These only; without any, all of the menu.")
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Measure how many photos a second the models embed on this machine; needs no weights."""
    from photosearch.cli.progress import stop_on_signal
    from photosearch.jobs import CancelToken
    from photosearch.model.calibration import measure as calibrate
    from photosearch.model.speeds import Speed

    choice = settings_for(context, data_dir, None)
    told, _ = _told(choice)
    infos = {one.name: one for one in told}
    asked = names or [one.name for one in told if one.card is not None or one.is_installed]
    cancel = CancelToken()

    def show(name: str, speed: Speed) -> None:
        one = infos.get(name)
        wait = duration_words(one.remaining / speed.photos_per_s) if one and one.remaining else ""
        left = f"  {wait} for this library" if wait else ""
        output.write_line(f"{speed.photos_per_s:>8.1f} photos/s  {name}{left}")
        output.flush()

    say(f"Measuring {output.counted(len(asked), 'model')}, a few seconds each.")
    with stop_on_signal(cancel):
        skipped = calibrate(asked, choice.paths, cancel, show)
    for name, reason in skipped.items():
        say(f"{name} was not measured: {reason}")
    if cancel.is_cancelled:
        say("Stopped. What was measured is kept.")
        raise typer.Exit(exits.INTERRUPTED)


def _told(choice: Choice) -> tuple[list[ModelInfo], dict[str, str]]:
    """The models, and the keys of their vectors; where there is no index, none is made."""
    if not choice.paths.catalog.exists():
        from photosearch.model_list import models_without_index

        return list(models_without_index(choice.paths, choice.settings.model)), {}
    with choice.open() as client:
        used = client.status().models
        return list(client.models()), {one.spec.name: one.spec.key for one in used}


def _use(client: Client, name: str, cancel: CancelToken, *, is_awaited: bool) -> None:
    from photosearch.cli.model_progress import follow_switch, info_of

    client.change_settings({"model": name})
    info = info_of(client, name)
    if info.is_searching:
        say(f"{name} answers.")
        return
    answering = next((one.name for one in client.models() if one.is_searching), "the old one")
    say(f"{name} is chosen. Until it has embedded the library, {answering} answers.")
    if not is_awaited and not cancel.is_cancelled:
        _say_what_follows(info)
        return
    if info.download is not None:
        _follow_download(client, name, cancel, is_for_use=True)
    is_done = follow_switch(client, name, cancel)
    if cancel.is_cancelled:
        say("It goes on in the background; see: photosearch status")
        raise typer.Exit(exits.INTERRUPTED)
    if not is_done:
        _explain(client, name)
    say(f"{name} answers.")


def _follow_download(
    client: Client, name: str, cancel: CancelToken, *, is_for_use: bool = False
) -> None:
    """Show a download to its end; cancelled, it is paused.

    Raises:
        ModelError: it failed.
    """
    from photosearch.cli.model_progress import follow_download

    download = follow_download(client, name, cancel)
    if cancel.is_cancelled and download is not None:
        client.pause_download(name)
        download = Download(DownloadState.PAUSED, download.done_bytes, download.total_bytes)
    if download is None:
        return
    if download.problem is not None:
        raise ModelError(download.problem.message, download.problem.hint)
    command = "use --wait" if is_for_use else "get"
    say(f"Paused; what is here is kept. Go on with: photosearch models {command} {name}")
    raise typer.Exit(exits.INTERRUPTED)


def _say_what_follows(info: ModelInfo) -> None:
    if info.download is not None and info.card is not None:
        size = size_words(info.card.download_bytes)
        say(f"It is downloaded ({size}), then the photos are embedded; both in the background.")
    else:
        say("The photos are embedded in the background.")
    if info.seconds_for_library:
        say(f"Embedding takes about {duration_words(info.seconds_for_library)} on this machine.")
    say("See how far it is: photosearch status")


def _explain(client: Client, name: str) -> None:
    """Say why a model does not come to answer.

    Raises:
        ModelError: always.
    """
    notices = client.status().notices
    about = next((one for one in notices if name in one.message), None)
    if about is not None:
        raise ModelError(about.message, about.hint)
    raise ModelError(f"{name} is not the chosen model any more.", "See: photosearch models")


def _absolute(name: str) -> str:
    """The same name for the service, which runs in another folder."""
    parsed = parse_model_name(name)
    return name if parsed.checkpoint is None else f"{parsed.architecture}@{parsed.checkpoint}"
