"""A plain word, embedded as it stands or as the mean of photo prompts that say it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from photosearch.model.encoder import ImageTextEncoder
    from photosearch.types import Embeddings

BARE: tuple[str, ...] = ("{}",)
"""A word as it was typed."""

PHOTO_PROMPTS: tuple[str, ...] = ("{}", "a photo of a {}.", "a close-up photo of a {}.")
"""What a label of a zero-shot classifier goes through (Radford et al. 2021, section 3.1.4)."""

ENSEMBLES: tuple[tuple[str, ...], ...] = (PHOTO_PROMPTS, ("{}", "a {}", "the {}"))
"""What is compared with the bare word; few prompts each, since a search waits for every one."""

_MOST_WORDS = 2
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")

# Of two words one of these makes a piece of a sentence: "a dog", "in Paris", "der Hund". Left out
# are those that name a thing in another language: van, den.
_JOINING = (
    # English
    "a an the of in on at by to with without from for and or not no is are was my your his her "
    "our their this that these those it its he she we they i you who what where when why how "
    "under over near behind "
    # German
    "der die das dem des ein eine einen einem einer eines und oder mit ohne im am vom zum zur "
    "auf aus bei von nach mein meine ist sind "
    # French, Spanish, Italian, Portuguese, Dutch
    "le la les un une du et ou avec sans dans sur chez au aux el los las una unos unas del y con "
    "sin en il lo gli uno di da e o os um uma do com sem na het een met op"
)
_FUNCTION_WORDS = frozenset(_JOINING.split())


def is_plain(text: str) -> bool:
    """Whether a text is one or two bare words, as templates want them.

    Words of other scripts than Latin are none: the templates are English. So are numbers and names
    of files (``2019``, ``IMG_1234``), and two words of which one only joins others (``a dog``).
    """
    words = unicodedata.normalize("NFC", text).split()
    if not 1 <= len(words) <= _MOST_WORDS:
        return False
    if not all(_WORD.fullmatch(word) and _is_latin(word) for word in words):
        return False
    return len(words) == 1 or not any(word.casefold() in _FUNCTION_WORDS for word in words)


def embed_query(
    encoder: ImageTextEncoder, text: str, templates: Sequence[str] = BARE
) -> NDArray[np.float32]:
    """What a typed text is searched by: a float32 vector ``(d,)`` of length 1.

    A plain word goes through the ``templates``, any other text as it stands.

    Raises:
        QueryError: the text is empty or only white space.
    """
    if is_plain(text):
        word = " ".join(text.split())
        vector: NDArray[np.float32] = embed_words(encoder, [word], templates)[0]
        return vector
    typed: NDArray[np.float32] = encoder.encode_texts([text])[0]
    return typed


def embed_words(
    encoder: ImageTextEncoder, words: Sequence[str], templates: Sequence[str]
) -> Embeddings:
    """The normalised mean over the templates of each word: L2-normalised float32 ``(n, d)``.

    Raises:
        QueryError: a word is empty or only white space.
    """
    # replace, since a text may hold braces of its own
    prompts = [template.replace("{}", word) for word in words for template in templates]
    each = encoder.encode_texts(prompts)
    if len(templates) == 1:
        return each
    mean = each.reshape(len(words), len(templates), -1).mean(axis=1)
    unit: Embeddings = mean / np.maximum(np.linalg.norm(mean, axis=1, keepdims=True), 1e-6)
    return unit


def _is_latin(word: str) -> bool:
    letters = (letter for letter in word if letter.isalpha())
    return all(unicodedata.name(letter, "").startswith("LATIN ") for letter in letters)
