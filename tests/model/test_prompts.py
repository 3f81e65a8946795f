"""Which texts are plain words, and what becomes of them."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pytest

from photosearch.errors import QueryError
from photosearch.model.fake import FakeEncoder
from photosearch.model.prompts import ENSEMBLES, embed_query, embed_words, is_plain

if TYPE_CHECKING:
    from photosearch.types import Embeddings

TEMPLATES = ("{}", "a photo of a {}.")


class Listening(FakeEncoder):
    """Notes what it is asked to embed, and answers with vectors that are easy to add up."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[list[str]] = []

    def encode_texts(self, texts: Sequence[str]) -> Embeddings:
        self.asked.append(list(texts))
        return np.array([[0, 1] if "photo" in text else [1, 0] for text in texts], np.float32)


@pytest.mark.parametrize(
    "text",
    [
        "dog",
        "Hund",
        "golden retriever",
        "  red   bicycle ",
        "Großmutter",
        "école",
        unicodedata.normalize("NFD", "école"),
        "Anna",
        "NASA",
        "t-shirt",
        "child's toy",
        "white van",
        "van",
        "die",
    ],
)
def test_one_or_two_bare_words_are_plain_in_any_language_of_latin_letters(text: str) -> None:
    assert is_plain(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "a dog",
        "in Paris",
        "der Hund",
        "un chien",
        "two dogs playing",
        "grand piano key",
        "IMG_1234",
        "DSC00042.jpg",
        "2019",
        "summer 2019",
        "dog.",
        "dog?",
        "dog, cat",
        "{}",
        "-dog",
        "狗",
        "собака",
        "σκύλος",
        "red собака",
        "🐶",
        "dog 🐶",
    ],
)
def test_sentences_numbers_file_names_and_other_scripts_are_not_plain(text: str) -> None:
    assert not is_plain(text)


def test_a_plain_word_goes_through_all_templates_in_one_call() -> None:
    encoder = Listening()
    vector = embed_query(encoder, " red  dog ", TEMPLATES)
    assert encoder.asked == [["red dog", "a photo of a red dog."]]
    assert vector == pytest.approx([0.5**0.5, 0.5**0.5])


def test_a_sentence_is_embedded_as_it_was_typed() -> None:
    encoder = Listening()
    vector = embed_query(encoder, " a red dog ", TEMPLATES)
    assert encoder.asked == [[" a red dog "]]
    assert vector.tolist() == [1.0, 0.0]


def test_a_plain_word_is_embedded_as_it_was_typed_where_nobody_measured() -> None:
    encoder = Listening()
    assert embed_query(encoder, "dog").tolist() == [1.0, 0.0]
    assert encoder.asked == [["dog"]]


def test_an_empty_text_is_refused_as_ever() -> None:
    with pytest.raises(QueryError):
        embed_query(FakeEncoder(), " ", TEMPLATES)


def test_the_means_of_several_words_stand_in_their_order_and_have_length_one() -> None:
    fake = FakeEncoder()
    words = ["red", "blue", "green"]
    rows = embed_words(fake, words, TEMPLATES)
    for word, row in zip(words, rows, strict=True):
        each = fake.encode_texts([word, f"a photo of a {word}."])
        assert row == pytest.approx(each.sum(axis=0) / np.linalg.norm(each.sum(axis=0)))
    assert np.linalg.norm(rows, axis=1) == pytest.approx(1.0)


def test_a_word_with_braces_is_no_template_of_its_own() -> None:
    encoder = Listening()
    embed_words(encoder, ["{0.x}"], ["a {}"])
    assert encoder.asked == [["a {0.x}"]]


def test_every_ensemble_says_the_word_itself_too() -> None:
    assert all(ensemble[0] == "{}" for ensemble in ENSEMBLES)
