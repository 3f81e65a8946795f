"""The words and word pairs of captions, and the photos they are said of: what users type."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

PHRASE_TEMPLATES = ("{}", "a {}", "a photo of a {}.", "the {}")
"""Most of the weight lies on how people type into a search box."""

_SAY_LITTLE = """
about above across after against along also among and another any are area around away back
behind being below beside between big both but can does doing down each front for four from
get gets getting group has have having her his him how inside into its large like little
looking looks near next not off one other others out outside over past several side she small
some something that the their them there these they thing this three through together top
towards toward two under very way what while which who with
"""
_EMPTY_WORDS = frozenset(_SAY_LITTLE.split())
"""Words that show nothing by themselves; those of one or two letters are left out anyway."""


@dataclass(frozen=True)
class SaidOf:
    """Phrases, and a bool ``(phrases, photos)`` matrix of which photos each is said of."""

    phrases: tuple[str, ...]
    photos: Tensor


def phrases_of(captions: Sequence[Sequence[str]], fewest_photos: int) -> SaidOf:
    """Find the phrases that two or more captions of a photo share, for enough photos."""
    said: dict[str, set[int]] = defaultdict(set)
    for photo, texts in enumerate(captions):
        times: dict[str, int] = defaultdict(int)
        for text in texts:
            for phrase in _phrases_in(text):
                times[phrase] += 1
        for phrase, count in times.items():
            if count >= 2:
                said[phrase].add(photo)
    phrases = tuple(sorted(phrase for phrase in said if len(said[phrase]) >= fewest_photos))
    photos = torch.zeros(len(phrases), len(captions), dtype=torch.bool)
    for row, phrase in enumerate(phrases):
        photos[row, sorted(said[phrase])] = True
    return SaidOf(phrases, photos)


def _phrases_in(text: str) -> set[str]:
    words = re.findall(r"[a-z]+", text.lower())
    full = [word not in _EMPTY_WORDS and len(word) > 2 for word in words]
    single = {word for word, is_full in zip(words, full, strict=True) if is_full}
    pairs = {f"{words[i]} {words[i + 1]}" for i in range(len(words) - 1) if full[i] and full[i + 1]}
    return single | pairs
