"""The figures of the starter: recall of captions and zero-shot accuracy of labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from features import PhotoFeatures, TextFeatures
from torch import Tensor
from torch.nn import functional
from training import CAPTIONS_A_PHOTO, TEMPLATES

from photosearch.model.starter_towers import ImageHead, TextHead

JUDGED_TEMPLATES = ("{}", "a photo of a {}.", "a close-up photo of a {}.")
"""A label's vector is the normalised mean of the label put through these."""


@dataclass(frozen=True)
class Exam:
    """What the heads are judged by.

    Attributes:
        held_out: the rows of ``labelled`` that training never sees.
    """

    photos: PhotoFeatures
    captions: TextFeatures
    labelled: PhotoFeatures
    held_out: Tensor
    label_of: Tensor
    labels: TextFeatures
    class_names: TextFeatures
    phrases: TextFeatures
    said_of: Tensor


@torch.inference_mode()
def judge(image: ImageHead, text: TextHead, exam: Exam) -> dict[str, float]:
    """Return recall@1, 5, 10 of text to photo, and the zero-shot accuracies, from 0 to 1.

    ``classifier_agreement`` is how often the nearest of the 1,000 class names is the class that
    the classifier itself would have said, on the held-out labelled photos and on the captioned.
    """
    photos = _embed(exam.photos, image, torch.arange(len(exam.photos.pooled)))
    captions = _embed(exam.captions, text, torch.arange(len(exam.captions.sentences)))
    figures = recalls(captions @ photos.T, (1, 5, 10))
    words = _embed(exam.phrases, text, torch.arange(len(exam.said_of)))
    figures["phrase_average_precision"] = average_precision(words @ photos.T, exam.said_of)
    shown = _embed(exam.labelled, image, exam.held_out)
    labels = prompt_vectors(exam.labels, text)
    for count in (1, 5):
        accuracy = top_accuracy(shown @ labels.T, exam.label_of[exam.held_out], count)
        figures[f"held_out_label_top{count}"] = accuracy
    names = prompt_vectors(exam.class_names, text)
    for where, vectors, chances in (
        ("labelled", shown, exam.labelled.chances[exam.held_out]),
        ("captioned", photos, exam.photos.chances),
    ):
        agreement = top_accuracy(vectors @ names.T, chances.argmax(1), 1)
        figures[f"classifier_agreement_{where}"] = agreement
    return {name: round(figure, 4) for name, figure in figures.items()}


def recalls(scores: Tensor, counts: Sequence[int]) -> dict[str, float]:
    """Say how often the right photo is among the first: a row a caption, a column a photo."""
    own = torch.arange(scores.shape[1]).repeat_interleave(CAPTIONS_A_PHOTO)
    better = (scores > scores.gather(1, own[:, None])).sum(1)
    return {f"recall@{count}": (better < count).float().mean().item() for count in counts}


def average_precision(scores: Tensor, right: Tensor) -> float:
    """Average over the rows the precision at the place of every right column."""
    in_order = right.gather(1, scores.argsort(1, descending=True)).float()
    places = torch.arange(1, scores.shape[1] + 1)
    precision = in_order.cumsum(1) / places
    return ((precision * in_order).sum(1) / in_order.sum(1)).mean().item()


def top_accuracy(scores: Tensor, own: Tensor, count: int) -> float:
    """Say how often the right column is among the ``count`` highest of its row."""
    return scores.topk(count, dim=1)[1].eq(own[:, None]).any(1).float().mean().item()


def prompt_vectors(prompts: TextFeatures, head: TextHead) -> Tensor:
    """Average each name's vectors over the templates for judging."""
    count = len(prompts.sentences) // len(TEMPLATES)
    parts = [
        _embed(prompts, head, TEMPLATES.index(template) * count + torch.arange(count))
        for template in JUDGED_TEMPLATES
    ]
    return functional.normalize(torch.stack(parts).sum(0), dim=-1)


def _embed(
    features: PhotoFeatures | TextFeatures, head: ImageHead | TextHead, rows: Tensor
) -> Tensor:
    return torch.cat([features.embed(head, part) for part in rows.split(500)])
