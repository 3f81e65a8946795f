"""An engine on fake models, which can be chosen, be broken, or be missing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from models_by_name import OLD, Models

from photosearch.engine import Engine
from photosearch.paths import AppPaths
from photosearch.settings import Settings
from photosearch.types import IndexReport

MakePhoto = Callable[..., Path]
Index = Callable[[Engine], IndexReport]


@pytest.fixture
def models() -> Models:
    return Models()


@pytest.fixture
def new_engine(paths: AppPaths, models: Models) -> Iterator[Callable[..., Engine]]:
    opened: list[Engine] = []

    def make(model: str = OLD) -> Engine:
        close()
        settings = Settings(model=model, batch_size=1, decode_threads=1)
        opened.append(
            Engine(paths, settings, models.load, is_installed=models.installed.__contains__)
        )
        return opened[-1]

    def close() -> None:
        while opened:
            opened.pop().close()

    yield make
    close()


@pytest.fixture
def engine(
    new_engine: Callable[..., Engine], library: Path, make_photo: MakePhoto, index: Index
) -> Engine:
    """Five photos, embedded by the old model."""
    for number in range(5):
        make_photo(f"{number}.png", ["red", "blue"][number % 2])
    made = new_engine()
    made.add_root(library)
    index(made)
    return made
