"""The command that puts photosearch into other programs, and takes it out of them again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from photosearch.cli import output
from photosearch.cli.options import AsJson, Choice, DataDir, settings_for
from photosearch.cli.streams import say

if TYPE_CHECKING:
    from photosearch.integrations.host import Host
    from photosearch.integrations.surroundings import Surroundings
    from photosearch.paths import AppPaths
    from photosearch.types import Hit

_STATES = {
    "missing": "not found here",
    "off": "off",
    "on": "on",
    "outdated": "out of date: install it again",
    "foreign": "in the way lies a file that is not ours",
}
_VERBS = {
    "write": "would write ",
    "update": "would update",
    "remove": "would remove",
    "leave": "would leave ",
    "nothing": "as it is    ",
}


def integrate(
    context: typer.Context,
    host: Annotated[
        str | None, typer.Argument(metavar="[HOST]", help="Which program; without it, the list.")
    ] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Take every trace away again.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the files, and write nothing.")
    ] = False,
    clear_results: Annotated[
        bool, typer.Option("--clear-results", help="Take back all photos handed to it with --to.")
    ] = False,
    add_folders: Annotated[
        bool, typer.Option("--add-folders", help="Add the folders of its library.")
    ] = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Find similar photos from the menus of other programs: list them, install, remove."""
    from photosearch.integrations.hosts import host_named, hosts
    from photosearch.integrations.surroundings import Surroundings

    if (remove or dry_run) + clear_results + add_folders > 1:
        raise typer.BadParameter("--clear-results and --add-folders each stand alone.")
    choice = settings_for(context, data_dir, None)
    surroundings = Surroundings(choice.paths)
    if host is None:
        if remove or dry_run or clear_results or add_folders:
            raise typer.BadParameter("Name a program: photosearch integrate HOST")
        _list(choice.paths, hosts(surroundings), as_json=as_json)
        return
    chosen = host_named(surroundings, host)
    if clear_results:
        _clear_results(chosen, surroundings)
    elif add_folders:
        _add_folders(choice, chosen, surroundings)
    elif dry_run:
        _show_plan(choice.paths, chosen, removing=remove)
    elif remove:
        _remove(choice.paths, chosen)
    else:
        _install(choice.paths, chosen)


def hand_over(paths: AppPaths, name: str, title: str, hits: Sequence[Hit]) -> None:
    """Give found photos to a host, and say what became of them.

    Raises:
        IntegrationError: the host takes none, or cannot be given them.
    """
    from photosearch.integrations.hosts import target_named
    from photosearch.integrations.surroundings import Surroundings

    sent = target_named(Surroundings(paths), name).send(title, [hit.photo.path for hit in hits])
    for photo, reason in sent.skipped:
        say(f"{output.printable(photo)}: {reason}")
    say(sent.message)
    if sent.place is not None:
        output.write_line(output.printable(sent.place))


def _list(paths: AppPaths, found: Sequence[Host], *, as_json: bool) -> None:
    from photosearch.integrations.installing import state_of

    rows = [(host, state_of(paths, host)) for host in found]
    if as_json:
        fields = [
            {
                "name": host.name,
                "title": host.title,
                "adds": host.adds,
                "state": state.value,
                "takes_results": host.results is not None,
            }
            for host, state in rows
        ]
        output.write_json("integrate", {"hosts": fields})
        return
    width = max((len(host.name) for host in found), default=0)
    for host, state in rows:
        output.write_line(f"{host.name:<{width}}  {_STATES[state.value]}")
    say("Install one with: photosearch integrate HOST")


def _show_plan(paths: AppPaths, host: Host, *, removing: bool) -> None:
    from photosearch.integrations.installing import plan

    for verb, place in plan(paths, host, removing=removing):
        output.write_line(f"{_VERBS[verb]}  {output.printable(place)}")


def _install(paths: AppPaths, host: Host) -> None:
    from photosearch.errors import IntegrationError
    from photosearch.integrations.installing import install

    if not host.parts:
        raise IntegrationError(f"Nothing is installed for {host.title} here.", host.then)
    if not host.is_here:
        say(f"{host.title} was not found on this machine; it will work once it is installed.")
    foreign = install(paths, host)
    _say_foreign(foreign)
    if len(foreign) == len(host.parts) and host.parts:
        raise typer.Exit(1)
    say(f"{host.title}: {host.adds}")
    if host.then:
        say(host.then)


def _remove(paths: AppPaths, host: Host) -> None:
    from photosearch.integrations.installing import remove

    _say_foreign(remove(paths, host))
    say(f"{host.title}: removed, all is as it was.")


def _say_foreign(places: Sequence[str]) -> None:
    for place in places:
        say(f"{output.printable(place)} is not ours, or was changed by hand: it stays as it is.")


def _clear_results(host: Host, surroundings: Surroundings) -> None:
    from photosearch.integrations.hosts import target_named

    count = target_named(surroundings, host.name).take_back()
    say(f"{output.counted(count, 'photo')} taken back from {host.title}.")


def _add_folders(choice: Choice, host: Host, surroundings: Surroundings) -> None:
    from photosearch.cli.commands import run_index
    from photosearch.host_libraries import host_folders

    folders = host_folders(host.name, surroundings.home, surroundings.environ)
    if not folders:
        say(f"{host.title} has no folders that are here now.")
        return
    with choice.open() as client:
        for folder in folders:
            say(f"Adding {output.printable(client.add_root(folder).path)}")
        run_index(client, "add", choice.model, as_json=False)


def register(application: typer.Typer) -> None:
    """Put the command into the application."""
    application.command()(integrate)
