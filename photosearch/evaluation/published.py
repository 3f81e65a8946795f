"""Which public test set a data set is, and what others published for a model on it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from photosearch.evaluation.dataset import Annotation
from photosearch.evaluation.report import PublishedFigure
from photosearch.model_info import ModelCard


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A public test set, told by the number and the names of its photos.

    Attributes:
        field: the figure of a `ModelCard` that was measured on it.
        photos, texts: how many photos it has, and captions, or different labels.
        image: what its file names look like.
    """

    title: str
    field: str
    measure: str
    photos: int
    texts: range
    image: re.Pattern[str]
    remark: str = ""

    @property
    def description(self) -> str:
        """A line for people who look for the right set."""
        return f"{self.title} ({self.photos:,} photos)"


# Flickr8k's names are two numbers, 1007129816_e794419615.jpg; COCO's of 2017 have no val2014, and
# are another choice of photos.
FLICKR30K = Benchmark(
    "Flickr30k test (Karpathy split)",
    "flickr30k_recall_at_1",
    "recall@1",
    1_000,
    range(5_000, 5_001),
    re.compile(r"\d{5,10}\.jpg"),
)
COCO = Benchmark(
    "COCO 2014 5k (Karpathy split)",
    "coco_recall_at_1",
    "recall@1",
    5_000,
    # Some photos have six captions, and some people take five of each.
    range(25_000, 25_011),
    re.compile(r"COCO_val2014_\d{12}\.jpg"),
)
IMAGENET = Benchmark(
    "ImageNet-1k validation",
    "imagenet_top_1",
    "top-1",
    50_000,
    range(1_000, 1_001),
    re.compile(r"ILSVRC2012_val_\d{8}\.JPEG"),
    "measured with 80 prompts a class, here 3",
)
BENCHMARKS = (FLICKR30K, COCO, IMAGENET)


def recognise_captions(annotations: Sequence[Annotation], measured: int) -> Benchmark | None:
    """The set that these (image, caption) pairs are, if figures are published for it.

    ``measured`` is how many of the photos could be used: with one missing it is another set.
    """
    return _recognise((FLICKR30K, COCO), annotations, len(annotations), measured)


def recognise_labels(annotations: Sequence[Annotation], measured: int) -> Benchmark | None:
    """The same for (image, label) pairs."""
    return _recognise((IMAGENET,), annotations, len({one.text for one in annotations}), measured)


def published_figure(benchmark: Benchmark | None, card: ModelCard | None) -> PublishedFigure | None:
    """What the menu says of a model on a set; None where it has no figure."""
    value = getattr(card, benchmark.field) if benchmark and card else None
    if benchmark is None or card is None or value is None:
        return None
    return PublishedFigure(
        model=card.name,
        benchmark=benchmark.title,
        measure=benchmark.measure,
        value=value,
        source=card.source,
        remark=benchmark.remark,
    )


def _recognise(
    benchmarks: Sequence[Benchmark], annotations: Sequence[Annotation], texts: int, measured: int
) -> Benchmark | None:
    names = {one.image.rpartition("/")[2] for one in annotations}
    for benchmark in benchmarks:
        is_whole = len(names) == measured == benchmark.photos and texts in benchmark.texts
        if is_whole and all(map(benchmark.image.fullmatch, names)):
            return benchmark
    return None
