"""What an engine asks its model for when somebody types a word, or a sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from photosearch.engine import Engine
from photosearch.model.fake import FakeEncoder
from photosearch.model.prompt_choices import PromptChoice, PromptChoices
from photosearch.paths import AppPaths
from photosearch.settings import Settings
from photosearch.types import IndexReport, Query

if TYPE_CHECKING:
    from photosearch.types import Embeddings

Index = Callable[[Engine], IndexReport]
MakePhoto = Callable[..., Path]


class Listening(FakeEncoder):
    """Notes what it is asked to embed; takes every photo prompt for one about blue."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[list[str]] = []

    def encode_texts(self, texts: Sequence[str]) -> Embeddings:
        self.asked.append(list(texts))
        return super().encode_texts(["blue" if "photo" in text else text for text in texts])


@pytest.fixture
def listening() -> Listening:
    return Listening()


@pytest.fixture
def filled(
    paths: AppPaths, listening: Listening, library: Path, make_photo: MakePhoto, index: Index
) -> Iterator[Engine]:
    make_photo("rose.png", "red")
    make_photo("sea.png", "blue")
    with Engine(paths, Settings(), lambda *_: listening) as engine:
        engine.add_root(library)
        index(engine)
        yield engine


def test_an_open_index_follows_what_was_measured_meanwhile(
    filled: Engine, paths: AppPaths, listening: Listening
) -> None:
    assert filled.search(Query(text="red"))[0].photo.path.name == "rose.png"
    choice = PromptChoice("fake", ("a photo of {}", "photo: {}"), 20, 20, 0.5, 0.4)
    PromptChoices.of(paths).save(listening.spec, choice)
    assert filled.search(Query(text="red"))[0].photo.path.name == "sea.png"
    assert filled.search(Query(text="a red thing"))[0].photo.path.name == "rose.png"
    assert listening.asked == [["red"], ["a photo of red", "photo: red"], ["a red thing"]]
