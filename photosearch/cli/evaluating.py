"""The command that measures models on captioned and labelled photos."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from photosearch.cli.evaluation_output import write_comparison, write_evaluation
from photosearch.cli.options import AsJson, Choice, DataDir, Model, form_of, settings_for
from photosearch.cli.progress import follow
from photosearch.cli.streams import say
from photosearch.paths import absolute, resource_dir

if TYPE_CHECKING:
    from photosearch.cli.output import Form
    from photosearch.evaluation.captions import EmbeddedCaptions
    from photosearch.evaluation.dataset import Annotation
    from photosearch.evaluation.published import Benchmark
    from photosearch.evaluation.report import ClassificationReport, PublishedFigure
    from photosearch.model.encoder import ImageTextEncoder


class Against(StrEnum):
    """What measured figures can be held against."""

    PUBLISHED = "published"


def register(app: typer.Typer) -> None:
    """Put the command into the application."""
    app.command()(evaluate)


def evaluate(
    context: typer.Context,
    photos: Annotated[Path, typer.Option("--photos", help="The folder the images lie in.")],
    captions: Annotated[
        Path | None, typer.Option("--captions", help="A CSV file: image,caption.")
    ] = None,
    labels: Annotated[
        Path | None, typer.Option("--labels", help="A CSV file: image,label.")
    ] = None,
    compare: Annotated[
        tuple[str, str] | None,
        typer.Option("--compare", metavar="A B", help="Two models, side by side on the captions."),
    ] = None,
    against: Annotated[
        Against | None,
        typer.Option("--against", help="Show what is published for the same set of photos."),
    ] = None,
    save: Annotated[
        bool,
        typer.Option("--save", help="Have search use what did best with words (--labels)."),
    ] = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    model: Model = None,
) -> None:
    """Measure a model on captioned or labelled photos: recall@k, ranks, zero-shot top-k."""
    _refuse_what_makes_no_sense(captions, labels, compare, save)
    from photosearch.evaluation.dataset import read_annotations

    form = form_of(as_json=as_json, as_paths=False, as_nul_paths=False)
    choice = settings_for(context, data_dir, model)
    captioned = read_annotations(absolute(captions), "caption") if captions else []
    labelled = read_annotations(absolute(labels), "label") if labels else []
    data = _DataSet(absolute(photos), captioned, labelled)
    if compare is None:
        _measure(choice, data, against, form, save)
    else:
        _compare(choice, compare, data, against, form)


def _refuse_what_makes_no_sense(
    captions: Path | None, labels: Path | None, compare: tuple[str, str] | None, save: bool
) -> None:
    if captions is None and labels is None:
        raise typer.BadParameter(
            "Nothing to measure: give --captions FILE.csv or --labels FILE.csv."
        )
    if compare is not None and (captions is None or labels is not None):
        raise typer.BadParameter("--compare works on --captions FILE.csv alone.")
    if save and labels is None:
        raise typer.BadParameter("--save keeps what --labels FILE.csv measures.")


@dataclass(frozen=True, slots=True)
class _DataSet:
    """Photos, and what is said of them."""

    photos: Path
    captioned: list[Annotation]
    labelled: list[Annotation]


def _measure(
    choice: Choice, data: _DataSet, against: Against | None, form: Form, save: bool
) -> None:
    from photosearch.evaluation.captions import report_captions
    from photosearch.evaluation.labels import evaluate_labels
    from photosearch.evaluation.published import recognise_captions, recognise_labels

    encoder = _load(choice)
    found: list[tuple[Benchmark | None, str]] = []
    retrieval = classified = None
    if data.captioned:
        retrieval = report_captions(_embed_captions(encoder, data))
        benchmark = recognise_captions(data.captioned, retrieval.photos)
        found.append((benchmark, retrieval.model))
    if data.labelled:
        classified = follow(evaluate_labels(encoder, data.photos, data.labelled))[-1]
        benchmark = recognise_labels(data.labelled, classified.photos)
        found.append((benchmark, classified.model))
    write_evaluation(retrieval, classified, _look_up(found, against), form)
    if classified is not None and save:
        _keep(choice, encoder, classified)


def _compare(
    choice: Choice, names: tuple[str, str], data: _DataSet, against: Against | None, form: Form
) -> None:
    from photosearch.evaluation.captions import compare
    from photosearch.evaluation.published import recognise_captions

    choices = [replace(choice, settings=replace(choice.settings, model=name)) for name in names]
    # Told now, and not after the first model has worked for an hour, that the second is not here.
    _load(choices[1])
    embedded = []
    for one in choices:
        say(f"Measuring {one.settings.model}")
        # The encoder is let go with the line, before the next one is loaded.
        embedded.append(_embed_captions(_load(one), data))
    comparison = compare(*embedded)
    benchmark = recognise_captions(data.captioned, comparison.first.photos)
    models = dict.fromkeys((comparison.first.model, comparison.second.model))
    published = _look_up([(benchmark, model) for model in models], against)
    write_comparison(comparison, published, form)


def _load(choice: Choice) -> ImageTextEncoder:
    from photosearch.model.registry import load_encoder

    return load_encoder(choice.paths, choice.settings)


def _embed_captions(encoder: ImageTextEncoder, data: _DataSet) -> EmbeddedCaptions:
    from photosearch.evaluation.captions import embed_captions

    return follow(embed_captions(encoder, data.photos, data.captioned))[-1]


def _look_up(
    found: list[tuple[Benchmark | None, str]], against: Against | None
) -> list[PublishedFigure] | None:
    """The published figures of these models on these sets; says of each that has none, why."""
    if against is None:
        return None
    from photosearch.evaluation.published import BENCHMARKS, published_figure
    from photosearch.model.menu import menu

    cards = {entry.card.name: entry.card for entry in menu(resource_dir())}
    figures = []
    for benchmark, model in found:
        figure = published_figure(benchmark, cards.get(model))
        if figure is not None:
            figures.append(figure)
        elif benchmark is not None:
            say(f"No figure of {model} on {benchmark.title} is in our menu of models.")
    if any(benchmark is None for benchmark, _ in found):
        sets = "; ".join(benchmark.description for benchmark in BENCHMARKS)
        say(f"No published figure for this set of photos. Sets that have one: {sets}.")
    return figures


def _keep(choice: Choice, encoder: ImageTextEncoder, report: ClassificationReport) -> None:
    """Have search use what did best with plain words."""
    from photosearch.evaluation.labels import choice_of
    from photosearch.model.prompt_choices import PromptChoices

    best = choice_of(report)
    choice.paths.create_data_dir()
    PromptChoices.of(choice.paths).save(encoder.spec, best)
    say(f"Search now puts a plain word to {report.model} as: {' | '.join(best.templates)}")
