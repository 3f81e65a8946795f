"""Which sets of photos have published figures, and which only look like it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from photosearch.evaluation.dataset import Annotation
from photosearch.evaluation.published import (
    COCO,
    FLICKR30K,
    IMAGENET,
    published_figure,
    recognise_captions,
    recognise_labels,
)
from photosearch.model.menu import menu
from photosearch.paths import resource_dir


def captions(pattern: str, photos: int, each: int, more: int = 0) -> list[Annotation]:
    counts = [each + (number < more) for number in range(photos)]
    return [
        Annotation(pattern.format(number), f"caption {caption}")
        for number, count in enumerate(counts)
        for caption in range(count)
    ]


FLICKR = captions("{:08d}.jpg", 1_000, 5)
COCO_2014 = captions("COCO_val2014_{:012d}.jpg", 5_000, 5, more=10)


def test_the_published_sets_are_recognised_also_within_a_folder() -> None:
    assert recognise_captions(FLICKR, 1_000) is FLICKR30K
    assert recognise_captions(COCO_2014, 5_000) is COCO
    assert recognise_captions(captions("COCO_val2014_{:012d}.jpg", 5_000, 5), 5_000) is COCO
    assert recognise_captions(captions("val/{:08d}.jpg", 1_000, 5), 1_000) is FLICKR30K


@pytest.mark.parametrize(
    ("annotations", "measured"),
    [
        (FLICKR, 999),  # a photo could not be used
        (FLICKR[:-1], 1_000),
        (captions("{:08d}.jpg", 1_000, 1), 1_000),
        (captions("{0:08d}_1a2b3c.jpg", 1_000, 5), 1_000),  # Flickr8k
        (captions("{:012d}.jpg", 5_000, 5), 5_000),  # COCO 2017
        ([*COCO_2014[:-1], Annotation("COCO_val2014_1.png", "x")], 5_000),
        (captions("IMG_{}.jpg", 1_000, 5), 1_000),
    ],
)
def test_other_sets_of_the_same_size_or_names_are_not(
    annotations: Sequence[Annotation], measured: int
) -> None:
    assert recognise_captions(annotations, measured) is None


def test_imagenet_is_recognised_by_its_labels() -> None:
    pairs = [
        Annotation(f"ILSVRC2012_val_{number:08d}.JPEG", f"label {number % 1_000}")
        for number in range(50_000)
    ]
    assert recognise_labels(pairs, 50_000) is IMAGENET
    assert recognise_labels(pairs, 49_999) is None
    assert recognise_labels(pairs[:-1], 49_999) is None


def test_a_figure_comes_with_its_source_and_with_what_differs() -> None:
    card = next(
        entry.card for entry in menu(resource_dir()) if entry.card.flickr30k_recall_at_1 is not None
    )
    found = published_figure(FLICKR30K, card)
    assert found is not None
    assert (found.model, found.measure) == (card.name, "recall@1")
    assert (found.value, found.source) == (card.flickr30k_recall_at_1, card.source)
    assert found.remark == ""
    zero_shot = published_figure(IMAGENET, replace(card, imagenet_top_1=0.5))
    assert zero_shot is not None
    assert (zero_shot.measure, zero_shot.value) == ("top-1", 0.5)
    assert "80 prompts" in zero_shot.remark


def test_what_is_not_published_is_not_shown() -> None:
    card = menu(resource_dir())[1].card
    assert published_figure(None, card) is None
    assert published_figure(COCO, None) is None
    assert published_figure(COCO, replace(card, coco_recall_at_1=None)) is None
