"""Labelled photos: telling them apart, and finding them by their labels as words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from photosearch.errors import DatasetError
from photosearch.evaluation.dataset import Annotation
from photosearch.evaluation.labels import choice_of, evaluate_labels
from photosearch.evaluation.report import (
    ClassificationReport,
    RankedByWords,
    WordReport,
)
from photosearch.model.fake import FakeEncoder
from photosearch.model.prompts import BARE, ENSEMBLES, PHOTO_PROMPTS

MakePhoto = Callable[..., Path]

ARTICLES = ENSEMBLES[1]
NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
WORDS = [f"{tens} {ones}" for tens in ("twenty", "thirty") for ones in NUMBERS]


def measure(
    encoder: FakeEncoder, library: Path, pairs: Sequence[Annotation], **options: Sequence[str]
) -> ClassificationReport:
    report = list(evaluate_labels(encoder, library, pairs, **options))[-1]
    assert isinstance(report, ClassificationReport)
    return report


class Reader(FakeEncoder):
    """Knows each of the words by heart, and a photo by its name; ``heard`` says which prompts help.

    A word alone points a little more to the next word's photo than to its own.
    """

    spec = replace(FakeEncoder.spec, name="reader", dimension=len(WORDS))

    def __init__(self, heard: Callable[[str], bool]) -> None:
        super().__init__()
        self._heard = heard
        self._photos = 0

    def encode_images(self, pixels: Sequence[np.ndarray]) -> np.ndarray:
        start, self._photos = self._photos, self._photos + len(pixels)
        return np.eye(len(WORDS), dtype=np.float32)[start : self._photos]

    def encode_texts(self, texts: Sequence[str]) -> np.ndarray:
        rows = np.zeros((len(texts), len(WORDS)), np.float32)
        for row, text in zip(rows, texts, strict=True):
            own = next(i for i, word in enumerate(WORDS) if word in text)
            row[own], row[(own + 1) % len(WORDS)] = (1.0, 0.0) if self._heard(text) else (0.6, 0.8)
        return rows


@pytest.fixture
def pairs(make_photo: MakePhoto) -> list[Annotation]:
    """A photo for each word."""
    return [Annotation(make_photo(f"{i}.png").name, word) for i, word in enumerate(WORDS)]


def test_labels_are_told_apart_and_further_candidates_make_it_harder(
    library: Path, make_photo: MakePhoto, encoder: FakeEncoder
) -> None:
    pairs = [Annotation(make_photo(f"{c}.png", c).name, c) for c in ("red", "blue")]
    report = measure(encoder, library, pairs, candidates=["green", "red"])
    assert (report.photos, report.labels, report.top_1, report.top_5) == (2, 3, 1.0, 1.0)


def test_a_label_without_a_word_is_refused_by_name(
    library: Path, make_photo: MakePhoto, encoder: FakeEncoder
) -> None:
    pairs = [Annotation(make_photo("red.png", "red").name, "__")]
    with pytest.raises(DatasetError, match="'__'"):
        measure(encoder, library, pairs)


def test_words_rank_all_photos_as_computed_by_hand(
    encoder: FakeEncoder, library: Path, make_photo: MakePhoto
) -> None:
    make_photo("1.png", "red")
    make_photo("2.png", "yellow")
    make_photo("3.png", "blue")
    labels = ("red", "yellow", "red")  # the blue photo is said to be red: yellow is nearer
    pairs = [Annotation(f"{i}.png", label) for i, label in enumerate(labels, start=1)]
    words = measure(encoder, library, pairs).words
    assert words is not None
    assert (words.words, words.photos) == (2, 3)
    assert words.ways[0].templates == BARE
    # red: first, and last of three, (1/1 + 2/3) / 2; yellow: first.
    assert words.ways[0].mean_average_precision == pytest.approx((5 / 6 + 1) / 2)
    assert words.ways[0].precision_at_10 == pytest.approx((0.2 + 0.1) / 2)
    # Templates add no colour: the same ranking, and no difference.
    assert [way.interval for way in words.ways] == [None, (0.0, 0.0), (0.0, 0.0)]
    assert words.best == words.ways[0]


def test_labels_that_are_no_plain_words_are_not_counted_among_them(
    encoder: FakeEncoder, library: Path, make_photo: MakePhoto
) -> None:
    labels = ("red_rose", "a red thing", "blue 7", "something very blue")
    pairs = [Annotation(make_photo(f"{i}.png").name, label) for i, label in enumerate(labels)]
    words = measure(encoder, library, pairs).words
    assert words is not None
    assert words.words == 1
    assert measure(encoder, library, pairs[1:]).words is None


def test_prompts_that_find_more_are_the_best(library: Path, pairs: list[Annotation]) -> None:
    report = measure(Reader(lambda text: "photo" in text), library, pairs)
    assert report.words is not None
    # The bare word has its own photo in second place; of (0.6, 0.8) + 2 (1, 0) the first leads.
    assert report.words.ways[0].mean_average_precision == 0.5
    assert report.words.ways[1].mean_average_precision == 1.0
    assert report.words.ways[1].interval == (0.5, 0.5)
    assert report.words.best.templates == PHOTO_PROMPTS
    choice = choice_of(report)
    assert (choice.templates, choice.words, choice.photos) == (PHOTO_PROMPTS, 20, 20)
    assert (choice.average_precision, choice.average_precision_as_typed) == (1.0, 0.5)


def test_another_ensemble_is_the_best_where_that_finds_more(
    library: Path, pairs: list[Annotation]
) -> None:
    report = measure(Reader(lambda text: text.startswith(("a t", "the "))), library, pairs)
    assert choice_of(report).templates == ARTICLES


def test_words_stay_as_they_are_where_prompts_help_no_more_than_chance(
    library: Path, pairs: list[Annotation]
) -> None:
    # One word of twenty is found better: a sample without that one would show nothing.
    report = measure(Reader(lambda text: "photo" in text and WORDS[0] in text), library, pairs)
    assert report.words is not None
    assert report.words.ways[1].mean_average_precision == 0.525
    assert choice_of(report).templates == BARE


def test_too_few_words_decide_nothing(library: Path, pairs: list[Annotation]) -> None:
    report = measure(Reader(lambda text: "photo" in text), library, pairs[:19])
    assert report.words is not None
    assert report.words.ways[1].mean_average_precision == 1.0
    assert report.words.best.templates == BARE
    with pytest.raises(DatasetError, match="19 of the labels"):
        choice_of(report)


def test_labels_without_a_plain_word_decide_nothing() -> None:
    with pytest.raises(DatasetError, match="0 of the labels"):
        choice_of(ClassificationReport("fake", 1, 1, 1.0, 1.0))


def test_the_better_of_two_that_help_is_the_best() -> None:
    ways = (
        RankedByWords(BARE, 0.5, 0.1),
        RankedByWords(PHOTO_PROMPTS, 0.6, 0.1, (0.05, 0.15)),
        RankedByWords(ARTICLES, 0.7, 0.1, (-0.01, 0.3)),
    )
    report = WordReport(20, 20, ways, ways[1])
    assert choice_of(ClassificationReport("m", 20, 20, 1.0, 1.0, report)).templates == PHOTO_PROMPTS
