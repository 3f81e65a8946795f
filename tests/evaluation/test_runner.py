"""Evaluation of a model that knows colours, on photos whose colour is known."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from photosearch.errors import DatasetError
from photosearch.evaluation.dataset import Annotation, read_annotations
from photosearch.evaluation.report import ClassificationReport, RetrievalReport
from photosearch.evaluation.runner import evaluate_captions, evaluate_labels
from photosearch.model.fake import FakeEncoder

MakePhoto = Callable[..., Path]


def test_captions_that_name_their_photos_colour_are_all_found(
    library: Path, make_photo: MakePhoto, encoder: FakeEncoder
) -> None:
    colours = ["red", "green", "blue"]
    pairs = [Annotation(make_photo(f"{c}.png", c).name, f"a {c} thing") for c in colours]
    report = list(evaluate_captions(encoder, library, pairs))[-1]
    assert report == RetrievalReport("fake", 3, 3, 1.0, 1.0, 1.0, 1.0, 1.0)


def test_a_caption_of_the_wrong_colour_lowers_the_figures_as_computed_by_hand(
    library: Path, make_photo: MakePhoto, encoder: FakeEncoder
) -> None:
    make_photo("red.png", "red")
    make_photo("blue.png", "blue")
    pairs = [Annotation("red.png", "red"), Annotation("blue.png", "red")]
    report = list(evaluate_captions(encoder, library, pairs))[-1]
    assert isinstance(report, RetrievalReport)
    assert (report.recall_at_1, report.recall_at_5) == (0.5, 1.0)
    assert (report.median_rank, report.mean_reciprocal_rank) == (1.5, 0.75)


def test_labels_are_told_apart_and_further_candidates_make_it_harder(
    library: Path, make_photo: MakePhoto, encoder: FakeEncoder
) -> None:
    pairs = [Annotation(make_photo(f"{c}.png", c).name, c) for c in ("red", "blue")]
    report = list(evaluate_labels(encoder, library, pairs, candidates=["green", "red"]))[-1]
    assert report == ClassificationReport("fake", 2, 3, 1.0, 1.0)


def test_photos_that_cannot_be_read_are_left_out_and_listed(
    library: Path, make_photo: MakePhoto, encoder: FakeEncoder
) -> None:
    make_photo("red.png", "red")
    (library / "bad.png").touch()
    pairs = [Annotation(n, "red") for n in ("bad.png", "red.png", "missing.png")]
    report = list(evaluate_captions(encoder, library, pairs))[-1]
    assert isinstance(report, RetrievalReport)
    assert (report.photos, report.captions, report.recall_at_1) == (1, 1, 1.0)
    assert [s.path.name for s in report.skipped] == ["bad.png", "missing.png"]


def test_a_folder_without_any_of_the_photos_is_an_error(
    library: Path, encoder: FakeEncoder
) -> None:
    with pytest.raises(DatasetError, match="--photos"):
        list(evaluate_captions(encoder, library, [Annotation("missing.png", "red")]))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("image,label\na.png,red\n", "no column caption"),
        ("image,caption\n", "no rows"),
        ("image,caption\na.png,\n", "line 2"),
        ("image,caption\na.png\n", "line 2"),
        ("", "no column"),
    ],
)
def test_a_file_that_is_not_as_it_should_be_is_refused(
    tmp_path: Path, text: str, complaint: str
) -> None:
    file = tmp_path / "captions.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DatasetError, match=complaint):
        read_annotations(file, "caption")


def test_captions_with_commas_quotes_and_accents_are_read_whole(tmp_path: Path) -> None:
    file = tmp_path / "captions.csv"
    file.write_text('\ufeffimage,caption\na.png,"one, ""two"", été"\n', encoding="utf-8")
    assert read_annotations(file, "caption") == [Annotation("a.png", 'one, "two", été')]


def test_a_label_without_a_word_is_refused_by_name(
    library: Path, make_photo: MakePhoto, encoder: FakeEncoder
) -> None:
    pairs = [Annotation(make_photo("red.png", "red").name, "__")]
    with pytest.raises(DatasetError, match="'__'"):
        list(evaluate_labels(encoder, library, pairs))


def test_an_image_name_with_a_nul_is_left_out_and_listed(
    library: Path, make_photo: MakePhoto, encoder: FakeEncoder
) -> None:
    make_photo("red.png", "red")
    pairs = [Annotation(name, "red") for name in ("red.png", "a\0b.png")]
    report = list(evaluate_captions(encoder, library, pairs))[-1]
    assert isinstance(report, RetrievalReport)
    assert (report.photos, len(report.skipped)) == (1, 1)
