"""The training of the heads: captions by contrast, labels by prompts, and the classifier's view."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import torch
from features import PhotoFeatures, TextFeatures
from phrases import PHRASE_TEMPLATES
from torch import Tensor, nn
from torch.nn import functional

from photosearch.model.starter_towers import BlockHead, ImageHead, TextHead

TEMPLATES = (
    "{}",
    "a {}",
    "a photo of a {}.",
    "a photo of the {}.",
    "a close-up photo of a {}.",
    "a picture of a {} .",
    "a {} in the scene .",
    "a good photo of many {}.",
    "the {}",
    "there is a {} in the photo .",
)


@dataclass(frozen=True)
class Recipe:
    """The settings of a training run."""

    epochs: int = 30
    photos_per_step: int = 1024
    captions_per_photo: int = 2
    labelled_per_step: int = 384
    distilled_per_step: int = 256
    learning_rate: float = 1e-3
    class_map_rate: float = 3e-4
    weight_decay: float = 0.1
    dropout: float = 0.4
    first_scale: float = 20.0
    neighbour_share: float = 0.2
    neighbour_scale: float = 20.0
    label_weight: float = 0.6
    class_weight: float = 0.6
    phrase_weight: float = 0.3
    phrases_per_step: int = 256
    seed: int = 0


@dataclass(frozen=True)
class Lessons:
    """What is learned from; each list of photo features holds views of the same photos.

    Attributes:
        captions: five a photo, in the order of the photos.
        label_of: for every row of ``labelled`` the position of its label.
        labels, class_names: the prompts, all names through one template, then the next.
        phrases: prompts alike; ``said_of[i, j]`` tells whether phrase i is said of photo j.
        fitting: the rows of ``labelled`` that may be learned from.
    """

    photos: list[PhotoFeatures]
    captions: TextFeatures
    labelled: list[PhotoFeatures]
    label_of: Tensor
    fitting: Tensor
    labels: TextFeatures
    class_names: TextFeatures
    phrases: TextFeatures
    said_of: Tensor


CAPTIONS_A_PHOTO = 5
CLASS_COUNT = 1000


def prepare_heads(image: ImageHead, text: TextHead, lessons: Lessons) -> None:
    """Set what is not learned by gradient: feature scales, class vectors and their space.

    The class vectors are the bare class names' centred sentence vectors in the space of their
    first principal components; the text side starts as the same projection.
    """
    photos, captions = lessons.photos[0], lessons.captions
    few = slice(None, None, 4)
    grid_means = photos.grid[few].float().mean(1)
    count = image.queries.out_features
    _scale(image.blocks, [photos.pooled[few], photos.early[few]] + [grid_means] * count)
    mask = captions.mask[few, :, None].float()
    state_means = (captions.states[few].float() * mask).sum(1) / mask.sum(1)
    _scale(text.blocks, [captions.sentences[few]] + [state_means] * text.queries.out_features)
    bare = lessons.class_names.sentences[:CLASS_COUNT]
    centre = bare.mean(0)
    vectors = functional.normalize(bare - centre, dim=-1)
    components = torch.linalg.svd(vectors, full_matrices=False)[2]
    components = components[: text.to_classes.out_features]
    with torch.no_grad():
        image.class_vectors.copy_(functional.normalize(vectors @ components.T, dim=-1))
        text.centre.copy_(centre)
        text.to_classes.weight.copy_(components)


def _scale(blocks: BlockHead, parts: list[Tensor]) -> None:
    features = torch.cat(parts, dim=1)
    deviation = features.std(0)
    blocks.feature_mean.copy_(features.mean(0))
    # A feature that hardly moves is not blown up to the size of the others.
    blocks.feature_scale.copy_(1.0 / (deviation + 0.05 * deviation.mean()))


def train_heads(
    image: ImageHead,
    text: TextHead,
    lessons: Lessons,
    recipe: Recipe,
    report: Callable[[int], None],
) -> None:
    """Train both heads in place; ``report`` is called with the number of epochs done."""
    image.blocks.dropout.p = text.blocks.dropout.p = recipe.dropout
    log_scale = nn.Parameter(torch.tensor(math.log(recipe.first_scale)))
    optimizer = _optimizer(image, text, log_scale, recipe)
    photo_count = len(lessons.photos[0].pooled)
    steps_an_epoch = photo_count // recipe.photos_per_step
    total = steps_an_epoch * recipe.epochs
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer,
        lambda step: (
            min(1.0, (step + 1) / (0.1 * total)) * 0.5 * (1 + math.cos(math.pi * step / total))
        ),
    )
    started = time.monotonic()
    for epoch in range(1, recipe.epochs + 1):
        image.train()
        text.train()
        order = torch.randperm(photo_count)
        for step in range(steps_an_epoch):
            rows = order[step * recipe.photos_per_step : (step + 1) * recipe.photos_per_step]
            loss = _loss(image, text, log_scale.exp(), lessons, rows, recipe)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
        image.eval()
        text.eval()
        seconds = time.monotonic() - started
        print(f"epoch {epoch}: loss {loss.item():.3f}, {seconds:.0f} s", flush=True)
        report(epoch)


def _optimizer(
    image: ImageHead, text: TextHead, log_scale: nn.Parameter, recipe: Recipe
) -> torch.optim.Optimizer:
    to_classes = list(text.to_classes.parameters())
    others = [
        parameter
        for parameter in [*image.parameters(), *text.parameters()]
        if all(parameter is not other for other in to_classes)
    ]
    return torch.optim.AdamW(
        [
            {"params": others, "lr": recipe.learning_rate},
            # It starts as a good answer and should stay near it.
            {"params": to_classes, "lr": recipe.class_map_rate, "weight_decay": 0.0},
            {"params": [log_scale], "lr": 3 * recipe.learning_rate, "weight_decay": 0.0},
        ],
        weight_decay=recipe.weight_decay,
    )


def _loss(
    image: ImageHead, text: TextHead, scale: Tensor, lessons: Lessons, rows: Tensor, recipe: Recipe
) -> Tensor:
    """Add the contrast of captions, the labels' cross-entropy and the distillation."""
    photos = _any_view(lessons.photos)
    seen = photos.embed(image, rows)
    chosen = torch.stack(
        [torch.randperm(CAPTIONS_A_PHOTO)[: recipe.captions_per_photo] for _ in rows]
    )
    caption_rows = (rows[:, None] * CAPTIONS_A_PHOTO + chosen).flatten()
    said = lessons.captions.embed(text, caption_rows)
    sentences = functional.normalize(lessons.captions.sentences, dim=-1)
    of_photos = sentences.unflatten(0, (-1, CAPTIONS_A_PHOTO))[rows].mean(1)
    likeness = sentences[caption_rows] @ functional.normalize(of_photos, dim=-1).T
    loss = contrast(scale * said @ seen.T, recipe.neighbour_scale * likeness, recipe)

    loss = loss + recipe.phrase_weight * _phrase_loss(text, scale, seen, lessons, rows, recipe)

    labelled = _any_view(lessons.labelled)
    drawn = torch.randint(len(lessons.fitting), (recipe.labelled_per_step,))
    labelled_rows = lessons.fitting[drawn]
    shown = labelled.embed(image, labelled_rows)
    labels = _any_template(lessons.labels).embed_all(text)
    loss = loss + recipe.label_weight * functional.cross_entropy(
        scale * shown @ labels.T, lessons.label_of[labelled_rows]
    )

    few = recipe.distilled_per_step
    chances = torch.cat([labelled.chances[labelled_rows], photos.chances[rows[:few]]])
    names = _any_template(lessons.class_names).embed_all(text)
    guesses = (scale * torch.cat([shown, seen[:few]]) @ names.T).log_softmax(-1)
    return loss - recipe.class_weight * (chances * guesses).sum(1).mean()


def _phrase_loss(
    text: TextHead, scale: Tensor, seen: Tensor, lessons: Lessons, rows: Tensor, recipe: Recipe
) -> Tensor:
    """Let a phrase find the photos of the step that it is said of, all with an equal share."""
    count = len(lessons.said_of)
    chosen = torch.randperm(count)[: recipe.phrases_per_step]
    said_of = lessons.said_of[chosen][:, rows].float()
    chosen, said_of = chosen[said_of.sum(1) > 0], said_of[said_of.sum(1) > 0]
    templates = torch.randint(len(PHRASE_TEMPLATES), (len(chosen),))
    words = lessons.phrases.embed(text, templates * count + chosen)
    target = said_of / said_of.sum(1, keepdim=True)
    return -(target * (scale * words @ seen.T).log_softmax(1)).sum(1).mean()


def contrast(scores: Tensor, likeness: Tensor, recipe: Recipe) -> Tensor:
    """Contrast captions and photos both ways (Radford et al. 2021), several captions a photo.

    ``scores`` has a row a caption and a column a photo, the captions of a photo side by side.
    A share of each target goes to the others by ``likeness``: many photos show the same thing.
    """
    captions, share = recipe.captions_per_photo, recipe.neighbour_share
    own = torch.eye(scores.shape[1]).repeat_interleave(captions, 0)
    to_photo = (1 - share) * own + share * likeness.softmax(1)
    to_caption = (1 - share) * own / captions + share * likeness.softmax(0)
    loss_to_photo = -(to_photo * scores.log_softmax(1)).sum(1).mean()
    loss_to_caption = -(to_caption * scores.log_softmax(0)).sum(0).mean()
    return (loss_to_photo + loss_to_caption) / 2


def _any_view(views: list[PhotoFeatures]) -> PhotoFeatures:
    return views[int(torch.randint(len(views), ()))]


@dataclass(frozen=True)
class _Prompts:
    features: TextFeatures
    rows: Tensor

    def embed_all(self, head: TextHead) -> Tensor:
        return self.features.embed(head, self.rows)


def _any_template(prompts: TextFeatures) -> _Prompts:
    """Put every name through a template of its own choice."""
    count = len(prompts.sentences) // len(TEMPLATES)
    templates = torch.randint(len(TEMPLATES), (count,))
    return _Prompts(prompts, templates * count + torch.arange(count))
