"""The commands about models: which there are, and how good one is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from photosearch.cli import output
from photosearch.cli.commands import say
from photosearch.cli.options import AsJson, DataDir, Model, form_of, settings_for
from photosearch.errors import DatasetError


def register(app: typer.Typer) -> None:
    """Put the commands into the application."""
    for command in (evaluate, models):
        app.command()(command)


def evaluate(
    context: typer.Context,
    photos: Annotated[Path, typer.Option("--photos", help="The folder the images lie in.")],
    captions: Annotated[
        Path | None, typer.Option("--captions", help="A CSV file: image,caption.")
    ] = None,
    labels: Annotated[
        Path | None, typer.Option("--labels", help="A CSV file: image,label.")
    ] = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    model: Model = None,
) -> None:
    """Measure a model on captioned or labelled photos: recall@k, ranks, zero-shot top-k."""
    if captions is None and labels is None:
        raise DatasetError("Nothing to measure.", "Give --captions FILE.csv or --labels FILE.csv.")
    from photosearch.cli.progress import follow
    from photosearch.evaluation.dataset import read_annotations
    from photosearch.evaluation.runner import evaluate_captions, evaluate_labels
    from photosearch.model.registry import load_encoder

    choice = settings_for(context, data_dir, model)
    captioned = read_annotations(captions, "caption") if captions else None
    labelled = read_annotations(labels, "label") if labels else None
    encoder = load_encoder(choice.paths, choice.settings)
    retrieval = follow(evaluate_captions(encoder, photos, captioned))[-1] if captioned else None
    classified = follow(evaluate_labels(encoder, photos, labelled))[-1] if labelled else None
    form = form_of(as_json=as_json, as_paths=False, as_nul_paths=False)
    output.write_evaluation(retrieval, classified, form)


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
    with choice.open() as engine:
        embedded = {one.spec.name: one.embedded for one in engine.status().models}
    names = ["starter", *(name for name in embedded if name != "starter")]
    if every:
        from photosearch.model.openclip import published_models

        published = [f"{architecture}/{tag}" for architecture, tag in published_models()]
        names += [name for name in published if name not in embedded]
    rows = [
        {
            "name": name,
            "embedded": embedded.get(name, 0),
            "is_chosen": name == choice.settings.model,
        }
        for name in names
    ]
    if as_json:
        output.write_json("models", {"models": rows})
        return
    for row in rows:
        mark = "*" if row["is_chosen"] else " "
        output.write_line(f"{mark} {row['embedded']:>9,}  {row['name']}")
    say("* is the chosen one; the number is how many photos it has embedded. Any open_clip model")
    say("works: --model ARCHITECTURE/TAG (see --all) or --model ARCHITECTURE@FILE.")
