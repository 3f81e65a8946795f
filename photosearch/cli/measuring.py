"""The command that lists models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from photosearch.cli import output
from photosearch.cli.options import AsJson, Choice, DataDir, settings_for
from photosearch.cli.streams import say
from photosearch.model.registry import STARTER

if TYPE_CHECKING:
    from photosearch.types import ModelStatus


def register(app: typer.Typer) -> None:
    """Put the command into the application."""
    app.command()(models)


def models(
    context: typer.Context,
    every: Annotated[
        bool, typer.Option("--all", help="Also list every model that open_clip can download.")
    ] = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """List models by the names that --model takes, and what they have embedded here."""
    choice = settings_for(context, data_dir, None)
    used = _used_models(choice)
    known = {one.spec.name for one in used}
    others = [STARTER]
    if every:
        from photosearch.model.openclip import published_models

        others += [f"{architecture}/{tag}" for architecture, tag in published_models()]
    found: list[tuple[str, str | None, int]] = [
        (one.spec.name, one.spec.key, one.embedded) for one in used
    ]
    found += [(name, None, 0) for name in others if name not in known]
    found.sort(key=lambda row: row[0] != STARTER)
    rows: list[dict[str, Any]] = [
        {"name": name, "key": key, "embedded": count, "is_chosen": name == choice.settings.model}
        for name, key, count in found
    ]
    if as_json:
        output.write_json("models", {"models": rows})
        return
    for row in rows:
        mark = "*" if row["is_chosen"] else " "
        is_alone = [other["name"] for other in rows].count(row["name"]) == 1
        weights = "" if is_alone else f"  ({row['key']})"
        output.write_line(f"{mark} {row['embedded']:>9,}  {row['name']}{weights}")
    say("* is the chosen one; the number is how many photos it has embedded. Any open_clip model")
    say("works: --model ARCHITECTURE/TAG (see --all) or --model ARCHITECTURE@FILE.")


def _used_models(choice: Choice) -> tuple[ModelStatus, ...]:
    """The models of the index; where there is none, none is made."""
    if not choice.paths.catalog.exists():
        return ()
    with choice.open() as client:
        return client.status().models
