"""The commands about the service itself, and the one that shows it at work."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

import typer

from photosearch.cli import exits, output
from photosearch.cli.options import AsJson, DataDir, settings_for
from photosearch.cli.streams import say
from photosearch.errors import IndexLockedError, ServiceError

if TYPE_CHECKING:
    from photosearch.client import Client
    from photosearch.paths import AppPaths
    from photosearch.runtime import ServiceAddress
    from photosearch.types import Activity, Status

service = typer.Typer(
    name="service",
    no_args_is_help=True,
    help="Run, stop and look after the service that keeps the index true to the disk.",
)


def register(app: typer.Typer) -> None:
    """Put the commands into the application."""
    for command in (run, start, stop, restart, status, address, enable, disable, pause, resume):
        service.command()(command)
    app.add_typer(service)
    app.command()(watch)


def run(context: typer.Context, data_dir: DataDir = None) -> None:
    """Run the service in this terminal until Ctrl-C."""
    from photosearch.runtime import ExitCode
    from photosearch.service import process

    choice = settings_for(context, data_dir, None)
    with _client(context, data_dir, connect_only=True) as client:
        if (address := client.running()) is not None:
            raise IndexLockedError(
                f"The service is running already (process {address.pid}).",
                "Stop it first: photosearch service stop",
            )
    say(f"The service runs until Ctrl-C. Its log: {output.printable(choice.paths.log)}")
    code = process.run(choice.paths, choice.settings)
    if code != ExitCode.DONE:
        raise typer.Exit(exits.LOCKED if code == ExitCode.LOCKED else exits.FAILED)


def start(context: typer.Context, data_dir: DataDir = None) -> None:
    """Start the service, if it is not running; every other command does so by itself."""
    with _client(context, data_dir) as client:
        say(f"The service is running (process {client.about().pid}).")


def stop(context: typer.Context, data_dir: DataDir = None) -> None:
    """Stop the service. The next command that needs it starts it again."""
    with _client(context, data_dir, connect_only=True) as client:
        _stop(client)


def restart(context: typer.Context, data_dir: DataDir = None) -> None:
    """Stop the service, and start it again."""
    with _client(context, data_dir) as client:
        _stop(client)
        say(f"The service is running (process {client.about().pid}).")


def status(context: typer.Context, as_json: AsJson = False, data_dir: DataDir = None) -> None:
    """Show whether the service runs and what it does; the exit code is 1 where it does not."""
    paths = settings_for(context, data_dir, None).paths
    with _client(context, data_dir, connect_only=True) as client:
        address = client.running()
        held = client.status() if address else None
    if as_json:
        output.write_json("service status", _fields(paths, address, held))
    elif address and held:
        _write_status(paths, address, held)
    else:
        output.write_line("not running")
        output.write_line(_autostart_words(paths))
    if address is None:
        raise typer.Exit(exits.FAILED)


def address(context: typer.Context, data_dir: DataDir = None) -> None:
    """Print where the service's address and token are noted; starts the service if need be."""
    from photosearch import runtime

    with _client(context, data_dir) as client:
        client.about()
        running = client.running()
    paths = settings_for(context, data_dir, None).paths
    place = None if running is None else runtime.place_of(paths, running)
    if place is None:
        raise ServiceError("The service has just ended.", "Try again.")
    output.write_paths([place], output.Form.PATHS)


def enable(context: typer.Context, data_dir: DataDir = None) -> None:
    """Start the service whenever you log in, and now."""
    from photosearch import autostart

    paths = settings_for(context, data_dir, None).paths
    notes = autostart.enable(paths)
    say(f"The service starts when you log in: {autostart.place(paths)}")
    for note in notes:
        say(note)
    with _client(context, data_dir) as client:
        if client.running() is None:
            autostart.start(paths)
        say(f"The service is running (process {client.about().pid}).")


def disable(context: typer.Context, data_dir: DataDir = None) -> None:
    """Start the service no more when you log in; one that runs goes on."""
    from photosearch import autostart

    for note in autostart.disable(settings_for(context, data_dir, None).paths):
        say(note)
    say("The service does not start when you log in.")


def pause(context: typer.Context, data_dir: DataDir = None) -> None:
    """Hold all indexing until `resume` or the next job; searches are still answered."""
    with _client(context, data_dir, connect_only=True) as client:
        client.pause()
    say("Paused; go on with: photosearch service resume")


def resume(context: typer.Context, data_dir: DataDir = None) -> None:
    """Go on with indexing."""
    with _client(context, data_dir, connect_only=True) as client:
        client.resume()
    say("The service goes on.")


def watch(context: typer.Context, as_json: AsJson = False, data_dir: DataDir = None) -> None:
    """Show what the service is doing until Ctrl-C; with --json, one object a line."""
    from photosearch.cli import live
    from photosearch.cli.progress import stop_on_signal
    from photosearch.jobs import CancelToken

    cancel = CancelToken()
    with _client(context, data_dir) as client, stop_on_signal(cancel):
        if as_json:
            live.write_events(client.events(cancel))
        else:
            for notice in client.status().notices:
                say(live.notice_words(notice))
            live.show_events(client.events(cancel))
    if cancel.is_cancelled:
        raise typer.Exit(exits.INTERRUPTED)


def _client(context: typer.Context, data_dir: DataDir, *, connect_only: bool = False) -> Client:
    from photosearch.client import Client

    paths = settings_for(context, data_dir, None).paths
    return Client(paths, connect_only=connect_only)


def _stop(client: Client) -> None:
    address = client.running()
    if address is None:
        say("The service is not running.")
    elif client.stop():
        say("The service has stopped.")
    else:
        from photosearch.runtime import kill_command

        raise ServiceError(
            f"The service (process {address.pid}) does not end.",
            f"End it: {kill_command(address.pid)}",
        )


def _fields(paths: AppPaths, address: ServiceAddress | None, held: Status | None) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "is_running": address is not None,
        "data_dir": str(paths.data_dir),
        "log": str(paths.log),
        "starts_at_login": _starts_at_login(paths),
    }
    if address is None or held is None:
        return fields
    roots = [
        {"path": str(one.root.path), "photos": one.photos, "watch": one.watch} for one in held.roots
    ]
    notices = [
        {"message": one.message, "hint": one.hint, "path": one.path and str(one.path)}
        for one in held.notices
    ]
    return {
        **fields,
        "pid": address.pid,
        "url": address.url,
        "version": address.version,
        "started_at": address.started_at,
        "activity": asdict(held.activity),
        "roots": roots,
        "notices": notices,
    }


def _write_status(paths: AppPaths, address: ServiceAddress, held: Status) -> None:
    from photosearch.cli import live

    since = datetime.fromisoformat(address.started_at).astimezone()
    output.write_line(f"running since {since:%Y-%m-%d %H:%M:%S}, process {address.pid}")
    output.write_line(f"photosearch {address.version} at {address.url}")
    output.write_line(_activity_words(held.activity))
    for one in held.roots:
        output.write_line(
            f"{one.photos:>9,} photos  {output.printable(one.root.path)}  ({one.watch})"
        )
    for notice in held.notices:
        output.write_line(live.notice_words(notice))
    output.write_line(_autostart_words(paths))
    output.write_line(f"index: {output.printable(paths.data_dir)}")
    output.write_line(f"log: {output.printable(paths.log)}")


def _activity_words(activity: Activity) -> str:
    step = activity.progress
    if step is None:
        return activity.state.value
    total = f" of {step.total:,}" if step.total is not None else ""
    return f"{activity.state.value}: {step.phase}, {step.done:,}{total}"


def _autostart_words(paths: AppPaths) -> str:
    return f"starts at login: {'yes' if _starts_at_login(paths) else 'no'}"


def _starts_at_login(paths: AppPaths) -> bool:
    from photosearch import autostart

    return autostart.is_enabled(paths)
