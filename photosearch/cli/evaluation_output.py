"""What an evaluation found, as tables for people and as JSON for programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from photosearch.cli.output import Form, skipped_rows, write_json, write_line

if TYPE_CHECKING:
    from photosearch.evaluation.report import (
        ClassificationReport,
        Comparison,
        PublishedFigure,
        RetrievalReport,
        Speed,
        WordReport,
    )
    from photosearch.types import Skipped

Published = Sequence["PublishedFigure"] | None
"""What was found of published figures; None where nobody asked for them."""


def write_evaluation(
    retrieval: RetrievalReport | None,
    classification: ClassificationReport | None,
    published: Published,
    form: Form,
) -> None:
    """Measured figures under the field's usual names."""
    fields: dict[str, Any] = {}
    skipped: list[Skipped] = []
    if retrieval is not None:
        fields |= {"model": retrieval.model, **_size(retrieval), **_figures(retrieval)}
        skipped += retrieval.skipped
    if classification is not None:
        fields |= _classified(classification)
        skipped += classification.skipped
    words = None if classification is None else classification.words
    if form is Form.JSON:
        if classification is not None:
            fields["words"] = None if words is None else _words(words)
        fields |= _published(published)
        write_json("evaluate", {**fields, "skipped": skipped_rows(skipped)})
        return
    for name, value in fields.items():
        write_line(f"{name:>22}  {_shown(value)}")
    write_line(f"{'skipped':>22}  {len(skipped)}")
    _write_published(published)
    if words is not None:
        _write_words(words)


def write_comparison(comparison: Comparison, published: Published, form: Form) -> None:
    """Two models side by side; differences are the second less the first."""
    reports = comparison.first, comparison.second
    first, second = map(_figures, reports)
    difference = {name: second[name] - first[name] for name in first}
    skipped = comparison.first.skipped
    if form is Form.JSON:
        models = [
            {"model": report.model, **_figures(report), **asdict(speed)}
            for report, speed in zip(reports, comparison.speeds, strict=True)
        ]
        fields = {
            **_size(comparison.first),
            "models": models,
            "difference": difference,
            "recall@1_interval": list(comparison.recall_at_1_interval),
            "image_cka": comparison.image_cka,
            "text_cka": comparison.text_cka,
            **_published(published),
        }
        write_json("evaluate", {**fields, "skipped": skipped_rows(skipped)})
        return
    wide = max(12, *(len(report.model) for report in reports))
    _write_row("", [report.model for report in reports], wide, "difference")
    low, high = comparison.recall_at_1_interval
    for name, value in difference.items():
        sure = f"  (95 %: {low:+.4f} to {high:+.4f})" if name == "recall@1" else ""
        _write_row(name, [first[name], second[name]], wide, f"{value:+.4f}{sure}")
    for name, field in (("photos a second", "photos_per_s"), ("ms a text", "ms_per_text")):
        _write_row(name, [f"{_speed(one, field):.1f}" for one in comparison.speeds], wide)
    for name, alike in (("photos", comparison.image_cka), ("captions", comparison.text_cka)):
        write_line(f"{f'CKA of the {name}':>22}  {'-' if alike is None else _shown(alike)}")
    for name, size in {**_size(comparison.first), "skipped": len(skipped)}.items():
        write_line(f"{name:>22}  {size}")
    _write_published(published)


def _size(report: RetrievalReport) -> dict[str, int]:
    return {"photos": report.photos, "captions": report.captions}


def _figures(report: RetrievalReport) -> dict[str, float]:
    return {
        "recall@1": report.recall_at_1,
        "recall@5": report.recall_at_5,
        "recall@10": report.recall_at_10,
        "median_rank": report.median_rank,
        "mean_reciprocal_rank": report.mean_reciprocal_rank,
    }


def _classified(report: ClassificationReport) -> dict[str, Any]:
    return {
        "model": report.model,
        "labelled_photos": report.photos,
        "labels": report.labels,
        "top-1": report.top_1,
        "top-5": report.top_5,
    }


def _words(report: WordReport) -> dict[str, Any]:
    ways = [
        {
            "templates": list(way.templates),
            "mean_average_precision": way.mean_average_precision,
            "precision@10": way.precision_at_10,
            "interval": None if way.interval is None else list(way.interval),
        }
        for way in report.ways
    ]
    best = list(report.best.templates)
    return {"words": report.words, "photos": report.photos, "ways": ways, "best": best}


def _published(published: Published) -> dict[str, Any]:
    return {} if published is None else {"published": [asdict(one) for one in published]}


def _write_words(report: WordReport) -> None:
    write_line("")
    write_line(f"{report.words} plain words over {report.photos} photos; * is best:")
    write_line(f"  {'mAP':<6}  {'P@10':<6}  {'difference in mAP':<18}  put to the model as")
    for way in report.ways:
        mark = "*" if way == report.best else " "
        sure = "" if way.interval is None else "{:+.4f} to {:+.4f}".format(*way.interval)
        figures = f"{way.mean_average_precision:.4f}  {way.precision_at_10:.4f}"
        write_line(f"{mark} {figures}  {sure:<18}  {' | '.join(way.templates)}")


def _write_published(published: Published) -> None:
    for one in published or ():
        remark = f"; {one.remark}" if one.remark else ""
        write_line(
            f"{f'published {one.measure}':>22}  {_shown(one.value)}  "
            f"{one.model} on {one.benchmark} ({one.source}{remark})"
        )


def _write_row(name: str, values: Sequence[Any], wide: int, last: str = "") -> None:
    cells = "  ".join(f"{_shown(value):<{wide}}" for value in values)
    write_line(f"{name:>22}  {cells}  {last}".rstrip())


def _speed(speed: Speed, field: str) -> float:
    return float(getattr(speed, field))


def _shown(value: Any) -> str:
    return f"{value:.4f}" if isinstance(value, float) else str(value)
